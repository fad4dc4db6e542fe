"""The rows as files that ``datasets`` reads: Parquet for ``load_dataset``, Arrow for ``load_from_disk``.

``datasets`` makes its fingerprints from the time of day; here they are made from the rows, so that the same
samples give the same bytes (format: ``Dataset.save_to_disk`` of datasets 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airflownet.dataset.split import SPLITS
from airflownet.hashing import canonical_json, sha256_text
from airflownet.records import Sample
from airflownet.tables import schema_of, to_row, write_table


def data_file(split: str) -> str:
    """Returns where the Parquet file of a split stands, as the Hub names such files."""
    return f"data/{split}-00000-of-00001.parquet"


def arrow_bytes(file: Path) -> int:
    """Returns the size of a Parquet file's rows as Arrow holds them: ``num_bytes`` of a dataset card."""
    import pyarrow.parquet as pq

    return int(pq.read_table(file).nbytes)


def dataset_id(samples: Sequence[Sample]) -> str:
    """Returns the SHA-256 over the rows in their order: equal rows, equal id."""
    return sha256_text("\n".join(sha256_text(canonical_json(to_row(sample))) for sample in samples))


def save_parquet(samples: Sequence[Sample], folder: Path) -> None:
    """Writes ``data/<split>-00000-of-00001.parquet`` (zstd); the columns are those of ``Sample``."""
    (folder / "data").mkdir(exist_ok=True)
    for name in SPLITS:
        write_table(folder / data_file(name), Sample, (s for s in samples if s.split == name))


def save_dataset_dict(samples: Sequence[Sample], folder: Path) -> None:
    """Writes ``folder`` with the splits train, validation and test; the columns are those of ``Sample``."""
    import datasets
    import pyarrow as pa

    schema = schema_of(Sample)
    splits = {}
    for name in SPLITS:
        rows = [to_row(sample) for sample in samples if sample.split == name]
        table = datasets.table.InMemoryTable(pa.Table.from_pylist(rows, schema=schema))
        fingerprint = sha256_text(canonical_json(rows))[:16]
        splits[name] = datasets.Dataset(table, split=datasets.NamedSplit(name), fingerprint=fingerprint)
    were_shown = datasets.utils.logging.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        datasets.DatasetDict(splits).save_to_disk(str(folder))
    finally:
        if were_shown:
            datasets.enable_progress_bars()

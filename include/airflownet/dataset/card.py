"""The dataset card: what the rows are, where they come from, and what they are not good for.

Front matter as the Hugging Face Hub reads it (dataset card specification: license, size_categories, configs,
dataset_info, source_datasets, annotations_creators).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from airflownet.dataset.changes import Changes
from airflownet.dataset.dataset_files import arrow_bytes, data_file
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.split import SPLITS
from airflownet.families.family_records import FamilyMember
from airflownet.funnel import Funnel
from airflownet.records import Sample
from airflownet.tables import schema_of

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

_COLUMNS = """## Columns

`messages` (system, user, assistant) is what a model is trained on. `kind` says what a row teaches: `create` a
DAG from a request; `migrate` an older one; `repair` a broken one; `explain` one; `magpie` and `replay` are
written by a model. `family_id`, `split`, `held_out`, `view`, `repo`, `ref`, `commit`, `blob_sha1`, `path`,
`licence`, `licence_evidence`, `airflow`, `outcome`, `valid_on`, `operators`, `providers` and `features` say
what a row is and where it came from; `dag_file_id`, `instruction_id` and `source_id` join it to what it was
made of."""

_CLOSING = """## Intended use

Fine-tuning and evaluating models that write Airflow DAGs from a description. Train on `train`, steer by
`validation`, report on `test` only, with statistics clustered by `family_id`.

## Limits

- The instructions were written from the code: they describe it more closely than a person would.
- `loads` means that the file imports and defines a DAG. It does not mean that it was run.
- Example and system-test DAGs teach features one at a time; they are not a sample of production DAGs.
- Similarity is measured on tokens: a rewrite under other names, or a paraphrased request, is not found by it.
- Personal data and secrets are looked for by the mining stage only; see its transforms."""


def dataset_card(
    folder: Path,
    samples: Sequence[Sample],
    members: Sequence[FamilyMember],
    funnel: Funnel,
    leakage: Mapping[str, Any],
    settings: DatasetSettings,
    changes: Changes,
) -> str:
    """Returns ``README.md`` of the dataset; the same rows give the same text."""
    licences = Counter(sample.licence for sample in samples)
    requests = leakage["instructions"]
    parts = [
        f"---\n{yaml.safe_dump(_front_matter(folder, samples, licences, settings), sort_keys=False)}---",
        f"# {settings.pretty_name} (Airflow {settings.airflow})",
        f"Version {changes.version}. Each row is a chat: what a user asks for, and a real DAG file that "
        f"answers it. Every DAG given as an answer is a whole file whose verdict on Airflow "
        f"{settings.airflow} is `loads`; none was cut, and none holds what only Airflow's own tests need.",
        "```python\nfrom datasets import load_dataset\n\n"
        f'rows = load_dataset("parquet", data_files={{"train": "{data_file("train")}"}})\n```',
        "## Splits",
        _table(("split", "rows", "DAG files", "families"), _split_rows(samples)),
        _families_text(settings, members),
        "## Kinds of rows",
        _table(("kind", *SPLITS), _kind_rows(samples)),
        "## No leakage",
        f"All {leakage['n_pairs']:,} pairs of files across splits were compared after the split, by a "
        f"check that does not use the families: {leakage['n_exact']} equal, {leakage['n_near']} with "
        f"Jaccard similarity of at least {leakage['threshold']:g}; the highest is "
        f"{leakage['max_jaccard']:.3f}. The same for all {requests['n_pairs']:,} pairs of requests: "
        f"{requests['n_exact']} equal, {requests['n_near']} near, the highest {requests['max_jaccard']:.3f}. "
        "The 20 closest pairs of each, and of meanings (LSA), are in `leakage.json`.",
        "## From mined files to rows",
        _table(("", "DAG files" if _only_create(samples) else "DAG files and offers"), _funnel_rows(funnel)),
        "## Sources and licences",
        _table(("source", "version", "DAG files", "licence"), _source_rows(samples)),
        "The archives' hashes and the attribution are in `NOTICE.md`.",
        _COLUMNS,
        _CLOSING,
    ]
    return "\n\n".join(parts) + "\n"


def licence_of(licences: Counter[str]) -> str:
    """Returns the one licence of all rows, else ``other``."""
    return next(iter(licences)) if len(licences) == 1 else "other"


def _front_matter(
    folder: Path, samples: Sequence[Sample], licences: Counter[str], settings: DatasetSettings
) -> dict[str, Any]:
    size = next((name for limit, name in _SIZES if len(samples) < limit), "n>1M")
    licence = licence_of(licences).lower()
    named = {"license_name": "per-row", "license_link": "NOTICE.md"} if licence == "other" else {}
    n_bytes = {name: (folder / data_file(name)).stat().st_size for name in SPLITS}
    n_arrow_bytes = {name: arrow_bytes(folder / data_file(name)) for name in SPLITS}
    generated = any(sample.kind in ("magpie", "replay") for sample in samples)
    return {
        "pretty_name": settings.pretty_name,
        "license": licence,
        **named,
        "language": ["en"],
        "task_categories": ["text-generation"],
        "tags": ["code", "airflow", "python"],
        "size_categories": [size],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["found", "machine-generated"] if generated else ["found"],
        "source_datasets": ["original"],
        "dataset_info": {
            "features": [{"name": field.name, **_feature(field.type)} for field in schema_of(Sample)],
            "splits": [
                {
                    "name": name,
                    "num_bytes": n_arrow_bytes[name],
                    "num_examples": sum(s.split == name for s in samples),
                }
                for name in SPLITS
            ],
            "download_size": sum(n_bytes.values()),
            "dataset_size": sum(n_arrow_bytes.values()),
        },
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": name, "path": data_file(name)} for name in SPLITS],
            }
        ],
    }


def _feature(kind: Any) -> dict[str, Any]:
    """Returns an Arrow type as the card's YAML writes it."""
    if hasattr(kind, "value_type"):
        inner = kind.value_type
        fields = getattr(inner, "fields", None)
        if fields:
            return {"list": [{"name": field.name, "dtype": str(field.type)} for field in fields]}
        return {"list": str(inner)}
    return {"dtype": str(kind)}


def _only_create(samples: Sequence[Sample]) -> bool:
    return all(sample.kind == "create" for sample in samples)


def _families_text(settings: DatasetSettings, members: Sequence[FamilyMember]) -> str:
    sizes = Counter(member.family_id for member in members if member.present)
    return (
        "A family holds files that are the same path in different releases, have the same content, or reach "
        f"a Jaccard similarity of {settings.family_threshold:g} on {settings.shingle_tokens}-token shingles "
        "of normalised code (no comments, docstrings or layout), and their relatives in turn. A whole "
        "family falls into one split, by a hash of its id, and stays there in every later version. The "
        f"{sum(sizes.values())} files form {len(sizes)} families; the largest has "
        f"{max(sizes.values(), default=0)} files, and {sum(size == 1 for size in sizes.values())} files have "
        "no relative."
    )


def _split_rows(samples: Sequence[Sample]) -> list[tuple[Any, ...]]:
    rows = []
    for name in SPLITS:
        of_split = [sample for sample in samples if sample.split == name]
        files, families = {s.dag_file_id for s in of_split}, {s.family_id for s in of_split}
        rows.append((name, len(of_split), len(files), len(families)))
    return rows


def _kind_rows(samples: Sequence[Sample]) -> list[tuple[Any, ...]]:
    counts = Counter((sample.kind, sample.split) for sample in samples)
    kinds = sorted({kind for kind, _ in counts})
    return [(kind, *(counts[kind, split] for split in SPLITS)) for kind in kinds]


def _funnel_rows(funnel: Funnel) -> list[tuple[Any, ...]]:
    dropped = [(f"dropped: {reason}", count) for reason, count in sorted(funnel.dropped.items()) if count]
    return [("listed", funnel.listed), *dropped, ("kept", funnel.kept)]


def _source_rows(samples: Sequence[Sample]) -> list[tuple[Any, ...]]:
    files = {s.dag_file_id: (s.repo, s.ref, s.licence) for s in samples}
    return [(repo, ref, count, spdx) for (repo, ref, spdx), count in sorted(Counter(files.values()).items())]


def _table(head: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    cells = ([str(cell).replace("|", "\\|") for cell in row] for row in rows)
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in cells])

"""What of public benchmarks stands in the rows, and the other way round: ``contamination.json``.

Each benchmark is a JSONL or Parquet file; every text of a row counts, also within lists and mappings. Texts
are compared as runs of ten words (the contamination checks of GPT-3 used 13, Brown et al. 2020; ten is
stricter): the share of a benchmark text's runs that stands in one answer or request, and the Jaccard
similarity on the shingles of the dataset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from airflownet.errors import InputError
from airflownet.families.cross_similarity import Collection
from airflownet.families.shingles import code_shingles, text_shingles
from airflownet.records import Sample

RUN_WORDS = 10
CONTAINED = 0.5
WORST_SHOWN = 20
_FEWEST_CHARS = 40
_LONGEST_CHARS = 200_000


def contamination_report(
    samples: Sequence[Sample], benchmarks: Mapping[str, Path], threshold: float, shingle_tokens: int
) -> dict[str, Any]:
    """Returns for each benchmark how many texts are found in the rows, split by split, and the worst 20.

    Raises:
        InputError: a file is neither JSONL nor Parquet, or holds no text.
    """
    about = {"run_words": RUN_WORDS, "contained_at": CONTAINED, "jaccard_at": threshold}
    if not benchmarks:
        return {**about, "benchmarks": {}}
    texts = sorted({(s.split, m.content) for s in samples for m in s.messages[1:]})
    runs = Collection([text_shingles(text, RUN_WORDS) for _, text in texts])
    tokens = Collection([code_shingles(text, shingle_tokens) for _, text in texts])
    places = {(s.split, m.content): f"{s.repo} {s.path}" for s in samples for m in s.messages[1:]}
    report: dict[str, Any] = {}
    for name, path in sorted(benchmarks.items()):
        found: list[dict[str, Any]] = []
        n_texts = 0
        for number, text in benchmark_texts(path):
            n_texts += 1
            contained = runs.containments(text_shingles(text, RUN_WORDS))
            jaccards = tokens.jaccards(code_shingles(text, shingle_tokens))
            if not len(texts):
                continue
            at = int((contained if contained.max() >= jaccards.max() else jaccards).argmax())
            found.append(
                {
                    "row": number,
                    "contained": round(float(contained.max()), 4),
                    "jaccard": round(float(jaccards.max()), 4),
                    "split": texts[at][0],
                    "partner": places[texts[at]],
                    "text": " ".join(text.split())[:160],
                }
            )
        found.sort(key=lambda one: (-max(one["contained"], one["jaccard"]), one["row"], one["text"]))
        hits = [one for one in found if one["contained"] >= CONTAINED or one["jaccard"] >= threshold]
        report[name] = {
            "file": path.name,
            "n_texts": n_texts,
            "n_found": len(hits),
            "n_found_in_train": sum(one["split"] == "train" for one in hits),
            "worst": found[:WORST_SHOWN],
        }
    return {**about, "benchmarks": report}


def benchmark_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yields (row number, text) of every text of 40 characters or more.

    Raises:
        InputError: the file is not readable as JSONL or Parquet, or no row holds such a text.
    """
    n_texts = 0
    for number, row in _rows(path):
        for text in _texts(row):
            if len(text) >= _FEWEST_CHARS:
                n_texts += 1
                yield number, text[:_LONGEST_CHARS]
    if not n_texts:
        raise InputError(
            f"{path} holds no text of {_FEWEST_CHARS} characters or more",
            "give a JSONL or Parquet file whose rows hold the benchmark's prompts or solutions",
        )


def _rows(path: Path) -> Iterator[tuple[int, Any]]:
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(path) as file:
                rows = (row for batch in file.iter_batches(batch_size=500) for row in batch.to_pylist())
                yield from enumerate(rows)
        except (OSError, ValueError) as error:
            raise InputError(f"{path} is not a Parquet file: {error}", "give JSONL or Parquet") from None
        return
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except ValueError as error:
                    raise InputError(
                        f"{path}, line {number + 1}, is not JSON: {error}", "give JSONL or Parquet"
                    ) from None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)

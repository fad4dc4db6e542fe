"""The proof that no split leaks into another, on the finished samples.

An independent check: it starts from the text of the samples, counts shared shingles of every pair of files
across splits with an inverted index (a pair that shares none has similarity 0), and knows nothing of
families or of the filters of the join. ``leakage.json`` tells what it found, good or bad.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from airflownet.dataset.normalised_tokens import normalised_tokens
from airflownet.dataset.split import SPLITS
from airflownet.records import Sample

WORST_SHOWN = 20


def leakage_report(samples: Sequence[Sample], threshold: float, shingle_tokens: int) -> dict[str, Any]:
    """Compares every answer with every answer of another split.

    Returns:
        ``clean``, ``n_pairs`` compared, ``n_exact``, ``n_near`` (Jaccard at or above ``threshold``),
        ``n_shared_keys`` (families, files or paths in two splits), ``n_equal_requests`` (the same user
        message in two splits; told, not refused), ``max_jaccard``, ``by_splits``, and the 20 ``worst`` pairs.
    """
    rows = {split: _answers(samples, split, shingle_tokens) for split in SPLITS}
    by_splits: dict[str, Any] = {}
    worst: list[dict[str, Any]] = []
    for one, other in combinations(SPLITS, 2):
        found = _compare(rows[one], rows[other], threshold)
        worst += [{"splits": f"{one}/{other}", **pair} for pair in found.pop("worst")]
        by_splits[f"{one}/{other}"] = found
    shared = _shared_keys(samples)
    report = {
        "threshold": threshold,
        "shingle_tokens": shingle_tokens,
        "n_pairs": sum(found["n_pairs"] for found in by_splits.values()),
        "n_exact": sum(found["n_exact"] for found in by_splits.values()),
        "n_near": sum(found["n_near"] for found in by_splits.values()),
        "n_shared_keys": len(shared),
        "n_equal_requests": _equal_requests(samples),
        "max_jaccard": max(found["max_jaccard"] for found in by_splits.values()),
        "by_splits": by_splits,
        "shared_keys": shared[:WORST_SHOWN],
        "worst": sorted(worst, key=lambda p: (-p["jaccard"], p["first"], p["second"]))[:WORST_SHOWN],
    }
    clean = not (report["n_exact"] or report["n_near"] or report["n_shared_keys"])
    return {"clean": clean, **report}


@dataclass(frozen=True, slots=True)
class _Answer:
    place: str
    digest: bytes
    runs: frozenset[str]


def _answers(samples: Sequence[Sample], split: str, length: int) -> list[_Answer]:
    """Returns each file of a split once, sorted by its place."""
    texts = {
        s.dag_file_id: (f"{s.repo} {s.ref} {s.path}", s.messages[-1].content)
        for s in samples
        if s.split == split
    }
    return [_Answer(place, _digest(code), _runs(code, length)) for place, code in sorted(texts.values())]


def _runs(code: str, length: int) -> frozenset[str]:
    tokens = normalised_tokens(code)
    last = max(len(tokens) - length, 0)
    return frozenset("\x1f".join(tokens[start : start + length]) for start in range(last + 1) if tokens)


def _compare(ones: list[_Answer], others: list[_Answer], threshold: float) -> dict[str, Any]:
    postings: dict[str, list[int]] = defaultdict(list)
    for index, answer in enumerate(ones):
        for run in answer.runs:
            postings[run].append(index)
    digests = Counter(answer.digest for answer in ones)
    pairs: list[tuple[float, int, int]] = []
    for number, answer in enumerate(others):
        shared = Counter(index for run in answer.runs for index in postings.get(run, ()))
        size = len(answer.runs)
        pairs += [(n / (len(ones[index].runs) + size - n), index, number) for index, n in shared.items()]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return {
        "n_pairs": len(ones) * len(others),
        "n_exact": sum(digests[answer.digest] for answer in others),
        "n_near": sum(similarity >= threshold for similarity, _, _ in pairs),
        "max_jaccard": round(pairs[0][0], 6) if pairs else 0.0,
        "worst": [
            {"jaccard": round(similarity, 6), "first": ones[one].place, "second": others[other].place}
            for similarity, one, other in pairs[:WORST_SHOWN]
        ],
    }


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).digest()


def _shared_keys(samples: Sequence[Sample]) -> list[str]:
    """Returns what identifies a family, a file or a path and appears in two splits."""
    splits: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        for key in (
            f"family {sample.family_id}",
            f"file {sample.dag_file_id}",
            f"path {sample.repo} {sample.path}",
        ):
            splits[key].add(sample.split)
    return sorted(key for key, found in splits.items() if len(found) > 1)


def _equal_requests(samples: Sequence[Sample]) -> int:
    splits: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        splits[sample.messages[1].content].add(sample.split)
    return sum(len(found) > 1 for found in splits.values())

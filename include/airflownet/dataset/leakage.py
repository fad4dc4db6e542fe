"""The proof that no split leaks into another, on the finished samples.

An independent check: it starts from the text of the samples, compares every text with every text of another
split (an exhaustive count, see ``families/cross_similarity.py``), and knows nothing of families or of the
filters of the join. Code (answers, and files inside requests) and requests are compared apart.
``leakage.json`` tells what it found, good or bad.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from airflownet.code_extraction import extract_code
from airflownet.dataset.near_requests import has_own_words
from airflownet.dataset.split import SPLITS
from airflownet.families.cross_similarity import Collection
from airflownet.families.shingles import Shingles, code_shingles, text_shingles
from airflownet.plans.sample_code import code_of
from airflownet.progress import Bar
from airflownet.records import Sample

WORST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Text:
    """One text that is compared, once per split."""

    place: str
    """Where it comes from, for people."""
    content: str


Texts = Callable[[Sequence[Sample]], list[Text]]


def leakage_report(
    samples: Sequence[Sample],
    threshold: float,
    shingle_tokens: int,
    shingle_words: int = 3,
    bar: Bar | None = None,
) -> dict[str, Any]:
    """Compares every text with every text of another split.

    Returns:
        For code: ``clean``, ``n_pairs`` compared, ``n_exact``, ``n_near`` (Jaccard at or above
        ``threshold``), ``max_jaccard``, ``by_splits``, the 20 ``worst`` pairs; ``n_shared_keys`` (families,
        files or paths in two splits); ``instructions``: the same numbers for requests. ``clean`` says that
        both are, and that nothing is shared.
    """
    code = compare_splits(
        samples, threshold, _codes, lambda text: code_shingles(text.content, shingle_tokens), bar
    )
    requests = compare_splits(
        samples, threshold, _requests, lambda text: text_shingles(text.content, shingle_words), bar
    )
    shared = _shared_keys(samples)
    found = (code["n_exact"], code["n_near"], requests["n_exact"], requests["n_near"], len(shared))
    return {
        "clean": not any(found),
        "threshold": threshold,
        "shingle_tokens": shingle_tokens,
        **{key: value for key, value in code.items() if key not in ("by_splits", "worst")},
        "n_shared_keys": len(shared),
        "by_splits": code["by_splits"],
        "shared_keys": shared[:WORST_SHOWN],
        "worst": code["worst"],
        "instructions": {"shingle_words": shingle_words, **requests},
    }


def compare_splits(
    samples: Sequence[Sample],
    threshold: float,
    texts_of: Texts,
    shingles: Callable[[Text], Shingles],
    bar: Bar | None = None,
) -> dict[str, Any]:
    """Returns the counts over all pairs of splits, and the worst pairs."""
    texts = {split: texts_of([s for s in samples if s.split == split]) for split in SPLITS}
    rows = {split: [shingles(text) for text in texts[split]] for split in SPLITS}
    by_splits: dict[str, Any] = {}
    worst: list[dict[str, Any]] = []
    for one, other in combinations(SPLITS, 2):
        found = _compare(texts[one], rows[one], texts[other], rows[other], threshold, bar)
        worst += [{"splits": f"{one}/{other}", **pair} for pair in found.pop("worst")]
        by_splits[f"{one}/{other}"] = found
    return {
        "n_pairs": sum(found["n_pairs"] for found in by_splits.values()),
        "n_exact": sum(found["n_exact"] for found in by_splits.values()),
        "n_near": sum(found["n_near"] for found in by_splits.values()),
        "max_jaccard": max(found["max_jaccard"] for found in by_splits.values()),
        "by_splits": by_splits,
        "worst": sorted(worst, key=lambda p: (-p["jaccard"], p["first"], p["second"]))[:WORST_SHOWN],
    }


def _codes(samples: Sequence[Sample]) -> list[Text]:
    """Returns each distinct piece of code of a split once: answers, and the files that requests hold."""
    found: dict[tuple[str, str], Text] = {}
    for sample in samples:
        place = f"{sample.repo} {sample.ref} {sample.path}"
        pieces = {"": code_of(sample)} if sample.kind != "explain" else {}
        if not has_own_words(sample.kind):
            pieces["request of "] = extract_code(sample.messages[1].content).code
        for role, code in pieces.items():
            found[sample.dag_file_id, code] = Text(role + place, code)
    return sorted(found.values(), key=lambda text: (text.place, text.content))


def _requests(samples: Sequence[Sample]) -> list[Text]:
    found = {s.messages[1].content: Text(f"{s.path} ({s.view})", s.messages[1].content)
             for s in samples if has_own_words(s.kind)}  # fmt: skip
    return sorted(found.values(), key=lambda text: (text.place, text.content))


def _compare(
    ones: Sequence[Text],
    one_rows: Sequence[Shingles],
    others: Sequence[Text],
    other_rows: Sequence[Shingles],
    threshold: float,
    bar: Bar | None,
) -> dict[str, Any]:
    collection = Collection(one_rows)
    digests = Counter(_digest(text.content) for text in ones)
    n_near, n_exact, pairs = 0, 0, list[tuple[float, int, int]]()
    for number, text in enumerate(others):
        n_exact += digests[_digest(text.content)]
        jaccards = collection.jaccards(other_rows[number])
        n_near += int((jaccards >= threshold).sum())
        for index in jaccards.argsort(kind="stable")[::-1][:WORST_SHOWN].tolist():
            pairs.append((float(jaccards[index]), int(index), number))
        pairs = sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2]))[:WORST_SHOWN]
        if bar is not None:
            bar.advance(0, note=f"leakage proof, {number + 1:,} of {len(others):,}")
    return {
        "n_pairs": len(ones) * len(others),
        "n_exact": n_exact,
        "n_near": n_near,
        "max_jaccard": round(pairs[0][0], 6) if pairs else 0.0,
        "worst": [
            {"jaccard": round(similarity, 6), "first": ones[one].place, "second": others[other].place}
            for similarity, one, other in pairs
        ],
    }


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


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

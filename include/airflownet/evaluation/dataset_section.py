"""What the report says of the dataset beside the leak check: the closest pairs, and a random split's leak.

Read from ``dataset/leakage.json`` and ``dataset/changes.json``; a dataset that lacks them gives no section.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from airflownet.evaluation.provenance import read_json
from airflownet.evaluation.summary import ClosePair, DatasetSection, Fact


def read_dataset_section(dataset: Path) -> DatasetSection | None:
    """Returns the section, None for a dataset whose leak check holds no requests."""
    leakage = read_json(dataset / "leakage.json")
    if not isinstance(leakage, dict) or "instructions" not in leakage:
        return None
    changes = read_json(dataset / "changes.json") or {}
    facts = tuple(_facts(leakage, changes))
    earlier = leakage.get("random_split") or {}
    return DatasetSection(facts, _random_split(earlier), tuple(_pairs(leakage)))


def _facts(leakage: dict[str, Any], changes: dict[str, Any]) -> Iterator[Fact]:
    if changes.get("version"):
        yield Fact("Version of the dataset", str(changes["version"]))
    requests = leakage["instructions"]
    yield Fact("Pairs of requests compared across splits", f"{requests['n_pairs']:,}")
    yield Fact("Equal requests across splits", f"{requests['n_exact']:,}")
    yield Fact(f"Requests of similarity {leakage['threshold']:g} or more", f"{requests['n_near']:,}")
    yield Fact("Highest similarity of two requests", f"{requests['max_jaccard']:.3f}")
    semantic = leakage.get("semantic")
    if semantic:
        yield Fact(
            "Nearest training request by shared vocabulary (LSA, cosine)",
            f"median {semantic['median_cosine']:.3f}, highest {semantic['max_cosine']:.3f} of "
            f"{semantic['n_held_out']:,} held-out requests; told, not a limit",
        )


def _random_split(found: dict[str, Any]) -> str:
    if not found.get("n_test_rows"):
        return ""
    return (
        f"Had these {found['n_rows']:,} rows been split as earlier research did ({found['rule']}), "
        f"{100 * found['exact_share']:.0f}% of the test rows would have their exact answer in train, "
        f"{100 * found['near_share']:.0f}% an answer of similarity {found['threshold']:g} or more "
        f"(mean of {found['n_shuffles']} shuffles, {found['n_test_rows']:,} test rows). Here none has."
    )


def _pairs(leakage: dict[str, Any]) -> Iterator[ClosePair]:
    for pair in leakage.get("worst", []):
        yield ClosePair("code", pair["splits"], pair["jaccard"], pair["first"], pair["second"])
    for pair in leakage["instructions"].get("worst", []):
        yield ClosePair("requests", pair["splits"], pair["jaccard"], pair["first"], pair["second"])
    for pair in (leakage.get("semantic") or {}).get("worst", []):
        yield ClosePair("meaning", f"train/{pair['split']}", pair["cosine"], pair["train"], pair["held_out"])

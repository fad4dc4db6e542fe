"""The leak check of ``dataset/leakage.json`` in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflownet.evaluation.provenance import read_facts, read_json
from airflownet.evaluation.summary import Fact

_TOTALS = ("clean", "threshold", "n_pairs", "n_exact", "n_near", "n_shared_keys", "max_jaccard")


def _by_splits(report: dict[str, Any]) -> list[Fact]:
    return [
        Fact(
            f"{splits.replace('/', ' against ')}",
            f"{found['n_pairs']:,} pairs, most alike {found['max_jaccard']:.3f}",
        )
        for splits, found in report.get("by_splits", {}).items()
    ]


def read_leakage(path: Path) -> tuple[Fact, ...]:
    """Returns the check's result as named lines; the file as it stands when it has other fields.

    The check looks at every pair of files across splits, so its counts carry no interval.
    """
    report = read_json(path)
    if not isinstance(report, dict) or any(name not in report for name in _TOTALS):
        return read_facts(path)
    threshold = f"Jaccard similarity of {report['threshold']:g} or more"
    facts = [
        Fact(
            "Result",
            "clean: nothing crosses a split" if report["clean"] else "NOT CLEAN: see the counts below",
        ),
        Fact("Pairs of files compared across splits", f"{report['n_pairs']:,}"),
        Fact("Exact copies across splits", f"{report['n_exact']:,}"),
        Fact(f"Near copies across splits ({threshold})", f"{report['n_near']:,}"),
        Fact("Families, files or paths in two splits", f"{report['n_shared_keys']:,}"),
        Fact("Highest similarity of any pair", f"{report['max_jaccard']:.3f}"),
        *_by_splits(report),
    ]
    if report.get("worst"):
        pair = report["worst"][0]
        facts.append(Fact("The most alike pair", f"{pair.get('first', '')} and {pair.get('second', '')}"))
    return tuple(facts)

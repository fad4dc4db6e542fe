"""The summary of a grading for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflownet.llm_judge.rubric import CRITERIA


def terminal_table(summary: Mapping[str, Any]) -> str:
    """Returns means by model, agreement, canaries and contradictions as plain text."""
    return "\n".join(_lines(summary))


def _lines(summary: Mapping[str, Any]) -> Iterator[str]:
    models = summary["models"]
    wide = max(10, *map(len, models))
    yield f"{'':{wide}}  {'answers':>7}  {'unscored':>8}  " + "  ".join(f"{name:>14}" for name in CRITERIA)
    for model, row in models.items():
        cells = []
        for name in CRITERIA:
            mean = row[name]["mean"]
            cells.append(f"{'-' if mean is None else format(mean, '.2f'):>14}")
        n_unscored = row["answers"] - row["scored"]
        yield f"{model:{wide}}  {row['answers']:>7,}  {n_unscored:>8,}  " + "  ".join(cells)
    facts = summary["agreement"]["facts"]
    if facts["kappa"] is not None:
        yield (
            f"Agreement of repeats: kappa {facts['kappa']:.2f}, equal {facts['share']:.0%} "
            f"({facts['n_items']:,} facts, {facts['n_repeats']} times each)"
        )
    for kind, row in summary["canaries"].items():
        yield f"Canaries, {kind.replace('_', ' ')}: {row['as_expected']} of {row['of']} as expected"
    overlooked = sum(row["parser_only"] for row in summary["contradictions"]["by_fact"].values())
    yield (
        f"Against the static judge: {overlooked} faults overlooked, "
        f"{summary['contradictions']['fails_but_graded_4_or_5']} failing files called complete"
    )

"""Share of answers with each violation code, by model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from airflownet.evaluation.number_format import MODEL_NAMES, confidence_level, percent
from airflownet.evaluation.plots.style import THEMES, WIDTH, Theme, figure, percent_axis, whiskers
from airflownet.evaluation.summary import MODELS, CodeSummary, Plot, ResultStatistics

MAX_CODES = 8


def _most_frequent(codes: Sequence[CodeSummary]) -> list[CodeSummary]:
    ordered = sorted(codes, key=lambda code: (-max(r.proportion.rate for r in code.rates), code.code))
    return ordered[:MAX_CODES]


def _draw(codes: Sequence[CodeSummary], rules: Mapping[str, str], theme: Theme, path: Path) -> None:
    with figure(theme, path, width=WIDTH, height=0.9 + 0.55 * len(codes)) as drawing:
        axis = drawing.subplots()
        upper = 0.0
        for row, code in enumerate(reversed(codes)):
            for place, model in enumerate(reversed(MODELS)):
                share = next((r.proportion for r in code.rates if r.name == model), None)
                if share is None:
                    continue
                axis.barh(row + 0.25 * (place - 1), share.rate, height=0.22, color=theme.models[model])
                axis.errorbar(
                    share.rate,
                    row + 0.25 * (place - 1),
                    xerr=whiskers(share),
                    fmt="none",
                    ecolor=theme.text,
                    capsize=2,
                    elinewidth=1,
                )
                upper = max(upper, share.high if share.has_interval else share.rate)
        names = [f"{code.code}\n{rules.get(code.code, '')}" for code in reversed(codes)]
        axis.set_yticks(range(len(codes)), names)
        percent_axis(axis, upper=min(1.0, upper * 1.05))
        handles = [axis.barh(0, 0, color=theme.models[m], label=MODEL_NAMES[m]) for m in MODELS]
        drawing.legend(handles=handles, loc="outside upper center", ncols=len(MODELS))


def draw_violation_codes(
    statistics: ResultStatistics, rules: Mapping[str, str], confidence: float, directory: Path
) -> Plot | None:
    """Draws ``violation_codes.png``, the most frequent codes first; None when no rule found anything."""
    codes = _most_frequent(statistics.codes)
    if not codes:
        return None
    for theme in THEMES:
        _draw(codes, rules, theme, directory / f"violation_codes{theme.suffix}.png")
    told = "; ".join(
        f"{code.code} {rules.get(code.code, '')}: "
        + ", ".join(f"{MODEL_NAMES[r.name]} {percent(r.proportion.rate)}" for r in code.rates)
        for code in codes
    )
    rest = (
        f" The {MAX_CODES} most frequent of {len(statistics.codes)}."
        if len(statistics.codes) > MAX_CODES
        else ""
    )
    return Plot(
        "violation_codes",
        "What the judge found",
        f"Bars of the share of answers with each violation. {told}.",
        f"Share of all answers with at least one violation of a rule, with {confidence_level(confidence)} "
        f"intervals.{rest}",
    )

"""Outcomes by model, with the interval of the share that loads."""

from __future__ import annotations

from pathlib import Path

from airflownet.evaluation.number_format import MODEL_NAMES, confidence_level, count_of, interval, percent
from airflownet.evaluation.plots.style import THEMES, Theme, figure, percent_axis, whiskers
from airflownet.evaluation.summary import OUTCOMES, Plot, ResultStatistics


def _draw(statistics: ResultStatistics, theme: Theme, path: Path) -> None:
    with figure(theme, path, width=5.6, height=3.3) as drawing:
        axis = drawing.subplots()
        models = list(reversed(statistics.models))
        for row, model in enumerate(models):
            left = 0.0
            for name in OUTCOMES:
                share = model.rate(name)
                axis.barh(row, share.rate, left=left, height=0.5, color=theme.outcomes[name])
                if share.rate >= 0.06:
                    axis.text(
                        left + share.rate / 2,
                        row,
                        f"{share.count:,}",
                        color=theme.on_bar,
                        ha="center",
                        va="center",
                    )
                left += share.rate
            loads = model.rate("loads")
            axis.errorbar(
                loads.rate,
                row + 0.37,
                xerr=whiskers(loads),
                fmt="o",
                markersize=4.5,
                color=theme.text,
                capsize=3.5,
                elinewidth=1.5,
            )
        axis.set_yticks(range(len(models)), [f"{MODEL_NAMES[m.model]}\nn = {m.n:,}" for m in models])
        axis.set_ylim(-0.45, len(models) - 0.4)
        percent_axis(axis)
        handles = [axis.barh(0, 0, color=theme.outcomes[name], label=name) for name in OUTCOMES]
        drawing.legend(handles=handles, loc="outside upper center", ncols=len(OUTCOMES))


def draw_outcome_rates(statistics: ResultStatistics, confidence: float, directory: Path) -> Plot:
    """Draws ``outcome_rates.png``; dots and whiskers are the share that loads with its interval."""
    for theme in THEMES:
        _draw(statistics, theme, directory / f"outcome_rates{theme.suffix}.png")
    told = "; ".join(
        f"{MODEL_NAMES[m.model]}: {count_of(m.rate('loads'))} load, {percent(m.rate('loads').rate)} "
        f"({interval(m.rate('loads'))})"
        for m in statistics.models
    )
    return Plot(
        "outcome_rates",
        "Outcomes by model",
        f"Stacked bars of outcomes by model. {told}.",
        f"Bars: share of answers by outcome, with counts. Dot and whiskers: share that loads, with its "
        f"{confidence_level(confidence)} interval.",
    )

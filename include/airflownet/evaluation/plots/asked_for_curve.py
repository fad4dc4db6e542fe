"""Share of answers that load and do what was asked, over the threshold of the asked-for score."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from airflownet.evaluation.comparison.records import Comparison
from airflownet.evaluation.comparison.report_tables import model_name
from airflownet.evaluation.number_format import percent
from airflownet.evaluation.plots.style import THEMES, Theme, figure
from airflownet.evaluation.summary import Plot

_DASHES: Final = ("-", "--", "-.", ":")


def _draw(found: Comparison, theme: Theme, path: Path) -> None:
    from matplotlib.ticker import PercentFormatter

    with figure(theme, path, width=5.6, height=3.6) as drawing:
        axis = drawing.subplots()
        palette = [*theme.outcomes.values(), *theme.models.values()]
        for index, one in enumerate(found.models):
            points = [(p.threshold, p.share) for p in found.curve if p.model == one.model]
            if points:
                axis.step(
                    [x for x, _ in points],
                    [y for _, y in points],
                    where="post",
                    label=model_name(one.model),
                    color=theme.models.get(one.model, palette[index % len(palette)]),
                    linestyle=_DASHES[index % len(_DASHES)],
                )
        axis.axvline(found.threshold, color=theme.muted, linewidth=0.8)
        axis.set_xlim(0.03, 1.02)
        axis.set_ylim(-0.02, 1.02)  # a model that never does it has a line too
        axis.set_xlabel("Threshold of the asked-for score")
        axis.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
        axis.grid(axis="y")
        axis.tick_params(length=0)
        drawing.legend(loc="outside upper center", ncols=3)


def draw_asked_for_curve(found: Comparison, directory: Path) -> Plot | None:
    """Draws ``asked_for_curve.png``; None when nothing was scored."""
    if not found.curve:
        return None
    for theme in THEMES:
        _draw(found, theme, directory / f"asked_for_curve{theme.suffix}.png")
    told = "; ".join(
        f"{model_name(p.model)}: {percent(p.share)}" for p in found.curve if p.threshold == found.threshold
    )
    return Plot(
        "asked_for_curve",
        "Loads and does what was asked, by threshold",
        f"Share of answers that load and reach the threshold. At {found.threshold:g}: {told}.",
        "An answer counts from the threshold of its asked-for score on; the vertical line is the one of the "
        "leaderboard.",
    )

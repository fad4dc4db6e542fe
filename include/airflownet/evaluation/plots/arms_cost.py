"""Ways of writing: share of answers that load and do what was asked, over the tokens that an answer takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from airflownet.evaluation.arms_section import ArmResult
from airflownet.evaluation.number_format import count_of
from airflownet.evaluation.plots.style import THEMES, WIDTH, Theme, figure
from airflownet.evaluation.summary import Plot

_MARKS: Final = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*", "h", "p")


def _draw(results: Sequence[ArmResult], theme: Theme, path: Path) -> None:
    from matplotlib.ticker import PercentFormatter

    arms = list(dict.fromkeys(one.arm for one in results))
    with figure(theme, path, width=WIDTH, height=4.2) as drawing:
        axis = drawing.subplots()
        for one in results:
            axis.plot(
                [one.tokens],
                [one.asked.rate if one.asked else 0.0],
                linestyle="none",
                marker=_MARKS[arms.index(one.arm) % len(_MARKS)],
                markersize=8,
                color=theme.models.get(one.model, theme.models["ground_truth"]),
                label=one.name,
            )
        axis.set_ylim(-0.03, 1.03)
        axis.set_xlim(left=-0.03 * max(one.tokens for one in results) - 1)
        axis.set_xlabel("Tokens drawn for one answer")
        axis.set_ylabel("Loads and does what was asked")
        axis.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
        axis.grid(axis="y")
        axis.tick_params(length=0)
        drawing.legend(loc="outside lower center", ncols=2, fontsize=8)


def draw_arms_cost(results: Sequence[ArmResult], directory: Path) -> Plot | None:
    """Draws ``arms_cost.png``; None where nothing has an asked-for score."""
    told = [(one, one.asked) for one in results if one.asked]
    if not told:
        return None
    for theme in THEMES:
        _draw([one for one, _ in told], theme, directory / f"arms_cost{theme.suffix}.png")
    best, share = max(told, key=lambda one: (one[1].rate, -one[0].tokens))
    return Plot(
        "arms_cost",
        "Ways of writing: what they reach, and what they cost",
        f"Most files that load and do what was asked: {best.name}, {count_of(share)}, with "
        f"{best.tokens:.0f} tokens an answer.",
        "Each mark is one way of writing of one model: how many of its files load and do what was asked, "
        "over the tokens that it drew for one answer.",
    )

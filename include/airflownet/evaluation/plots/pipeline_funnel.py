"""What each stage was given, kept and dropped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airflownet.evaluation.plots.style import THEMES, WIDTH, Theme, figure
from airflownet.evaluation.summary import FunnelStep, Plot


def _draw(steps: Sequence[FunnelStep], theme: Theme, path: Path) -> None:
    with figure(theme, path, width=WIDTH, height=0.8 + 0.38 * len(steps)) as drawing:
        axis = drawing.subplots()
        widest = max(step.listed for step in steps)
        for row, step in enumerate(reversed(steps)):
            axis.barh(row, step.kept, height=0.55, color=theme.outcomes["loads"])
            axis.barh(
                row, step.listed - step.kept, left=step.kept, height=0.55, color=theme.outcomes["missing"]
            )
            label = f"{step.kept:,} of {step.listed:,}"
            axis.text(step.listed + widest * 0.012, row, label, va="center", color=theme.text)
        axis.set_yticks(range(len(steps)), [step.stage.replace("_", " ") for step in reversed(steps)])
        axis.set_xlim(0, widest * 1.22)
        axis.grid(axis="x")
        axis.tick_params(length=0)
        handles = [
            axis.barh(0, 0, color=theme.outcomes["loads"], label="kept"),
            axis.barh(0, 0, color=theme.outcomes["missing"], label="dropped, with a reason"),
        ]
        drawing.legend(handles=handles, loc="outside upper center", ncols=2)


def draw_pipeline_funnel(steps: Sequence[FunnelStep], directory: Path) -> Plot | None:
    """Draws ``pipeline_funnel.png``; None when no stage left a funnel."""
    if not steps:
        return None
    for theme in THEMES:
        _draw(steps, theme, directory / f"pipeline_funnel{theme.suffix}.png")
    told = "; ".join(f"{step.stage}: kept {step.kept:,} of {step.listed:,}" for step in steps)
    return Plot(
        "pipeline_funnel",
        "From source files to answers",
        f"Bars of records kept and dropped by stage. {told}.",
        "Records each stage was given; always kept plus dropped. The reasons are in the table below.",
    )

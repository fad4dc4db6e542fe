"""Generation speed of single requests, by model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airflownet.evaluation.number_format import MODEL_NAMES
from airflownet.evaluation.plots.style import THEMES, WIDTH, Theme, figure
from airflownet.evaluation.summary import Plot
from airflownet.evaluation.throughput import request_speeds
from airflownet.records import Generation


def _draw(speeds: Sequence[tuple[str, list[float]]], theme: Theme, path: Path) -> None:
    with figure(theme, path, width=WIDTH, height=0.7 + 0.55 * len(speeds)) as drawing:
        axis = drawing.subplots()
        for row, (model, values) in enumerate(reversed(speeds)):
            box = axis.boxplot(
                [values],
                positions=[row],
                orientation="horizontal",
                widths=0.5,
                whis=(10, 90),
                showfliers=False,
                patch_artist=True,
                medianprops={"color": theme.text, "linewidth": 1.8},
                whiskerprops={"color": theme.muted},
                capprops={"color": theme.muted},
            )
            box["boxes"][0].set(facecolor=theme.models[model], edgecolor=theme.muted, alpha=0.75)
        axis.set_yticks(range(len(speeds)), [MODEL_NAMES[model] for model, _ in reversed(speeds)])
        axis.set_xlim(left=0)
        axis.set_xlabel("generated tokens per second of one request, all slots shared")
        axis.grid(axis="x")
        axis.tick_params(length=0)


def draw_request_speed(generations: Sequence[Generation], directory: Path) -> Plot | None:
    """Draws ``request_speed.png``; None when no request was timed."""
    speeds = [(model, request_speeds(generations, model)) for model in ("base", "tuned")]
    speeds = [(model, values) for model, values in speeds if values]
    if not speeds:
        return None
    for theme in THEMES:
        _draw(speeds, theme, directory / f"request_speed{theme.suffix}.png")
    told = "; ".join(
        f"{MODEL_NAMES[model]}: median {values[int(0.5 * len(values))]:.1f} tokens per second"
        for model, values in speeds
    )
    return Plot(
        "request_speed",
        "Inference speed",
        f"Box plots of generated tokens per second of single requests. {told}.",
        "Box: middle half of the requests; whiskers: 10th to 90th percentile. Several requests run at once, "
        "so the server as a whole is faster than any one of them.",
    )

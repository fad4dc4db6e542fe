"""Training and validation loss of the base model and of the adapter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airflownet.evaluation.plots.style import THEMES, WIDTH, Theme, figure
from airflownet.evaluation.summary import Plot
from airflownet.evaluation.training_log import LossCurve


def _draw(curves: Sequence[LossCurve], theme: Theme, path: Path) -> None:
    with figure(theme, path, width=WIDTH if len(curves) == 1 else 7.6, height=2.9) as drawing:
        axes = drawing.subplots(1, len(curves), squeeze=False)[0]
        for axis, curve in zip(axes, curves, strict=True):
            steps, losses = zip(*curve.train, strict=True)
            axis.plot(steps, losses, color=theme.models["base"], linewidth=1.4, label="training")
            if curve.validation:
                steps, losses = zip(*curve.validation, strict=True)
                axis.plot(
                    steps,
                    losses,
                    color=theme.models["tuned"],
                    linewidth=2,
                    marker="o",
                    markersize=4,
                    label="validation",
                )
            axis.set_title(curve.run, loc="left", fontsize=10.5, color=theme.text)
            axis.set_xlabel("step")
            axis.grid(axis="y")
            axis.tick_params(length=0)
        axes[0].set_ylabel("loss, nats per token")
        handles, labels = max(
            (axis.get_legend_handles_labels() for axis in axes), key=lambda pair: len(pair[1])
        )
        drawing.legend(handles, labels, loc="outside upper center", ncols=2)


def draw_loss_curve(curves: Sequence[LossCurve], directory: Path) -> Plot | None:
    """Draws ``loss_curve.png``, one panel per training run; None without a log."""
    if not curves:
        return None
    for theme in THEMES:
        _draw(curves, theme, directory / f"loss_curve{theme.suffix}.png")
    told = "; ".join(
        f"{c.run}: training loss {c.train[0][1]:.3f} to {c.train[-1][1]:.3f}"
        + (f", validation {c.validation[0][1]:.3f} to {c.validation[-1][1]:.3f}" if c.validation else "")
        for c in curves
    )
    return Plot(
        "loss_curve",
        "Training",
        f"Loss by step. {told}.",
        "Loss by step, one panel per run. Validation families are never in the training split.",
    )

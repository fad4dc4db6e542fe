"""The losses of a training as a picture beside its card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

NAME = "loss.png"


def plot_losses(path: Path, rows: Iterable[Mapping[str, float]]) -> None:
    """Draws training and validation loss in nats per token over the optimizer steps."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = list(rows)
    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for name, label, style in (("loss", "training", "-"), ("eval_loss", "validation", "o-")):
        points = [(row["step"], row[name]) for row in rows if row.get(name) is not None]
        if points:
            axes.plot(*zip(*points, strict=True), style, label=label, linewidth=1.2, markersize=4)
    axes.set_xlabel("optimizer step")
    axes.set_ylabel("loss (nats per token)")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    # Without date and version, equal runs leave equal bytes.
    figure.savefig(path, dpi=110, metadata={"Software": None})

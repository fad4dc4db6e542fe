"""One look for all figures, light and dark, and PNG bytes that depend on the data alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflownet.evaluation.statistics.proportion import Proportion

_DPI = 144
WIDTH = 5.8
"""Inches of a figure that stands alone: as wide as a telephone its words are still read."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a figure; told apart with any common colour vision, and always labelled too."""

    suffix: str
    background: str
    text: str
    muted: str
    grid: str
    on_bar: str
    """Text on a coloured bar."""
    models: dict[str, str]
    outcomes: dict[str, str]


LIGHT = Theme(
    suffix="",
    background="#ffffff",
    text="#1c2430",
    muted="#5b6676",
    grid="#e3e7ed",
    on_bar="#ffffff",
    models={"base": "#8b95a5", "tuned": "#3b5bdb", "ground_truth": "#b08a2e"},
    outcomes={"loads": "#12805c", "fails": "#d9534a", "unknown": "#e3a72f", "missing": "#aab3c0"},
)
DARK = Theme(
    suffix="-dark",
    background="#171d27",
    text="#e6eaf0",
    muted="#9aa6b6",
    grid="#2b3442",
    on_bar="#10151d",
    models={"base": "#8b95a5", "tuned": "#7c96ff", "ground_truth": "#d8b45a"},
    outcomes={"loads": "#3fb68b", "fails": "#e8736b", "unknown": "#e9bb5c", "missing": "#67727f"},
)
THEMES = (LIGHT, DARK)


@contextmanager
def figure(theme: Theme, path: Path, *, width: float, height: float) -> Iterator[Any]:
    """Yields a matplotlib figure of ``width`` x ``height`` inches and saves it as PNG when the block ends."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    look = {
        "font.family": "DejaVu Sans",
        "font.size": 10,
        "text.color": theme.text,
        "axes.labelcolor": theme.muted,
        "axes.edgecolor": theme.grid,
        "axes.facecolor": theme.background,
        "xtick.color": theme.muted,
        "ytick.color": theme.text,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "grid.color": theme.grid,
        "axes.axisbelow": True,
        "legend.frameon": False,
        "hatch.linewidth": 0.6,
        "path.sketch": None,
    }
    # The user's matplotlibrc must not change the bytes.
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(look)
        drawing = Figure(figsize=(width, height), dpi=_DPI, facecolor=theme.background, layout="constrained")
        FigureCanvasAgg(drawing)
        yield drawing
        path.parent.mkdir(parents=True, exist_ok=True)
        drawing.savefig(path, format="png", metadata={"Software": None})


def whiskers(rate: Proportion) -> list[list[float]] | None:
    """Returns matplotlib's ``xerr`` of one dot or bar: its interval; None where there is none."""
    return [[rate.rate - rate.low], [rate.high - rate.rate]] if rate.has_interval else None


def percent_axis(axis: Any, *, upper: float = 1.0) -> None:
    """Makes the horizontal axis a percentage from 0."""
    from matplotlib.ticker import PercentFormatter

    axis.set_xlim(0, upper)
    axis.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axis.grid(axis="x")
    axis.tick_params(length=0)

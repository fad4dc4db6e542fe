"""What the dataset holds: lengths by split, and the most frequent operators, providers, features ..."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from airflownet.evaluation.plots.style import THEMES, Theme, figure
from airflownet.evaluation.summary import Plot

_SPLITS = ("train", "validation", "test")
_PANELS = (
    ("operators", "Operators", 12),
    ("providers", "Providers", 12),
    ("features", "Features", 8),
    ("airflow_lines", "Loads on Airflow", 8),
    ("licences", "Licences", 4),
    ("kinds", "Kinds of rows", 4),
)


def draw_dataset_content(dataset: Path, directory: Path) -> Plot | None:
    """Draws ``dataset_content.png``; None when the dataset left no statistics."""
    statistics = _statistics(dataset)
    if statistics is None:
        return None
    for theme in THEMES:
        _draw_content(statistics, theme, directory / f"dataset_content{theme.suffix}.png")
    most = {name: next(iter(statistics[name]), "none") for name, _, _ in _PANELS}
    return Plot(
        "dataset_content",
        "What the dataset holds",
        "Bars of rows by split. Most frequent: "
        + "; ".join(f"{title.lower()}: {most[name]}" for name, title, _ in _PANELS)
        + ".",
        "Rows that use each, stacked by split. A row counts once for every operator, provider and feature. "
        "The rows themselves can be looked through in dataset/samples.html.",
    )


def draw_dataset_lengths(dataset: Path, directory: Path) -> Plot | None:
    """Draws ``dataset_lengths.png``; None when the dataset left no statistics."""
    statistics = _statistics(dataset)
    if statistics is None or not statistics["code_lines"]["train"]:
        return None
    for theme in THEMES:
        _draw_lengths(statistics, theme, directory / f"dataset_lengths{theme.suffix}.png")
    medians = {name: values[len(values) // 2] for name, values in statistics["code_lines"].items() if values}
    told = ", ".join(f"{name} {value}" for name, value in medians.items())
    return Plot(
        "dataset_lengths",
        "Lengths in the dataset",
        f"Shares of files by lines of code, one curve a split. Median lines: {told}.",
        "Files by lines of code and requests by words: share of each split at or below that length. Curves "
        "that lie together mean that no split is easier.",
    )


def _statistics(dataset: Path) -> dict[str, Any] | None:
    path = dataset / "statistics.json"
    if not path.is_file():
        return None
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def _colours(theme: Theme) -> dict[str, str]:
    return {
        "train": theme.models["base"],
        "validation": theme.models["ground_truth"],
        "test": theme.models["tuned"],
    }


def _draw_content(statistics: dict[str, Any], theme: Theme, path: Path) -> None:
    with figure(theme, path, width=9.6, height=8.4) as drawing:
        axes = drawing.subplots(3, 2, height_ratios=[12, 8, 4]).flat
        for axis, (name, title, count) in zip(axes, _PANELS, strict=True):
            shown = list(statistics[name].items())[:count][::-1]
            left = [0] * len(shown)
            for split in _SPLITS:
                widths = [counts[split] for _, counts in shown]
                axis.barh(range(len(shown)), widths, left=left, height=0.66, color=_colours(theme)[split])
                left = [a + b for a, b in zip(left, widths, strict=True)]
            for row, total in enumerate(left):
                axis.text(
                    total + max(left) * 0.015, row, f"{total:,}", va="center", fontsize=8, color=theme.text
                )
            axis.set_yticks(range(len(shown)), [_short(label) for label, _ in shown], fontsize=8)
            axis.set_xlim(0, max(left, default=1) * 1.18)
            axis.set_ylim(len(shown) - count - 0.4, len(shown) - 0.4)  # equally thick bars in every panel
            axis.set_title(title, fontsize=10, color=theme.text, loc="left")
            axis.tick_params(length=0, labelsize=8)
            axis.grid(axis="x")
        handles = [axis.barh(0, 0, color=_colours(theme)[split], label=split) for split in _SPLITS]
        drawing.legend(handles=handles, loc="outside upper center", ncols=3)


def _draw_lengths(statistics: dict[str, Any], theme: Theme, path: Path) -> None:
    with figure(theme, path, width=7.6, height=3.2) as drawing:
        panels = (("code_lines", "lines of code"), ("request_words", "words of the request"))
        for axis, (name, label) in zip(drawing.subplots(1, 2, sharey=True), panels, strict=True):
            for split in _SPLITS:
                values = statistics[name][split]
                if values:
                    shares = [(number + 1) / len(values) for number in range(len(values))]
                    axis.step(
                        values, shares, where="post", color=_colours(theme)[split], label=split, linewidth=1.8
                    )
            axis.set_xlabel(label)
            axis.set_xlim(left=0)
            axis.set_ylim(0, 1.02)
            axis.grid(axis="both")
            axis.tick_params(length=0)
        axes = drawing.axes
        axes[0].set_ylabel("share of the split")
        drawing.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)


def _short(label: str) -> str:
    return label if len(label) <= 34 else f"{label[:33]}…"

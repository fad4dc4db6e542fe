"""How long each answer's code is, coloured by outcome."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airflownet.evaluation.number_format import MODEL_NAMES
from airflownet.evaluation.plots.style import THEMES, Theme, figure
from airflownet.evaluation.result_statistics import count_lines
from airflownet.evaluation.summary import MODELS, OUTCOMES, Plot
from airflownet.records import JudgedSample, stable_id

_NO_CODE = 0.4
"""Where an answer without code stands: a logarithmic axis has no zero."""


def _jitter(row: JudgedSample) -> float:
    """Spreads the points by a hash of their identity, so that equal data give equal pictures."""
    digest = stable_id("jitter", row.sample_id, row.model, str(row.sample_index))
    return (int(digest, 16) / 16**16 - 0.5) * 0.56


def _draw(rows: Sequence[JudgedSample], theme: Theme, path: Path) -> None:
    with figure(theme, path, width=5.6, height=3.3) as drawing:
        axis = drawing.subplots()
        order = list(reversed(MODELS))
        markers = {"loads": "o", "fails": "X", "unknown": "s", "missing": "v"}
        for outcome in OUTCOMES:
            chosen = [row for row in rows if row.outcome == outcome]
            if not chosen:
                continue
            axis.scatter(
                [max(_NO_CODE, count_lines(row.code)) for row in chosen],
                [order.index(row.model) + _jitter(row) for row in chosen],
                s=20,
                alpha=0.8,
                linewidths=0,
                marker=markers[outcome],
                color=theme.outcomes[outcome],
                label=outcome,
            )
        axis.set_xscale("log")
        most = max((count_lines(row.code) for row in rows), default=1)
        ticks = [number for number in (1, 10, 100, 1000) if number <= max(10, 2 * most)]
        axis.set_xlim(_NO_CODE * 0.8, max(12.0, 1.4 * most))
        axis.set_xticks([_NO_CODE, *ticks], ["no code", *(f"{number:,}" for number in ticks)])
        axis.set_xlabel("lines of code, without blank ones (log scale)")
        axis.set_yticks(range(len(order)), [MODEL_NAMES[model] for model in order])
        axis.grid(axis="x")
        axis.tick_params(length=0, which="both")
        drawing.legend(loc="outside upper center", ncols=len(OUTCOMES))


def draw_length_by_outcome(rows: Sequence[JudgedSample], directory: Path) -> Plot:
    """Draws ``length_by_outcome.png``: one point per answer."""
    for theme in THEMES:
        _draw(rows, theme, directory / f"length_by_outcome{theme.suffix}.png")
    medians = []
    for model in MODELS:
        lengths = sorted(count_lines(row.code) for row in rows if row.model == model)
        medians.append(f"{MODEL_NAMES[model]}: median {lengths[len(lengths) // 2]} lines")
    return Plot(
        "length_by_outcome",
        "Length and outcome",
        f"One point per answer: lines of code by model, marked by outcome. {'; '.join(medians)}.",
        "Each point is one answer: a model that loads only what is short, or rambles on, shows here.",
    )

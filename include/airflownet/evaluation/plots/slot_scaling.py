"""Tokens per second over the number of slots: what ``airflownet infer --calibrate`` measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflownet.evaluation.plots.style import THEMES, WIDTH, Theme, figure
from airflownet.evaluation.provenance import read_json
from airflownet.evaluation.summary import Plot

Points = list[tuple[int, float]]


def _draw(points: Points, recommended: int, theme: Theme, path: Path) -> None:
    with figure(theme, path, width=WIDTH, height=3.2) as drawing:
        axis = drawing.subplots()
        slots, speeds = zip(*points, strict=True)
        between = [slots[0] * (slots[-1] / slots[0]) ** (step / 40) for step in range(41)]
        linear = [points[0][1] * n / points[0][0] for n in between]
        axis.plot(between, linear, color=theme.muted, linestyle=":", linewidth=1.2)
        axis.plot(slots, speeds, color=theme.models["tuned"], marker="o", linewidth=1.8)
        chosen = dict(points)[recommended]
        axis.annotate(
            f"{recommended} recommended",
            (recommended, chosen),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            color=theme.text,
        )
        axis.set_xscale("log", base=2)
        axis.set_xticks(slots, [str(n) for n in slots])
        axis.set_ylim(0, 1.25 * max(speeds))
        axis.set_xlabel("slots")
        axis.set_ylabel("prompt and generated\ntokens per second")
        axis.grid(axis="y")


def draw_slot_scaling(calibration_json: Path | None, directory: Path) -> Plot | None:
    """Draws ``slot_scaling.png`` from ``calibration.json``; None when nobody calibrated."""
    calibration: dict[str, Any] = (read_json(calibration_json) or {}) if calibration_json else {}
    points = sorted((int(p["n_slots"]), float(p["tokens_per_s"])) for p in calibration.get("points", []))
    recommended = int(calibration.get("recommended_n_slots", 0))
    if len(points) < 2 or recommended not in dict(points):
        return None
    for theme in THEMES:
        _draw(points, recommended, theme, directory / f"slot_scaling{theme.suffix}.png")
    told = ", ".join(f"{n}: {speed:,.0f}" for n, speed in points)
    where = f" {calibration['model']}, {calibration['machine']}." if calibration.get("machine") else ""
    return Plot(
        "slot_scaling",
        "Slots of the server",
        f"Line of tokens per second over slots: {told}. Recommended: {recommended} slots.",
        "Dotted: as if every slot added as much as the first. Recommended is the smallest number within 5% "
        f"of the fastest.{where}",
    )

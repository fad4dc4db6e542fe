"""Training and validation losses, as the training stage logs them in ``training_log.parquet``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflownet.evaluation.provenance import read_json
from airflownet.evaluation.summary import LossSummary
from airflownet.locations import MANIFEST

LOG_NAME = "training_log.parquet"


@dataclass(frozen=True, slots=True)
class LossCurve:
    """One run's losses in nats per token, by step."""

    run: str
    train: tuple[tuple[int, float], ...]
    validation: tuple[tuple[int, float], ...]
    tokens_seen: int
    seconds: float | None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _losses(rows: list[dict[str, Any]], column: str, split: str) -> tuple[tuple[int, float], ...]:
    """Returns (step, loss); a log has one column per split, or one row per split and step."""
    found = []
    for row in rows:
        loss = _number(row.get("loss" if "split" in row else column))
        if loss is not None and row.get("split", split) == split:
            found.append((int(row["step"]), loss))
    return tuple(sorted(found))


def read_loss_curve(folder: Path, run: str) -> LossCurve | None:
    """Returns the curve of one training folder; None when it holds no log or no finite training loss.

    The seconds are those that the manifest tells, else those of the log.
    """
    import pyarrow.parquet as pq

    path = folder / LOG_NAME
    if not path.is_file():
        return None
    rows = pq.read_table(path).to_pylist()
    train = _losses(rows, "loss", "train")
    if not train:
        return None
    facts = (read_json(folder / MANIFEST) or {}).get("facts", {})
    tokens = [_number(row.get("num_tokens", row.get("tokens_seen"))) or 0.0 for row in rows]
    seconds = [_number(facts.get("train_s")), *(_number(row.get("seconds")) for row in rows)]
    return LossCurve(
        run=run,
        train=train,
        validation=_losses(rows, "eval_loss", "validation"),
        tokens_seen=int(max(tokens)),
        seconds=max((value for value in seconds if value is not None), default=None),
    )


def loss_summary(curve: LossCurve) -> LossSummary:
    """Returns the figures of a curve."""
    return LossSummary(
        run=curve.run,
        n_steps=max(step for step, _ in curve.train + curve.validation),
        first_loss=curve.train[0][1],
        last_loss=curve.train[-1][1],
        first_validation_loss=curve.validation[0][1] if curve.validation else None,
        last_validation_loss=curve.validation[-1][1] if curve.validation else None,
        tokens_seen=curve.tokens_seen,
        seconds=curve.seconds,
    )


def validation_loss(run: LossSummary) -> str:
    """Returns ``2.104 to 1.835``, one number where it was measured once, a dash where never."""
    first, last = run.first_validation_loss, run.last_validation_loss
    if first is None or last is None:
        return "–"
    return f"{last:.3f}, measured once" if first == last else f"{first:.3f} to {last:.3f}"

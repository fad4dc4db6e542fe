"""The rows of ``training_log.parquet``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from airflownet.tables import write_table


@dataclass(frozen=True, slots=True)
class LoggedStep:
    """What was logged at one optimizer step; None where the row does not tell."""

    step: int
    loss: float | None
    eval_loss: float | None
    grad_norm: float | None
    learning_rate: float | None
    num_tokens: float | None
    """Tokens seen so far, as trl counts them."""
    mean_token_accuracy: float | None


def write_log(path: Path, rows: Iterable[Mapping[str, float]]) -> int:
    """Writes the worker's log rows as a table; returns their number."""
    names = ("loss", "eval_loss", "grad_norm", "learning_rate", "num_tokens", "mean_token_accuracy")
    return write_table(
        path,
        LoggedStep,
        [LoggedStep(int(row["step"]), **{name: row.get(name) for name in names}) for row in rows],
    )

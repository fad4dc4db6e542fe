"""Two records of a round: an answer that was drawn, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

DRAWN = "drawn.parquet"
FATES = "fates.parquet"
KEPT = "kept"


@dataclass(frozen=True, slots=True)
class DrawnAnswer:
    """One answer to one training prompt: a row of ``drawn.parquet``."""

    key: str
    """Hash of everything that determines the draw."""
    sample_id: str
    """``Sample.id`` of the training row whose prompt was asked."""
    way: str
    """``plain`` or ``verified``."""
    index: int
    """Number of the answer among those of its way, from 0."""
    text: str
    """As the model wrote it; of a verified answer the file."""
    code: str
    """The file that it stands for; empty when no plan could be read."""
    n_tokens: int
    n_tokens_drawn: int
    """All tokens that the model produced for it."""
    seconds: float
    error: str
    """Why the server refused; empty for an answer."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one drawn answer: a row of ``fates.parquet``."""

    key: str
    sample_id: str
    family_id: str
    round: int
    way: str
    index: int
    reason: str
    """``kept``, else why it was dropped."""
    outcome: str
    """The judge's; empty where nothing was judged."""
    asked_for: float
    """Asked-for score, -1 where nothing could be compared."""
    is_trivial: bool
    """It loads and no task does anything."""
    n_lines: int
    n_lines_original: int
    """Lines that hold something, of the answer's file and of the training row's."""
    likeness: float
    """Greatest likeness to any file of the dataset, -1 where it was not looked at."""

"""Requests that hold a credential: models repeat keys they were trained on."""

from __future__ import annotations

from collections.abc import Sequence

from airflownet.magpie.candidate import Candidate, Drop
from airflownet.secret_shapes import secret_kind


def secrets(candidates: Sequence[Candidate]) -> list[Drop | None]:
    """Returns ``Drop("secret:aws-key")`` for texts that hold what looks like a credential."""
    return [_why(candidate.text) for candidate in candidates]


def _why(text: str) -> Drop | None:
    kind = secret_kind(text)
    return Drop(f"secret:{kind}") if kind else None

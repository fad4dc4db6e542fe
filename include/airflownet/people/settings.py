"""What people are asked; the ``people`` block of a recipe. Without the block nobody is asked."""

from __future__ import annotations

from pydantic import Field

from airflownet.artifacts import StageSettings


class PeopleSettings(StageSettings):
    """Settings of the questions to people."""

    n_pairs: int = Field(
        default=6, ge=1, le=100, description="Pairs of answers that are put before a person, one task each."
    )
    first: str = Field(default="tuned", min_length=1, description="One model of each pair.")
    second: str = Field(default="base", min_length=1, description="The other model.")
    max_lines: int = Field(
        default=120, ge=10, le=1_000, description="Lines shown of each answer; the rest is counted."
    )
    wait_hours: int = Field(
        default=48, ge=1, le=24 * 30, description="How long a pair waits; then it counts as not answered."
    )
    salt: str = Field(default="airflownet-people-1", description="Draws the pairs and which stands left.")

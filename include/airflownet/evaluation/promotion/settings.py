"""What it takes to become champion; the ``promotion`` block of a recipe."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from airflownet.artifacts import StageSettings


class PromotionSettings(StageSettings):
    """Settings of the promotion gate."""

    rule: Literal["better", "not_worse"] = Field(
        default="better",
        description="`better`: loads and does what was asked more often, beyond chance, and loads not worse; "
        "`not_worse`: both not worse than the margin.",
    )
    margin_points: float = Field(
        default=2.0,
        ge=0.0,
        le=50.0,
        description="How many percentage points worse the lower end of an interval may be and still count as "
        "not worse.",
    )
    min_prompts: int = Field(default=30, ge=2, description="Prompts that both models must have answers to.")
    most_trivial_percent: float = Field(
        default=10.0,
        ge=0.0,
        le=100.0,
        description="The gate does not trust a comparison whose control arm of trivial DAGs does what was "
        "asked "
        "more often than this.",
    )

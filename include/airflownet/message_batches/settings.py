"""What a recipe may say about Claude: model, limits, prices, patience."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from airflownet.artifacts import StageSettings

DEFAULT_MODEL = "claude-sonnet-5-5"


class ClaudeSettings(StageSettings):
    """Settings of everything that asks Claude in batches."""

    model: str = Field(
        default=DEFAULT_MODEL,
        min_length=1,
        description="Model id as Anthropic names it; recorded with every reply",
    )
    max_completion_tokens: int = Field(
        default=4096,
        ge=64,
        le=64_000,
        description="A reply that needs more, its thinking counted, is dropped as truncated",
    )
    thinking: Literal["least", "adaptive"] = Field(
        default="least",
        description="Whether the model may think before it answers, which is paid as reply; least: not "
        "where that can be chosen",
    )
    effort: Literal["", "low", "medium", "high", "xhigh", "max"] = Field(
        default="", description="How much effort a reply is worth; empty: as the model does by itself"
    )
    max_prompt_tokens: int = Field(
        default=24_000, ge=500, le=180_000, description="A longer prompt is dropped and counted, never cut"
    )
    budget_usd: float = Field(
        default=5.0,
        ge=0.0,
        le=100_000.0,
        description="Nothing is submitted when what the ledger has paid, plus the most the new requests "
        "can cost, would exceed this; 0 forbids paying",
    )
    input_usd_per_mtok: float | None = Field(
        default=None, ge=0.0, description="Batch price of a million prompt tokens; empty: the table's"
    )
    output_usd_per_mtok: float | None = Field(
        default=None, ge=0.0, description="Batch price of a million reply tokens; empty: the table's"
    )
    requests_per_batch: int = Field(
        default=10_000, ge=1, le=100_000, description="Most requests in one batch (Anthropic: 100,000)"
    )
    max_attempts: int = Field(
        default=3, ge=1, le=10, description="How often a request is submitted that errored or expired"
    )
    poll_interval_s: float = Field(
        default=60.0, ge=0.0, le=3600.0, description="Time between two questions whether a batch has ended"
    )
    timeout_s: float = Field(
        default=90_000.0,
        gt=0.0,
        le=604_800.0,
        description="How long to wait for all batches; they expire after 24 h",
    )
    settle_s: float = Field(
        default=60.0,
        ge=0.0,
        le=600.0,
        description="After a crash between submitting and noting the batch's id: how long the batch may "
        "take to appear in Anthropic's list before it counts as never submitted",
    )
    base_url: str = Field(
        default="", description="Address of the API; empty: ANTHROPIC_BASE_URL, else Anthropic's"
    )

"""What a grading may be told: which judge, which rubric, how often and how carefully."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from airflownet.artifacts import StageSettings
from airflownet.llama.settings import SamplingSettings, ServerSettings
from airflownet.message_batches.settings import ClaudeSettings


class LlamaJudgeSettings(ServerSettings, SamplingSettings):
    """A served model that judges."""

    model: str = Field(
        default="", description="Path of a GGUF file with a chat template; needed for a llama judge"
    )
    context_tokens_per_slot: int = Field(
        default=16_384,
        ge=256,
        le=131_072,
        multiple_of=256,
        description="Context of each slot in tokens, prompt and reply together",
    )
    max_completion_tokens: int = Field(
        default=4096, ge=64, le=32_768, description="A reply that needs more is unscored as truncated"
    )
    temperature: float = Field(
        default=0.3, ge=0.0, le=5.0, description="0 makes every repeat equal, and its agreement worthless"
    )
    max_finding_chars: int = Field(
        default=400, ge=20, le=1_500, description="Most characters of one finding, held by the grammar"
    )


class GradeSettings(StageSettings):
    """Settings of the LLM judge."""

    judge: Literal["claude", "llama"] = Field(
        default="claude", description="Who judges: Claude in batches, or a served model."
    )
    rubric: str = Field(
        default="v1", min_length=1, description="Version of the rubric, or the path of a YAML file like it."
    )
    strip_comments: bool = Field(
        default=True,
        description="Take comments and docstrings out first: a comment that praises the code moves judges.",
    )
    max_prompts: int = Field(
        default=0, ge=0, description="Grade this many prompts, drawn by hash, with all their answers; 0: all."
    )
    n_repeats: int = Field(
        default=3, ge=1, le=10, description="How often the answers of the repeated prompts are graded."
    )
    repeated_prompts: int = Field(
        default=10, ge=0, description="Prompts graded more than once, which gives the judge's own agreement."
    )
    canary_prompts: int = Field(
        default=5, ge=0, le=100, description="Prompts that the answers of known worth are made from."
    )
    pairwise: bool = Field(
        default=False,
        description="Also put the answers of every two models side by side, in both orders.",
    )
    min_canaries_as_expected: float = Field(
        default=0.8, ge=0.0, le=1.0, description="The run is flagged when a kind of canary does worse."
    )
    min_kappa: float = Field(
        default=0.4, ge=-1.0, le=1.0, description="The run is flagged when the repeats agree less."
    )
    max_unscored_share: float = Field(
        default=0.1, ge=0.0, le=1.0, description="The run is flagged when more answers are unscored."
    )
    max_order_dependent: float = Field(
        default=0.3,
        ge=0.0,
        le=1.0,
        description="The run is flagged when more preferences change with the order of the two answers.",
    )
    claude: ClaudeSettings = Field(
        default_factory=ClaudeSettings, description="Claude through Message Batches."
    )
    llama: LlamaJudgeSettings = Field(
        default_factory=LlamaJudgeSettings, description="The served model, for a llama judge."
    )

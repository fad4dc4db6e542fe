"""Settings of the instructions stage: the ``instructions:`` block of a recipe."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from airflownet.artifacts import StageSettings
from airflownet.llama.settings import SamplingSettings, ServerSettings
from airflownet.message_batches.settings import ClaudeSettings

ViewName = Literal[
    "brief", "specification", "workflow", "terse", "data_processing", "change_request", "spoken"
]


class ViewLengths(BaseModel):
    """Most characters of a text, by view; a longer one is written with fewer clauses, never cut."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brief: int = Field(320, ge=120, le=2_000, description="One sentence about the purpose.")
    specification: int = Field(2_500, ge=120, le=20_000, description="A list of requirements.")
    workflow: int = Field(1_600, ge=120, le=20_000, description="Prose in the order of the tasks.")
    terse: int = Field(400, ge=120, le=2_000, description="Keywords as a hurried engineer types them.")
    data_processing: int = Field(1_600, ge=120, le=20_000, description="What is read, done and written.")
    change_request: int = Field(2_000, ge=120, le=20_000, description="A ticket with criteria.")
    spoken: int = Field(320, ge=120, le=2_000, description="One breath, without names.")


class LlamaWriterSettings(ServerSettings, SamplingSettings):
    """A served model that writes instructions."""

    model: str = Field(
        default="", description="Path of a GGUF file with a chat template; needed for a llama writer"
    )
    max_completion_tokens: int = Field(
        default=1536, ge=64, le=32_768, description="A reply that needs more is dropped as truncated"
    )
    temperature: float = Field(default=0.7, ge=0.0, le=5.0, description="0 takes the likeliest token")


class InstructionSettings(StageSettings):
    """What the instructions stage writes for each DAG file."""

    airflow: str = Field(
        default="3.3", description="Airflow line that files are read for, and that a text may name."
    )
    writer: Literal["describer"] = Field(
        "describer", description="Who always writes: the deterministic describer, which needs no model."
    )
    views: tuple[ViewName, ...] = Field(
        ("brief", "specification", "workflow", "terse"),
        min_length=1,
        description="The phrasings to write, one instruction each per DAG file.",
    )
    max_chars: ViewLengths = Field(
        default_factory=lambda: ViewLengths(),
        description="Most characters of a text, by view.",
    )
    airflow_share: float = Field(
        default=0.0, ge=0.0, le=1.0, description="Share of the texts that name the Airflow version."
    )
    model_writer: Literal["none", "llama", "claude"] = Field(
        default="none", description="A language model that writes as well; its rows carry its name."
    )
    model_views: tuple[ViewName, ...] = Field(
        ("brief", "workflow", "data_processing", "terse", "specification", "change_request"),
        min_length=1,
        description="The phrasings the model writes, all in one request per DAG file.",
    )
    llama: LlamaWriterSettings = Field(
        default_factory=LlamaWriterSettings, description="The served model, for a llama writer."
    )
    claude: ClaudeSettings = Field(
        default_factory=ClaudeSettings, description="Claude through Message Batches, for a Claude writer."
    )
    round_trip: Literal["none", "stated", "regenerated"] = Field(
        default="stated",
        description="Whether an instruction determines its DAG: by what its text states, or by the DAG that "
        "the served model writes from it.",
    )
    min_round_trip: float = Field(
        default=0.0, ge=0.0, le=1.0, description="Instructions that score lower are dropped and counted."
    )

    @field_validator("views", "model_views")
    @classmethod
    def _views_differ(cls, views: tuple[ViewName, ...]) -> tuple[ViewName, ...]:
        if len(set(views)) != len(views):
            raise ValueError(f"views names one twice: {', '.join(views)}; name each at most once")
        return views

    def bounds(self) -> dict[str, int]:
        """Returns view -> most characters, for the chosen views in their order."""
        return {view: getattr(self.max_chars, view) for view in self.views}

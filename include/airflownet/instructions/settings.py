"""Settings of the instructions stage: the ``instructions:`` block of a recipe."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from airflownet.artifacts import StageSettings

ViewName = Literal["brief", "specification", "workflow", "terse"]


class ViewLengths(BaseModel):
    """Most characters of a text, by view; a longer one is written with fewer clauses, never cut."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brief: int = Field(320, ge=120, le=2_000, description="One sentence about the purpose.")
    specification: int = Field(2_500, ge=120, le=20_000, description="A list of requirements.")
    workflow: int = Field(1_600, ge=120, le=20_000, description="Prose in the order of the tasks.")
    terse: int = Field(400, ge=120, le=2_000, description="Keywords as a hurried engineer types them.")


class InstructionSettings(StageSettings):
    """What the instructions stage writes for each DAG file."""

    writer: Literal["describer"] = Field(
        "describer", description="Who writes: the deterministic describer, which needs no model."
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

    @field_validator("views")
    @classmethod
    def _views_differ(cls, views: tuple[ViewName, ...]) -> tuple[ViewName, ...]:
        if len(set(views)) != len(views):
            raise ValueError(f"views names one twice: {', '.join(views)}; name each at most once")
        return views

    def bounds(self) -> dict[str, int]:
        """Returns view -> most characters, for the chosen views in their order."""
        return {view: getattr(self.max_chars, view) for view in self.views}

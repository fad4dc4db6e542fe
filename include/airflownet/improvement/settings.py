"""The ``improve`` block of a recipe: how much is drawn, what is kept, how many rounds."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from airflownet.artifacts import StageSettings
from airflownet.llama.settings import ServerSettings

Way = Literal["plain", "verified"]


class DrawingSettings(ServerSettings):
    """How answers to training prompts are drawn; whoever changes nothing here draws nothing twice."""

    ways: tuple[Way, ...] = Field(
        default=("plain", "verified"),
        min_length=1,
        description="plain: the model alone; verified: with the judge at the elbow, as `generate` writes",
    )
    answers_per_prompt: int = Field(default=2, ge=1, le=64, description="Answers per prompt and way")
    max_prompts: int = Field(
        default=0, ge=0, description="Training prompts that are asked, families in turns; 0: all"
    )
    temperature: float = Field(
        default=0.7, gt=0.0, le=5.0, description="Of the sampler: several answers must differ"
    )
    min_p: float = Field(default=0.05, ge=0.0, lt=1.0, description="Share of the best probability")
    max_plan_tokens: int = Field(default=320, ge=16, le=32768, description="A plan is cut after this many")
    max_answer_tokens: int = Field(default=1200, ge=16, le=32768, description="A file is cut after this many")
    max_drawn_tokens: int = Field(
        default=4800,
        ge=16,
        le=262144,
        description="All tokens of a verified file, with those taken back",
    )
    max_seconds: float = Field(default=600.0, gt=0, le=86400, description="Time for one answer, in seconds")
    seed: int = Field(default=3407, ge=0, le=2**31 - 1, description="Of all draws, and of which prompts")


class SelectionSettings(StageSettings):
    """Which answers become rows."""

    min_asked_for: float = Field(
        default=0.8, gt=0.0, le=1.0, description="Asked-for score from which an answer is what was asked"
    )
    copy_threshold: float = Field(
        default=0.7,
        gt=0.0,
        le=1.0,
        description="From this likeness to a file of the dataset on it is a copy (Jaccard of shingles)",
    )
    shingle_tokens: int = Field(default=5, ge=1, le=50, description="Tokens of a shingle")
    shortest: float = Field(
        default=0.6, ge=0.0, le=1.0, description="Fewest lines of an answer, as a share of the original's"
    )
    longest: float = Field(
        default=1.7, ge=1.0, le=100.0, description="Most lines of an answer, as a share of the original's"
    )
    most_per_prompt: int = Field(default=1, ge=1, le=64, description="Rows from one prompt")
    most_per_family: int = Field(default=3, ge=1, le=1000, description="Rows from one family of files")


class ImprovementSettings(StageSettings):
    """Rounds of drawing, selecting, training and evaluating."""

    rounds: int = Field(default=2, ge=1, le=3, description="Rounds; each draws with the last one's model")
    drawing: DrawingSettings = Field(default_factory=DrawingSettings, description="What is drawn")
    selection: SelectionSettings = Field(default_factory=SelectionSettings, description="What is kept")
    max_steps: int | None = Field(
        default=None,
        ge=1,
        description="Optimizer steps of a round's training; empty: as `training.max_steps`, so that the "
        "rounds and the first training differ by their rows alone",
    )

    @model_validator(mode="after")
    def _ways_are_distinct(self) -> Self:
        if len(set(self.drawing.ways)) != len(self.drawing.ways):
            raise ValueError("drawing.ways names a way twice")
        return self

"""Settings of the judging stage."""

from __future__ import annotations

from pydantic import Field, field_validator

from airflownet.artifacts import StageSettings

LINES = ("2.7", "2.8", "2.9", "2.10", "2.11", "3.0", "3.1", "3.2", "3.3")
"""Every Airflow line there is a catalogue for, oldest first."""


class JudgeSettings(StageSettings):
    """What the judge is asked."""

    airflow: str = Field(
        default="3.3",
        pattern=r"^[23]\.\d{1,2}(\.\d{1,2})?$",
        description="Airflow line (3.3) or version (3.3.1) that files are judged for.",
    )
    lines: tuple[str, ...] = Field(
        default=LINES,
        description="Airflow lines of the label matrix: on which of them each file loads. Empty: no matrix.",
    )

    shard_size: int = Field(
        default=20_000,
        ge=1,
        description="Files that one task judges; more are shared among the workers. The result is the same.",
    )

    def whatever_the_shards(self) -> JudgeSettings:
        """Returns the settings without what only says how the work is shared out."""
        return self.model_copy(update={"shard_size": type(self).model_fields["shard_size"].default})

    @field_validator("lines")
    @classmethod
    def _known(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        for line in lines:
            if line not in LINES:
                raise ValueError(f"there is no catalogue for {line!r}; lines are {', '.join(LINES)}")
        return tuple(line for line in LINES if line in lines)

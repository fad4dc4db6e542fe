"""Settings of the judging stage."""

from __future__ import annotations

from pydantic import Field

from airflownet.artifacts import StageSettings


class JudgeSettings(StageSettings):
    """What the judge is asked."""

    airflow: str = Field(
        default="3.3",
        pattern=r"^[23]\.\d{1,2}(\.\d{1,2})?$",
        description="Airflow line (3.3) or version (3.3.1) that files are judged for.",
    )

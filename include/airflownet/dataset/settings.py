"""How samples are chosen, grouped into families and split: the ``dataset:`` block of a recipe."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from airflownet.artifacts import StageSettings

SYSTEM_PROMPT = (
    "You are an expert in Apache Airflow. Answer with one complete Python file that defines the DAG the user "
    "asks for. Answer with code only."
)


class DatasetSettings(StageSettings):
    """Settings of the dataset stage."""

    airflow: str = Field(default="3.3", description="Airflow line whose verdicts decide which rows are kept.")
    system_prompt: str = Field(
        default=SYSTEM_PROMPT,
        min_length=1,
        description="System message of every sample, in training and after.",
    )
    max_code_chars: int = Field(
        default=12_000,
        ge=200,
        le=1_000_000,
        description="Longer files are dropped, with that reason: no answer is ever cut.",
    )
    train_fraction: float = Field(default=0.8, gt=0, lt=1, description="Share of families that train.")
    validation_fraction: float = Field(default=0.1, gt=0, lt=1, description="Share that steers training.")
    test_fraction: float = Field(default=0.1, gt=0, lt=1, description="Share that is only ever evaluated.")
    split_salt: str = Field(
        default="airflownet-1", description="Changes which families fall into which split, and nothing else."
    )
    family_threshold: float = Field(
        default=0.5,
        ge=0.3,
        le=1.0,
        description="Two files with at least this Jaccard similarity belong to one family. Lower than the "
        "leakage threshold on purpose: pairs that another way of measuring calls near stay together too.",
    )
    leakage_threshold: float = Field(
        default=0.7,
        ge=0.3,
        le=1.0,
        description="No two files of different splits may reach this similarity; else nothing is published.",
    )
    shingle_tokens: int = Field(
        default=5, ge=1, le=20, description="Length in tokens of the shingles that similarity is measured on."
    )
    train_views: int = Field(default=2, ge=1, le=20, description="Phrasings per DAG in train.")
    heldout_views: int = Field(
        default=1, ge=1, le=20, description="Phrasings per DAG in validation and test."
    )
    max_test_samples: int | None = Field(
        default=None,
        ge=1,
        description="Keeps the evaluation short: at most so many test samples, families spread.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        total = self.train_fraction + self.validation_fraction + self.test_fraction
        if abs(total - 1.0) > 1e-9:
            raise ValueError(f"train, validation and test fraction add up to {total:.6g}, not to 1")
        if self.family_threshold > self.leakage_threshold:
            raise ValueError(
                f"family_threshold {self.family_threshold:g} is above leakage_threshold "
                f"{self.leakage_threshold:g}: pairs between the two would be split and then refused"
            )
        return self

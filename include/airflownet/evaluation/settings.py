"""What determines an evaluation beside its inputs; the ``evaluation`` block of a recipe."""

from __future__ import annotations

from pydantic import Field

from airflownet.artifacts import StageSettings


class EvaluationSettings(StageSettings):
    """Settings of the evaluation stage."""

    airflow: str = Field(
        default="3.3",
        pattern=r"^([23]\.\d+|sample)$",
        description="Airflow line that answers are judged for; `sample`: each sample's own line.",
    )
    title: str = Field(
        default="Does the fine-tuned model write DAGs that load?",
        min_length=1,
        max_length=120,
        description="Title of the report.",
    )
    confidence: float = Field(
        default=0.95, ge=0.5, le=0.999, description="Confidence level of every interval in the report."
    )
    bootstrap_resamples: int = Field(
        default=10_000,
        ge=200,
        le=1_000_000,
        description="Resamples of the cluster bootstrap by family.",
    )
    seed: int = Field(default=20_240_817, ge=0, description="Seed of the bootstrap.")
    n_strata: int = Field(
        default=3, ge=1, le=10, description="Groups of equal size by length of the ground truth file."
    )
    n_examples: int = Field(default=4, ge=0, le=12, description="Side-by-side examples in the report.")
    max_example_lines: int = Field(
        default=60, ge=5, le=2_000, description="Lines of code shown per example; the rest is counted."
    )
    asked_for_threshold: float = Field(
        default=0.5,
        gt=0.0,
        le=1.0,
        description="Asked-for score from which an answer counts as what was asked.",
    )
    control_arm: bool = Field(
        default=True, description="Judge trivial DAGs for every prompt too: they must score near zero."
    )

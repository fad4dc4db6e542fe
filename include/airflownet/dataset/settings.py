"""How samples are chosen, grouped into families and split: the ``dataset:`` block of a recipe."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from airflownet.artifacts import StageSettings
from airflownet.dataset.mixture_settings import (
    BalanceSettings,
    HoldOutSettings,
    MixtureSettings,
    QualitySettings,
)
from airflownet.plans.prompt import SYSTEM_PROMPT as PLAN_SYSTEM_PROMPT

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
    form: Literal["code", "plan", "both"] = Field(
        default="code",
        description="What the answers in train and validation are: the file, its plan (docs/plans.md), or a "
        "row of each. The test split keeps the file to compare with.",
    )
    plan_system_prompt: str = Field(
        default=PLAN_SYSTEM_PROMPT,
        min_length=1,
        description="System message of rows whose answer is a plan, in training and after.",
    )
    card_tokens: int = Field(
        default=0,
        ge=0,
        le=8192,
        description="Most tokens of the API cards (docs/generate.md) behind the system message of rows that "
        "ask for a DAG: what the catalogue knows of the operators that the request names or implies.",
    )
    max_code_chars: int = Field(
        default=12_000,
        ge=200,
        le=1_000_000,
        description="Longer files are dropped, with that reason: no answer is ever cut.",
    )
    project_files: Literal["leave-out", "in-request"] = Field(
        default="leave-out",
        description="What becomes of files that need modules or files of their project: `leave-out` drops "
        "them as `not-self-contained`, `in-request` keeps those whose request can show the texts they need.",
    )
    max_project_chars: int = Field(
        default=8_000,
        ge=200,
        le=1_000_000,
        description="Longest texts of a project in one request, all together; a file that needs more is "
        "dropped as `project-too-long`.",
    )
    tokenizer: str = Field(
        default="",
        description="Folder or `tokenizer.json` of the model to be trained, to count tokens with; a folder's "
        "chat template counts too. Empty: only characters are limited.",
    )
    max_tokens: int | None = Field(
        default=None,
        ge=64,
        le=1_000_000,
        description="Rows with more tokens in the whole chat are dropped and counted; needs `tokenizer`.",
    )
    also_loads_on: tuple[str, ...] = Field(
        default=(),
        description="Further Airflow lines that every answer must load on; needs the label matrix.",
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
    instruction_shingle_words: int = Field(
        default=3,
        ge=1,
        le=20,
        description="Length in words of the shingles that the similarity of requests is measured on. A row "
        "of train whose request is near one that is held out is dropped.",
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
    keep_editions: bool = Field(
        default=False,
        description="Before other files replace a finished dataset, keep it beside it, and go on with its "
        "families: nothing that was ever tested on is trained on later. For datasets that grow.",
    )
    hold_out: HoldOutSettings = Field(
        default_factory=HoldOutSettings, description="Families that are tested on whatever their hash says."
    )
    mixture: MixtureSettings = Field(
        default_factory=MixtureSettings, description="Kinds of rows beside `create`, as weights against it."
    )
    balance: BalanceSettings = Field(
        default_factory=BalanceSettings, description="Limits per family, owner and operator in train."
    )
    quality: QualitySettings = Field(
        default_factory=QualitySettings, description="Thresholds of the data-quality gate."
    )
    benchmarks: tuple[str, ...] = Field(
        default=(),
        description="JSONL or Parquet files of public benchmarks that the rows are compared with.",
    )
    browser_rows: int = Field(
        default=1_000, ge=0, le=20_000, description="Rows shown in `samples.html`, families in turn; 0: none."
    )
    pretty_name: str = Field(
        default="Apache Airflow DAGs with instructions",
        min_length=1,
        description="Title of the dataset card.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        total = self.train_fraction + self.validation_fraction + self.test_fraction
        if abs(total - 1.0) > 1e-9:
            raise ValueError(f"train, validation and test fraction add up to {total:.6g}, not to 1")
        if self.max_tokens is not None and not self.tokenizer:
            raise ValueError(f"max_tokens {self.max_tokens} needs `tokenizer`: tokens of which model?")
        if self.family_threshold > self.leakage_threshold:
            raise ValueError(
                f"family_threshold {self.family_threshold:g} is above leakage_threshold "
                f"{self.leakage_threshold:g}: pairs between the two would be split and then refused"
            )
        return self

"""Which kinds of rows there are, in what shares, and how they are spread: parts of the ``dataset:`` block."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from airflownet.artifacts import StageSettings

Kind = Literal["create", "migrate", "repair", "explain", "magpie", "replay"]
KINDS: tuple[Kind, ...] = ("create", "migrate", "repair", "explain", "magpie", "replay")


class MixtureSettings(StageSettings):
    """Rows of each kind in train, as weights against ``create``: 0.25 gives one for four create rows."""

    migrate: float = Field(
        default=0.0, ge=0, le=10, description="An older DAG -> the same DAG on the target line."
    )
    repair: float = Field(
        default=0.0, ge=0, le=10, description="A broken DAG and its error -> the working one."
    )
    explain: float = Field(
        default=0.0, ge=0, le=10, description="A DAG -> what it does, from its real graph."
    )
    magpie: float = Field(
        default=0.0, ge=0, le=10, description="A request that a model made up -> its judged answer."
    )
    replay: float = Field(
        default=0.0, ge=0, le=10, description="General Python, so that it is not unlearned."
    )
    held_out_kinds: tuple[Kind, ...] = Field(
        default=("create",),
        description="Kinds that validation and test may hold; other rows that fall there are dropped.",
    )
    faults_per_file: int = Field(
        default=2, ge=1, le=20, description="At most so many repair rows are made of one working file."
    )

    explain_system_prompt: str = Field(
        default="You are an expert in Apache Airflow. Explain what the user's DAG does, in plain words.",
        min_length=1,
        description="System message of explain rows, whose answer is not code.",
    )
    replay_system_prompt: str = Field(
        default="You are an expert Python programmer. Answer with code only.",
        min_length=1,
        description="System message of replay rows, which are not about Airflow.",
    )
    generated_licence: str = Field(
        default="NOASSERTION",
        min_length=1,
        description="SPDX identifier of rows that a model wrote: the terms of that model decide.",
    )

    def system_prompt(self, kind: str) -> str:
        """Returns the system message of a kind, empty where it is the one of the dataset."""
        return {"explain": self.explain_system_prompt, "replay": self.replay_system_prompt}.get(kind, "")

    def weight(self, kind: str) -> float:
        """Returns the weight of a kind; ``create`` is 1."""
        return 1.0 if kind == "create" else float(getattr(self, kind))


class BalanceSettings(StageSettings):
    """Limits against what every corpus has too much of; ``None`` sets no limit. They hold for train."""

    max_rows_per_family: int | None = Field(default=None, ge=1, description="Create rows of one family.")
    max_rows_per_owner: int | None = Field(
        default=None, ge=1, description="Create rows of one owner: the part of the repository before `/`."
    )
    max_rows_per_operator: int | None = Field(
        default=None, ge=1, description="Create rows in which one operator is the rarest one."
    )


class HoldOutSettings(StageSettings):
    """Families that are put into test whatever their hash says. Families of an earlier edition never move."""

    newest_line: bool = Field(
        default=False,
        description="Families that load on the target line and on no older one; needs the label matrix.",
    )
    providers: tuple[str, ...] = Field(
        default=(), description="Families that import from these providers: `snowflake`, `apache.kafka`."
    )
    provider_share: float = Field(
        default=0.0, ge=0, lt=1, description="Share of all providers to hold out, chosen by a stable hash."
    )
    after: dict[str, str] = Field(
        default_factory=dict,
        description="Repository (or `*`) -> version or date: families whose every file is of a later ref.",
    )


class QualitySettings(StageSettings):
    """The data-quality gate: what a dataset must reach before anyone is told that it is there."""

    min_train_rows: int = Field(default=1, ge=0, description="Fewest rows in train.")
    min_validation_rows: int = Field(default=1, ge=0, description="Fewest rows in validation.")
    min_test_rows: int = Field(default=1, ge=0, description="Fewest rows in test.")
    min_test_families: int = Field(
        default=1, ge=0, description="Fewest families in test: they are the unit of evidence."
    )
    max_drop_share: float = Field(
        default=1.0, ge=0, le=1, description="Largest share of listed files that may be dropped."
    )
    min_load_share: float = Field(
        default=0.0, ge=0, le=1, description="Least share of judged files that load on the target line."
    )
    max_unknown_licence_share: float = Field(
        default=1.0, ge=0, le=1, description="Largest share of rows whose licence is not known."
    )
    max_family_share: float = Field(
        default=1.0, gt=0, le=1, description="Largest share of train rows that one family may hold."
    )
    max_equal_request_share: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="Largest share of rows whose request another row of their kind has.",
    )

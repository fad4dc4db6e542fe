"""The trigger form and the defaults that all AirflowNet DAGs share."""

from __future__ import annotations

import datetime
from typing import Any

from airflow.configuration import conf
from airflow.sdk import Param

from airflownet.judge.settings import LINES
from airflownet.recipe import recipe_names
from airflownet_provider.failure_notifier import FailureNotifier
from airflownet_provider.retry_policy import RETRIES, SHORT_WAIT, StageRetryPolicy

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)

DEFAULT_ARGS: dict[str, Any] = {
    "owner": "airflownet",
    "retries": RETRIES,  # at most; the policy decides
    "retry_delay": SHORT_WAIT,
    "retry_policy": StageRetryPolicy(),
    "on_failure_callback": FailureNotifier(),
}


def recipe_param() -> Param:
    """Returns the choice of recipe; scheduled runs take what the form begins with."""
    names = recipe_names() or ["laptop"]
    usual = conf.get("airflownet", "recipe", fallback="laptop")
    return Param(
        usual if usual in names else names[0],
        type="string",
        enum=names,
        title="Recipe",
        description_md="The file in `recipes/` that holds the settings of every stage. "
        "`laptop` needs no GPU and no keys.",
    )


def shared_params() -> dict[str, Param]:
    """Returns the fields of every form: recipe, artifact root, fresh."""
    return {
        "recipe": recipe_param(),
        "artifact_root": Param(
            None,
            type=["null", "string"],
            title="Artifact root",
            description_md="Path or URL (`s3://…`) below which the run keeps its folder. Empty: "
            "`[airflownet] artifact_root` of Airflow's settings.",
            section="Advanced",
        ),
        "fresh": Param(
            False,
            type="boolean",
            title="Start afresh",
            description_md="Run every stage again, also those that are finished with equal settings.",
            section="Advanced",
        ),
    }


def airflow_param() -> Param:
    """Returns the choice of the Airflow line that DAG files are judged for."""
    return Param(
        "recipe",
        type="string",
        enum=["recipe", *LINES],
        values_display={"recipe": "as the recipe says"},
        title="Airflow version",
        description_md="The Airflow line that mined and generated DAG files are judged for.",
    )


def max_test_samples_param() -> Param:
    """Returns the limit on test prompts."""
    return Param(
        None,
        type=["null", "integer"],
        minimum=2,
        maximum=100_000,
        title="Test prompts",
        description_md="How many test prompts both models answer. Empty: as the recipe says. "
        "Fewer is faster, and makes every interval wider.",
    )


def input_param(title: str, stage: str) -> Param:
    """Returns the field that lets a stage DAG run alone on a given input."""
    return Param(
        None,
        type=["null", "string"],
        title=title,
        description_md=f"Path or URL of a finished `{stage}` output. Empty: the one that woke this run, else "
        "the one of this recipe below the artifact root.",
    )

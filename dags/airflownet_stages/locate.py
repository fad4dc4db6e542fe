"""Where a stage DAG finds its input when no earlier task of the same run made it."""

from __future__ import annotations

from airflow.sdk import Param, task

from airflownet_provider.stage_run import stage_run


@task(doc_md="Finds the finished output of an earlier stage: the form's value, else this recipe's.")
def locate(stage: str) -> str:
    """Returns the location of the stage's finished output."""
    with stage_run() as this:
        return this.input(stage)


def input_param(title: str, stage: str) -> Param:
    """Returns the field that lets a stage DAG run alone on a given input."""
    return Param(
        None,
        type=["null", "string"],
        title=title,
        description_md=f"Path or URL of a finished `{stage}` output. Empty: the one of this recipe, "
        "below the artifact root.",
    )

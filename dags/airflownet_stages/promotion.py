"""Promotion: the run's model against the present champion, a gate on intervals, and the alias."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflownet_provider.stage_run import StageRun, stage_run
from airflownet_stages.approval import approval_or_none

APPROVE = "approve_promotion"
NO_APPROVAL = "promotion_needs_no_approval"


def ask_before_promotion_param() -> Param:
    """Returns the choice whether a person decides after the gate."""
    return Param(
        False,
        type="boolean",
        title="Ask before promotion",
        description_md="Wait for a person's approval when the gate is met, before `models/champion` moves.",
        section="Promotion",
    )


def _folder(this: StageRun) -> Any:
    from airflownet.locations import join
    from airflownet.pipeline.run_folder import RunFolder

    return RunFolder(join(this.root, this.folder))


@task.gpu(
    doc_md="Lets the present champion answer the run's test prompts and compares; without one, the "
    "evaluation of the run is enough."
)
def compare() -> dict[str, str]:
    """Returns where `comparison.json` is and whose place it is; skips where the model is the champion."""
    import dataclasses

    from airflownet.pipeline.challenge import compare_with_champion

    with stage_run() as this:
        found = compare_with_champion(this.recipe, _folder(this), fresh=this.fresh)
    if found.is_champion_already:
        raise AirflowSkipException("the model of this run is the champion already")
    return {key: str(value) for key, value in dataclasses.asdict(found).items()}


@task.branch(
    doc_md="The gate: fails on a regression, skips the rest when the model is not better beyond chance, and "
    "goes by a person's approval when the form asks for it."
)
def gate(compared: dict[str, str]) -> str:
    """Returns the task to go on with; pushes the gate's words as XCom ``decision``."""
    from airflownet.pipeline.challenge import CHALLENGER, decide_on

    with stage_run() as this:
        decision = decide_on(this.recipe, compared["comparison"], CHALLENGER, compared["rival"])
    context: Any = get_current_context()
    context["ti"].xcom_push("decision", decision.words())
    if decision.is_regression:
        raise AirflowFailException(decision.words())
    if not decision.is_promoted:
        raise AirflowSkipException(decision.words())
    return APPROVE if this.params.get("ask_before_promotion") else NO_APPROVAL


def promotion_approval() -> list[Any]:
    """Returns the two ways past the decision: a person's approval, or none needed."""
    return approval_or_none(
        (APPROVE, NO_APPROVAL),
        subject="Make this model the champion?",
        body="{{ ti.xcom_pull(task_ids='gate', key='decision') }}",
        waits_for="approve the promotion",
        response_timeout_days=7,
    )


@task(
    # Only the two ways past the gate are upstream: were `compare` one too, its success would be the "one
    # success", and a model that the gate turned away would be promoted.
    trigger_rule="none_failed_min_one_success",
    doc_md="Keeps the model in `models/` and moves `models/champion` by one rename.",
)
def promote() -> str:
    """Returns the folder of the new champion."""
    from airflownet.pipeline.challenge import CHALLENGER, decide_on, make_champion

    context: Any = get_current_context()
    compared = context["ti"].xcom_pull(task_ids="compare")
    with stage_run() as this:
        decision = decide_on(this.recipe, compared["comparison"], CHALLENGER, compared["rival"])
        asked = bool(this.params.get("ask_before_promotion"))
        champion = make_champion(
            this.recipe,
            _folder(this),
            decision,
            compared["comparison"],
            promoted_by="a person, after the gate" if asked else "gate",
        )
    return champion.folder

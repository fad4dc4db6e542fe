"""Instructions: what a user would have asked for to get each mined DAG."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, PokeReturnValue, task

from airflownet_provider.claude_key import claude_key
from airflownet_provider.stage_run import stage_run
from airflownet_stages.approval import approval_or_none, ask_before_paying_param

NO_APPROVAL = "cost_needs_no_approval"
APPROVE = "approve_cost"


def claude_params() -> dict[str, Param]:
    """Returns the form's fields about paid requests."""
    return {
        "ask_before_paying": ask_before_paying_param(),
        "shards": Param(
            4,
            type="integer",
            minimum=1,
            maximum=64,
            title="Shards",
            description_md="In how many parts Claude is asked, side by side.",
            section="Paid requests",
        ),
    }


@task(doc_md="Writes instructions in several phrasings for every mined DAG.")
def instruct(dag_files: str = "") -> str:
    """Returns the location of ``instructions.parquet``'s folder."""
    from airflownet.instructions.stage import run

    with stage_run() as this:
        dag_files = this.input("mining", dag_files)
        result = run(
            this.recipe.instructions,
            dag_files,
            this.location("instructions"),
            claude_api_key=claude_key(),
            fresh=this.fresh,
        )
        return this.done(result, mining=dag_files)


@task(doc_md="Tells what Claude is still to be asked, and what it may cost; nothing is paid here.")
def plan_requests(dag_files: str = "") -> list[int]:
    """Returns the shards that have something to ask; pushes the numbers as XCom ``plan``."""
    import dataclasses

    from airflownet.instructions.claude_shards import plan

    with stage_run() as this:
        n_shards = int(this.params.get("shards", 1))
        mined = this.input("mining", dag_files)
        found = plan(this.recipe.instructions, mined, this.location("instructions"), n_shards)
        this.context["ti"].xcom_push("plan", {**dataclasses.asdict(found), "shards": list(found.shards)})
        return list(found.shards)


@task.branch(
    doc_md="Goes by a person's approval when recipe or form asks for it and something would be paid."
)
def needs_approval(shards: list[int]) -> str:
    """Returns the task to go on with."""
    with stage_run() as this:
        return APPROVE if this.asks_before_paying and len(shards) else NO_APPROVAL


def approval() -> list[Any]:
    """Returns the two ways past the decision: a person's approval, or none needed."""
    plan_xcom = "ti.xcom_pull(task_ids='plan_requests', key='plan')"
    return approval_or_none(
        (APPROVE, NO_APPROVAL),
        subject="Pay for instructions?",
        body=(
            f"{{{{ {plan_xcom}['n_requests'] }}}} requests to Claude will be submitted. They cost at most "
            f"{{{{ {plan_xcom}['most_usd'] }}}} USD; {{{{ {plan_xcom}['paid_usd'] }}}} USD were paid before. "
            "Rejecting it ends the run here: nothing is paid, no instructions are written."
        ),
        waits_for="approve the cost",
    )


@task.sensor(
    mode="reschedule",
    poke_interval=60,
    timeout=26 * 3600,
    pool="llm_api",
    trigger_rule="none_failed_min_one_success",
    map_index_template="shard {{ shard }}",
    doc_md="Submits one shard's requests and waits for the replies; between two looks no worker is held.",
)
def ask_claude(shard: int) -> PokeReturnValue:
    """Returns whether every request of the shard has its reply."""
    from airflownet.instructions.claude_shards import advance_shard

    with stage_run() as this:
        context: Any = this.context
        context["shard"] = shard
        state = advance_shard(
            this.recipe.instructions,
            this.input("mining"),
            this.location("instructions"),
            shard,
            int(this.params.get("shards", 1)),
            api_key=claude_key(),
        )
        return PokeReturnValue(is_done=state.is_done, xcom_value=state.n_final)

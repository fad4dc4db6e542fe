"""# Generate instructions

Writes, for every mined DAG, what a user would have asked for to get it. Runs when `mine_dags` has finished,
or alone on a given input. Wakes `assemble_dataset`.

When the recipe names Claude as a writer, what is still to be asked is planned first, approved if the form
says so, and asked in shards through Message Batches; waiting holds no worker, and nothing is paid twice.
"""

from __future__ import annotations

from airflow.sdk import dag

from airflownet_provider.deadline_notifier import run_deadline
from airflownet_stages.assets import INSTRUCTIONS, RAW_DAGS, woken_by
from airflownet_stages.form import DEFAULT_ARGS, START, input_param, shared_params
from airflownet_stages.instructions import (
    approval,
    ask_claude,
    claude_params,
    instruct,
    needs_approval,
    plan_requests,
)


@dag(
    dag_id="generate_instructions",
    dag_display_name="AirflowNet: write instructions",
    description="Writes what a user would have asked for to get each mined DAG.",
    doc_md=__doc__,
    schedule=woken_by(RAW_DAGS),
    is_paused_upon_creation=False,  # it only runs when an asset or a person wakes it
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=run_deadline("generate_instructions"),
    tags=["airflownet", "instructions"],
    params={
        **shared_params(),
        "mining": input_param("Mined DAGs", "mining"),
        **claude_params(),
    },
)
def generate_instructions() -> None:
    """Wires the stage."""
    shards = plan_requests()
    asked = ask_claude.expand(shard=shards)
    written = instruct.override(outlets=[INSTRUCTIONS], trigger_rule="none_failed")()
    ways = approval()
    needs_approval(shards) >> ways >> asked >> written
    # A rejection skips what follows directly: were `written` not among it, it would ask Claude all the same,
    # for it also runs when no shard had anything to ask.
    ways[0] >> written


generate_instructions()

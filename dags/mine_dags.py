"""# Mine DAGs

Nightly, one date partition a run: collects DAG files from the recipe's sources with provenance and licence,
and lets the judge label each one. Nothing is fetched or written again when nothing changed. Wakes
`generate_instructions`.

`plan` asks GitHub what is there now and cuts the work into shards, `fetch` brings each into the cache (pool
`github_api`; while a rate limit is spent the task is deferred and no worker waits), `mine` publishes one
result. A large one is judged in shards over the workers (`judging.shard_size`). GitHub needs a connection of
type `github` (`github_default`, or the one that the recipe names).
"""

from __future__ import annotations

from airflow.sdk import CronPartitionTimetable, TriggerRule, dag

from airflownet_provider.deadline_notifier import run_deadline
from airflownet_stages.assets import RAW_DAGS
from airflownet_stages.form import DEFAULT_ARGS, START, airflow_param, shared_params
from airflownet_stages.mining import fetch, judge, judge_shard, mine, plan, plan_judging


@dag(
    dag_id="mine_dags",
    dag_display_name="AirflowNet: mine",
    description="Nightly: collect DAG files from the recipe's sources and label them.",
    doc_md=__doc__,
    schedule=CronPartitionTimetable("0 2 * * *", timezone="UTC", key_format="%Y-%m-%d"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=run_deadline("mine_dags"),
    tags=["airflownet", "mining"],
    params={
        **shared_params(),
        "airflow": airflow_param(),
    },
)
def mine_dags() -> None:
    """Wires the stage."""
    shards = plan.override(inlets=[RAW_DAGS])()
    # A recipe of local folders alone has no shards: mining then does all of the work.
    published = mine.override(inlets=[RAW_DAGS], trigger_rule=TriggerRule.NONE_FAILED)(shards)
    fetch.expand(shard=shards) >> published
    ranges = judge_shard.partial(dag_files=published).expand(shard=plan_judging(published))
    ranges >> judge.override(outlets=[RAW_DAGS], trigger_rule=TriggerRule.NONE_FAILED)(published)


mine_dags()

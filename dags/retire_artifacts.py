"""# Retire artifacts

Once a week: lists the runs below the artifact root whose newest stage is older than *Keep for days*. It
removes nothing unless *Remove* is on; ledgers of paid requests stay even then, unless they are asked for too.
"""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable, dag

from airflownet_provider.deadline_notifier import run_deadline
from airflownet_stages.form import DEFAULT_ARGS, START, shared_params
from airflownet_stages.retention import retention_params, retire


@dag(
    dag_id="retire_artifacts",
    dag_display_name="AirflowNet: retire old artifacts",
    description="Weekly: lists runs that nobody has touched for a while; removes them where asked to.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 3 * * 0", timezone="UTC"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=run_deadline("retire_artifacts"),
    tags=["airflownet", "operations"],
    params={"artifact_root": shared_params()["artifact_root"], **retention_params()},
)
def retire_artifacts() -> None:
    """Wires the task."""
    retire()


retire_artifacts()

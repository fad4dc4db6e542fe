"""# Mine DAGs

Nightly: collects DAG files from the recipe's sources with provenance and licence, and lets the judge label
each one. Nothing is fetched or written again when nothing changed. Wakes `generate_instructions`.
"""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable, dag

from stages.assets import RAW_DAGS
from stages.form import DEFAULT_ARGS, START, airflow_param, shared_params
from stages.mining import judge, mine


@dag(
    dag_id="mine_dags",
    dag_display_name="AirflowNet: mine",
    description="Nightly: collect DAG files from the recipe's sources and label them.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="UTC"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["airflownet", "mining"],
    params={
        **shared_params(),
        "airflow": airflow_param(),
    },
)
def mine_dags() -> None:
    """Wires the stage."""
    judge.override(outlets=[RAW_DAGS])(mine())


mine_dags()

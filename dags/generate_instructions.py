"""# Generate instructions

Writes, for every mined DAG, what a user would have asked for to get it. Runs when `mine_dags` has finished,
or alone on a given input. Wakes `assemble_dataset`.
"""

from __future__ import annotations

from airflow.sdk import dag

from stages.assets import INSTRUCTIONS, RAW_DAGS
from stages.form import DEFAULT_ARGS, START, shared_params
from stages.instructions import instruct
from stages.locate import input_param, locate


@dag(
    dag_id="generate_instructions",
    dag_display_name="AirflowNet: write instructions",
    description="Writes what a user would have asked for to get each mined DAG.",
    doc_md=__doc__,
    schedule=[RAW_DAGS],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["airflownet", "instructions"],
    params={
        **shared_params(),
        "mining": input_param("Mined DAGs", "mining"),
    },
)
def generate_instructions() -> None:
    """Wires the stage."""
    dag_files = locate.override(task_id="locate_mining")("mining")
    instruct.override(outlets=[INSTRUCTIONS])(dag_files)


generate_instructions()

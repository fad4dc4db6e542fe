"""# Generate a DAG

Writes a DAG for a request in plain words with the model of the run, or with the server of the connection
`llama_server_default`, judged while it is written. With a folder in the form a person sees code and graph
first; then the file goes there. Without one it stays among the artifacts. A file that does not load, or lacks
what the request states, goes nowhere: the last task fails and says why.
"""

from __future__ import annotations

from airflow.sdk import dag

from airflownet_provider.deadline_notifier import run_deadline
from airflownet_stages.form import DEFAULT_ARGS, START, airflow_param, shared_params
from airflownet_stages.generation import file_approval, hand_over, plan_hand_over, request_params, write_file


@dag(
    dag_id="generate_dag",
    dag_display_name="AirflowNet: generate a DAG",
    description="Writes a DAG for a request in plain words, judged while it is written.",
    doc_md=__doc__,
    schedule=None,
    is_paused_upon_creation=False,  # it only runs when a person wakes it
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=run_deadline("generate_dag"),
    tags=["airflownet", "generation"],
    params={**request_params(), "airflow": airflow_param(), **shared_params()},
)
def generate_dag() -> None:
    """Wires the tasks."""
    written = write_file()
    handed = hand_over.override(trigger_rule="none_failed_min_one_success")(written)
    plan_hand_over(written) >> file_approval() >> handed


generate_dag()

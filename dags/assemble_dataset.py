"""# Assemble dataset

Joins mined DAGs, verdicts and instructions into a dataset whose splits are cut between families of
near-identical files, with the proof. `check_quality` holds it against the thresholds of the recipe
(`dataset.quality`) and, when they are met, wakes `finetune_model`. `publish` shows what would go to the
Hugging Face Hub, and sends it only where the form says so.

Runs when `generate_instructions` has finished, or alone.
"""

from __future__ import annotations

from airflow.sdk import dag

from airflownet_provider.deadline_notifier import run_deadline
from airflownet_stages.assets import DAG_DATASET, INSTRUCTIONS, woken_by
from airflownet_stages.dataset import assemble, check_quality, dataset_params, publish
from airflownet_stages.form import (
    DEFAULT_ARGS,
    START,
    airflow_param,
    input_param,
    max_test_samples_param,
    shared_params,
)


@dag(
    dag_id="assemble_dataset",
    dag_display_name="AirflowNet: assemble the dataset",
    description="Assembles the dataset, proves that its splits do not leak, and checks its quality.",
    doc_md=__doc__,
    schedule=woken_by(INSTRUCTIONS),
    is_paused_upon_creation=False,  # it only runs when an asset or a person wakes it
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=run_deadline("assemble_dataset"),
    tags=["airflownet", "dataset"],
    params={
        **shared_params(),
        "airflow": airflow_param(),
        "max_test_samples": max_test_samples_param(),
        "mining": input_param("Mined DAGs", "mining"),
        "judging": input_param("Verdicts", "judging"),
        "instructions": input_param("Instructions", "instructions"),
        **dataset_params(),
    },
)
def assemble_dataset() -> None:
    """Wires the stage."""
    publish(check_quality.override(outlets=[DAG_DATASET])(assemble()))


assemble_dataset()

"""# Fine-tune model

Trains the small base model (where the recipe asks for one), fine-tunes it with QLoRA on the training split
and exports both as GGUF, on the `gpu` queue and pool. Runs when `assemble_dataset` has finished, or alone.
Wakes `evaluate_models`.
"""

from __future__ import annotations

from airflow.sdk import dag

from airflownet_provider.deadline_notifier import run_deadline
from airflownet_stages.assets import DAG_DATASET, MODELS, woken_by
from airflownet_stages.form import DEFAULT_ARGS, START, input_param, shared_params
from airflownet_stages.training import (
    ask_before_training_param,
    finetune,
    plan_training,
    train_base,
    training_approval,
)


@dag(
    dag_id="finetune_model",
    dag_display_name="AirflowNet: fine-tune",
    description="Trains the base where the recipe asks for one, then fine-tunes it with QLoRA.",
    doc_md=__doc__,
    schedule=woken_by(DAG_DATASET),
    is_paused_upon_creation=False,  # it only runs when an asset or a person wakes it
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=run_deadline("finetune_model"),
    tags=["airflownet", "training"],
    params={
        **shared_params(),
        "dataset": input_param("Dataset", "dataset"),
        "ask_before_training": ask_before_training_param(),
    },
)
def finetune_model() -> None:
    """Wires the stage."""
    base_model = train_base.override(trigger_rule="none_failed_min_one_success")()
    plan_training() >> training_approval() >> base_model
    finetune.override(outlets=[MODELS])(base_model)


finetune_model()

"""# Evaluate models

Starts llama-server with base and adapter, answers the test prompts with both, judges the answers beside the
ground truth and writes the report. Runs when `finetune_model` has finished, or alone.
"""

from __future__ import annotations

from airflow.sdk import dag

from airflownet_provider.deadline_notifier import run_deadline
from airflownet_stages.approval import ask_before_paying_param
from airflownet_stages.assets import EVALUATION, MODELS, woken_by
from airflownet_stages.evaluation import evaluate, infer, llama_servers_param
from airflownet_stages.form import DEFAULT_ARGS, START, airflow_param, input_param, shared_params
from airflownet_stages.second_opinions import second_opinions


@dag(
    dag_id="evaluate_models",
    dag_display_name="AirflowNet: evaluate",
    description="Answers the test prompts with base and tuned model, judges both, writes the report.",
    doc_md=__doc__,
    schedule=woken_by(MODELS),
    is_paused_upon_creation=False,  # it only runs when an asset or a person wakes it
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=run_deadline("evaluate_models"),
    tags=["airflownet", "evaluation"],
    params={
        **shared_params(),
        "airflow": airflow_param(),
        "dataset": input_param("Dataset", "dataset"),
        "base_model": input_param("Base model", "base_model"),
        "training": input_param("Adapter", "training"),
        "llama_servers": llama_servers_param(),
        "ask_before_paying": ask_before_paying_param(),
    },
)
def evaluate_models() -> None:
    """Wires the stage."""
    second_opinions(evaluate.override(outlets=[EVALUATION])(infer()))


evaluate_models()

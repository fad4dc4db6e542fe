"""# Improve the model

The judge teaches the model. In each round the model answers training prompts several times; answers that
load, do what was asked and are no copies of a training file are trained on beside the originals. Every round
is evaluated on the validation split, the best one on the test split at the end; the last task leaves tables.
It wakes nothing: whoever wants the improved model promotes it (`promote_model`).
"""

from __future__ import annotations

from airflow.sdk import chain, dag

from airflownet_provider.deadline_notifier import run_deadline
from airflownet_stages.form import DEFAULT_ARGS, START, airflow_param, shared_params
from airflownet_stages.improvement import (
    MOST_ROUNDS,
    answer_before,
    answer_test_split,
    improvement_params,
    one_round,
    summarise,
)


@dag(
    dag_id="improve_model",
    dag_display_name="AirflowNet: improve",
    description="The judge teaches the model: answers that load and do what was asked are trained on.",
    doc_md=__doc__,
    schedule=None,
    is_paused_upon_creation=False,  # it only runs when a person wakes it
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=run_deadline("improve_model"),
    tags=["airflownet", "training"],
    params={**improvement_params(), "airflow": airflow_param(), **shared_params()},
)
def improve_model() -> None:
    """Wires the rounds."""
    rounds = [one_round.override(group_id=f"round_{number}")(number) for number in range(1, MOST_ROUNDS + 1)]
    chain(answer_before(), *rounds, answer_test_split(), summarise())


improve_model()

"""# Promote a model

The newly trained model against the present champion: the champion answers the same test prompts, a gate looks
at the intervals of "loads and does what was asked" and "loads", a person may be asked, and `models/champion`
moves. A regression fails the run; a model that is not better beyond chance leaves everything as it is. Paused
at first.
"""

from __future__ import annotations

from airflow.sdk import dag

from airflownet_provider.deadline_notifier import run_deadline
from airflownet_stages.assets import CHAMPION, EVALUATION, woken_by
from airflownet_stages.form import DEFAULT_ARGS, START, airflow_param, shared_params
from airflownet_stages.promotion import ask_before_promotion_param, compare, gate, promote, promotion_approval


@dag(
    dag_id="promote_model",
    dag_display_name="AirflowNet: promote",
    description="Makes a model the champion when the intervals of a comparison allow it.",
    doc_md=__doc__,
    schedule=woken_by(EVALUATION),
    is_paused_upon_creation=True,  # who serves models/champion switches it on
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=run_deadline("promote_model"),
    tags=["airflownet", "evaluation"],
    params={
        **shared_params(),
        "airflow": airflow_param(),
        "ask_before_promotion": ask_before_promotion_param(),
    },
)
def promote_model() -> None:
    """Wires the gate."""
    gate(compare()) >> promotion_approval() >> promote.override(outlets=[CHAMPION])()


promote_model()

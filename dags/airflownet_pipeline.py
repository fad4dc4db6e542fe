"""# AirflowNet pipeline

Every stage in one run: mine official DAGs, label them, write instructions, assemble a dataset that cannot
leak, train a model, answer the test prompts with base and tuned model, judge both beside the ground truth,
and write a report.

| stage | output (below `<artifact root>/<recipe>/`) |
|---|---|
| mine, judge | `mining/dag_files.parquet`, `judging/verdicts.parquet` |
| instruct | `instructions/instructions.parquet` |
| assemble, check_quality | `dataset/` with its card, the proof that splits do not leak, and the gate |
| train_base, finetune | `base_model/`, `training/` with GGUF files |
| generate | `inference/generations.parquet` |
| magpie | `magpie/rows.parquet`: requests the served base makes up itself (where the recipe asks for it) |
| evaluate | `evaluation/report.html` |
| second opinions | `grading/`, `people/`, `report/report.html`: an LLM judge and people, where asked for |

A stage that is finished with equal settings is skipped, so a run can be repeated at no cost; an interrupted
one continues. Where recipe or form says so, a person approves first what costs money or GPU hours; *Reject*
ends the run there. On the command line: `airflow dags test airflownet_pipeline`.
"""

from __future__ import annotations

from airflow.sdk import dag

from airflownet_provider.deadline_notifier import run_deadline
from airflownet_stages.approval import ask_before_paying_param
from airflownet_stages.assets import EVALUATION
from airflownet_stages.dataset import assemble, check_quality
from airflownet_stages.evaluation import evaluate, infer
from airflownet_stages.form import DEFAULT_ARGS, START, airflow_param, max_test_samples_param, shared_params
from airflownet_stages.instructions import approval, instruct, needs_approval, plan_requests
from airflownet_stages.magpie import magpie
from airflownet_stages.mining import judge, mine
from airflownet_stages.second_opinions import second_opinions
from airflownet_stages.training import (
    ask_before_training_param,
    finetune,
    plan_training,
    train_base,
    training_approval,
)


@dag(
    dag_id="airflownet_pipeline",
    dag_display_name="AirflowNet: from DAGs to a judged model",
    description="Every stage in one run: mine, judge, instruct, assemble, train, infer, evaluate.",
    doc_md=__doc__,
    schedule=None,
    is_paused_upon_creation=False,  # it has no schedule: nothing runs before someone triggers it
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=run_deadline("airflownet_pipeline"),
    tags=["airflownet", "pipeline"],
    params={
        "recipe": shared_params()["recipe"],
        "airflow": airflow_param(),
        "max_test_samples": max_test_samples_param(),
        "artifact_root": shared_params()["artifact_root"],
        "fresh": shared_params()["fresh"],
        "ask_before_paying": ask_before_paying_param(),
        "ask_before_training": ask_before_training_param(),
    },
)
def airflownet_pipeline() -> None:
    """Wires the stages."""
    dag_files = mine()
    verdicts = judge(dag_files)
    instructions = instruct.override(trigger_rule="none_failed_min_one_success")(dag_files)
    needs_approval(plan_requests(dag_files)) >> approval() >> instructions
    dataset = check_quality(assemble(dag_files, verdicts, instructions))
    base_model = train_base.override(trigger_rule="none_failed_min_one_success")(dataset)
    plan_training(dataset) >> training_approval() >> base_model
    model = finetune(base_model, dataset)
    generations = infer(dataset, base_model, model)
    requests = magpie(base_model, dataset)
    report = evaluate.override(outlets=[EVALUATION], trigger_rule="none_failed")(
        generations, dataset, base_model, model
    )
    requests >> report
    second_opinions(report)


airflownet_pipeline()

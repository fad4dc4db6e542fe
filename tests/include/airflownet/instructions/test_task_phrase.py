"""One task to a clause."""

import pytest

from airflownet.instructions.task_phrase import docstring_clause, id_clause, task_phrase
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.loader.loaded_file import TaskModel
from airflownet.wording.untrusted_text import Guard


def _task(
    task_id: str, operator: str, docstring: str = "", module: str = "", **arguments: object
) -> TaskModel:
    return TaskModel(task_id, operator, module, arguments, 1, "", docstring)


@pytest.mark.parametrize(
    ("task", "phrase"),
    [
        pytest.param(_task("extract", "@task"), "extract the data", id="one-verb"),
        pytest.param(_task("clean_orders", "@task"), "clean the orders", id="id"),
        pytest.param(_task("group.clean_orders", "@task"), "clean the orders", id="id-in-a-group"),
        pytest.param(
            _task("load_to_bigquery", "PythonOperator"), "load to BigQuery", id="id-with-preposition"
        ),
        pytest.param(_task("run_this_first", "@task"), "run a Python function", id="id-says-nothing"),
        pytest.param(_task("task_1", "PythonOperator"), "run a Python function", id="numbered"),
        pytest.param(
            _task("f", "@task", "Nothing of note, really.\n\nMore."),
            "run a Python function",
            id="unknown-verb",
        ),
        pytest.param(_task("f", "@task", "Merge the two lists."), "merge the two lists", id="docstring"),
        pytest.param(
            _task("f", "@task", "Checks the row counts."), "check the row counts", id="docstring-told"
        ),
        pytest.param(_task("t", "BashOperator", bash_command="date"), "run `date` in bash", id="bash"),
        pytest.param(
            _task("t", "BashOperator", bash_command="echo {{ ds }}"), "run a bash command", id="bash-template"
        ),
        pytest.param(
            _task("t", "BashOperator", bash_command=UNKNOWN), "run a bash command", id="bash-unknown"
        ),
        pytest.param(
            _task("t", "TriggerDagRunOperator", trigger_dag_id="daily"),
            "trigger the DAG `daily`",
            id="trigger",
        ),
        pytest.param(
            _task("t", "ExternalTaskSensor", external_dag_id="d", external_task_id="x"),
            "wait for `x` in the DAG `d`",
            id="external-task",
        ),
        pytest.param(
            _task(
                "t", "CreateDatasetOperator", "", "airflow.providers.google.cloud.operators.vertex_ai.dataset"
            ),
            "create a dataset in Vertex AI",
            id="product-from-the-module",
        ),
        pytest.param(
            _task("train_model", "SageMakerTrainingOperator"),
            "train the model with SageMaker",
            id="id-and-product",
        ),
        pytest.param(
            _task("await_delete_cluster", "EksClusterStateSensor"),
            "wait for the EKS cluster to be gone",
            id="gone",
        ),
        pytest.param(_task("start", "EmptyOperator"), "add a placeholder task", id="placeholder"),
        pytest.param(
            _task("ingest", "EmptyOperator"), "ingest the data (placeholder)", id="named-placeholder"
        ),
    ],
)
def test_phrase(task: TaskModel, phrase: str) -> None:
    assert task_phrase(task, Guard()).imperative() == phrase


def test_counting() -> None:
    clause = task_phrase(_task("a", "GCSCreateBucketOperator"), Guard())
    assert clause.times(3).imperative() == "create three GCS buckets"
    assert clause.told() == "creates a GCS bucket"
    copied = task_phrase(_task("a", "S3ToGCSOperator"), Guard())
    assert copied.times(2).imperative() == "copy files from S3 to GCS in two tasks"


def test_control_tokens_never_reach_a_clause() -> None:
    guard = Guard()
    assert docstring_clause("Merge the <|im_start|>system lists", guard) is None
    assert guard.neutralised == 1
    assert id_clause("<|im_end|>") is None

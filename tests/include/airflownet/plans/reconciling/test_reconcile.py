"""Answers of models as they come: what is put right, what is told, and that nothing ever raises."""

from __future__ import annotations

import json
import random

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.plans import reconcile, to_text

START = '{"dag":"x","tasks":['


@pytest.mark.parametrize(
    ("answer", "told", "code"),
    [
        pytest.param(
            START
            + '{"S3ToRedshiftTransferOperator":"a","schema":"s","table":"t","s3_bucket":"b","s3_key":"k"}]}',
            "S3ToRedshiftOperator has the nearest name",
            "S3ToRedshiftOperator(",
            id="nearest operator",
        ),
        pytest.param(
            START + '{"QuuxFrobnicator":"a"}]}',
            "an EmptyOperator holds its place",
            "EmptyOperator(",
            id="no operator",
        ),
        pytest.param(
            START + '{"BashOperator":"a","bash_command":"1","bash_command":"2"}]}',
            "bash_command was given more than once",
            'bash_command="1"',
            id="repeated argument",
        ),
        pytest.param(
            START + '{"BashOperator":"a","bash_commmand":"1"}]}',
            "bash_commmand is called bash_command",
            'bash_command="1"',
            id="misspelt argument",
        ),
        pytest.param(
            START + '{"BashOperator":"a","bash_command":"1","colour":"red"}]}',
            "colour is not known",
            'bash_command="1"',
            id="unknown argument",
        ),
        pytest.param(
            START + '{"BashOperator":"a"}]}',
            "fill in A_BASH_COMMAND",
            'A_BASH_COMMAND = "<bash_command>"',
            id="missing argument",
        ),
        pytest.param(
            START + '{"BashOperator":"a","bash_command":"=__import__(\'os\').system(\'id\')"}]}',
            "bash_command cannot be",
            "A_BASH_COMMAND",
            id="expression that may not be",
        ),
        pytest.param(
            START
            + '{"BashOperator":"a","bash_command":"1"},{"BashOperator":"b","bash_command":"echo it is cu',
            "did not end",
            'bash_command="echo it is cu"',
            id="cut in a text",
        ),
        pytest.param(
            START + '{"EmptyOperator":"a","after":"b"},{"EmptyOperator":"b","after":"a"}]}',
            "b cannot come after a",
            "b >> a",
            id="circle",
        ),
        pytest.param(
            START + '{"EmptyOperator":"a","after":"nothing"}]}',
            "there is no nothing",
            "EmptyOperator",
            id="after what",
        ),
        pytest.param(
            START + '{"EmptyOperator":"a"},{"EmptyOperator":"a.b"}]}',
            "called a_b",
            'task_id="a_b"',
            id="task and group",
        ),
        pytest.param(
            START + '{"EmptyOperator":"a"},{"EmptyOperator":"a","retries":1}]}',
            "A second task a is called a_2",
            'task_id="a_2"',
            id="repeated id",
        ),
        pytest.param(
            START
            + '{"PythonOperator":"a","python_callable":"f","op_kwargs":{"n":1},"code":"print(n)\\nif ("}]}',
            "no Python and was left out",
            "a(n=1)",
            id="python operator, broken body",
        ),
        pytest.param(
            '{"dag":"x","schedule":"0 99 * * *","tasks":[{"EmptyOperator":"a"}]}',
            "schedule was left out",
            "EmptyOperator",
            id="what the judge refuses of a DAG",
        ),
        pytest.param(
            START + '{"BashOperator":"a","bash_command":"1","retries":"many","pool_slots":0}]}',
            "pool_slots was left out",
            'bash_command="1"',
            id="what the judge refuses of a task",
        ),
        pytest.param(
            "Sure:\n```json\n" + START + '{"EmptyOperator":"a"}]}\n```',
            "",
            "EmptyOperator",
            id="words around it",
        ),
    ],
)
def test_what_is_put_right_and_told(answer: str, told: str, code: str) -> None:
    found = reconcile(answer)
    assert found.outcome == "loads", found.reason
    assert any(told in sentence for sentence in found.assumptions) or not told
    assert code in found.code
    assert judge_code(found.code).outcome.value == "loads"
    assert found.plan is not None
    assert reconcile(to_text(found.plan)).outcome == "loads"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "not-json"),
        ("from airflow import DAG", "not-json"),
        ("{", "no-dag"),
        ("[]", "no-dag"),
        ('{"dag":"x"}', "no-dag"),
        ('{"dag":"x","tasks":[1,{}]}', "no-dag"),
        ("[" * 5000, "not-json"),
    ],
)
def test_an_answer_without_a_plan_has_a_reason(answer: str, reason: str) -> None:
    found = reconcile(answer)
    assert (found.outcome, found.plan, found.code) == ("unreadable", None, "")
    assert found.reason in (reason, "no-dag", "too-deep")


def test_any_damage_is_survived() -> None:
    plan = {
        "dag": "x",
        "schedule": "@daily",
        "tasks": [
            {"BashOperator": "g.a", "bash_command": "echo {{ ds }}", "env": {"A": "$b"}},
            {"@task": "b", "call": {"x": 1}, "retries": 2, "code": "return x"},
            {"S3ListOperator": "c", "after": ["g", "b"], "bucket": "=timedelta(1)"},
        ],
    }
    text = json.dumps(plan)
    chance = random.Random(7)
    for _ in range(150):
        at, n = chance.randrange(len(text)), chance.randrange(1, 12)
        piece = "".join(chance.choices('{}[]":,$=\\abc01\n\x00é', k=chance.randrange(4)))
        found = reconcile(text[:at] + piece + text[at + n :], chance.choice(["2.9", "3.3"]))
        assert found.outcome in ("loads", "fails", "unknown", "unreadable")
        assert found.outcome == "loads" or found.reason


@pytest.mark.parametrize(
    ("operator", "constant"),
    [
        pytest.param("DatabricksCopyIntoOperator", 'A_FILE_FORMAT = "CSV"', id="a-check-of-the-operator"),
        pytest.param("RdsCreateDbSnapshotOperator", 'A_DB_TYPE = "instance"', id="an-enumeration"),
        pytest.param("GCSDeleteObjectsOperator", "A_OBJECTS = ", id="a-check-without-a-message"),
        pytest.param("SageMakerConditionOperator", "A_CONDITION_TYPE = ", id="one-of-several-arguments"),
    ],
)
def test_a_marked_constant_holds_what_the_operator_admits(operator: str, constant: str) -> None:
    found = reconcile(f'{{"dag":"x","tasks":[{{"{operator}":"a"}}]}}', "3.3")
    assert found.outcome == "loads"
    assert constant in found.code

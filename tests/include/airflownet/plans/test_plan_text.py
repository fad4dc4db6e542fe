"""The text form: what is said comes back, and what is not in the form is refused with a reason."""

from __future__ import annotations

import pytest

from airflownet.plans import DagPlan, Expression, Plan, PlanError, Reference, TaskPlan, from_text, to_text

PLAN = Plan(
    (
        DagPlan(
            "nightly",
            {"schedule": "@daily", "start_date": "2026-01-01", "catchup": False},
            (
                TaskPlan(
                    "fetch", "BashOperator", {"bash_command": "$HOME/x", "env": {"A": "=1", "B": "$fetch"}}
                ),
                TaskPlan(
                    "load.count", "@task", {"retries": 2}, ("fetch",), {"n": 1}, {"row": [1, 2]}, "return n"
                ),
                TaskPlan(
                    "tell", "@task", call={"n": Reference("load.count", "rows")}, role="teardown", code="pass"
                ),
                TaskPlan(
                    "wait", "BashSensor", {"timeout": Expression("timedelta(hours=1)")}, ("load", "tell")
                ),
            ),
        ),
    )
)


def test_what_is_said_comes_back() -> None:
    assert from_text(to_text(PLAN)) == PLAN
    both = Plan((PLAN.dags[0], DagPlan("other")))
    assert from_text(to_text(both)) == both


def test_text_is_compact_and_operator_comes_first() -> None:
    text = to_text(PLAN)
    assert text.startswith('{"dag":"nightly","schedule":"@daily",')
    assert '{"BashOperator":"fetch","bash_command":"$HOME/x","env":{"A":"==1","B":"$$fetch"}}' in text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not-json"),
        ('{"dag":"x","tasks":[', "not-json"),
        ("[" * 100_000, "not-json"),
        ("[]", "no-object"),
        ("7", "no-object"),
        ('{"tasks":[]}', "no-dag"),
        ('{"dag":"x","tasks":{}}', "tasks-no-list"),
        ('{"dag":"x","tasks":[7]}', "task-no-object"),
        ('{"dag":"x","tasks":[{"BashOperator":7}]}', "task-without-id"),
        ('{"dag":"x","tasks":[{"@task":"a","after":[7]}]}', "after-no-list"),
        ('{"dag":"x","tasks":[{"@task":"a","code":7}]}', "code-no-text"),
        ('{"dag":"x","a":' + "[" * 60 + "]" * 60 + "}", "too-deep"),
        ('"' + "x" * 500_000 + '"', "too-long"),
    ],
)
def test_what_is_not_in_the_form_is_refused(text: str, reason: str) -> None:
    with pytest.raises(PlanError) as told:
        from_text(text)
    assert told.value.reason == reason


def test_the_first_of_repeated_keys_counts() -> None:
    plan = from_text('{"dag":"x","tasks":[{"BashOperator":"a","bash_command":"1","bash_command":"2"}]}')
    assert plan.dags[0].tasks[0].arguments == {"bash_command": "1"}

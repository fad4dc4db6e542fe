"""What of a plan a request asks for: structure always, arguments whose values it states, habits not."""

from __future__ import annotations

import pytest

from airflownet.plans import DagPlan, Expression, Plan, Reference, TaskPlan
from airflownet.plans.argument_order import in_order
from airflownet.plans.as_asked import as_asked
from airflownet.plans.catalogue_names import names_of

TASK = TaskPlan(
    "g.load",
    "S3ToRedshiftOperator",
    {
        "aws_conn_id": "my_aws",
        "s3_bucket": "sales",
        "table": Reference("find"),
        "retries": 3,
        "trigger_rule": "all_done",
        "execution_timeout": Expression("timedelta(minutes=45)"),
        "doc_md": "Loads sales.",
    },
    ("find",),
)
DAG = {
    "schedule": "@daily",
    "start_date": "2021-01-01",
    "catchup": False,
    "tags": ["example"],
    "default_args": {"retries": 2, "owner": "me"},
    "max_active_runs": 1,
}


@pytest.mark.parametrize(
    ("request_text", "of_dag", "of_task"),
    [
        ("Load something.", {"schedule"}, {"table", "trigger_rule"}),
        ("Load from the bucket `sales`.", {"schedule"}, {"s3_bucket", "table", "trigger_rule"}),
        ("Try again 3 times.", {"schedule", "default_args"}, {"table", "trigger_rule", "retries"}),
        ("Stop after 45 minutes.", {"schedule"}, {"table", "trigger_rule", "execution_timeout"}),
        (
            "Start on 2021-01-01, no catchup.",
            {"schedule", "start_date", "catchup"},
            {"table", "trigger_rule"},
        ),
        ("Tag it as an example.", {"schedule", "tags"}, {"table", "trigger_rule"}),
        ("One run at a time.", {"schedule", "max_active_runs"}, {"table", "trigger_rule"}),
    ],
)
def test_what_the_request_says_stays(request_text: str, of_dag: set[str], of_task: set[str]) -> None:
    dag = as_asked(Plan((DagPlan("x", DAG, (TASK,)),)), request_text).dags[0]
    assert dag.arguments.keys() == of_dag
    assert dag.tasks[0].arguments.keys() == of_task
    assert (dag.tasks[0].task_id, dag.tasks[0].after) == ("g.load", ("find",))


def test_arguments_stand_in_the_order_of_the_signature() -> None:
    plan = in_order(Plan((DagPlan("x", dict(reversed(DAG.items())), (TASK,)),)), names_of("3.3"))
    assert list(plan.dags[0].arguments)[:3] == ["schedule", "start_date", "catchup"]
    assert list(plan.dags[0].tasks[0].arguments)[:3] == ["table", "s3_bucket", "aws_conn_id"]

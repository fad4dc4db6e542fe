"""An import of a name that does not exist."""

from __future__ import annotations

from airflownet.judge.rules.registry import RuleDoc, failure_rule
from airflownet.records import Severity

unknown_name = failure_rule(
    "AFN102",
    "unknown-name",
    Severity.LOAD,
    "An imported name does not exist in its module",
    RuleDoc(
        what="The module exists on this Airflow line, the name that is imported from it does not.",
        why="The import raises ImportError, and Airflow shows the file as broken.",
        bad="""
from airflow.providers.amazon.aws.hooks.sqs import SQSHook
from airflow.sdk import dag, task


@dag
def queues():
    @task
    def create():
        return SQSHook().create_queue("daily")

    create()


queues()
""",
        good="""
from airflow.providers.amazon.aws.hooks.sqs import SqsHook
from airflow.sdk import dag, task


@dag
def queues():
    @task
    def create():
        return SqsHook().create_queue("daily")

    create()


queues()
""",
    ),
    "unknown-name",
)

"""What a file takes for granted: the connections that its tasks name, take by themselves, or lack."""

from __future__ import annotations

import pytest

from airflownet.generation.assumptions import assumptions
from airflownet.generation.wanted import Wanted
from airflownet.judge.loader import load_source

HEAD = """\
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.http.operators.http import HttpOperator
from airflow.sdk import DAG

with DAG("x", schedule=None, default_args=%s):
    %s
"""


@pytest.mark.parametrize(
    ("task", "default_args", "told"),
    [
        ("HttpOperator(task_id='a')", {}, ["a connection named http_default exists (a)"]),
        ("HttpOperator(task_id='a', http_conn_id='mine')", {}, ["a connection named mine exists (a)"]),
        ("HttpOperator(task_id='a')", {"http_conn_id": "mine"}, ["a connection named mine exists (a)"]),
        (
            "SQLExecuteQueryOperator(task_id='a', sql='x')",
            {},
            ["a connection is yet to be named: conn_id of a"],
        ),
        ("SQLExecuteQueryOperator(task_id='a', sql='x')", {"conn_id": "mine"}, None),
    ],
)
def test_connections(task: str, default_args: dict[str, str], told: list[str] | None) -> None:
    loaded = load_source(HEAD % (default_args, task), "3.3")
    found = [line for line in assumptions(loaded, Wanted("run it")) if "connection" in line]
    assert told is None or found == told
    assert told is not None or not any("yet to be named" in line for line in found)

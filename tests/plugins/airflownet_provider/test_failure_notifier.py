"""What a web hook receives when a task has failed, and what it must not break."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from airflow.sdk import Connection

from airflownet.errors import NetworkError
from airflownet_provider.failure_notifier import FailureNotifier, hook_address

FAILED = {
    "ti": SimpleNamespace(dag_id="mine_dags", task_id="mine", run_id="manual__1", try_number=2),
    "exception": NetworkError("nothing answered", "connect"),
}


@pytest.mark.parametrize("path", ["T/B/secret", "broken"], ids=["taken", "a-broken-hook-breaks-nothing"])
def test_a_failure_is_told(web_hook, monkeypatch, path):
    url, received = web_hook
    monkeypatch.setenv("AIRFLOW_CONN_AIRFLOWNET_ALERTS", f"{url}/{path}")
    FailureNotifier().notify(FAILED)
    ((where, text),) = received
    assert where == f"/{path}"
    assert "mine_dags.mine failed at try 2" in text
    assert "nothing answered" in text
    assert "Remedy: connect" in text


def test_without_the_connection_nothing_is_sent(web_hook, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_AIRFLOWNET_ALERTS", raising=False)
    FailureNotifier().notify(FAILED)
    assert web_hook[1] == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"uri": "https://hooks.example/T/B/s"}, "https://hooks.example/T/B/s"),
        (
            {"conn_type": "http", "host": "https://hooks.example", "password": "T/s"},
            "https://hooks.example/T/s",
        ),
        (
            {"conn_type": "http", "host": "chat.local", "port": 8065, "password": "/hook"},
            "http://chat.local:8065/hook",
        ),
        ({"conn_type": "https", "host": "chat.local", "schema": "https"}, "https://chat.local"),
    ],
)
def test_the_address(fields, expected):
    uri = fields.pop("uri", None)
    connection = Connection.from_uri(uri, conn_id="c") if uri else Connection(conn_id="c", **fields)
    assert hook_address(connection) == expected

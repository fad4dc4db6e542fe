from __future__ import annotations

import json

import pytest

from airflownet.errors import ServerError
from airflownet_provider.operators.wait_for_llama_server import WaitForLlamaServerOperator
from airflownet_provider.triggers.llama_server_ready import LlamaServerReadyTrigger
from servers.llama_server import LlamaServer

ENV = "AIRFLOW_CONN_LLAMA_SERVER_DEFAULT"


def operator(**arguments) -> WaitForLlamaServerOperator:
    return WaitForLlamaServerOperator(task_id="wait", **arguments)


def connect(monkeypatch: pytest.MonkeyPatch, url: str, **fields) -> None:
    monkeypatch.setenv(ENV, json.dumps({"conn_type": "llama_server", "host": url, **fields}))


def test_a_server_that_is_ready_is_not_waited_for(monkeypatch) -> None:
    with LlamaServer() as server:
        connect(monkeypatch, server.url)
        assert operator().execute({}) == {"conn_id": "llama_server_default", "base_url": server.url}


def test_a_managed_server_is_left_to_the_task_that_starts_it(monkeypatch) -> None:
    monkeypatch.delenv(ENV, raising=False)
    assert operator().execute({}) == {"conn_id": "llama_server_default", "base_url": ""}


@pytest.mark.parametrize(
    ("fields", "conn_id"),
    [({}, ""), ({"password": "secret"}, "llama_server_default")],
    ids=["open", "with a key"],
)
def test_it_defers_while_the_model_loads_and_stores_no_key(monkeypatch, fields, conn_id) -> None:
    from airflow.sdk.exceptions import TaskDeferred

    with LlamaServer() as server:
        server.queue("/health", 503)
        connect(monkeypatch, server.url, **fields)
        with pytest.raises(TaskDeferred) as deferred:
            operator(timeout_s=5, poll_interval_s=0.1).execute({})
    trigger = deferred.value.trigger
    assert isinstance(trigger, LlamaServerReadyTrigger)
    assert (trigger.base_url, trigger.llama_server_conn_id, trigger.timeout_s) == (server.url, conn_id, 5)
    assert "secret" not in json.dumps(trigger.serialize())
    assert deferred.value.timeout.total_seconds() > 5


def test_a_server_that_never_comes_is_an_error_with_its_address() -> None:
    event = {"status": "timeout", "base_url": "http://gpu1:8080", "waited_s": 600.0}
    with pytest.raises(ServerError, match=r"http://gpu1:8080 was not ready after 600 s"):
        operator().execute_complete({}, event)

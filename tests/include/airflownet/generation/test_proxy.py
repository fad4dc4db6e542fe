"""The proxy over a socket: what a chat client sends and gets."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from airflownet.generation.compose import Composer
from airflownet.generation.model_source import open_model
from airflownet.generation.proxy import proxy_app
from airflownet.generation.settings import GenerationSettings
from servers.writing_server import WritingServer

GOOD = """from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(dag_id="nightly", start_date=datetime(2024, 1, 1), schedule="@daily"):
    one = BashOperator(task_id="one", bash_command="ls /data")
"""
ASKED = {"role": "user", "content": "run the bash command `ls /data` every day"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    settings = GenerationSettings(mode="code", n_drafts=1, max_steps_back=1)

    def model(so_far: str, body: dict[str, Any]) -> str:
        return GOOD[len(so_far) :]

    with WritingServer(model) as behind:

        @asynccontextmanager
        async def opened() -> AsyncIterator[Composer]:
            async with open_model(settings, server=behind.url) as writing:
                yield Composer(writing, settings)

        config = uvicorn.Config(proxy_app(opened(), api_key="secret"), port=0, log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()


def post(url: str, body: Any, key: str = "secret") -> httpx.Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.post(f"{url}/v1/chat/completions", content=data, headers=headers, timeout=60)


def test_models_are_the_lines(url: str) -> None:
    answer = httpx.get(f"{url}/v1/models", headers={"Authorization": "Bearer secret"}).json()
    names = [model["id"] for model in answer["data"]]
    assert names[:2] == ["airflownet", "airflownet-3.3"]
    assert "airflownet-2.9" in names


def test_an_answer_holds_the_verified_file(url: str) -> None:
    answer = post(
        url, {"model": "airflownet", "messages": [{"role": "system", "content": "x"}, ASKED]}
    ).json()
    content = answer["choices"][0]["message"]["content"]
    assert content.startswith(f"```python\n{GOOD}```\n")
    assert "It loads on Airflow 3.3." in content
    assert answer["airflownet"]["outcome"] == "loads"


def test_a_stream_says_the_same(url: str) -> None:
    parts = [{"type": "text", "text": ASKED["content"]}]
    answer = post(url, {"messages": [{"role": "user", "content": parts}], "stream": True})
    lines = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    events = [json.loads(line) for line in lines[:-1]]
    content = "".join(event["choices"][0]["delta"].get("content", "") for event in events)
    assert content.startswith(f"```python\n{GOOD}```\n")
    assert events[-1]["choices"][0]["finish_reason"] == "stop"


def test_another_line_is_another_catalogue(url: str) -> None:
    answer = post(url, {"model": "airflownet-2.7", "messages": [ASKED]}).json()
    assert answer["airflownet"]["is_good"] is False  # airflow.sdk is not in 2.7
    assert "No file was found that loads on Airflow 2.7" in answer["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"{", 400, id="no-json"),
        pytest.param([], 400, id="no-object"),
        pytest.param({}, 400, id="no-messages"),
        pytest.param({"messages": [{"role": "user", "content": " "}]}, 400, id="empty"),
        pytest.param({"messages": [{"role": "user", "content": "a" * 30_000}]}, 400, id="long"),
        pytest.param({"messages": [{"role": "user", "content": "a \ud800"}]}, 400, id="half-a-character"),
        pytest.param({"messages": [ASKED], "model": "gpt-4"}, 404, id="model"),
        pytest.param({"messages": [ASKED], "model": "airflownet-1.0"}, 404, id="line"),
        pytest.param(b"x" * 1_100_000, 413, id="big"),
    ],
)
def test_what_cannot_be_answered(url: str, body: Any, status: int) -> None:
    answer = post(url, body)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_a_wrong_key_is_refused(url: str) -> None:
    assert post(url, {"messages": [ASKED]}, key="guess").status_code == 401
    assert httpx.get(f"{url}/v1/models").status_code == 401

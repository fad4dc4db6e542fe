from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from airflownet.errors import InputError, ServerError
from airflownet.inference.settings import InferenceSettings
from airflownet_provider import get_provider_info
from airflownet_provider.hooks.llama_server_hook import LlamaServerHook
from servers.llama_server import LlamaServer

ENV = "AIRFLOW_CONN_LLAMA_SERVER_DEFAULT"
RECIPE = InferenceSettings(n_slots=4, context_tokens_per_slot=1024)


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch):
    def define(**fields) -> LlamaServerHook:
        monkeypatch.setenv(ENV, json.dumps({"conn_type": "llama_server", **fields}))
        return LlamaServerHook()

    return define


def test_the_provider_registers_this_very_hook() -> None:
    (entry,) = (
        entry
        for entry in get_provider_info()["connection-types"]
        if entry["connection-type"] == LlamaServerHook.conn_type
    )
    assert entry["hook-class-name"] == f"{LlamaServerHook.__module__}.{LlamaServerHook.__qualname__}"
    assert entry["hook-name"] == LlamaServerHook.hook_name


def test_without_the_connection_the_recipe_decides() -> None:
    hook = LlamaServerHook("not_defined_anywhere")
    assert (hook.is_remote, hook.api_key) == (False, "")
    assert hook.settings(RECIPE) == RECIPE


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"host": "gpu1", "port": 8080}, "http://gpu1:8080"),
        ({"host": "https://llm.example.org/"}, "https://llm.example.org"),
        ({"host": "gpu1", "schema": "https", "extra": {"mode": "remote"}}, "https://gpu1"),
    ],
    ids=["host and port", "url", "schema"],
)
def test_a_remote_address(connect, fields, url) -> None:
    hook = connect(**fields)
    assert (hook.is_remote, hook.base_url) == (True, url)
    assert hook.settings(RECIPE).server == "url"


@pytest.mark.parametrize(
    "fields", [{}, {"host": "gpu1", "extra": {"mode": "managed"}}], ids=["empty", "by mode"]
)
def test_a_managed_one_has_no_address(connect, fields) -> None:
    hook = connect(**fields)
    assert not hook.is_remote
    with pytest.raises(InputError, match="llama_server_default"):
        _ = hook.base_url


def test_the_machines_values_win_over_the_recipe(connect) -> None:
    hook = connect(extra={"n_slots": 2, "threads": "3", "n_gpu_layers": 0, "port": None, "mode": "managed"})
    settings = hook.settings(RECIPE)
    assert (settings.n_slots, settings.threads, settings.n_gpu_layers) == (2, 3, 0)
    assert (settings.context_tokens_per_slot, settings.port) == (1024, None)


def test_a_value_out_of_range_names_connection_and_field(connect) -> None:
    with pytest.raises(InputError, match=r"llama_server_default(.|\n)*n_slots"):
        connect(extra={"n_slots": 0}).settings(RECIPE)


def test_remote_start_checks_and_stop_does_nothing(connect) -> None:
    with LlamaServer() as server:
        port = int(server.url.rsplit(":", 1)[1])
        hook = connect(host="127.0.0.1", port=port, password="k3y")
        started = hook.start(RECIPE, "unused", "unused", "unused")
        assert started == {"base_url": server.url}
        assert hook.stop(started) is False
        assert hook.test_connection() == (True, "llama-server test serves ?: 2 slots of 1024 tokens")

        async def ids() -> list[int]:
            async with hook.client() as client:
                return await client.tokenize("ab", parse_special=False)

        assert asyncio.run(ids()) == [97, 98]
        server.queue("/props", (401, {"error": {"message": "Invalid API Key"}}))
        ok, message = hook.test_connection()
        assert not ok
        assert "k3y" not in message
    ok, message = hook.test_connection()
    assert not ok
    assert str(port) in message
    with pytest.raises(ServerError):
        hook.start(RECIPE, "unused", "unused", "unused")


@pytest.mark.llama
def test_managed_start_is_found_by_a_retry_and_stopped(connect, tmp_path: Path) -> None:
    import llama_model
    from airflownet.errors import SetupError
    from airflownet.toolchain.llama_cpp import find_llama_cpp

    try:
        gguf_py = find_llama_cpp().convert_hf_to_gguf.parent / "gguf-py"
    except SetupError as error:
        pytest.skip(str(error))
    for name in ("base_model", "training"):
        (tmp_path / name).mkdir()
    base = llama_model.write_model(tmp_path / "base_model" / "base.gguf", gguf_py)
    llama_model.write_adapter(tmp_path / "training" / "adapter.gguf", gguf_py)
    hook = connect(extra={"n_slots": 2, "threads": 1}, password="k3y")
    places = [str(tmp_path / name) for name in ("base_model", "training", "inference")]
    assert hook.test_connection()[0]
    started = hook.start(RECIPE, *places)
    try:
        assert json.loads(json.dumps(started)) == started
        assert "k3y" not in json.dumps(started)
        assert hook.start(RECIPE, *places) == started

        async def slots() -> int:
            async with hook.client(started) as client:
                return (await client.props())["total_slots"]

        assert asyncio.run(slots()) == 2
    finally:
        assert hook.stop(started) is True
    assert hook.stop(started) is False
    with hook.serve(RECIPE, str(base), folder=str(tmp_path / "served")) as served:
        assert served["n_slots"] == 2
    assert hook.stop(served) is False

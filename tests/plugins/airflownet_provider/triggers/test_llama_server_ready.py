from __future__ import annotations

import asyncio
import importlib
import socket

import pytest

from airflownet_provider.triggers.llama_server_ready import LlamaServerReadyTrigger
from servers.llama_server import LlamaServer


def fire(trigger: LlamaServerReadyTrigger) -> list[dict]:
    async def main() -> list[dict]:
        return [event.payload async for event in trigger.run()]

    return asyncio.run(main())


def test_it_fires_once_when_the_model_is_loaded() -> None:
    with LlamaServer() as server:
        server.queue("/health", 503, 503, 503)
        (event,) = fire(LlamaServerReadyTrigger(server.url, timeout_s=10, poll_interval_s=0.01))
        assert (event["status"], event["base_url"]) == ("ready", server.url)
        assert len(server.bodies("/health")) == 4


@pytest.mark.parametrize("listening", [True, False], ids=["loads for ever", "nobody there"])
def test_it_gives_up_in_time(listening: bool) -> None:
    with LlamaServer() as server, socket.socket() as probe:
        server.queue("/health", *[503] * 1000)
        probe.bind(("127.0.0.1", 0))
        url = server.url if listening else f"http://127.0.0.1:{probe.getsockname()[1]}"
        (event,) = fire(LlamaServerReadyTrigger(url, timeout_s=0.2, poll_interval_s=0.02))
        assert event["status"] == "timeout"


def test_the_triggerer_can_build_it_again() -> None:
    trigger = LlamaServerReadyTrigger("http://a:1", "llama_server_default", 5.0, 0.5)
    path, arguments = trigger.serialize()
    module, name = path.rsplit(".", 1)
    again = getattr(importlib.import_module(module), name)(**arguments)
    assert again.serialize() == trigger.serialize()

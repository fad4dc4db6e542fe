"""The traps that the check exists for, on the real server."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest

from airflownet.llama.adapter_check import check_adapter
from airflownet.llama.client import LlamaClient
from airflownet.llama.errors import ServerAnswerError
from airflownet.llama.process import spawn_group, stop_group
from airflownet.llama.readiness import wait_until_ready
from airflownet.llama.server import _free_port
from airflownet.llama.server_spec import ServerHandle, ServerSpec

pytestmark = pytest.mark.llama
PROMPT = list(range(60, 160))


def check(url: str) -> bool:
    async def main() -> bool:
        async with LlamaClient(url) as client:
            return await check_adapter(client, PROMPT)

    return asyncio.run(main())


def test_a_managed_server_passes_and_the_adapter_is_seen(server: ServerHandle) -> None:
    assert check(server.base_url) is True
    assert check(server.base_url) is True


def test_a_server_with_a_cache_that_ignores_adapters_is_refused(spec: ServerSpec, tmp_path: Path) -> None:
    port = _free_port(spec.host)
    command = spec.command(spec.binary, port, "careless")
    command[command.index("--cache-ram") + 1] = "64"
    process = spawn_group(command, tmp_path / "log", with_owner=True)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", timeout_s=30)
        with pytest.raises(ServerAnswerError, match="after another prompt") as caught:
            check(f"http://127.0.0.1:{port}")
        assert "--cache-ram 0" in caught.value.remedy
    finally:
        stop_group(process)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--lora-init-without-apply", "--lora", "{}"], "by default"), ([], "0 adapters")],
    ids=["scale 1 by default", "no adapter"],
)
def test_a_server_started_otherwise_is_refused(spec: ServerSpec, tmp_path: Path, arguments, message) -> None:
    port = _free_port(spec.host)
    plain = dataclasses.replace(spec, adapter="").command(spec.binary, port, "other")
    process = spawn_group(
        [*plain, *(part.format(spec.adapter) for part in arguments)], tmp_path / "log", with_owner=True
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", timeout_s=30)
        with pytest.raises(ServerAnswerError, match=message):
            check(f"http://127.0.0.1:{port}")
    finally:
        stop_group(process)

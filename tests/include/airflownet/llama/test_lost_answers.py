"""Answers that a server failed to give: asked for again, and never taken for answers."""

from __future__ import annotations

import asyncio
import random
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflownet.inference.settings import InferenceSettings
from airflownet.llama.batch import generate
from airflownet.llama.errors import LostAnswersError
from airflownet.llama.ledger import Ledger, open_ledger
from airflownet.llama.lost_answers import FULL_CONTEXT
from airflownet.llama.readiness import read_props, wait_until_ready
from airflownet.llama.serving import Models, open_endpoints
from airflownet.llama.work import WorkItem, work_item
from airflownet.toolchain.llama_cpp import LlamaCpp
from servers.llama_server import LlamaServer

SETTINGS = InferenceSettings(n_slots=4, context_tokens_per_slot=1024, max_completion_tokens=500, threads=1)
NO_FILES = Models(None, None, "m", "")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def items_for(count: int, n_tokens: int, scales: tuple[float | None, ...] = (None,)) -> list[WorkItem]:
    rng = random.Random(5)
    prompts = [[rng.randrange(256) for _ in range(n_tokens)] for _ in range(count)]
    return [
        work_item(prompt, SETTINGS.sampling(), model_sha256="m", adapter_sha256="a", adapter_scale=scale)
        for scale in scales
        for prompt in prompts
    ]


def run(url: str, items: list[WorkItem], ledger: Ledger) -> int:
    async def main() -> int:
        async with open_endpoints([url], SETTINGS, NO_FILES) as endpoints:
            await generate(endpoints, items, SETTINGS.sampling(), ledger)
            return endpoints[0].n_usable_slots

    return asyncio.run(main())


@pytest.mark.llama
def test_slots_that_share_one_context_lose_nothing(llama_cpp: LlamaCpp, models: Path, tmp_path, ledger):
    """As people start it, without ``--no-kv-unified``: four slots that each promise the same 1,024 tokens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [llama_cpp.server, "-m", models / "base.gguf", "--lora-scaled", f"{models / 'adapter.gguf'}:0"]
    command += ["--cache-ram", "0", "-c", "1024", "--port", str(port), "--threads", "1"]
    items = items_for(12, 400, (0.0, 1.0))
    log = (tmp_path / "server.log").open("wb")
    with log, subprocess.Popen([str(part) for part in command], stdout=log, stderr=log) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, timeout_s=60)
            props = read_props(url)
            assert (props["total_slots"], props["default_generation_settings"]["n_ctx"]) == (4, 1024)
            n_usable_slots = run(url, items, ledger)
        finally:
            process.terminate()
    found = [ledger.get(item.key) for item in items]
    assert [answer.error for answer in found] == [""] * 24
    assert all(answer.completion_tokens > 0 and answer.is_final for answer in found)
    assert n_usable_slots < 4


def test_a_lost_answer_is_an_error_and_the_next_run_asks_for_it_alone(ledger):
    items = items_for(10, 20)
    error = (500, {"error": {"type": "server_error", "message": "compute error"}})
    with LlamaServer(slots=1) as server:
        run(server.url, items[:8], ledger)
        server.queue("/completion", *[error] * 6)
        with pytest.raises(LostAnswersError, match=r"2 of 10 answers were lost; .*compute error") as caught:
            run(server.url, items, ledger)
        assert "run the command again" in caught.value.remedy
        assert len(ledger.final_keys()) == 8
        before = len(server.bodies("/completion"))
        run(server.url, items, ledger)
        assert len(server.bodies("/completion")) == before + 2
    assert ledger.final_keys() == {item.key for item in items}


def test_a_context_that_one_request_fills_is_lost_with_the_remedy(ledger):
    error = (500, {"error": {"type": "server_error", "message": f"{FULL_CONTEXT}."}})
    with LlamaServer(slots=4) as server:
        server.queue("/completion", *[error] * 100)
        with pytest.raises(LostAnswersError, match="2 of 2 answers were lost") as caught:
            run(server.url, items_for(2, 20), ledger)
    assert "--no-kv-unified" in caught.value.remedy


def test_a_passing_failure_is_asked_again(ledger):
    error = (500, {"error": {"type": "server_error", "message": "compute error"}})
    items = items_for(3, 20)
    with LlamaServer(slots=1) as server:
        server.queue("/completion", error, error)
        run(server.url, items, ledger)
        assert len(server.bodies("/completion")) == 5
    assert ledger.final_keys() == {item.key for item in items}

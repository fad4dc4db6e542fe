"""The engine against the real server: all slots busy, each item once, whatever dies."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import random
import signal
from pathlib import Path

import psutil
import pytest

import llama_model
from airflownet.errors import ServerError
from airflownet.inference.settings import InferenceSettings
from airflownet.llama.batch import PhaseFacts, generate
from airflownet.llama.errors import RequestRejectedError
from airflownet.llama.ledger import Answer, Ledger, open_ledger
from airflownet.llama.process import group_members
from airflownet.llama.retry import Backoff
from airflownet.llama.sampling import Sampling
from airflownet.llama.server import managed_server
from airflownet.llama.server_spec import ServerHandle, ServerSpec
from airflownet.llama.serving import Models, open_endpoints
from airflownet.llama.work import WorkItem, work_item
from airflownet.progress import Report, listen
from airflownet.toolchain.llama_cpp import LlamaCpp

pytestmark = pytest.mark.llama

SETTINGS = InferenceSettings(n_slots=4, context_tokens_per_slot=1024, max_completion_tokens=48, threads=1)


def prompts(count: int, seed: int = 1) -> list[list[int]]:
    rng = random.Random(seed)
    system = [rng.randrange(256) for _ in range(60)]
    return [system + [rng.randrange(256) for _ in range(rng.randint(5, 60))] for _ in range(count)]


def items_for(ids: list[list[int]], sampling: Sampling, n_samples: int = 1) -> list[WorkItem]:
    return [
        work_item(
            prompt, sampling, model_sha256="m", adapter_sha256="a", adapter_scale=scale, sample_index=index
        )
        for prompt in ids
        for index in range(n_samples)
        for scale in (0.0, 1.0)
    ]


def run(
    servers: list[ServerHandle | str],
    models: Path,
    items: list[WorkItem],
    ledger: Ledger,
    settings: InferenceSettings = SETTINGS,
    beside=None,
    n_slots: int | None = None,
) -> tuple[list[PhaseFacts], int]:
    async def main():
        files = Models.of(models / "base.gguf", models / "adapter.gguf")
        async with open_endpoints(servers, settings, files) as endpoints:
            endpoints[0].n_slots = n_slots or endpoints[0].n_slots
            other = asyncio.create_task(beside(endpoints)) if beside else None
            try:
                facts = await generate(endpoints, items, settings.sampling(), ledger)
            finally:
                if other:
                    other.cancel()
            return facts, sum(endpoint.n_restarts for endpoint in endpoints)

    return asyncio.run(main())


def answers(ledger: Ledger, items: list[WorkItem]) -> dict[str, tuple[str, str, int]]:
    found = {item.key: ledger.get(item.key) for item in items}
    return {key: (a.completion, a.stop_type, a.completion_tokens) for key, a in found.items() if a}


class CountingLedger(Ledger):
    """Counts the answers that arrive, also those a ledger would not store."""

    recorded: list[Answer]

    def record(self, answer: Answer) -> bool:
        self.__dict__.setdefault("recorded", []).append(answer)
        return super().record(answer)


@pytest.fixture
def ledger(tmp_path: Path):
    with open_ledger(tmp_path / "ledger.sqlite") as plain:
        yield CountingLedger(plain._connection)


@pytest.fixture(scope="module")
def undisturbed(server: ServerHandle, models: Path, tmp_path_factory) -> dict[str, tuple[str, str, int]]:
    """What each item's answer is when it is asked alone, one after another, without the cache."""
    settings = SETTINGS.model_copy(update={"reuse_prefix": False})
    items = items_for(prompts(40), settings.sampling())
    with open_ledger(tmp_path_factory.mktemp("undisturbed") / "ledger.sqlite") as ledger:
        run([server], models, items, ledger, settings, n_slots=1)
        found = answers(ledger, items)
    assert len(found) == 80
    return found


def test_the_answers_are_those_of_a_sequential_run(
    server: ServerHandle, models: Path, ledger: CountingLedger, undisturbed
) -> None:
    items = items_for(prompts(40), SETTINGS.sampling())
    reports: list[Report] = []
    with listen(reports.append):
        facts, restarts = run([server], models, items, ledger)
    assert answers(ledger, items) == undisturbed
    assert len({completion for completion, _, _ in undisturbed.values()}) > 70
    assert (restarts, [f.adapter_scale for f in facts]) == (0, [0.0, 1.0])
    for phase in facts:
        assert phase.n_generated == phase.n_items == 40
        assert phase.cached_tokens > 36 * 55, "the shared beginning is in the cache of every slot"
        assert phase.tokens_per_s > 0
    assert (reports[-1].done, reports[-1].total) == (80, 80)
    assert "tokens/s" in reports[-1].note
    scales = {item.key: item.adapter_scale for item in items}
    order = [scales[answer.key] for answer in ledger.recorded]
    assert order == sorted(order), "base and adapter are never mixed"


def test_all_slots_are_busy(spec: ServerSpec, llama_cpp: LlamaCpp, tmp_path: Path, ledger) -> None:
    # Large enough that the server, not the client, takes the time.
    shape = llama_model.Shape(n_layers=6, n_embd=256, n_heads=8, n_kv_heads=4, n_ff=1024)
    gguf_py = llama_cpp.convert_hf_to_gguf.parent / "gguf-py"
    larger = dataclasses.replace(
        spec,
        model=str(llama_model.write_model(tmp_path / "base.gguf", gguf_py, shape, scale=0.1)),
        adapter=str(llama_model.write_adapter(tmp_path / "adapter.gguf", gguf_py, shape)),
    )
    items = items_for(prompts(24), SETTINGS.sampling())
    with managed_server(larger, tmp_path / "server") as handle:
        facts, _ = run([handle], tmp_path, items, ledger)
    for phase in facts:
        (busy,) = phase.n_busy_slots_per_decode.values()
        assert 2.5 < busy <= 4, "1 would be no batching at all"


def test_nothing_is_generated_twice(server, models, ledger, undisturbed) -> None:
    items = items_for(prompts(40), SETTINGS.sampling())
    run([server], models, items[:30], ledger)
    facts, _ = run([server], models, items + items, ledger)
    assert sum(f.n_generated for f in facts) == 50
    facts, _ = run([server], models, items, ledger)
    assert [f.n_generated for f in facts] == [0, 0]
    assert len(ledger.recorded) == len({answer.key for answer in ledger.recorded}) == 80
    assert answers(ledger, items) == undisturbed


def test_a_killed_server_is_started_again_and_the_answers_are_the_same(
    spec: ServerSpec, models, ledger, undisturbed, tmp_path
) -> None:
    items = items_for(prompts(40), SETTINGS.sampling())
    rng = random.Random(5)
    killed: list[int] = []

    async def kill(endpoints) -> None:
        while len(killed) < 3:
            # The first dies at once: all 80 answers may be there a third of a second later.
            if killed:
                await asyncio.sleep(rng.uniform(0.1, 0.4))
            n_answers = len(ledger.__dict__.get("recorded", []))
            if n_answers > 40:
                return  # near the end it might not be missed
            handle = endpoints[0].handle
            victims = [
                p for p in group_members(handle.process) if "-m" in p.cmdline() and p.pid not in killed
            ]
            for process in victims:
                if process.pid != handle.pid:
                    process.kill()
                    killed.append(process.pid)
            if victims:
                # Let it answer something in between, as a server that dies now and then does.
                while len(ledger.__dict__.get("recorded", [])) < n_answers + 5:
                    await asyncio.sleep(0.02)

    with managed_server(spec, tmp_path / "server") as handle:
        _facts, restarts = run([handle], models, items, ledger, beside=kill)
    assert restarts == len(killed) >= 1
    assert answers(ledger, items) == undisturbed
    assert len(ledger.recorded) == len({answer.key for answer in ledger.recorded}) == 80
    assert not [p for p in psutil.process_iter(["cmdline"]) if handle.alias in (p.info["cmdline"] or [])]


def test_a_server_that_always_dies_ends_the_batch_and_keeps_what_is_done(
    spec: ServerSpec, models, ledger, tmp_path
) -> None:
    items = items_for(prompts(40), SETTINGS.sampling())

    async def kill(endpoints) -> None:
        endpoints[0].restarts_allowed = 1
        while True:
            await asyncio.sleep(0.05)
            if ledger.__dict__.get("recorded"):
                for process in group_members(endpoints[0].handle.process):
                    process.kill()

    with managed_server(spec, tmp_path / "server") as handle, pytest.raises(ServerError):
        run([handle], models, items, ledger, beside=kill)
    assert 0 < len(ledger.final_keys()) < 80


def test_a_remote_server_that_comes_back_is_waited_for(
    spec: ServerSpec, models, ledger, undisturbed, tmp_path
) -> None:
    items = items_for(prompts(40), SETTINGS.sampling())

    with managed_server(dataclasses.replace(spec, port=None), tmp_path / "first") as first:
        port = int(first.base_url.rsplit(":", 1)[1])

        async def replace(endpoints) -> None:
            endpoints[0].client._backoff = Backoff(attempts=1)
            while len(ledger.__dict__.get("recorded", [])) < 10:
                await asyncio.sleep(0.01)
            os.killpg(first.pid, signal.SIGKILL)
            await asyncio.sleep(0.3)
            again = managed_server(dataclasses.replace(spec, port=port), tmp_path / "second")
            opened.append(again)
            await asyncio.to_thread(again.__enter__)

        opened: list = []
        try:
            _, restarts = run([first.base_url], models, items, ledger, beside=replace)
        finally:
            for server in opened:
                server.__exit__(None, None, None)
    assert restarts == 1
    assert answers(ledger, items) == undisturbed


def test_a_remote_server_that_stays_away_ends_the_batch(spec: ServerSpec, models, ledger, tmp_path) -> None:
    settings = SETTINGS.model_copy(update={"start_timeout_s": 1.0})
    items = items_for(prompts(40), settings.sampling())

    with managed_server(spec, tmp_path / "server") as handle:

        async def kill(endpoints) -> None:
            while len(ledger.__dict__.get("recorded", [])) < 5:
                await asyncio.sleep(0.01)
            os.killpg(handle.pid, signal.SIGKILL)

        with pytest.raises(ServerError, match="did not answer for 1 s"):
            run([handle.base_url], models, items, ledger, settings, beside=kill)
    assert len(ledger.final_keys()) >= 5


def test_several_servers_share_the_work_and_one_may_die(
    spec, server, models, ledger, undisturbed, tmp_path
) -> None:
    settings = SETTINGS.model_copy(update={"start_timeout_s": 0.5})
    items = items_for(prompts(40), settings.sampling())
    with managed_server(spec, tmp_path / "other") as other:

        async def kill(endpoints) -> None:
            while len(ledger.__dict__.get("recorded", [])) < 30:
                await asyncio.sleep(0.005)
            os.killpg(other.pid, signal.SIGKILL)

        facts, _ = run([server, other.base_url], models, items, ledger, settings, beside=kill)
    assert answers(ledger, items) == undisturbed
    assert list(facts[1].n_busy_slots_per_decode) == [server.base_url]


def test_a_prompt_that_is_too_long_is_recorded_and_the_batch_goes_on(
    server, models, ledger, undisturbed
) -> None:
    long = items_for([[65] * 1500], SETTINGS.sampling())
    items = items_for(prompts(40), SETTINGS.sampling())
    facts, _ = run([server], models, items + long, ledger)
    assert [f.n_errors for f in facts] == [1, 1]
    assert answers(ledger, items) == undisturbed
    for item in long:
        answer = ledger.get(item.key)
        assert answer.error.startswith("exceed_context_size_error: ")
        assert "127.0.0.1" not in answer.error
        assert (answer.completion, answer.stop_type, answer.prompt_tokens) == ("", "", 1500)
    facts, _ = run([server], models, long, ledger)
    assert sum(f.n_generated for f in facts) == 0


@pytest.mark.parametrize(
    ("n_prompt", "limit", "stop_type", "truncated"),
    [(1000, 500, "limit", True), (50, 20, "limit", False)],
    ids=["context full", "cut at the limit"],
)
def test_why_an_answer_ended_is_told(server, models, ledger, n_prompt, limit, stop_type, truncated) -> None:
    settings = SETTINGS.model_copy(update={"max_completion_tokens": limit})
    (ids,) = [[random.Random(3).randrange(256) for _ in range(n_prompt)]]
    items = items_for([ids], settings.sampling())
    run([server], models, items, ledger, settings)
    for item in items:
        answer = ledger.get(item.key)
        if answer.stop_type != "eos":
            assert (answer.stop_type, answer.truncated) == (stop_type, truncated)
    assert any(ledger.get(item.key).stop_type == stop_type for item in items)


def test_several_samples_differ_and_are_seeded(server, models, ledger) -> None:
    settings = SETTINGS.model_copy(update={"temperature": 1.0})
    items = items_for(prompts(2), settings.sampling(), n_samples=3)
    run([server], models, items, ledger, settings)
    assert len({ledger.get(item.key).completion for item in items}) == 12
    seeds = {item.sample_index: settings.sampling().seed_of(item.sample_index) for item in items}
    assert seeds == {0: 3407, 1: 3408, 2: 3409}


def test_a_wrong_key_ends_the_batch_at_once(spec, models, ledger, tmp_path) -> None:
    items = items_for(prompts(5), SETTINGS.sampling())

    async def main(url: str) -> None:
        files = Models.of(models / "base.gguf", models / "adapter.gguf")
        async with open_endpoints([url], SETTINGS, files, api_key="right") as endpoints:
            endpoints[0].client._http.headers["Authorization"] = "Bearer wrong"
            await generate(endpoints, items, SETTINGS.sampling(), ledger)

    with (
        managed_server(spec, tmp_path / "server", api_key="right") as handle,
        pytest.raises(RequestRejectedError, match="401"),
    ):
        asyncio.run(main(handle.base_url))
    assert ledger.final_keys() == set()

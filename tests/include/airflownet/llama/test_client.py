from __future__ import annotations

import asyncio
import socket

import pytest

from airflownet.llama.client import LlamaClient
from airflownet.llama.errors import (
    PromptTooLongError,
    RequestRejectedError,
    ServerAnswerError,
    ServerUnavailableError,
)
from airflownet.llama.retry import Backoff
from airflownet.llama.sampling import Sampling
from airflownet.llama.server_spec import ServerHandle
from servers.llama_server import RESET, LlamaServer

QUICK = Backoff(attempts=3, first_wait_s=0.01)
SAMPLING = Sampling(max_completion_tokens=5)
TOO_LONG = {"error": {"code": 400, "message": "too long", "type": "exceed_context_size_error"}}
INVALID = {"error": {"code": 400, "message": "no such field", "type": "invalid_request_error"}}


def ask(url: str, call, **options):
    async def main():
        async with LlamaClient(url, **{"backoff": QUICK, **options}) as client:
            return await call(client)

    return asyncio.run(main())


def complete(client: LlamaClient, **options):
    return client.completion([1, 2, 3], SAMPLING, **options)


@pytest.mark.parametrize(
    "failures",
    [(503,), (503, 503), (429,), (RESET,), (RESET, 503)],
    ids=["loading", "loading twice", "too many requests", "reset", "reset then loading"],
)
def test_what_may_be_tried_again_is(failures) -> None:
    with LlamaServer() as server:
        server.queue("/completion", *failures)
        assert ask(server.url, complete)["content"] == "ok"
        assert len(server.bodies("/completion")) == len(failures) + 1


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, INVALID, RequestRejectedError),
        (400, TOO_LONG, PromptTooLongError),
        (401, {"error": {"message": "Invalid API Key"}}, RequestRejectedError),
        (404, "not here", RequestRejectedError),
        (500, {"error": {"message": "out of memory", "type": "server_error"}}, RequestRejectedError),
        (200, "<html>", ServerAnswerError),
        (200, ["no", "object"], ServerAnswerError),
    ],
)
def test_what_may_not_be_tried_again_is_sent_once(status, body, error) -> None:
    with LlamaServer() as server:
        server.queue("/completion", (status, body))
        with pytest.raises(error) as caught:
            ask(server.url, complete)
        assert len(server.bodies("/completion")) == 1
        if isinstance(caught.value, RequestRejectedError):
            assert caught.value.status == status
            assert server.url not in caught.value.detail


def test_attempts_are_bounded() -> None:
    with LlamaServer() as server:
        server.queue("/completion", *[503] * 10)
        with pytest.raises(ServerUnavailableError, match="503"):
            ask(server.url, complete)
        assert len(server.bodies("/completion")) == 3


def test_nobody_there_is_unavailable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(ServerUnavailableError, match="ConnectError"):
            ask(url, complete)
        assert ask(url, lambda client: client.is_ready()) is False


def test_backoff_doubles_up_to_its_limit() -> None:
    assert [Backoff().wait_s(attempt) for attempt in range(1, 8)] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0]


def test_every_sampler_is_sent() -> None:
    with LlamaServer() as server:
        ask(server.url, lambda client: complete(client, sample_index=2, lora=[{"id": 0, "scale": 1.0}]))
        (body,) = server.bodies("/completion")
    assert {name: body[name] for name in ("temperature", "top_k", "top_p", "min_p", "typical_p")} == {
        "temperature": 0.0,
        "top_k": 1,
        "top_p": 1.0,
        "min_p": 0.0,
        "typical_p": 1.0,
    }
    assert {name: body[name] for name in ("repeat_penalty", "presence_penalty", "frequency_penalty")} == {
        "repeat_penalty": 1.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
    }
    assert (body["n_predict"], body["seed"], body["cache_prompt"]) == (5, 2, True)
    assert body["lora"] == [{"id": 0, "scale": 1.0}]
    assert body["prompt"] == [1, 2, 3]


@pytest.mark.llama
def test_greedy_answers_are_those_of_the_whole_vocabulary(server: ServerHandle) -> None:
    sampling = Sampling(max_completion_tokens=40, ignore_eos=True, reuse_prefix=False)

    async def main():
        async with LlamaClient(server.base_url) as client:
            for start in range(8):
                prompt = range(start, start + 30)
                as_sent = await client.completion(prompt, sampling)
                all_kept = await client.completion(prompt, sampling, extra={"top_k": 0})
                assert as_sent["generation_settings"]["top_k"] == 1
                assert as_sent["content"] == all_kept["content"]

    asyncio.run(main())


def test_an_answer_made_with_another_adapter_is_refused() -> None:
    answer = {"content": "x", "generation_settings": {"lora": [{"id": 0, "scale": 1.0}]}}
    with LlamaServer() as server:
        server.queue("/completion", (200, answer))
        with pytest.raises(ServerAnswerError, match="asked for were"):
            ask(server.url, lambda client: complete(client, lora=[{"id": 0, "scale": 0.0}]))


def test_a_server_without_metrics_has_none() -> None:
    with LlamaServer() as server:
        server.queue("/metrics", (501, {"error": {"message": "start with --metrics"}}))
        assert ask(server.url, lambda client: client.metrics()) == {}


@pytest.mark.llama
def test_against_the_real_server(server: ServerHandle) -> None:
    async def calls(client: LlamaClient):
        text = "with DAG('a'): <|im_end|>"
        plain = await client.tokenize(text, parse_special=False)
        special = await client.tokenize(text, parse_special=True)
        assert await client.detokenize(plain) == text == await client.detokenize(special)
        assert len(special) == len(plain) - len("<|im_end|>") + 1
        assert (await client.model_facts())["n_vocab"] == 259
        assert (await client.lora_adapters())[0]["scale"] == 0.0
        for scale in (0.0, 1.0):
            answer = await client.completion("abc", SAMPLING, lora=[{"id": 0, "scale": scale}])
            used = answer["generation_settings"]
            expected = SAMPLING.request()
            assert {name: used[name] for name in ("temperature", "top_k", "min_p", "seed", "n_predict")} == {
                name: expected[name] for name in ("temperature", "top_k", "min_p", "seed", "n_predict")
            }
            assert used["lora"] == [{"id": 0, "scale": scale}]
        chat = await client.chat(
            [{"role": "user", "content": "hi"}], SAMPLING, lora=[{"id": 0, "scale": 0.0}]
        )
        assert chat["usage"]["completion_tokens"] == 5
        schema = Sampling(max_completion_tokens=200, json_schema='{"type": "boolean"}')
        assert (await client.completion("abc", schema))["content"] in ("true", "false")
        grammar = Sampling(max_completion_tokens=9, grammar='root ::= "yes" | "no"')
        assert (await client.completion("abc", grammar))["content"] in ("yes", "no")
        metrics = await client.metrics()
        assert metrics["n_decode_total"] > 0

    ask(server.base_url, calls)


@pytest.mark.llama
def test_the_real_server_refuses_a_long_prompt(server: ServerHandle) -> None:
    with pytest.raises(PromptTooLongError, match="1024"):
        ask(server.base_url, lambda client: client.completion([65] * 2000, SAMPLING))

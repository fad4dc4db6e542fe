"""A server that refuses a system message: the steer stands in an exchange before the user's turn."""

from __future__ import annotations

import asyncio

import pytest

from airflownet.llama.client import LlamaClient
from airflownet.llama.errors import ServerAnswerError
from airflownet.magpie.pre_query import PreQueries, read_pre_query
from servers.llama_server import LlamaServer


def _read(server: LlamaServer, steer: str) -> object:
    async def read() -> object:
        async with LlamaClient(server.url) as client:
            return await read_pre_query(client, steer)

    return asyncio.run(read())


def test_a_template_without_system_role() -> None:
    with LlamaServer(template="<|{role}|>{content}<|end|>") as server:
        server.queue("/apply-template", (400, {"error": {"message": "System role not supported"}}))
        found = _read(server, "STEER")
    assert not found.has_system_role
    assert found.before == "<|user|>STEER<|end|><|assistant|>Understood.<|end|><|user|>"


def test_a_template_that_drops_the_system_message_is_noticed() -> None:
    with LlamaServer() as server:
        dropped = "<|user|>qzxairflownetsentinelxzq<|end|>"
        server.queue("/apply-template", (200, {"prompt": dropped}))
        found = _read(server, "STEER")
    assert not found.has_system_role
    assert "STEER" in found.before


@pytest.mark.parametrize("prompt", ["<|user|>hello", "qzxairflownetsentinelxzq" * 2], ids=["never", "twice"])
def test_a_template_that_cannot_be_cut_is_an_error(prompt: str) -> None:
    with LlamaServer() as server:
        server.queue("/apply-template", (200, {"prompt": prompt}))
        with pytest.raises(ServerAnswerError, match="shows a user's text"):
            _read(server, "")


def test_a_space_at_the_end_is_left_to_the_model() -> None:
    async def read(server: LlamaServer) -> tuple[int, ...]:
        async with LlamaClient(server.url) as client:
            return await PreQueries(client).ids("")

    with LlamaServer(template="[INST] {content} [/INST]") as server:
        assert bytes(asyncio.run(read(server))) == b"[INST]"

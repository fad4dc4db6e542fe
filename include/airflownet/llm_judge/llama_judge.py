"""Any llama-server as the judge: replies under the rubric's JSON schema as a grammar, kept in the ledger."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from airflownet.errors import InputError
from airflownet.llama.asking import Asker
from airflownet.llama.chat_prompt import ChatTemplate
from airflownet.llama.client import LlamaClient
from airflownet.llama.ledger import Answer, Ledger, open_ledger
from airflownet.llama.serving import Models, Server, ServerLike, open_endpoints, servers_from_json, serving
from airflownet.llm_judge.prompt import JudgePrompt
from airflownet.llm_judge.reply import JudgeReply
from airflownet.llm_judge.settings import LlamaJudgeSettings

LEDGER = "ledger.sqlite"
_WHOLE = frozenset({"eos", "word", "stop_id"})


def ask(
    prompts: Sequence[JudgePrompt],
    settings: LlamaJudgeSettings,
    folder: Path,
    *,
    earlier: Path | None = None,
    server: ServerLike = None,
    api_key: str = "",
) -> list[JudgeReply]:
    """Returns one reply for each prompt, in order; starts a server when none is given.

    Args:
        prompts: what to ask.
        settings: model, capacity, samplers.
        folder: for ledger and server log.
        earlier: ledger of an earlier output whose answers are taken over.
        server: a handle or URL.
        api_key: of the server.

    Raises:
        InputError: the model's file does not exist.
        ServerError: the server failed for good; what was answered stays.
    """
    gguf = Path(settings.model).expanduser()
    if not settings.model or not gguf.is_file():
        raise InputError(
            f"llama.model is {settings.model!r}: there is no such GGUF file",
            "name the model that shall judge, or choose the judge claude",
        )
    models = Models.of(gguf, None)

    async def run(servers: Sequence[Server], ledger: Ledger) -> list[JudgeReply]:
        async with open_endpoints(servers, settings, models, api_key=api_key) as endpoints:
            return await _ask(prompts, settings, Asker(endpoints, models, ledger, earlier), gguf.name)

    with contextlib.ExitStack() as stack:
        ledger = stack.enter_context(open_ledger(folder / LEDGER))
        given = servers_from_json(server)
        servers = stack.enter_context(serving(settings, models, given, folder / "server", api_key=api_key))
        return asyncio.run(run(servers, ledger))


async def _ask(
    prompts: Sequence[JudgePrompt], settings: LlamaJudgeSettings, asker: Asker, name: str
) -> list[JudgeReply]:
    async def read(client: LlamaClient) -> list[tuple[int, ...]]:
        template = ChatTemplate(client)
        return [await template.ids(_messages(prompt)) for prompt in prompts]

    ids = await asker.with_client(read)
    budget = settings.context_tokens_per_slot - settings.max_completion_tokens
    replies = [JudgeReply("", "over-token-budget", name)] * len(prompts)
    for schema in dict.fromkeys(prompt.json_schema for prompt in prompts):
        fitting = [
            place
            for place, prompt in enumerate(prompts)
            if prompt.json_schema == schema and len(ids[place]) <= budget
        ]
        sampling = dataclasses.replace(settings.sampling(), json_schema=schema)
        asked = [(ids[place], prompts[place].repeat) for place in fitting]
        answers = await asker.ask(asked, sampling, "Judging answers")
        for place, answer in zip(fitting, answers, strict=True):
            replies[place] = _read(answer, name)
    return replies


def _read(answer: Answer, name: str) -> JudgeReply:
    if answer.error:
        return JudgeReply("", answer.error.partition(":")[0], name)
    if answer.truncated or answer.stop_type not in _WHOLE:
        return JudgeReply("", "truncated", name)
    return JudgeReply(answer.completion, "", name)


def _messages(prompt: JudgePrompt) -> list[dict[str, str]]:
    return [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]

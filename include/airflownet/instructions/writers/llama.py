"""Any llama-server as a writer: replies under a JSON schema, kept in the ledger."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from airflownet.instructions.settings import InstructionSettings
from airflownet.instructions.writers.request import WriterPrompt, WriterReply, read_reply
from airflownet.llama.asking import Asker
from airflownet.llama.chat_prompt import ChatTemplate
from airflownet.llama.client import LlamaClient

_WHOLE = frozenset({"eos", "word", "stop_id"})


async def write(
    prompts: Sequence[WriterPrompt], settings: InstructionSettings, asker: Asker
) -> list[WriterReply]:
    """Returns one reply for each prompt, in order.

    A file whose prompt and reply do not fit a slot's context is not asked for: ``over-token-budget``.

    Raises:
        ServerError: the server failed for good.
    """
    if not prompts:
        return []
    llama = settings.llama
    budget = llama.context_tokens_per_slot - llama.max_completion_tokens

    async def read(client: LlamaClient) -> list[tuple[int, ...]]:
        template = ChatTemplate(client)
        return [await template.ids(_messages(prompt)) for prompt in prompts]

    ids = await asker.with_client(read)
    sampling = dataclasses.replace(llama.sampling(), json_schema=prompts[0].json_schema)
    fitting = [(one, 0) for one in ids if len(one) <= budget]
    answers = iter(await asker.ask(fitting, sampling, "Writing instructions"))
    replies = []
    for one in ids:
        if len(one) > budget:
            replies.append(WriterReply({}, ("over-token-budget",)))
            continue
        answer = next(answers)
        if answer.error:
            replies.append(WriterReply({}, (answer.error.partition(":")[0],)))
            continue
        is_whole = answer.stop_type in _WHOLE and not answer.truncated
        replies.append(read_reply(answer.completion, settings, is_whole=is_whole))
    return replies


def _messages(prompt: WriterPrompt) -> list[dict[str, str]]:
    return [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]

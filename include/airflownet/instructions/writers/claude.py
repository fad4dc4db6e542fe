"""Claude as a writer, through Message Batches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airflownet.cache import cache_dir
from airflownet.hashing import sha256_text
from airflownet.instructions.settings import InstructionSettings
from airflownet.instructions.writers.request import WriterPrompt, WriterReply, read_reply
from airflownet.locations import is_local, local_path
from airflownet.message_batches.api import BatchApi
from airflownet.message_batches.cost import prompt_tokens
from airflownet.message_batches.engine import answer
from airflownet.message_batches.ledger import BatchLedger
from airflownet.message_batches.ledger_copy import copy_location
from airflownet.message_batches.request import BatchRequest, Reply, request_for

LEDGER = "claude.sqlite"
_WHOLE = ("end_turn", "stop_sequence")


def ledger_path(output: str) -> Path:
    """Returns where replies are kept: beside the stage's folder, so that no re-run can lose what was paid.

    For a remote artifact root it is this machine's cache, with a copy at ``ledger_copy``.
    """
    if is_local(output):
        return local_path(output).parent / "requests" / LEDGER
    return cache_dir("requests", sha256_text(output)[:16]) / LEDGER


def ledger_copy(output: str) -> str:
    """Returns where a remote artifact root keeps a copy of the ledger; empty for a local one."""
    return copy_location(output, LEDGER.removesuffix(".sqlite"))


def batch_request(prompt: WriterPrompt, settings: InstructionSettings) -> BatchRequest:
    """Returns the request for one file."""
    return request_for(settings.claude, prompt.system, prompt.user, prompt.json_schema)


def fits(request: BatchRequest, settings: InstructionSettings) -> bool:
    """Returns whether the whole file fits the token budget."""
    return prompt_tokens(request) <= settings.claude.max_prompt_tokens


def write(
    prompts: Sequence[WriterPrompt], settings: InstructionSettings, ledger: BatchLedger, api_key: str = ""
) -> list[WriterReply]:
    """Returns one reply for each prompt, in order; asks for those that the ledger does not hold.

    Raises:
        As ``message_batches.engine.answer``.
    """
    requests = [batch_request(prompt, settings) for prompt in prompts]
    fitting = [request for request in requests if fits(request, settings)]
    found = {request.key: ledger.reply(request.key) for request in fitting}
    if any(reply is None for reply in found.values()):
        api = BatchApi(settings.claude, api_key)
        found |= answer(fitting, settings.claude, ledger, api)
    return [
        _read(found.get(request.key), settings) if fits(request, settings) else _OVER_BUDGET
        for request in requests
    ]


_OVER_BUDGET = WriterReply({}, ("over-token-budget",))


def _read(reply: Reply | None, settings: InstructionSettings) -> WriterReply:
    if reply is None or reply.error:
        return WriterReply({}, (reply.error.split(":")[0] if reply else "missing",))
    if reply.stop_reason == "refusal":
        return WriterReply({}, ("refused",))
    return read_reply(reply.text, settings, is_whole=reply.stop_reason in _WHOLE)

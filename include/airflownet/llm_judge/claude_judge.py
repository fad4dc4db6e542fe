"""Claude as the judge, through Message Batches: nothing is paid twice, and a crash loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airflownet.cache import cache_dir
from airflownet.hashing import sha256_text
from airflownet.llm_judge.prompt import JudgePrompt
from airflownet.llm_judge.reply import JudgeReply
from airflownet.locations import is_local, local_path
from airflownet.message_batches.api import BatchApi
from airflownet.message_batches.cost import Estimate, prompt_tokens, require_budget
from airflownet.message_batches.engine import answer, open_cost
from airflownet.message_batches.ledger import BatchLedger
from airflownet.message_batches.ledger_copy import copy_location
from airflownet.message_batches.request import BatchRequest, Reply, request_for
from airflownet.message_batches.settings import ClaudeSettings

LEDGER = "claude-judge.sqlite"
_WHOLE = ("end_turn", "stop_sequence")


def ledger_path(output: str) -> Path:
    """Returns where replies are kept: beside the stage, else in the cache and at ``ledger_copy``."""
    if is_local(output):
        return local_path(output).parent / "requests" / LEDGER
    return cache_dir("requests", sha256_text(output)[:16]) / LEDGER


def ledger_copy(output: str) -> str:
    """Returns where a remote artifact root keeps a copy of the ledger; empty for a local one."""
    return copy_location(output, LEDGER.removesuffix(".sqlite"))


def requests_of(prompts: Sequence[JudgePrompt], settings: ClaudeSettings) -> list[BatchRequest]:
    """Returns one request for each prompt; equal prompts of one repeat have equal keys."""
    return [
        request_for(settings, prompt.system, prompt.user, prompt.json_schema, sample_index=prompt.repeat)
        for prompt in prompts
    ]


def plan(prompts: Sequence[JudgePrompt], settings: ClaudeSettings, ledger: BatchLedger) -> Estimate:
    """Returns what is still to be asked and the most it can cost; asks nobody.

    Raises:
        BudgetError: it could cost more than is allowed.
        RecipeError: the model is retired or has no known price.
    """
    cost = open_cost(_fitting(requests_of(prompts, settings), settings), settings, ledger)
    require_budget(settings, cost, ledger.committed_usd())
    return cost


def ask(
    prompts: Sequence[JudgePrompt],
    settings: ClaudeSettings,
    ledger: BatchLedger,
    api_key: str = "",
) -> list[JudgeReply]:
    """Returns one reply for each prompt, in order; asks for those that the ledger does not hold.

    Raises:
        As ``message_batches.engine.answer``.
    """
    requests = requests_of(prompts, settings)
    fitting = _fitting(requests, settings)
    keys = {request.key for request in fitting}
    found: dict[str, Reply | None] = {key: ledger.reply(key) for key in keys}
    if any(reply is None for reply in found.values()):
        found |= answer(fitting, settings, ledger, BatchApi(settings, api_key))
    return [
        _read(found.get(request.key)) if request.key in keys else JudgeReply("", "over-token-budget")
        for request in requests
    ]


def _fitting(requests: Sequence[BatchRequest], settings: ClaudeSettings) -> list[BatchRequest]:
    return [request for request in requests if prompt_tokens(request) <= settings.max_prompt_tokens]


def _read(reply: Reply | None) -> JudgeReply:
    if reply is None:
        return JudgeReply("", "no-reply")
    if reply.error:
        return JudgeReply("", reply.error.partition(":")[0])
    if reply.stop_reason == "refusal":
        return JudgeReply("", "refused", reply.model)
    if reply.stop_reason not in _WHOLE:
        return JudgeReply("", "truncated", reply.model)
    return JudgeReply(reply.text, "", reply.model)

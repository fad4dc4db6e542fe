"""Gives every request its one reply: finds open batches again, submits the rest, collects what has ended.

``advance`` does all that is possible now and returns; ``answer`` waits. Both may be killed at any point
and called again, by any process with the same ledger.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from filelock import FileLock

from airflownet.errors import NetworkError
from airflownet.message_batches.api import BatchApi, model_not_found
from airflownet.message_batches.cost import Estimate, estimate, require_budget, usd
from airflownet.message_batches.ledger import BatchLedger, Submission
from airflownet.message_batches.models import require_offered
from airflownet.message_batches.request import BatchRequest, Reply
from airflownet.message_batches.settings import ClaudeSettings
from airflownet.progress import progress

log = logging.getLogger(__name__)

_MOST_BATCH_BYTES = 200_000_000  # Anthropic's limit is 256 MB
_CLOCKS_DIFFER_S = 600.0
# What another attempt will not mend.
_FINAL_ERRORS = ("invalid_request_error", "not_found_error", "authentication_error", "permission_error")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the requests stand."""

    n_requests: int
    n_final: int
    """Answered, or given up for good."""
    n_submitted: int
    """Submitted by this call."""

    @property
    def is_done(self) -> bool:
        """True when nothing is left to wait for."""
        return self.n_final == self.n_requests


def open_cost(requests: Iterable[BatchRequest], settings: ClaudeSettings, ledger: BatchLedger) -> Estimate:
    """Returns the most that the requests without a reply can cost; those in open batches not counted.

    Raises:
        RecipeError: there are such requests, and their model is retired or has no known price.
    """
    todo = _unasked(requests, ledger)
    if todo:
        require_offered(settings.model)
    return estimate(settings, todo)


def answer(
    requests: Sequence[BatchRequest], settings: ClaudeSettings, ledger: BatchLedger, api: BatchApi
) -> dict[str, Reply]:
    """Returns the reply to every request by key, waiting for the batches.

    Raises:
        BudgetError: the requests could cost more than is allowed; nothing was submitted.
        RecipeError: the model is known to be retired, or has no known price.
        InputError: the model is not offered.
        NetworkError: Anthropic cannot be reached, or the time is over; call again to go on.
    """
    started = time.monotonic()
    with progress("Asking Claude", total=len({request.key for request in requests}), unit="replies") as bar:
        done = 0
        while True:
            state = advance(requests, settings, ledger, api)
            bar.advance(state.n_final - done)
            done = state.n_final
            if state.is_done:
                return replies(requests, ledger)
            if time.monotonic() - started > settings.timeout_s:
                raise NetworkError(
                    f"{state.n_requests - state.n_final:,} replies have not come within "
                    f"{settings.timeout_s:,.0f} s",
                    "run again: the batches go on at Anthropic and are found again",
                )
            time.sleep(settings.poll_interval_s)


def advance(
    requests: Sequence[BatchRequest], settings: ClaudeSettings, ledger: BatchLedger, api: BatchApi
) -> Progress:
    """Collects what has ended, submits what is neither answered nor open; never waits for a batch.

    Raises:
        As ``answer``.
    """
    # Two processes must not submit the same request, nor take the other's fresh intention for a crash.
    with FileLock(str(ledger.path) + ".lock", timeout=settings.timeout_s):
        for submission in ledger.open_submissions():
            _collect(submission, settings, ledger, api)
        todo = _unasked(requests, ledger)
        if todo:
            require_offered(settings.model)
            require_budget(settings, estimate(settings, todo), ledger.committed_usd())
        for chunk in _chunks(todo, settings.requests_per_batch):
            _submit(chunk, settings, ledger, api)
    keys = {request.key for request in requests}
    n_final = sum(ledger.reply(key) is not None for key in keys)
    return Progress(len(keys), n_final, len(todo))


def replies(requests: Iterable[BatchRequest], ledger: BatchLedger) -> dict[str, Reply]:
    """Returns the replies that are there, by key."""
    found = {request.key: ledger.reply(request.key) for request in requests}
    return {key: reply for key, reply in found.items() if reply is not None}


def _unasked(requests: Iterable[BatchRequest], ledger: BatchLedger) -> list[BatchRequest]:
    distinct = {request.key: request for request in requests}
    waiting = ledger.open_keys()
    return [request for key, request in distinct.items() if key not in waiting and ledger.reply(key) is None]


def _chunks(requests: Sequence[BatchRequest], most: int) -> Iterable[list[BatchRequest]]:
    chunk: list[BatchRequest] = []
    size_bytes = 0
    for request in requests:
        # A quote or line end in the prompt takes two bytes in JSON.
        own = 2 * len(request.prompt_text().encode()) + 1000
        if chunk and (len(chunk) == most or size_bytes + own > _MOST_BATCH_BYTES):
            yield chunk
            chunk, size_bytes = [], 0
        chunk.append(request)
        size_bytes += own
    if chunk:
        yield chunk


def _submit(
    chunk: Sequence[BatchRequest], settings: ClaudeSettings, ledger: BatchLedger, api: BatchApi
) -> None:
    submission = ledger.note([request.key for request in chunk], estimate(settings, chunk).usd)
    try:
        batch_id = api.create(chunk)
    except NetworkError:
        raise  # the intention stays: the batch may exist
    except Exception:
        ledger.withdraw(submission)
        raise
    ledger.submitted(submission, batch_id)
    log.info("submitted %d requests to %s as %s", len(chunk), settings.model, batch_id)


def _collect(submission: Submission, settings: ClaudeSettings, ledger: BatchLedger, api: BatchApi) -> None:
    if not submission.batch_id:
        found = _find(submission, settings, ledger, api)
        if found is None:
            return
        submission = found
    if api.get(submission.batch_id).processing_status != "ended":
        return
    results = {str(result.custom_id): result.result for result in api.results(submission.batch_id)}
    final, again = [], []
    for key in sorted(ledger.keys_of(submission)):
        reply, why = _read(key, results.get(key), settings, submission.batch_id)
        if reply is None and len(ledger.failures(key)) + 1 >= settings.max_attempts:
            reply = _failed(key, why, submission.batch_id)
        if reply is None:
            again.append((key, why))
        else:
            final.append(reply)
    ledger.collect(submission, [reply for reply in final if not _is_missing_model(reply)], again)
    missing = [reply for reply in final if _is_missing_model(reply)]
    if missing:
        raise model_not_found(settings.model, missing[0].error)


def _is_missing_model(reply: Reply) -> bool:
    return reply.error.startswith("errored: not_found_error")


def _find(
    submission: Submission, settings: ClaudeSettings, ledger: BatchLedger, api: BatchApi
) -> Submission | None:
    """Looks up a batch whose id was never noted; None while that cannot be told yet.

    Each request's id is the hash of its content: a batch holds these requests, or it is another one.
    """
    known, keys = ledger.known_batches(), ledger.keys_of(submission)
    may_appear = False
    for batch in api.newest(submission.noted_at - _CLOCKS_DIFFER_S):
        counts = batch.request_counts
        size = counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired
        if batch.id in known or size != submission.n_requests:
            continue
        if batch.processing_status != "ended":
            may_appear = True  # whose it is can be told from its results only
            continue
        if {str(result.custom_id) for result in api.results(batch.id)} == keys:
            log.info("found the batch %s that an interrupted run had submitted", batch.id)
            return ledger.submitted(submission, batch.id)
    if not may_appear and time.time() - submission.noted_at > settings.settle_s:
        log.info("an interrupted run had not reached Anthropic: its requests are submitted again")
        ledger.withdraw(submission)
    return None


def _read(key: str, result: Any, settings: ClaudeSettings, batch_id: str) -> tuple[Reply | None, str]:
    """Returns the final reply, or None and why the request may be submitted again."""
    if result is None:
        return None, "missing"
    if result.type == "succeeded":
        return _succeeded(key, result.message, settings, batch_id), ""
    if result.type == "errored":
        error = getattr(result.error, "error", result.error)
        why = f"errored: {error.type}: {error.message}"[:500]
        return (_failed(key, why, batch_id), why) if error.type in _FINAL_ERRORS else (None, why)
    return None, str(result.type)


def _succeeded(key: str, message: Any, settings: ClaudeSettings, batch_id: str) -> Reply:
    usage = message.usage
    prompt = (
        usage.input_tokens + (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
    )
    text = "".join(block.text for block in message.content if block.type == "text")
    return Reply(
        key=key,
        text=text,
        stop_reason=str(message.stop_reason or ""),
        model=str(message.model),
        prompt_tokens=prompt,
        completion_tokens=usage.output_tokens,
        usd=usd(settings, prompt, usage.output_tokens),
        error="",
        batch_id=batch_id,
    )


def _failed(key: str, why: str, batch_id: str) -> Reply:
    return Reply(key, "", "", "", 0, 0, 0.0, why, batch_id)

"""The engine: every slot of every server busy until each work item has its one answer.

``await generate([endpoint], items, sampling, ledger)`` writes to the ledger only; items that are in it
already cost nothing. One bad prompt never ends a batch: its refusal is recorded as its answer. A server
that dies is started again (managed) or waited for (remote), and what was in flight is sent again; so is
what it could not do for lack of context, with fewer requests at once. An answer that is lost all the same
is an error when everything else is done, so that no stage takes it for an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from airflownet.errors import ServerError
from airflownet.llama.endpoint import Endpoint
from airflownet.llama.errors import RequestRejectedError, ServerUnavailableError
from airflownet.llama.leases import Claim, Leases
from airflownet.llama.ledger import Answer, Ledger
from airflownet.llama.lost_answers import is_full_context, require_no_lost
from airflownet.llama.sampling import Sampling
from airflownet.llama.stop_ids import cut_at_stop_id
from airflownet.llama.work import WorkItem, WorkQueue, phases
from airflownet.progress import Bar, progress

log = logging.getLogger(__name__)

_CRASHES_PER_ITEM = 5
# Each slot is sent a second request while it works on the first, so that it never waits for us; near the
# end it is not, or an item could wait behind a long one while another slot has nothing to do.
_LANE_AHEAD = 2
_PAUSE_FOR_OTHERS_S = 0.2
_REFUSES_ONE_REQUEST = (400, 413, 422, 500)
_TRIES_AFTER_500 = 3


@dataclass
class PhaseFacts:
    """What one adapter scale's part of the batch did.

    Attributes:
        adapter_scale: 0 for the base.
        n_items: distinct items asked for.
        n_generated: answered now; the rest was in the ledger, or another worker answered it.
        n_errors: of these, refused.
        prompt_tokens: tokens of the prompts answered now.
        cached_tokens: of these, taken from the slots' caches.
        completion_tokens: tokens generated now.
        seconds: wall-clock time.
        n_busy_slots_per_decode: average number of slots in one llama_decode call, by server address.
    """

    adapter_scale: float
    n_items: int
    n_generated: int = 0
    n_errors: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    n_busy_slots_per_decode: dict[str, float] = field(default_factory=dict)

    @property
    def tokens_per_s(self) -> float:
        """Prompt and completion tokens per second of wall-clock time."""
        return (self.prompt_tokens + self.completion_tokens) / self.seconds if self.seconds else 0.0


@dataclass
class _Phase:
    queue: WorkQueue
    leases: Leases
    facts: PhaseFacts
    bar: Bar
    crashes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    """Times that a server answered 500 to an item."""
    elsewhere: list[WorkItem] = field(default_factory=list)
    """Another worker is generating these."""
    started: float = field(default_factory=time.monotonic)


async def generate(
    endpoints: Sequence[Endpoint],
    items: Sequence[WorkItem],
    sampling: Sampling,
    ledger: Ledger,
    *,
    description: str = "Generating",
) -> list[PhaseFacts]:
    """Generates what the ledger does not hold yet; returns what was done, one entry per adapter scale.

    Args:
        endpoints: servers with the same model and adapter; they share one list of work.
        items: answers wanted; equal keys are generated once.
        sampling: the parameters the items were made with.
        ledger: receives each answer as it arrives.
        description: for the progress bar.

    Raises:
        LostAnswersError: a server failed for good at some of them, and another run may get them.
        ServerError: no server is left that can go on, or it refuses every request; what was generated
            stays in the ledger.
    """
    groups, done = phases(items), ledger.final_keys()
    for endpoint in endpoints:
        fingerprint = endpoint.fingerprint(sampling)
        ledger.describe_server(fingerprint.id, fingerprint.description)
    results = []
    leases = ledger.leases()
    with progress(description, total=sum(map(len, groups)), unit="answers") as bar, _renewed(leases):
        for group in groups:
            open_items = [item for item in group if item.key not in done]
            bar.advance(len(group) - len(open_items))
            facts = PhaseFacts(group[0].adapter_scale or 0.0, len(group))
            phase = _Phase(WorkQueue(open_items), leases, facts, bar)
            if open_items:
                await _run_phase(endpoints, phase, sampling, ledger)
            results.append(facts)
    require_no_lost(ledger, items)
    return results


@contextlib.contextmanager
def _renewed(leases: Leases) -> Iterator[None]:
    """Keeps the claims of this worker alive; gives up what is left of them when the block ends."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(leases.lease_s / 4)
            leases.renew()

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        leases.release()


async def _run_phase(
    endpoints: Sequence[Endpoint], phase: _Phase, sampling: Sampling, ledger: Ledger
) -> None:
    before = [await _decode_counts(endpoint) for endpoint in endpoints]
    await _work_off(endpoints, phase, sampling, ledger)
    while phase.elsewhere:
        await asyncio.sleep(_PAUSE_FOR_OTHERS_S)
        waiting, phase.elsewhere = phase.elsewhere, []
        for item in waiting:
            claim = phase.leases.claim(item.key)
            if claim is Claim.MINE:
                phase.queue.put(item)
            elif claim is Claim.HELD:
                phase.elsewhere.append(item)
            else:
                phase.bar.advance()
        await _work_off(endpoints, phase, sampling, ledger)
    phase.facts.seconds = time.monotonic() - phase.started
    for endpoint, earlier in zip(endpoints, before, strict=True):
        busy = _busy_slots(earlier, await _decode_counts(endpoint))
        if busy:
            phase.facts.n_busy_slots_per_decode[endpoint.client.base_url] = busy


async def _work_off(endpoints: Sequence[Endpoint], phase: _Phase, sampling: Sampling, ledger: Ledger) -> None:
    given_up: list[ServerError] = []
    while len(phase.queue):
        usable = [endpoint for endpoint in endpoints if not endpoint.is_given_up]
        if not usable:
            raise given_up[-1]
        n_slots = sum(endpoint.n_usable_slots for endpoint in usable)
        work = [
            _work(endpoint, slot, phase, sampling, ledger, leave=leave)
            for leave in (0, _LANE_AHEAD * n_slots)
            for endpoint in usable
            for slot in range(endpoint.n_usable_slots)
        ]
        given_up += [error for error in await _together(work) if error is not None]


async def _together(
    work: Sequence[Coroutine[Any, Any, ServerError | None]],
) -> list[ServerError | None]:
    """Returns all results; the first failure cancels the others and is raised alone."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part) for part in work]
    except BaseExceptionGroup as failures:
        first: BaseException = failures
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
    return [task.result() for task in tasks]


async def _work(
    endpoint: Endpoint, slot: int, phase: _Phase, sampling: Sampling, ledger: Ledger, *, leave: int
) -> ServerError | None:
    """Sends one slot its items, one at a time, while more than ``leave`` are left.

    Returns:
        Why the server had to be given up, if it had to.
    """
    place, server = (id(endpoint), slot), endpoint.fingerprint(sampling).id
    while not endpoint.is_given_up and slot < endpoint.n_usable_slots and len(phase.queue) > leave:
        item = phase.queue.take(place)
        if item is None:
            break
        claim = phase.leases.claim(item.key)
        if claim is not Claim.MINE:
            if claim is Claim.HELD:
                phase.elsewhere.append(item)
            else:
                phase.bar.advance()
            continue
        client, n_at_once = endpoint.client, endpoint.n_usable_slots
        lora = [] if item.adapter_scale is None else [{"id": 0, "scale": item.adapter_scale}]
        try:
            response = await client.completion(
                item.prompt_ids, sampling, sample_index=item.sample_index, lora=lora, extra={"id_slot": slot}
            )
            response = await cut_at_stop_id(client, response, sampling)
            answer = _answer(item, response, server)
        except RequestRejectedError as refusal:
            if refusal.status not in _REFUSES_ONE_REQUEST:
                raise
            if refusal.status >= 500 and _may_try_again(endpoint, phase, item, refusal, n_at_once):
                phase.queue.give_back(place, item)
                continue
            answer = _error(item, refusal, refusal.status < 500, server)
        except ServerUnavailableError as failure:
            phase.crashes[item.key] += 1
            if phase.crashes[item.key] < _CRASHES_PER_ITEM:
                phase.queue.give_back(place, item)
            else:
                _finish(phase, ledger, _error(item, failure, False, server))
            try:
                await endpoint.recover(client)
            except ServerError as error:
                return error
            continue
        _finish(phase, ledger, answer)
    return None


def _may_try_again(
    endpoint: Endpoint, phase: _Phase, item: WorkItem, refusal: RequestRejectedError, n_at_once: int
) -> bool:
    """Tells whether a 500 may pass: with fewer requests at once, or because it was a passing failure."""
    if is_full_context(refusal) and endpoint.use_fewer_slots(n_at_once):
        return True
    phase.failures[item.key] += 1
    return phase.failures[item.key] < _TRIES_AFTER_500


def _finish(phase: _Phase, ledger: Ledger, answer: Answer) -> None:
    ledger.record(answer)
    facts = phase.facts
    facts.n_generated += 1
    facts.n_errors += bool(answer.error)
    facts.prompt_tokens += answer.prompt_tokens
    facts.cached_tokens += answer.cached_tokens
    facts.completion_tokens += answer.completion_tokens
    facts.seconds = time.monotonic() - phase.started
    model = "adapter" if facts.adapter_scale else "base"
    phase.bar.facts = {"tokens_per_s": round(facts.tokens_per_s, 1)}
    phase.bar.advance(note=f"{model}, {facts.tokens_per_s:,.0f} tokens/s")


def _answer(item: WorkItem, response: dict[str, Any], server: str) -> Answer:
    timings = response.get("timings", {})
    return Answer(
        key=item.key,
        completion=str(response["content"]).encode("utf-8", "replace").decode(),
        stop_type=str(response.get("stop_type", "")),
        truncated=bool(response.get("truncated", False)),
        prompt_tokens=int(response.get("tokens_evaluated", len(item.prompt_ids))),
        completion_tokens=int(response.get("tokens_predicted", 0)),
        cached_tokens=int(timings.get("cache_n", 0)),
        prompt_ms=float(timings.get("prompt_ms", 0.0)),
        completion_ms=float(timings.get("predicted_ms", 0.0)),
        error="",
        is_final=True,
        server=server,
    )


def _error(item: WorkItem, error: ServerError, is_final: bool, server: str) -> Answer:
    if isinstance(error, RequestRejectedError):
        text = f"{error.kind or error.status}: {error.detail}"
    else:
        text = f"server died {_CRASHES_PER_ITEM} times on this prompt"
    return Answer(item.key, "", "", False, len(item.prompt_ids), 0, 0, 0.0, 0.0, text, is_final, server)


async def _decode_counts(endpoint: Endpoint) -> tuple[float, float]:
    """Returns decode calls, and busy slots summed over them, since the server's start."""
    if endpoint.is_given_up:
        return 0.0, 0.0
    try:
        metrics = await endpoint.client.metrics()
    except ServerError:
        return 0.0, 0.0
    n_decodes = metrics.get("n_decode_total", 0.0)
    return n_decodes, n_decodes * metrics.get("n_busy_slots_per_decode", 0.0)


def _busy_slots(before: tuple[float, float], after: tuple[float, float]) -> float:
    # After a restart the counters began again.
    start = before if after[0] >= before[0] else (0.0, 0.0)
    n_decodes = after[0] - start[0]
    return round((after[1] - start[1]) / n_decodes, 3) if n_decodes > 0 else 0.0

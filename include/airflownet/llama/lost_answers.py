"""What a server failed to do, other than refuse: such an answer is lost, and nobody may take it for one.

A llama-server whose slots share one context (``--kv-unified``, its default without ``--parallel``) tells the
whole context as that of each slot, and when several long answers meet, it ends all of them with HTTP 500
(tools/server, build 11434). One request at a time always has the whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from airflownet.llama.errors import LostAnswersError, RequestRejectedError
from airflownet.llama.ledger import Ledger
from airflownet.llama.work import WorkItem

FULL_CONTEXT = "Context size has been exceeded"
_SHARED_CONTEXT_REMEDY = (
    "start llama-server with --parallel SLOTS --ctx-size SLOTS x CONTEXT --no-kv-unified, so that each slot "
    "has its own context, and run the command again: it continues with the lost ones"
)
_OTHER_REMEDY = "see the server's log, and run the command again: it continues with the lost ones"


def is_full_context(refusal: RequestRejectedError) -> bool:
    """Tells whether the context that several requests share was full."""
    return refusal.status >= 500 and FULL_CONTEXT in refusal.detail


def require_no_lost(ledger: Ledger, items: Sequence[WorkItem]) -> None:
    """Raises LostAnswersError when the ledger has an error in place of an answer that can still be had."""
    answers = [ledger.get(key) for key in dict.fromkeys(item.key for item in items)]
    lost = [answer.error for answer in answers if answer is not None and not answer.is_final]
    if lost:
        raise LostAnswersError(
            f"{len(lost)} of {len(answers)} answers were lost; the first: {lost[0]}",
            _SHARED_CONTEXT_REMEDY if FULL_CONTEXT in lost[0] else _OTHER_REMEDY,
        )

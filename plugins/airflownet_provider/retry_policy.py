"""When a failed task is tried again: patiently at night, once while a person looks on, never in vain.

A hub or server that does not answer is asked again after longer and longer waits by a run that nobody watches
(scheduled, or woken by an asset). A run that a person started tries once more, so that its failure is seen
within the minute. A training that the system killed for memory goes on with half the batch, and again half.
What no retry mends (a wrong recipe, a missing tool, a gate that is not met) never reaches this policy:
``stage_run`` raises ``AirflowFailException`` for it.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.retry_policy import RetryDecision, RetryPolicy

from airflownet.errors import AirflowNetError, NetworkError, ServerError
from airflownet.training.failures import WorkerKilledError

if TYPE_CHECKING:
    from airflow.sdk import Context

UNATTENDED_WAITS_MIN = (1, 5, 15, 30, 60)
SHORT_WAIT = datetime.timedelta(seconds=20)
TRIES_BESIDE_A_PERSON = 1
RETRIES = len(UNATTENDED_WAITS_MIN)
"""What a task's ``retries`` must allow; the policy stays below it."""


class StageRetryPolicy(RetryPolicy):
    """Decides by the kind of failure and by whether somebody is waiting for the run."""

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,  # noqa: ARG002
        context: Context | None = None,
    ) -> RetryDecision:
        """Returns retry with a wait, or fail."""
        is_outside = isinstance(exception, NetworkError | ServerError)
        if is_outside and _is_unattended(context) and try_number <= len(UNATTENDED_WAITS_MIN):
            minutes = UNATTENDED_WAITS_MIN[try_number - 1]
            wait = datetime.timedelta(minutes=minutes)
            return RetryDecision.retry(wait, f"nobody is waiting: asked again in {minutes} min")
        if isinstance(exception, WorkerKilledError) and try_number <= len(UNATTENDED_WAITS_MIN):
            return RetryDecision.retry(SHORT_WAIT, "killed for memory: goes on with half the batch")
        if try_number <= TRIES_BESIDE_A_PERSON:
            return RetryDecision.retry(SHORT_WAIT, f"tried again in {SHORT_WAIT.seconds} s")
        why = exception.message if isinstance(exception, AirflowNetError) else type(exception).__name__
        return RetryDecision.fail(f"failed {try_number} times: {why}")

    def serialize(self) -> dict[str, Any]:
        """Returns nothing to remember: the policy has no settings."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> StageRetryPolicy:  # noqa: ARG003
        """Returns the policy."""
        return cls()


def _is_unattended(context: Context | None) -> bool:
    run: Any = context.get("dag_run") if context else None
    kind = getattr(run, "run_type", "manual")
    return str(getattr(kind, "value", kind)) != "manual"

"""Anthropic's client as this service uses it: own retries where a repeat is safe, plain errors."""

from __future__ import annotations

import logging
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from airflownet.errors import InputError, NetworkError, SetupError
from airflownet.message_batches.models import successor
from airflownet.message_batches.request import BatchRequest
from airflownet.message_batches.settings import DEFAULT_MODEL, ClaudeSettings

if TYPE_CHECKING:
    from anthropic import Anthropic
    from anthropic.types.messages import MessageBatch

log = logging.getLogger(__name__)
Result = TypeVar("Result")

_ATTEMPTS = 8
# The server has certainly not taken the request: rate limit, overload.
_REFUSED = (429, 529)
_LONGEST_WAIT_S = 60.0


class BatchApi:
    """The four calls of the Message Batches API that are needed.

    Args:
        settings: model and address.
        api_key: empty takes ANTHROPIC_API_KEY.
        wait_s: first wait before a repeat; it doubles, with jitter.

    Raises:
        SetupError: the SDK is not installed, or there is no key.
    """

    def __init__(self, settings: ClaudeSettings, api_key: str = "", *, wait_s: float = 2.0) -> None:
        key = api_key or os.environ.get("ANTHROPIC_API_KEY", "")
        if not key:
            raise SetupError(
                "Claude is asked for, but there is no API key",
                "set ANTHROPIC_API_KEY, or the Airflow connection anthropic_default",
            )
        try:
            from anthropic import Anthropic
        except ImportError:
            raise SetupError(
                "the package anthropic is not installed", "install it: pip install anthropic"
            ) from None
        self._settings = settings
        self._wait_s = wait_s
        # Its own retries would repeat a POST that may have reached the server, and pay for it twice.
        self._client: Anthropic = Anthropic(api_key=key, base_url=settings.base_url or None, max_retries=0)

    def create(self, requests: Sequence[BatchRequest]) -> str:
        """Submits a batch; returns its id.

        Raises:
            NetworkError: it is not known whether the batch exists; the ledger's intention finds it.
        """
        body: Any = [{"custom_id": request.key, "params": request.params()} for request in requests]
        return self._call(lambda: self._client.messages.batches.create(requests=body), repeat=_REFUSED).id

    def get(self, batch_id: str) -> MessageBatch:
        """Returns a batch's state.

        Raises:
            InputError: Anthropic does not know it (any more).
        """
        return self._call(lambda: self._client.messages.batches.retrieve(batch_id))

    def results(self, batch_id: str) -> Iterator[Any]:
        """Yields the results of a batch that has ended, in any order."""
        yield from self._call(lambda: list(self._client.messages.batches.results(batch_id)))

    def newest(self, since: float) -> list[MessageBatch]:
        """Returns the batches created after a time (seconds since the epoch), newest first."""

        def read() -> list[MessageBatch]:
            found = []
            for batch in self._client.messages.batches.list(limit=100):
                if batch.created_at.timestamp() < since:
                    break
                found.append(batch)
            return found

        return self._call(read)

    def _call(self, call: Callable[[], Result], repeat: Sequence[int] | None = None) -> Result:
        """Calls; repeats refusals, and for reading calls (``repeat`` None) every passing failure."""
        import anthropic

        wait_s = self._wait_s
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return call()
            except anthropic.APIStatusError as error:
                status = error.status_code
                may_pass = status in _REFUSED or (repeat is None and status >= 500)
                if not may_pass:
                    raise _explained(error, self._settings) from None
                failure: Exception = error
                after = error.response.headers.get("retry-after", "")
                if after.replace(".", "", 1).isdigit():
                    wait_s = max(wait_s, float(after))
            except anthropic.APIConnectionError as error:
                if repeat is not None:
                    raise NetworkError(
                        f"the connection to Anthropic broke while a batch was submitted ({error})",
                        "run again: the batch is looked up first, nothing is submitted twice",
                    ) from None
                failure = error
            if attempt < _ATTEMPTS:
                log.warning("Anthropic: %s; asking again in about %.0f s", failure, wait_s)
                time.sleep(wait_s * random.uniform(0.7, 1.3))  # noqa: S311
                wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
        raise NetworkError(
            f"Anthropic still refuses after {_ATTEMPTS} attempts: {failure}",
            "run again later: what was submitted is found again",
        )


def _explained(error: Any, settings: ClaudeSettings) -> Exception:
    status = error.status_code
    detail = str(getattr(error, "message", error))[:500]
    if status == 404 and "model" in detail.lower():
        return model_not_found(settings.model, detail)
    if status in (401, 403):
        return SetupError(f"Anthropic refuses the API key ({status}): {detail}", "check ANTHROPIC_API_KEY")
    if status >= 500:
        return NetworkError(
            f"Anthropic failed ({status}) while a batch was submitted: {detail}",
            "run again: the batch is looked up first, nothing is submitted twice",
        )
    return InputError(f"Anthropic refuses the request ({status}): {detail}", "correct what the message names")


def model_not_found(model: str, detail: str) -> InputError:
    """Returns the error for a model that is retired or misspelt."""
    return InputError(
        f"Anthropic does not offer the model {model!r}: {detail}",
        f"set claude.model in the recipe to {(successor(model) or DEFAULT_MODEL)!r} (models are retired; see "
        "Anthropic's model page)",
    )

"""Which failures are tried again, how often and after how long.

Only failures that another attempt can mend: no connection, a reset one, HTTP 429 (too many requests) and
503 (loading, or all slots taken). A 400 is final: the same request would be refused again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from airflownet.llama.errors import ServerUnavailableError

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Backoff:
    """Attempts and the seconds between them, doubling up to a limit; ``attempts=1`` never retries."""

    attempts: int = 5
    first_wait_s: float = 0.25
    longest_wait_s: float = 8.0

    def wait_s(self, attempt: int) -> float:
        """Returns the seconds to wait after the given failed attempt (1, 2, ...)."""
        return float(min(self.first_wait_s * 2 ** (attempt - 1), self.longest_wait_s))


async def with_retries(call: Callable[[], Awaitable[Answer]], backoff: Backoff) -> Answer:
    """Returns the first answer; repeats after ServerUnavailableError only.

    Raises:
        ServerUnavailableError: the last one, when all attempts are spent.
    """
    attempt = 1
    while True:
        try:
            return await call()
        except ServerUnavailableError as error:
            if attempt >= backoff.attempts:
                raise
            wait_s = backoff.wait_s(attempt)
            log.debug(
                "attempt %d of %d failed (%s); next in %.2f s", attempt, backoff.attempts, error, wait_s
            )
            await asyncio.sleep(wait_s)
            attempt += 1

"""Waiting for a rate limit: with a visible countdown on the command line, not at all in an Airflow task.

A task lets the typed error through and defers until ``reset_at``; so no worker stands still.
"""

from __future__ import annotations

import contextlib
import contextvars
import datetime
import logging
import time
from collections.abc import Iterator

from airflownet.errors import RateLimitError
from airflownet.progress import progress

log = logging.getLogger(__name__)

_longest_wait_s: contextvars.ContextVar[float | None] = contextvars.ContextVar(
    "github_longest_wait_s", default=None
)


@contextlib.contextmanager
def longest_wait(seconds: float) -> Iterator[None]:
    """Within the block no rate limit is waited for longer than this, whatever the source's settings say."""
    token = _longest_wait_s.set(seconds)
    try:
        yield
    finally:
        _longest_wait_s.reset(token)


def wait_until(moment: float, resource: str, max_wait_s: float) -> None:
    """Returns when the moment (seconds since the epoch) is over.

    Raises:
        RateLimitError: it is further away than the longest wait allows.
    """
    chosen = _longest_wait_s.get()
    limit_s = max_wait_s if chosen is None else chosen
    left_s = moment - time.time()
    if left_s <= 0:
        return
    at = datetime.datetime.fromtimestamp(moment, datetime.UTC).isoformat(timespec="seconds")
    if left_s > limit_s:
        raise RateLimitError(
            f"GitHub's rate limit ({resource}) is spent until {at}, {left_s:,.0f} s from now; "
            f"waits are limited to {limit_s:,.0f} s. What was fetched is kept",
            "run again after that time, or raise max_wait_s of the source",
            reset_at=moment,
        )
    log.info("GitHub's rate limit (%s) is spent; going on at %s", resource, at)
    with progress(f"Waiting for GitHub's rate limit ({resource})", left_s, "s") as bar:
        while (left := moment - time.time()) > 0:
            time.sleep(min(1.0, left))
            bar.update(min(left_s, left_s - (moment - time.time())), note=f"until {at}")

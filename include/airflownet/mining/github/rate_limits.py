"""How long to leave GitHub alone after a refusal: the rules of its documentation, as one pure function.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api ("Exceeding the rate limit"):
``retry-after`` is obeyed; else, when nothing remains, the reset time; else, for a secondary limit, at least a
minute, and longer each time. A limit is told with status 403 or 429. Going on regardless can get a client
banned, so every process that shares the ledger keeps away.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

SECONDARY_PAUSE_S = 60.0
"""Shortest pause after a secondary limit without ``retry-after``; doubled at each further refusal."""
LONGEST_SECONDARY_PAUSE_S = 900.0
MOST_REFUSALS = 6
"""Secondary refusals in a row after which the run gives up."""
_RESET_MARGIN_S = 1.0  # the reset is told in whole seconds
_JITTER_S = 5.0  # shards that wait for the same reset do not return in the same instant

_SECONDARY_PHRASES = (
    "secondary rate limit",
    "abuse detection",
    "please retry your request again later",
    "please wait a few minutes before you try again",
)


@dataclass(frozen=True, slots=True)
class Pause:
    """When to ask again."""

    until: float
    """Seconds since the epoch."""
    is_secondary: bool


def resource_of(path: str) -> str:
    """Returns which of GitHub's limits a request counts against."""
    if path.startswith("/search/code"):
        return "code_search"
    if path.startswith("/search/"):
        return "search"
    return "graphql" if path.rstrip("/").endswith("/graphql") else "core"


def pause_after(
    status: int, headers: Mapping[str, str], message: str, refusals: int, now: float
) -> Pause | None:
    """Returns the pause that a refusal demands, None when the answer is no rate limit.

    Args:
        status: HTTP status of the answer.
        headers: its headers, with any case.
        message: the ``message`` of its body.
        refusals: secondary refusals in a row before this one.
        now: seconds since the epoch.
    """
    if status not in (403, 429):
        return None
    told = {name.lower(): value for name, value in headers.items()}
    text = message.lower()
    is_secondary = any(phrase in text for phrase in _SECONDARY_PHRASES)
    if (after_s := _number(told.get("retry-after"))) is not None:
        return Pause(now + after_s, is_secondary or told.get("x-ratelimit-remaining") != "0")
    if (reset := reset_when_spent(headers, now)) is not None:
        return Pause(reset, False)
    if is_secondary or status == 429:
        pause_s = min(SECONDARY_PAUSE_S * 2**refusals, LONGEST_SECONDARY_PAUSE_S)
        return Pause(now + pause_s * random.uniform(1.0, 1.2), True)  # noqa: S311
    if text.startswith("api rate limit exceeded"):
        return Pause(now + SECONDARY_PAUSE_S, False)
    return None


def reset_when_spent(headers: Mapping[str, str], now: float) -> float | None:
    """Returns when requests are allowed again if this answer says that none remain."""
    told = {name.lower(): value for name, value in headers.items()}
    reset = _number(told.get("x-ratelimit-reset"))
    if _number(told.get("x-ratelimit-remaining")) != 0.0 or reset is None:
        return None
    return max(reset, now) + _RESET_MARGIN_S + random.uniform(0.0, _JITTER_S)  # noqa: S311


def _number(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text is not None else None
    except ValueError:
        return None

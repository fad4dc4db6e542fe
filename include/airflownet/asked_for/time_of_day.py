"""The time of day that a request states beside a rhythm: ``at 14:30``, ``at 2 pm``, ``at noon``, ``at 2``.

An hour without minutes and half of the day counts only right beside the words of the rhythm (``every night at
2``, ``at 2 every night``): elsewhere a number after "at" is more often an amount. It is read on the 24 hour
clock unless the request names the part of the day: ten at night is 22:00, two at night is 02:00.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PART: Final = r"(?: (?:in the|at) (morning|afternoon|evening|night)\b)?"
CLEAR: Final = (
    r"\bat (?:(midnight)|(noon)|(\d{1,2}):(\d{2})(?: ?([ap])\.?m\b)?|(\d{1,2}) ?([ap])\.?m\b)" + _PART
)
"""Pattern of a time that can be nothing else."""
_AMOUNTS: Final = "percent|degrees|minutes|past|locations|places|sites|stores|regions"
BARE: Final = (
    r"\bat ([01]?\d|2[0-3])\b(?: ?o'clock\b)?"
    rf"(?! ?%|[.:,/-]?\d| ?[ap]\.?m\b| (?:{_AMOUNTS})\b)" + _PART
)
STATED: Final = rf"(?:{CLEAR}|{BARE})"
"""Pattern of a time of day behind the words of a rhythm."""
_CLEAR: Final = re.compile(CLEAR, re.IGNORECASE)
_BARE_AFTER: Final = re.compile(rf",? {BARE}", re.IGNORECASE)
_BARE_BEFORE: Final = re.compile(rf"{BARE},? $", re.IGNORECASE)
_NEAR_CHARS: Final = 60
_LAST_HOUR: Final = 23
_LAST_MINUTE: Final = 59
_FIRST_HOUR_BEFORE_MIDNIGHT: Final = 7
"""From here to 11 an hour "at night" is one before midnight."""


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """When on a day."""

    words: str
    """As the request says it."""
    hour: int
    minute: int = 0


def time_of_day(text: str, start: int, end: int, part: str = "") -> TimeOfDay | None:
    """Returns the time of day that stands beside the words of a rhythm; None for none and for ``25:99``.

    Args:
        text: the request.
        start: where the words of the rhythm begin in it.
        end: where they end.
        part: part of the day that the rhythm names: ``night`` of "every night".
    """
    bare = _BARE_AFTER.match(text, end) or _BARE_BEFORE.search(text[max(0, start - _NEAR_CHARS) : start])
    if bare:
        said, hour = (bare[2] or part).lower(), int(bare[1])
        if said == "night" and hour >= _FIRST_HOUR_BEFORE_MIDNIGHT:
            said, hour = "evening", hour if hour != 12 else 0
        return TimeOfDay(bare[0].strip(" ,"), _of_24(hour, said))
    at = _CLEAR.search(text[max(0, end - _NEAR_CHARS) : end + _NEAR_CHARS])
    if at is None:
        return None
    midnight, noon, hours, minutes, half, hours_only, half_only, said_after = at.groups()
    if midnight or noon:
        return TimeOfDay(at[0], 0 if midnight else 12)
    hour, half = int(hours or hours_only), (half or half_only or "").lower()
    hour = hour % 12 + 12 * (half == "p") if half else _of_24(hour, (said_after or part).lower())
    minute = int(minutes or 0)
    return TimeOfDay(at[0], hour, minute) if hour <= _LAST_HOUR and minute <= _LAST_MINUTE else None


def _of_24(hour: int, part: str) -> int:
    return hour + 12 if part in ("afternoon", "evening") and 1 <= hour < 12 else hour

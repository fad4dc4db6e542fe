"""Whether a cron expression is one, asked of croniter, the library Airflow itself asks."""

from __future__ import annotations

import re
from functools import lru_cache

_HUGE = re.compile(r"\d{5}")
_LIMITS = (range(60), range(24), range(1, 32), range(1, 13), range(8))
"""Minute, hour, day of the month, month, day of the week."""
_PLAIN_FIELD = re.compile(r"\*(?:/[1-9])?|\d\d?", re.ASCII)


@lru_cache(maxsize=1024)
def cron_problem(expression: str) -> str | None:
    """Returns what croniter says against the expression, None when it is fine or cannot be asked."""
    if _is_plain(expression):
        return None
    try:
        from croniter import CroniterError, croniter  # type: ignore[import-untyped]
    except ImportError:
        return None
    if len(expression) > 200 or _HUGE.search(expression):
        return f"[{expression[:40]}] is not acceptable, out of range"
    try:
        croniter.expand(expression)
    except CroniterError as error:
        return str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def _is_plain(expression: str) -> bool:
    """The usual case, quickly: five fields, each a star, a short step or a number in its range."""
    fields = expression.split(" ")
    if len(fields) != len(_LIMITS):
        return False
    for field, limits in zip(fields, _LIMITS, strict=True):
        if _PLAIN_FIELD.fullmatch(field) is None or (field[0] != "*" and int(field) not in limits):
            return False
    return True

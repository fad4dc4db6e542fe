"""Whether a cron expression is one, asked of croniter, the library Airflow itself asks."""

from __future__ import annotations

import re
from functools import lru_cache

_HUGE = re.compile(r"\d{5}")


@lru_cache(maxsize=1024)
def cron_problem(expression: str) -> str | None:
    """Returns what croniter says against the expression, None when it is fine or cannot be asked."""
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

"""Faults in the values Airflow checks while it imports a file, planted one at a time.

Where there are several ways to be wrong, the file's own text chooses one, so that all of them occur.
"""

from __future__ import annotations

import zlib

from airflownet.dataset.faults.sites import (
    Sites,
    inserted_after_imports,
    keyword,
    literal_task_id,
    replaced,
    with_argument,
)

_IDS = ('"no spaces, please!"', '"a/b"', '"50%"', '"x" * 251', '"tâche 1"')
_CRONS = ('"61 25 * * *"', '"every day"', '"* * *"', '"@dayly"', '"0 0 32 1 *"')
_TRIGGER_RULES = ('"all_fine"', '"success"', '"all_succes"', '"ALL_SUCCESS"')
_DATES = ('"yesterday"', "20240101", "datetime", "True")
_COUNTS = ('"three"', "[1]", "{}")


def _one_of(sites: Sites, choices: tuple[str, ...]) -> str:
    return choices[zlib.crc32(sites.code.encode("utf-8", "replace")) % len(choices)]


def bad_task_id(sites: Sites) -> str | None:
    """A task_id has characters that are not allowed, or too many of them."""
    for _, call, _ in sites.operator_calls:
        node = literal_task_id(call)
        if node is not None:
            return replaced(sites.code, node, _one_of(sites, _IDS))
    return None


def bad_dag_id(sites: Sites) -> str | None:
    """A dag_id has characters that are not allowed, or too many of them."""
    for call in sites.dag_calls:
        found = keyword(call, "dag_id")
        node = found.value if found is not None else (call.args[0] if call.args else None)
        if node is not None:
            return replaced(sites.code, node, _one_of(sites, _IDS))
        return with_argument(sites.code, call, f"dag_id={_one_of(sites, _IDS)}")
    return None


def bad_cron(sites: Sites) -> str | None:
    """A schedule is no cron expression."""
    for call in sites.dag_calls:
        found = keyword(call, "schedule")
        if found is not None:
            return replaced(sites.code, found.value, _one_of(sites, _CRONS))
        return with_argument(sites.code, call, f"schedule={_one_of(sites, _CRONS)}")
    return None


def bad_trigger_rule(sites: Sites) -> str | None:
    """A trigger rule is none that Airflow has."""
    return _operator_argument(sites, "trigger_rule", _one_of(sites, _TRIGGER_RULES[:3]))


def bad_start_date(sites: Sites) -> str | None:
    """A DAG starts at something that is no date."""
    for call in sites.dag_calls:
        found = keyword(call, "start_date")
        value = _one_of(sites, _DATES[:2])
        if found is not None:
            return replaced(sites.code, found.value, value)
        return with_argument(sites.code, call, f"start_date={value}")
    return None


def bad_retries(sites: Sites) -> str | None:
    """The number of retries is no number."""
    return _operator_argument(sites, "retries", _one_of(sites, _COUNTS))


def bad_retry_delay(sites: Sites) -> str | None:
    """The time between retries is no time."""
    return _operator_argument(sites, "retry_delay", '"5 minutes"')


def bad_timeout(sites: Sites) -> str | None:
    """A time limit is a number instead of a timedelta."""
    return _operator_argument(sites, "execution_timeout", "600")


def bad_active_runs(sites: Sites) -> str | None:
    """A DAG's limit of runs is text."""
    for call in sites.dag_calls:
        if keyword(call, "max_active_runs") is None:
            return with_argument(sites.code, call, 'max_active_runs="many"')
    return None


def bad_calculation(sites: Sites) -> str | None:
    """A number of the standard library is out of its range."""
    for call in sites.dag_calls:
        found = keyword(call, "start_date")
        if found is not None:
            changed = Sites.of(replaced(sites.code, found.value, "calendar_time(2024, 2, 30)"))
            return inserted_after_imports(changed, "from datetime import datetime as calendar_time")
    return None


def _operator_argument(sites: Sites, name: str, value: str) -> str | None:
    for _, call, _ in sites.operator_calls:
        if keyword(call, name) is None:
            return with_argument(sites.code, call, f"{name}={value}")
    return None

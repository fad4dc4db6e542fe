"""Schedules and timetables: what they refuse when they are made, and when the DAG that has them is checked.

Sources: ``airflow.timetables`` of 2.9 and 3.x, ``airflow.sdk.definitions.timetables``; cron expressions are
put to croniter, the library that Airflow itself asks.
"""

# ruff: noqa: ARG001 - checks of one table share one signature
from __future__ import annotations

import datetime
import re
from functools import lru_cache
from typing import Any, Final

from airflownet.judge.interpreter.classes.instances import is_plain_object, object_text, special_method
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import python_type, shown, shown_type
from airflownet.judge.interpreter.values import ApiInstance, ApiValue, ClassValue, is_exact, truth
from airflownet.judge.libraries.time_zones import zones

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


PRESETS: Final = frozenset(
    {
        "@once",
        "@continuous",
        "@hourly",
        "@daily",
        "@weekly",
        "@monthly",
        "@quarterly",
        "@yearly",
        "@annually",
        "@midnight",
    }
)
"""Schedules by name."""
_NO_CRON: Final = ("@once", "@continuous")
"""Schedules by name that stand for no cron expression."""
_PARTS: Final = ("years", "months", "weeks", "days", "hours", "minutes", "seconds", "microseconds")


def check_timetable(schedule: ApiInstance) -> None:
    """Raises what checking a DAG's timetable raises, for one known by its class's name."""
    name = schedule.path.rpartition(".")[2]
    first = schedule.args[0] if schedule.args else None
    if name.startswith(("CronTrigger", "CronDataInterval", "CronPartition")):
        _check_cron(schedule.kwargs.get("cron") if first is None else first)
    elif name.startswith(("DeltaTrigger", "DeltaDataInterval")):
        check_delta(schedule.kwargs.get("delta") if first is None else first)
    elif name == "relativedelta":
        check_delta(schedule)


def _check_cron(cron: Any) -> None:
    if isinstance(cron, str) and (cron not in PRESETS or cron in _NO_CRON):
        problem = cron_problem(cron)
        if problem is not None:
            raise Raised("AirflowTimetableInvalid", problem, "invalid-schedule", cron)
    elif python_type(cron) in (int, float, bool):
        message = f"'{shown_type(cron)}' object has no attribute 'lower'"
        raise Raised("AttributeError", message, "invalid-schedule", "cron")


def check_delta(delta: Any) -> None:
    """Raises for an interval that is none, or that does not lead into the future."""
    kind = python_type(delta)
    if kind is datetime.timedelta:
        is_positive = delta > datetime.timedelta(0)
    elif isinstance(delta, ApiInstance) and delta.path.endswith(".relativedelta"):
        given = [delta.kwargs[name] for name in _PARTS if name in delta.kwargs]
        if (
            delta.args
            or len(given) != len(delta.kwargs)
            or not all(type(part) in (int, float) for part in given)
        ):
            return
        is_positive = any(part > 0 for part in given)
    elif kind in (int, float, str, bool):
        message = f"unsupported operand type(s) for +: 'datetime.datetime' and '{shown_type(delta)}'"
        raise Raised("TypeError", message, "invalid-schedule", "delta")
    else:
        return
    if not is_positive:
        text = repr(delta) if kind is datetime.timedelta else _relative(delta)
        message = f"schedule interval must be positive, not {text}"
        raise Raised("AirflowTimetableInvalid", message, "invalid-schedule", text)


def _relative(delta: ApiInstance) -> str:
    parts = ", ".join(f"{name}={number:+d}" for name, number in delta.kwargs.items() if type(number) is int)
    return f"relativedelta({parts})"


def check_timezone(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    """A cron timetable's ``timezone`` that is text is looked up when it is made (3.x: with the DAG)."""
    zone = args[1] if len(args) > 1 else kwargs.get("timezone")
    if isinstance(zone, str) and zone.lower() not in ("utc", "local") and zones() and zone not in zones():
        raise Raised("InvalidTimezone", zone, "bad-value", zone)


def check_events(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    """``EventsTimetable`` iterates its dates."""
    dates = args[0] if args else kwargs.get("event_dates")
    kind = python_type(dates)
    if kind in (int, float, bool, type(None)) and (args or "event_dates" in kwargs):
        raise Raised("TypeError", f"'{shown_type(dates)}' object is not iterable", "bad-value", "event_dates")


def check_or_time(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    """``AssetOrTimeSchedule`` and ``DatasetOrTimeSchedule``: a timetable, and assets."""
    timetable = kwargs.get("timetable")
    if python_type(timetable) is not None:
        message = f"'{shown_type(timetable)}' object has no attribute 'description'"
        raise Raised("AttributeError", message, "invalid-schedule", "timetable")
    name = "assets" if line >= (3, 0) else "datasets"
    assets = kwargs.get(name)
    kind = python_type(assets)
    if kind in (int, float, bool):
        raise Raised("TypeError", f"'{shown_type(assets)}' object is not iterable", "bad-value", name)
    if assets is not None and kind in (list, tuple, set, str):
        for item in assets:
            if python_type(item) is not None and is_exact(item):
                what = "asset" if line >= (3, 0) else "dataset"
                raise Raised("TypeError", f"expect {what} expressions in condition", "wrong-type", name)


def check_schedule(schedule: Any) -> None:
    """Raises what Airflow raises for a schedule that is none."""
    kind = python_type(schedule)
    if isinstance(schedule, ApiInstance):
        check_timetable(schedule)
    is_class = isinstance(schedule, ClassValue) or hasattr(getattr(schedule, "definition", None), "mro")
    if is_class and isinstance(schedule, (ClassValue, ApiValue)):
        name = schedule.path.rpartition(".")[2] if isinstance(schedule, ApiValue) else schedule.name
        message = f"{name}.validate() missing 1 required positional argument: 'self' (a class is no schedule)"
        raise Raised("TypeError", message, "invalid-schedule", name)
    if isinstance(schedule, datetime.timedelta) and schedule <= datetime.timedelta(0):
        raise Raised(
            "AirflowTimetableInvalid",
            f"schedule interval must be positive, not {schedule!r}",
            "invalid-schedule",
            repr(schedule),
        )
    if schedule is None or kind is None or kind is datetime.timedelta:
        if is_plain_object(schedule) and special_method(schedule, "__contains__") is None:
            shown_as = object_text(schedule)
            raise Raised("ValueError", f"{shown_as} is not a valid schedule.", "invalid-schedule", shown_as)
        return
    if isinstance(schedule, str):
        problem = None if schedule in PRESETS else cron_problem(schedule)
        if problem is not None:
            raise Raised("AirflowTimetableInvalid", problem, "invalid-schedule", schedule)
        return
    if kind in (list, tuple, set):
        wrong = [item for item in schedule if python_type(item) is not None]
        if wrong:
            raise Raised(
                "ValueError",
                "All elements in 'schedule' should be either assets, asset references, or asset aliases",
                "invalid-schedule",
                shown(wrong[0]),
            )
        return
    if kind is dict:
        if not truth(schedule):
            return
        message = "All elements in 'schedule' should be either assets, asset references, or asset aliases"
        raise Raised("ValueError", message, "invalid-schedule", "schedule")
    raise Raised(
        "ValueError", f"{shown(schedule)} is not a valid schedule.", "invalid-schedule", shown(schedule)
    )

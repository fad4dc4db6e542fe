"""Values that Airflow checks when a DAG is built.

Sources: ``DAG.__init__`` of Airflow 2.9 and of the task SDK of 3.x, and what DagBag asks of a DAG. Only a
value that is known is checked; everything else passes.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import FunctionType
from typing import Any, Final

from airflownet.judge.loader.date_values import check_date, check_default_date
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.param_checks import check_params
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.schedule_values import check_schedule
from airflownet.judge.loader.scope import MISSING
from airflownet.judge.loader.task_values import check_mapping
from airflownet.judge.loader.value_types import line_of, python_type, shown, shown_type
from airflownet.judge.loader.values import ApiInstance, DictValue, ListValue, SetValue, is_concrete, truth

_VIEWS: Final = frozenset({"grid", "graph", "duration", "gantt", "landing_times", "tree"})


_ORIENTATIONS: Final = frozenset({"LR", "TB", "RL", "BT"})


def check_dag_values(arguments: Mapping[str, Any], airflow: str) -> None:
    """Raises what ``DAG.__init__`` and DagBag's check of a DAG raise for values they refuse."""
    line = line_of(airflow)
    if line < (3, 0):
        _check_schedules_of_2(arguments)
    default_args = arguments.get("default_args")
    kind = python_type(default_args)
    if kind not in (None, dict) and truth(default_args):
        wanted = "'default_args' must be <class 'dict'>" if line >= (3, 0) else "default_args must be a dict"
        raise Raised("TypeError", wanted, "bad-value", "default_args")
    check_mapping(arguments.get("params"), "params")
    for name in ("start_date", "end_date"):
        check_date(arguments.get(name), name, line, of_dag=True)
    if isinstance(default_args, DictValue):
        for name in ("start_date", "end_date"):
            check_default_date(default_args.get(name), name, line)
    schedule = arguments.get("schedule", arguments.get("schedule_interval"))
    check_schedule(schedule)
    most = arguments.get("max_active_runs", 16)
    if schedule == "@continuous" and isinstance(most, int) and most > 1:
        raise Raised(
            "ValueError" if line >= (3, 0) else "AirflowException",
            "Invalid max_active_runs: ContinuousTimetable requires max_active_runs <= 1",
            "bad-value",
            "max_active_runs",
        )
    _check_owner_links(arguments.get("owner_links"))
    _check_texts_and_tables(arguments, line)
    _check_dag_types(arguments, line)
    schedule = arguments.get("schedule", arguments.get("schedule_interval", MISSING))
    by_time = isinstance(schedule, (str, datetime.timedelta)) or (schedule is MISSING and line < (3, 0))
    if by_time and arguments.get("timetable") is None:
        check_params(arguments.get("params"), line)
    _check_catchup(arguments, line)


def _check_texts_and_tables(arguments: Mapping[str, Any], line: tuple[int, int]) -> None:
    """``doc_md`` is asked whether it ends in ``.md``, ``access_control`` for its items."""
    for name, expected, method in (("doc_md", str, "endswith"), ("access_control", dict, "items")):
        value = arguments.get(name)
        kind = python_type(value)
        if kind in (None, type(None), expected):
            continue
        if name == "access_control" and line < (3, 0) and truth(value) is False:
            continue
        raise Raised(
            "AttributeError",
            f"'{shown_type(value)}' object has no attribute '{method}' ({name})",
            "bad-value",
            name,
        )


def _check_schedules_of_2(arguments: Mapping[str, Any]) -> None:
    """Airflow 2: a schedule needs a start date, there is one of it; views and orientations are fixed."""
    given = [
        name
        for name in ("schedule_interval", "timetable", "schedule")
        if isinstance(arguments.get(name), ApiInstance) or truth(arguments.get(name)) is True
    ]
    default_args = arguments.get("default_args")
    may_have_date = arguments.get("start_date") is not None or (
        default_args is not None
        and (
            not isinstance(default_args, DictValue) or "start_date" in default_args or not default_args.exact
        )
    )
    if given and not may_have_date:
        raise Raised(
            "ValueError", "DAG is missing the start_date parameter", "missing-argument", "start_date"
        )
    if len(given) > 1:
        raise Raised(
            "ValueError",
            "At most one allowed for args 'schedule_interval', 'timetable', and 'schedule'.",
            "invalid-schedule",
            given[1],
        )
    for name, allowed in (("default_view", _VIEWS), ("orientation", _ORIENTATIONS)):
        value = arguments.get(name)
        if is_concrete(value) and value is not None and value not in allowed:
            raise Raised(
                "AirflowException",
                f"Invalid values of dag.{name}: only support {sorted(allowed)}, but get {value}",
                "bad-value",
                name,
            )


def _check_owner_links(links: Any) -> None:
    if not isinstance(links, DictValue):
        return
    for owner, link in links.items():
        if not isinstance(link, str):
            continue
        scheme, _, rest = link.partition(":")
        is_link = (
            bool(rest) if scheme == "mailto" else bool(scheme) and rest.startswith("//") and len(rest) > 2
        )
        if not is_link:
            raise Raised(
                "AirflowException",
                f"Wrong link format was used for the owner. Bad formatted links are: {{{owner!r}: {link!r}}}",
                "bad-value",
                "owner_links",
            )


def _check_dag_types(arguments: Mapping[str, Any], line: tuple[int, int]) -> None:
    tags = arguments.get("tags")
    if isinstance(tags, (ListValue, SetValue, tuple)):
        for tag in tags:
            if is_concrete(tag) and not isinstance(tag, (str, bytes)):
                raise Raised(
                    "TypeError", f"object of type '{type(tag).__name__}' has no len()", "bad-value", "tags"
                )
            if isinstance(tag, str) and len(tag) > 100:
                raise Raised("ValueError", "tag cannot be longer than 100 characters", "bad-value", tag[:40])
    _check_tag_container(tags, line)
    if line < (3, 0):
        return
    for name, expected in (
        ("description", str), ("max_active_tasks", int), ("max_active_runs", int), ("dag_display_name", str),
        ("max_consecutive_failed_dag_runs", int),
        ("dagrun_timeout", datetime.timedelta),
    ):  # fmt: skip
        value = arguments.get(name)
        kind = python_type(value)
        if kind is not None and value is not None and not issubclass(kind, expected):
            raise Raised(
                "TypeError",
                f"'{name}' must be {expected} (got {shown(value)} that is a {kind}).",
                "bad-value",
                name,
            )


def _check_tag_container(tags: Any, line: tuple[int, int]) -> None:
    """Tags are iterated; Airflow 3 makes a set of them."""
    kind = python_type(tags)
    if kind is not None and kind in (bool, int, float, FunctionType) and truth(tags):
        raise Raised("TypeError", f"'{kind.__name__}' object is not iterable", "bad-value", "tags")
    for tag in tags if line >= (3, 0) and isinstance(tags, (ListValue, tuple)) else ():
        if isinstance(tag, (ListValue, DictValue, SetValue)):
            raise Raised("TypeError", f"unhashable type: '{shown_type(tag)}'", "bad-value", "tags")


def _check_catchup(arguments: Mapping[str, Any], line: tuple[int, int]) -> None:
    if (
        line < (3, 0)
        or truth(arguments.get("catchup", False)) is not True
        or arguments.get("catchup") is UNKNOWN
    ):
        return
    schedule = arguments.get("schedule")
    if schedule is None or schedule is UNKNOWN or arguments.get("start_date") is not None:
        return
    if not isinstance(schedule, (str, datetime.timedelta)):
        return
    default_args = arguments.get("default_args")
    if default_args is not None and (
        not isinstance(default_args, DictValue) or "start_date" in default_args or not default_args.exact
    ):
        return
    raise Raised("ValueError", "start_date is required when catchup=True", "bad-value", "start_date")

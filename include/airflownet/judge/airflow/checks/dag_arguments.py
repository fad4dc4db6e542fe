"""Values that Airflow checks when a DAG is built.

Sources: ``DAG.__init__`` of Airflow 2.9 and of the task SDK of 3.x with its validators,
``DAG.iter_invalid_owner_links`` of 2.x, and what DagBag asks of a DAG. Only a value that is known is checked;
everything else passes.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from airflownet.judge.airflow.checks.argument_checks import check_arguments
from airflownet.judge.airflow.checks.dates import check_date, check_default_date
from airflownet.judge.airflow.checks.ids import check_key, refuse_no_text, refuse_object
from airflownet.judge.airflow.checks.params import check_params, check_plain_params
from airflownet.judge.airflow.checks.schedules import check_schedule
from airflownet.judge.airflow.checks.task_arguments import check_mapping
from airflownet.judge.airflow.world import world_of
from airflownet.judge.interpreter.classes.instances import is_plain_object
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of, python_type, shown, shown_type
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    DictValue,
    ListValue,
    SetValue,
    is_concrete,
    truth,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_RUN_TYPES: Final = frozenset(
    {"backfill", "scheduled", "manual", "operator_triggered", "asset_triggered", "asset_materialization"}
)


def check_dag_arguments(
    interpreter: Interpreter,
    value: ApiValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
    decorator: bool = False,
) -> None:
    """Raises what ``DAG.__init__`` raises for these arguments."""
    world_of(interpreter).check_call(value, args, kwargs, is_open=is_open)
    dag_id = args[0] if args else kwargs.get("dag_id", UNKNOWN if is_open or decorator else None)
    names_function = decorator and dag_id == "" and ("dag_id" not in kwargs or interpreter.world.line < "3.3")
    if dag_id is UNKNOWN or names_function:
        return
    if not decorator:
        refuse_no_text(dag_id)
    if python_type(dag_id) is not None:
        check_key(dag_id, "dag_id", interpreter.world.line)
    elif is_plain_object(dag_id):
        refuse_object(dag_id)


def check_dag_values(arguments: Mapping[str, Any], airflow: str) -> None:
    """Raises what ``DAG.__init__`` and DagBag's check of a DAG raise for values they refuse."""
    line = line_of(airflow)
    if line < (3, 0):
        _check_schedules_of_2(arguments)
        check_arguments("dag views", arguments, airflow)
    default_args = arguments.get("default_args")
    kind = python_type(default_args)
    if kind not in (None, dict) and "default_args" in arguments:
        _check_default_args(default_args, line, has_start="start_date" in arguments)
    check_mapping(arguments.get("params"), "params")
    check_plain_params(arguments.get("params"), line)
    for name in ("start_date", "end_date"):
        check_date(arguments.get(name), name, line, of_dag=True)
    if isinstance(default_args, DictValue):
        _check_default_params(default_args.get("params"), line)
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
    check_owner_links(arguments, line)
    check_arguments("dag texts", arguments, airflow)
    _check_dag_types(arguments, airflow)
    schedule = arguments.get("schedule", arguments.get("schedule_interval", MISSING))
    by_time = isinstance(schedule, (str, datetime.timedelta)) or (schedule is MISSING and line < (3, 0))
    by_time = by_time or (isinstance(schedule, ListValue) and len(schedule) > 0)
    if by_time and arguments.get("timetable") is None:
        check_params(arguments.get("params"), line, arguments.get("dag_id"))
    _check_catchup(arguments, line)
    if line >= (3, 1) and "deadline" in arguments:
        check_deadline(arguments["deadline"])
    if "allowed_run_types" in arguments:
        check_run_types(arguments)
    if (2, 10) <= line < (3, 0):
        _check_types_of_2(arguments, airflow)


def _check_types_of_2(arguments: Mapping[str, Any], airflow: str) -> None:
    """The last that ``DAG.__init__`` of 2.10 and 2.11 does is to ask for types."""
    if truth(arguments.get("concurrency")) is not False:  # the older name wins
        arguments = {**arguments, "max_active_tasks": arguments.get("concurrency")}
    check_arguments("dag of 2", arguments, airflow)


def _check_default_args(value: Any, line: tuple[int, int], *, has_start: bool) -> None:
    """Airflow 3 asks it for a start date where the DAG has none, then for params; None is no dict there."""
    if line < (3, 0) and not truth(value):
        return
    if line >= (3, 0) and not has_start:
        message = f"'{shown_type(value)}' object has no attribute 'get'"
        raise Raised("AttributeError", message, "bad-value", "default_args")
    message = "'default_args' must be <class 'dict'>" if line >= (3, 0) else "default_args must be a dict"
    if line >= (3, 0) and value is None:
        message = "argument of type 'NoneType' is not iterable"
    raise Raised("TypeError", message, "bad-value", "default_args")


def _check_default_params(params: Any, line: tuple[int, int]) -> None:
    """``params`` in ``default_args`` are merged into those of the DAG."""
    kind = python_type(params)
    if kind in (int, float, bool):
        raise Raised("TypeError", f"'{shown_type(params)}' object is not iterable", "bad-value", "params")
    check_plain_params(params, line)


def _check_schedules_of_2(arguments: Mapping[str, Any]) -> None:
    """Airflow 2: a schedule needs a start date, there is one of it."""
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
    schedule = arguments.get("schedule")
    for item in schedule if isinstance(schedule, (ListValue, tuple)) else ():
        if isinstance(item, ApiInstance) and item.path.endswith(("Any", "All")):
            message = "All elements in 'schedule' should be datasets"
            raise Raised("ValueError", message, "invalid-schedule", "schedule")
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


def _check_failed_runs(most: Any) -> None:
    """Before 3.0 the number of failed runs is compared with 0."""
    kind = python_type(most)
    if kind in (int, float) and most < 0:
        message = (
            f"Invalid max_consecutive_failed_dag_runs: {most}.Requires max_consecutive_failed_dag_runs >= 0"
        )
        raise Raised("AirflowException", message, "bad-value", "max_consecutive_failed_dag_runs")
    if kind is not None and kind not in (int, float, bool):
        message = f"'<' not supported between instances of '{kind.__name__}' and 'int'"
        raise Raised("TypeError", message, "bad-value", "max_consecutive_failed_dag_runs")


def _check_dag_types(arguments: Mapping[str, Any], airflow: str) -> None:
    line = line_of(airflow)
    tags = arguments.get("tags")
    if isinstance(tags, (ListValue, SetValue, tuple)):
        for tag in tags:
            if is_concrete(tag) and not isinstance(tag, (str, bytes)):
                raise Raised(
                    "TypeError", f"object of type '{type(tag).__name__}' has no len()", "bad-value", "tags"
                )
            if isinstance(tag, str) and len(tag) > 100:
                exception = "ValueError" if line >= (3, 0) else "AirflowException"
                raise Raised(exception, "tag cannot be longer than 100 characters", "bad-value", tag[:40])
    _check_tag_container(tags, line)
    if line < (3, 0):
        if line >= (2, 9) and "max_consecutive_failed_dag_runs" in arguments:
            _check_failed_runs(arguments["max_consecutive_failed_dag_runs"])
        return
    check_arguments("dag of 3", arguments, airflow)


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


def check_owner_links(arguments: Mapping[str, Any], line: tuple[int, int]) -> None:
    """Raises for ``owner_links`` that are no mapping to links."""
    links = arguments.get("owner_links")
    kind = python_type(links)
    if kind not in (None, dict) and "owner_links" in arguments and (truth(links) or line >= (3, 0)):
        message = f"'{shown_type(links)}' object has no attribute 'items'"
        raise Raised("AttributeError", message, "bad-value", "owner_links")
    for owner, link in links.items() if isinstance(links, DictValue) else ():
        _check_link(owner, link)


def _check_link(owner: Any, link: Any) -> None:
    kind = python_type(link)
    if kind is None or kind is bytes:
        return
    if isinstance(link, str):
        try:
            parts = urlsplit(link)
        except ValueError as error:
            raise Raised("ValueError", str(error), "bad-value", "owner_links") from None
        if parts.path if parts.scheme == "mailto" else parts.scheme and parts.netloc:
            return
    elif truth(link):
        message = f"'{shown_type(link)}' object has no attribute 'decode'"
        raise Raised("AttributeError", message, "bad-value", "owner_links")
    raise Raised(
        "AirflowException",
        f"Wrong link format was used for the owner. Bad formatted links are: {{{owner!r}: {shown(link)}}}",
        "bad-value",
        "owner_links",
    )


def check_deadline(deadline: Any) -> None:
    """Raises for anything but deadline alerts."""
    kind = python_type(deadline)
    if kind is None or deadline is None:
        return
    if not hasattr(kind, "__iter__"):
        raise Raised("TypeError", f"'{shown_type(deadline)}' object is not iterable", "bad-value", "deadline")
    items = (
        list(deadline) if isinstance(deadline, (ListValue, SetValue, DictValue, tuple, str, bytes)) else []
    )
    for item in items:
        if python_type(item) is not None:
            message = (
                "'deadline' must be <class 'airflow.sdk.definitions.deadline.DeadlineAlert'> "
                f"(got {shown(item)} that is a {python_type(item)})."
            )
            raise Raised("TypeError", message, "bad-value", "deadline")


def check_run_types(arguments: Mapping[str, Any]) -> None:
    """Raises for ``allowed_run_types`` that are none, or that leave the DAG's own schedule out."""
    given = arguments["allowed_run_types"]
    if isinstance(given, (ListValue, SetValue, tuple)):
        if not getattr(given, "exact", True):
            return
        types = list(given)
    elif isinstance(given, str):
        types = list(given)
    else:
        return
    for item in types:
        if isinstance(item, str) and item not in _RUN_TYPES:
            raise Raised("ValueError", f"{item!r} is not a valid DagRunType", "bad-value", item)
    wanted = _own_run_type(arguments.get("schedule"))
    if types and wanted and all(isinstance(item, str) for item in types) and wanted[0] not in types:
        message = f"allowed_run_types must include {wanted[0].upper()} when the Dag {wanted[1]}"
        raise Raised("ValueError", message, "bad-value", "allowed_run_types")


def _own_run_type(schedule: Any) -> tuple[str, str] | None:
    if schedule is None:
        return "manual", "has no schedule defined (schedule=None)"
    if schedule is UNKNOWN:
        return None
    if isinstance(schedule, (str, datetime.timedelta)):
        return "scheduled", "has a schedule defined"
    is_asset = isinstance(schedule, ApiInstance) and schedule.path.endswith((".Asset", ".AssetAlias"))
    if isinstance(schedule, (ListValue, tuple)) or is_asset:
        return "asset_triggered", "is scheduled by assets"
    return None

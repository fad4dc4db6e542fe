"""Schedules that are none."""

from __future__ import annotations

import datetime
from typing import Any

from airflownet.judge.airflow.checks.cron import cron_problem
from airflownet.judge.airflow.checks.timetables import PRESETS as _PRESETS
from airflownet.judge.airflow.checks.timetables import check_timetable
from airflownet.judge.interpreter.classes.instances import is_plain_object, object_text, special_method
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import python_type, shown
from airflownet.judge.interpreter.values import ApiInstance, ApiValue, ClassValue, truth


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
        problem = None if schedule in _PRESETS else cron_problem(schedule)
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

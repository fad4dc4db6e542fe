"""Values that ``TaskGroup`` checks when it is made.

Source: the ``attrs`` class ``TaskGroup`` of the task SDK; Airflow 2 checks ``default_args`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from airflownet.judge.airflow.checks.argument_checks import check_arguments
from airflownet.judge.airflow.checks.task_arguments import check_mapping
from airflownet.judge.interpreter.raised import Raised

NO_DEFAULTS: Final = "<None>"
"""Key of a group's ``default_args`` where None was given: Airflow 3 fails at the first task within."""


def check_defaults(defaults: Mapping[str, Any]) -> None:
    """Raises for a task in a group whose ``default_args`` are None."""
    if NO_DEFAULTS in defaults:
        raise Raised("TypeError", "'NoneType' object is not iterable", "bad-value", "default_args")


def check_group_values(arguments: Mapping[str, Any], airflow: str) -> None:
    """Raises what ``TaskGroup(...)`` raises for these arguments."""
    check_mapping(arguments.get("default_args"), "default_args")
    check_arguments("task group", arguments, airflow)
    check_arguments("task group of 2", arguments, airflow)

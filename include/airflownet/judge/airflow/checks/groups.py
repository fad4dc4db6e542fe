"""Values that ``TaskGroup`` checks when it is made.

Source: the ``attrs`` class ``TaskGroup`` of the task SDK; Airflow 2 checks ``default_args`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from airflownet.judge.airflow.checks.task_arguments import check_mapping
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import line_of, python_type, shown, shown_type

GROUP_TEXTS: Final = ("group_display_name", "tooltip", "ui_color", "ui_fgcolor")
"""Arguments that are text."""
NO_DEFAULTS: Final = "<None>"
"""Key of a group's ``default_args`` where None was given: Airflow 3 fails at the first task within."""


def check_defaults(defaults: Mapping[str, Any]) -> None:
    """Raises for a task in a group whose ``default_args`` are None."""
    if NO_DEFAULTS in defaults:
        raise Raised("TypeError", "'NoneType' object is not iterable", "bad-value", "default_args")


def check_group_values(arguments: Mapping[str, Any], airflow: str) -> None:
    """Raises what ``TaskGroup(...)`` raises for these arguments."""
    line = line_of(airflow)
    check_mapping(arguments.get("default_args"), "default_args")
    if line < (3, 0):
        return
    for name in GROUP_TEXTS:
        kind = python_type(arguments.get(name))
        if name in arguments and kind not in (None, str):
            message = f"'{name}' must be <class 'str'> (got {shown(arguments[name])} that is a {kind})."
            raise Raised("TypeError", message, "bad-value", name)
    text = arguments.get("doc_md")
    if python_type(text) not in (None, str, type(None)):
        message = f"'{shown_type(text)}' object has no attribute 'endswith' (doc_md)"
        raise Raised("AttributeError", message, "bad-value", "doc_md")

"""Types that Airflow expects of the arguments of any task."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

from airflownet.judge.airflow.objects import XComArgValue
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import line_of, python_type, shown

_TEXT = (str,)


_NUMBER = (int, float)


TASK_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "email_on_retry": (bool,),
    "email_on_failure": (bool,),
    "retry_exponential_backoff": _NUMBER,
    "depends_on_past": (bool,),
    "ignore_first_depends_on_past": (bool,),
    "wait_for_past_depends_before_skipping": (bool,),
    "wait_for_downstream": (bool,),
    "priority_weight": (int,),
    "queue": _TEXT,
    "pool": _TEXT,
    "pool_slots": (int,),
    "trigger_rule": _TEXT,
    "run_as_user": _TEXT,
    "map_index_template": _TEXT,
    "max_active_tis_per_dag": (int,),
    "max_active_tis_per_dagrun": (int,),
    "executor": _TEXT,
    "do_xcom_push": (bool,),
    "multiple_outputs": (bool,),
    "doc": _TEXT,
    "doc_md": _TEXT,
    "doc_json": _TEXT,
    "doc_yaml": _TEXT,
    "doc_rst": _TEXT,
    "email": (str, bytes, list, tuple),
    "task_display_name": _TEXT,
    "allow_nested_operators": (bool,),
}
"""Airflow's ``BASEOPERATOR_ARGS_EXPECTED_TYPES``, the part that is the same on all lines; None is allowed."""


_DECORATOR_TYPES: Final[dict[str, tuple[type, ...]]] = {
    **TASK_TYPES,
    "task_id": _TEXT,
    "logger_name": _TEXT,
    "retries": (int,),
    "start_date": (datetime.datetime,),
    "end_date": (datetime.datetime,),
}


def check_type(name: str, value: Any, types: tuple[type, ...]) -> None:
    """Raises for a known value of another type; None is allowed."""
    if isinstance(value, XComArgValue):
        raise Raised(
            "TypeError", f"'{name}' expects {types[0]}, got a task's output (PlainXComArg)", "bad-value", name
        )
    kind = python_type(value)
    if kind is None or value is None or issubclass(kind, types):
        return
    expected = " or ".join(item.__name__ for item in types)
    raise Raised(
        "TypeError", f"'{name}' has an invalid type {kind} with value {shown(value)}, expected is {expected}",
        "bad-value", name,
    )  # fmt: skip


def check_decorator_types(arguments: Mapping[str, Any], airflow: str) -> None:
    """Raises what ``@task(...)`` itself raises since 3.2, before the function is ever called."""
    if line_of(airflow) < (3, 2):
        return
    for name, value in arguments.items():
        types = _DECORATOR_TYPES.get(name)
        kind = python_type(value)
        if types is None or name == "multiple_outputs" or kind is None or value is None:
            continue
        if issubclass(kind, types):
            continue
        raise Raised(
            "TypeError",
            f"Expected '{name}' to be {types[0]}, got {kind.__name__}: {shown(value)}",
            "bad-value",
            name,
        )

"""Dates and durations that Airflow checks when a DAG or a task is built.

Sources: ``DAG.__init__`` and ``BaseOperator.__init__`` of Airflow 2.9 and of the task SDK of 3.x.
"""

from __future__ import annotations

import datetime
import re
from types import FunctionType
from typing import Any

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import full_name, python_type
from airflownet.judge.interpreter.values import ApiInstance, ApiValue, ClassValue, truth

_PLAIN_DATES = frozenset({"pendulum.date", "pendulum.Date"})
_ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}(?!\d)")


def _kind_of_name(value: ClassValue | ApiValue) -> type:
    is_class = isinstance(value, ClassValue) or hasattr(value.definition, "mro")
    return type if is_class else FunctionType


def check_date(value: Any, name: str, line: tuple[int, int], *, of_dag: bool = False) -> None:
    """Raises what ``convert_to_utc`` raises for a date that is none.

    A DAG of 3.x first hands its start date to pendulum's parser, one of 2.x looks at its ``tzinfo``.
    """
    kind = python_type(value)
    if type(value) is ApiInstance and value.path in _PLAIN_DATES:
        kind = datetime.date
    if isinstance(value, (ClassValue, ApiValue)):
        kind = _kind_of_name(value)
    if kind is None or value is None or issubclass(kind, datetime.datetime):
        return
    shown_kind = full_name(kind)
    is_set = truth(value) is not False
    if is_set and of_dag and name == "start_date" and line >= (3, 0) and not isinstance(value, str):
        message = f"'{shown_kind}' object is not an instance of 'str' while processing 'input' ({name})"
        raise Raised("TypeError", message, "bad-value", name)
    if is_set and of_dag and name == "start_date" and line >= (3, 0) and not _is_date_text(value):
        raise Raised("ParserError", f"Invalid date string: {value} ({name})", "bad-value", name)
    wanted = "tzinfo" if of_dag and is_set and line < (3, 0) else "utcoffset"
    message = f"'{shown_kind}' object has no attribute '{wanted}' ({name})"
    raise Raised("AttributeError", message, "bad-value", name)


def _is_date_text(value: str) -> bool:
    """Whether a date may be read from the text; only what is plainly none is refused."""
    if not any(character.isdigit() for character in value):
        return not value
    if _ISO_DATE.match(value):
        try:
            datetime.date.fromisoformat(value[:10])
        except ValueError:
            return False
    return True


def check_default_date(value: Any, name: str, line: tuple[int, int]) -> None:
    """A date in ``default_args`` may be text; Airflow parses it with pendulum."""
    if isinstance(value, str):
        if not _is_date_text(value):
            raise Raised("ParserError", f"Invalid date string: {value} ({name})", "bad-value", name)
        return
    kind = _kind_of_name(value) if isinstance(value, (ClassValue, ApiValue)) else python_type(value)
    if kind is None or issubclass(kind, datetime.datetime) or truth(value) is False:
        return
    if line < (3, 0) and name == "start_date":
        message = f"argument 'input': '{kind.__name__}' object cannot be converted to 'PyString' ({name})"
        raise Raised("TypeError", message, "bad-value", name)
    message = f"'{full_name(kind)}' object has no attribute 'utcoffset' ({name})"
    raise Raised("AttributeError", message, "bad-value", name)


def check_duration(value: Any, name: str) -> None:
    """Raises for a known value that is neither a duration nor a number of seconds."""
    kind = python_type(value)
    named = "" if kind is None else kind.__name__
    if type(value) is ApiInstance and value.path.endswith(".relativedelta"):
        named = "relativedelta"
    if named and value is not None and kind not in (datetime.timedelta, int, float, bool):
        raise Raised(
            "TypeError",
            f"unsupported type for timedelta seconds component: {named} ({name})",
            "bad-value",
            name,
        )

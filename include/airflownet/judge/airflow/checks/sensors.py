"""What ``BaseSensorOperator.__init__`` refuses: its mode, and times that are none or negative."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import Any

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import python_type, shown

_TIMED_LINES = ("2.7", "2.8", "2.9")
"""Lines whose sensors need a time-out."""


def check_sensor_values(arguments: Mapping[str, Any], airflow: str = "3.3") -> None:
    """Raises what ``BaseSensorOperator`` raises for its own arguments.

    Args:
        arguments: keyword arguments, ``default_args`` included.
        airflow: the line; Airflow 2 raises ``AirflowException`` for most of them.
    """
    exception = "AirflowException" if airflow.startswith("2.") else "ValueError"
    for name in ("poke_interval", "timeout", "max_wait"):
        if name in arguments:
            is_optional = name == "max_wait" or (name == "timeout" and airflow not in _TIMED_LINES)
            _check_time(name, arguments[name], exception, is_optional=is_optional)
    mode = arguments.get("mode", "poke")
    if python_type(mode) is not None and mode not in ("poke", "reschedule"):
        raise Raised(
            exception,
            f"The mode must be one of ['poke', 'reschedule']; received {shown(mode)}.",
            "bad-value",
            mode if isinstance(mode, str) else "mode",
        )
    if arguments.get("soft_fail") is True and arguments.get("never_fail") is True:
        message = "soft_fail and never_fail are mutually exclusive, you can not provide both."
        raise Raised("ValueError", message, "bad-value", "never_fail")


def _check_time(name: str, value: Any, exception: str, *, is_optional: bool) -> None:
    kind = python_type(value)
    if value is UNKNOWN or kind is None or (value is None and is_optional):
        return  # no time-out at all is the default since 2.10, and no longest wait always was
    if kind is datetime.timedelta:
        if value < datetime.timedelta(0) and name != "max_wait":
            raise Raised(exception, f"The {name} must be a non-negative number", "bad-value", name)
        return
    if kind is float and not math.isfinite(value):
        problem = "OverflowError" if math.isinf(value) else "ValueError"
        said = "infinity" if math.isinf(value) else "NaN"
        raise Raised(problem, f"cannot convert float {said} to integer ({name})", "bad-value", name)
    if kind not in (int, float, bool) or value < 0:
        message = f"Operator arg `{name}` must be timedelta object or a non-negative number"
        raise Raised(exception, message, "bad-value", name)

"""What ``expand`` and ``expand_kwargs`` refuse.

Source: ``OperatorPartial.expand_kwargs`` of Airflow 2.9 and of the task SDK.
"""

from __future__ import annotations

from typing import Any

from airflownet.judge.loader.airflow_state import XComArgValue
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.value_types import python_type
from airflownet.judge.loader.values import DictValue, ListValue


def check_expanded_kwargs(args: list[Any]) -> None:
    """Raises what ``expand_kwargs(value)`` raises for anything but an output or a list of dicts."""
    if not args:
        message = "expand_kwargs() missing 1 required positional argument: 'kwargs'"
        raise Raised("TypeError", message, "missing-argument", "kwargs")
    value = args[0]
    if isinstance(value, (ListValue, tuple)):
        for item in value:
            kind = python_type(item)
            if kind is not None and not isinstance(item, (XComArgValue, DictValue)):
                raise _refusal(item)
    elif python_type(value) is not None:
        raise _refusal(value)


def _refusal(value: Any) -> Raised:
    kind = python_type(value)
    name = "object" if kind is None else kind.__name__
    return Raised("TypeError", f"expected XComArg or list[dict], not {name}", "wrong-type", name)

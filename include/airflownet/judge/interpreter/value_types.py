"""What Python calls a known value: its type, a short text of it; and the number of an Airflow line."""

from __future__ import annotations

from functools import cache
from types import FunctionType, GeneratorType
from typing import Any, Final

from airflownet.judge.interpreter.values import (
    SCALARS,
    DictValue,
    FunctionValue,
    LazyValue,
    ListValue,
    PythonValue,
    SetValue,
    is_concrete,
)

_CONTAINER_TYPES: Final[dict[type, type]] = {
    ListValue: list,
    DictValue: dict,
    SetValue: set,
    tuple: tuple,
    FunctionValue: FunctionType,
}

VIEW_TYPES: Final[dict[str, type]] = {
    "generator": GeneratorType, "map": map, "filter": filter, "zip": zip, "enumerate": enumerate,
    "list_iterator": type(iter([])), "dict_keys": type({}.keys()), "dict_values": type({}.values()),
    "dict_items": type({}.items()),
}  # fmt: skip
"""What a ``ListValue`` is that is no list: an iterator, or a view of a dict."""


@cache
def line_of(airflow: str) -> tuple[int, int]:
    """Returns ``(3, 3)`` for ``"3.3"``."""
    major, _, minor = airflow.partition(".")
    return int(major), int(minor or 0)


def shown(value: Any) -> str:
    """Returns at most 60 characters that show a value; a container is named by its type alone."""
    if is_concrete(value):
        return repr(value)[:60]
    kind = python_type(value)
    return "a value" if kind is None else f"a {kind.__name__}"


def shown_type(value: Any) -> str:
    """Returns the name Python would show for the type of a known value."""
    kind = python_type(value)
    return "object" if kind is None else kind.__name__


def python_type(value: Any) -> type | None:
    """Returns the Python type a known value would have, None when it is not known."""
    kind = type(value)
    if kind in SCALARS:
        return kind
    if kind is LazyValue or (kind is ListValue and value.kind != "list"):
        return VIEW_TYPES.get(value.kind)
    return type(value.object) if kind is PythonValue else _CONTAINER_TYPES.get(kind)


def full_name(kind: type) -> str:
    """Returns the type's name as Python shows it: with its module unless it is a builtin."""
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"

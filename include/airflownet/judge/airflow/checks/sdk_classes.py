"""What classes of the task SDK that are no operators refuse: deadlines, partitions, retry rules.

Sources: ``definitions/callback.py``, ``deadline.py``, ``retry_policy.py`` and
``partition_mappers/`` of the task SDK of 3.1 to 3.3.
Only a value that is known is checked; everything else passes.
"""

# ruff: noqa: ARG001 - checks of one table share one signature
from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from typing import Any, Final

from airflownet.judge.airflow.checks.schedules import check_timezone
from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter.classes.instances import has_plain_bases, is_plain_object
from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import python_type, shown, shown_type
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    ListValue,
    MethodValue,
    PythonValue,
    SetValue,
    is_concrete,
    truth,
)

Check = Callable[[list[Any], dict[str, Any], tuple[int, int]], None]

_DOTTED: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(\.[a-zA-Z_][a-zA-Z0-9_]*)*\Z")
_OF_DATES: Final = frozenset(
    {f"{period}Window" for period in ("Hour", "Day", "Week", "Month", "Quarter", "Year")}
    | {f"StartOf{period}Mapper" for period in ("Hour", "Day", "Week", "Month", "Quarter", "Year")}
)
_KINDS: Final = ("Identity", "FixedKey", "AllowedKey", "Chain", "Product", "Rollup", "FanOut")
_OF_TEXTS: Final = frozenset({"SegmentWindow"} | {f"{kind}Mapper" for kind in _KINDS})


def _given(args: list[Any], kwargs: dict[str, Any], position: int, name: str) -> Any:
    return args[position] if len(args) > position else kwargs.get(name)


def _class_name(value: Any) -> str:
    return value.path.rpartition(".")[2] if type(value) is ApiInstance else ""


def _is_of_sdk(value: Any) -> bool:
    return type(value) is ApiInstance and value.path.startswith("airflow.")


def _callback(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    function = _given(args, kwargs, 0, "callback_callable")
    is_path = isinstance(function, str) and _DOTTED.match(function.strip()) is not None
    is_value = is_concrete(function) or type(function) in (ListValue, DictValue, SetValue, tuple)
    if line >= (3, 2) and is_value and not is_path and (args or "callback_callable" in kwargs):
        message = f"`{shown(function)}` doesn't look like a valid dot path."
        raise Raised("ImportError", message, "bad-value", "callback_callable")
    given = _given(args, kwargs, 1, "kwargs")
    if line >= (3, 2) and isinstance(given, DictValue) and "context" in given:
        raise Raised("ValueError", "context is a reserved kwarg for this class", "bad-value", "context")


def _plain_callable(value: Any) -> str:
    """Returns the name of a function, method or class that cannot be awaited, else an empty text."""
    kind = type(value)
    if kind is MethodValue:
        return _plain_callable(value.function)
    if kind is FunctionValue:
        return "" if isinstance(value.node, ast.AsyncFunctionDef) else str(value.name)
    if kind is PythonValue:
        is_awaited = inspect.iscoroutinefunction(value.object) or hasattr(value.object, "__await__")
        return value.path if callable(value.object) and not is_awaited else ""
    cls = value.cls if kind is Instance else value
    if type(cls) is not ClassValue or cls.keywords or cls.node.decorator_list or not has_plain_bases(cls):
        return ""
    names = {name for part in mro(cls) if type(part) is ClassValue for name in part.attributes}
    is_called = kind is ClassValue or "__call__" in names
    return str(cls.name) if is_called and not names & {"__await__", "__getattr__"} else ""


def _async_callback(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    function = _given(args, kwargs, 0, "callback_callable")
    name = _plain_callable(function)
    if name:
        message = f"Provided callback {name} is not awaitable."
        raise Raised("AttributeError", message, "wrong-type", name)
    _callback(args, kwargs, line)


def _deadline_alert(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    if len(args) < 3 and "callback" not in kwargs:
        return
    callback = _given(args, kwargs, 2, "callback")
    kind = python_type(callback)
    name = kind.__name__ if kind is not None else ""
    if is_plain_object(callback):
        name = str(callback.cls.name)
    if type(callback) is ApiValue and isinstance(callback.definition, ClassInfo):
        name = "type"
    if line < (3, 2) and _is_of_sdk(callback) and _class_name(callback) == "SyncCallback":
        name = "SyncCallback"
    if name:
        message = f"Callbacks of type {name} are not currently supported"
        raise Raised("ValueError", message, "bad-value", "callback")


def _average_runtime(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    most = _given(args, kwargs, 0, "max_runs") if args or "max_runs" in kwargs else 0
    least = _given(args, kwargs, 1, "min_runs")
    if least is None:
        least = 10 if most == 0 else most
    if isinstance(least, str):
        message = "'<' not supported between instances of 'str' and 'int' (min_runs)"
        raise Raised("TypeError", message, "wrong-type", "min_runs")
    if type(least) in (int, float, bool) and least < 1 and line >= (3, 2):
        raise Raised("ValueError", "min_runs must be at least 1", "bad-value", "min_runs")


def _most_keys(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    most = kwargs.get("max_downstream_keys")
    kind = python_type(most)
    if line < (3, 3) or kind is None or most is None:
        return
    if not issubclass(kind, int) or most < 1:
        message = f"max_downstream_keys must be a positive integer or None, got {shown(most)}"
        raise Raised("ValueError", message, "bad-value", "max_downstream_keys")


def _temporal(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    _most_keys(args, kwargs, line)
    if line >= (3, 3):
        check_timezone([], kwargs, line)
        if kwargs.get("timezone") == "local":
            raise Raised("InvalidTimezone", "local", "bad-value", "local")


def _window(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    direction = kwargs.get("direction", "forward")
    if line >= (3, 3) and is_concrete(direction) and direction not in ("forward", "backward"):
        message = f"{direction!r} is not a valid Window.Direction"
        raise Raised("ValueError", message, "bad-value", "direction")


def _fixed_key(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    _most_keys(args, kwargs, line)
    key = _given(args, kwargs, 0, "downstream_key")
    kind = python_type(key)
    if kind is not None and (kind is not str or not key) and (args or "downstream_key" in kwargs):
        message = f"FixedKeyMapper downstream_key must be a non-empty str; got {key!r}."
        raise Raised("ValueError", message, "bad-value", "downstream_key")


def _segments(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    segments = _given(args, kwargs, 0, "segments")
    if is_concrete(segments) and not isinstance(segments, (str, bytes)) and (args or "segments" in kwargs):
        message = f"'{shown_type(segments)}' object is not iterable"
        raise Raised("TypeError", message, "wrong-type", "segments")
    if not isinstance(segments, (ListValue, SetValue, DictValue, tuple, str)):
        return
    for index, item in enumerate(segments):
        if python_type(item) not in (None, str):
            message = f"SegmentWindow segment keys must be str; got '{shown_type(item)}' at index {index}"
            raise Raised("ValueError", message, "bad-value", "segments")
        if item == "":
            message = f"SegmentWindow segment keys must be non-empty; got an empty string at index {index}."
            raise Raised("ValueError", message, "bad-value", "segments")
    if not segments and getattr(segments, "exact", True):
        message = "SegmentWindow requires at least one segment key; got an empty iterable."
        raise Raised("ValueError", message, "bad-value", "segments")


def _minimum_count(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    count = _given(args, kwargs, 0, "n")
    if type(count) in (int, float, bool) and count == 0:
        message = "MinimumCount(0) is degenerate: n=0 would always fire, even on empty windows."
        raise Raised("ValueError", message, "bad-value", "n")


def _decoded(value: Any) -> str:
    """Returns the type of the keys that a window or mapper works on, empty when not known."""
    if not _is_of_sdk(value):
        return ""
    name = _class_name(value)
    return "datetime" if name in _OF_DATES else "str" if name in _OF_TEXTS else ""


def _rollup(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    _most_keys(args, kwargs, line)
    window, mapper = kwargs.get("window"), kwargs.get("upstream_mapper")
    for value in (mapper, window):
        if is_concrete(value) and value is not None:
            message = f"'{shown_type(value)}' object has no attribute 'expected_decoded_type'"
            raise Raised("AttributeError", message, "wrong-type", "expected_decoded_type")
    expected, decoded = _decoded(window), _decoded(mapper)
    if expected and decoded and expected != decoded:
        message = (
            f"{_class_name(window)} expects decoded values of type {expected!r}, "
            f"but {_class_name(mapper)} decodes to {decoded!r}."
        )
        raise Raised("TypeError", message, "wrong-type", "window")


_WITHOUT_DEFAULT: Final = frozenset({"HourWindow", "SegmentWindow"})


def _fan_out(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    window, mapper = kwargs.get("window"), kwargs.get("downstream_mapper")
    name = _class_name(window) if _is_of_sdk(window) else ""
    if is_concrete(window) and "window" in kwargs:
        name = shown_type(window)
    is_lacking = name in _WITHOUT_DEFAULT or is_concrete(window)
    if name and is_lacking and truth(mapper) is False:
        message = (
            f"FanOutMapper has no default downstream_mapper for window type {name}; "
            "pass downstream_mapper explicitly."
        )
        raise Raised("ValueError", message, "missing-argument", "downstream_mapper")
    _most_keys(args, kwargs, line)


def _retry_rule(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    exceptions = _given(args, kwargs, 0, "exception")
    for item in exceptions if isinstance(exceptions, ListValue) else [exceptions]:
        if isinstance(item, str) and "." not in item:
            message = (
                "RetryRule exception string must be a dotted import path "
                f"(e.g. 'builtins.ValueError'), got {item!r}"
            )
            raise Raised("ValueError", message, "bad-value", "exception")


SDK_CHECKS: Final[dict[str, Check]] = {
    "AsyncCallback": _async_callback,
    "SyncCallback": _callback,
    "DeadlineAlert": _deadline_alert,
    "AVERAGE_RUNTIME": _average_runtime,
    "FixedKeyMapper": _fixed_key,
    "SegmentWindow": _segments,
    "MinimumCount": _minimum_count,
    "RetryRule": _retry_rule,
    "RollupMapper": _rollup,
    "FanOutMapper": _fan_out,
    **dict.fromkeys(("IdentityMapper", "AllowedKeyMapper", "ProductMapper", "ChainMapper"), _most_keys),
    **dict.fromkeys((name for name in _OF_DATES if name.endswith("Mapper")), _temporal),
    **dict.fromkeys((name for name in _OF_DATES if name.endswith("Window")), _window),
}
"""Last part of the name of a class or method -> what it refuses."""

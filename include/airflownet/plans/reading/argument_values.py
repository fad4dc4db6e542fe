"""Arguments as the loader knows them, as values of a plan."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import Final

from airflownet.judge.loader import Symbol, Unknown
from airflownet.plans.catalogue_names import BUILTIN, CatalogueNames
from airflownet.plans.expressions import is_known
from airflownet.plans.model import MAX_DEPTH, Expression, PlanError, Reference, Value
from airflownet.plans.rendering.values import DATE_ARGUMENTS

_DATES: Final = (
    "datetime.datetime",
    "pendulum.datetime",
    "airflow.sdk.timezone.datetime",
    "airflow.utils.timezone.datetime",
    "airflow.sdk._shared.timezones.timezone.datetime",
)
_ZONES: Final = ("zoneinfo.ZoneInfo", "pendulum.timezone", "pendulum.timezone.timezone")


def plan_value(value: object, names: CatalogueNames, name: str = "") -> Value:
    """Returns the value of an argument; ``name`` is the argument's.

    Raises:
        PlanError: a plan cannot say it; ``reason`` tells why.
    """
    return _value(value, names, name, 0)


def _value(value: object, names: CatalogueNames, name: str, depth: int) -> Value:
    if depth > MAX_DEPTH:
        raise PlanError("argument-too-deep")
    if isinstance(value, Unknown):
        raise PlanError("argument-not-known")
    if isinstance(value, Symbol):
        return _symbol(value, names, name)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else Expression(f"float('{value}')")
    if isinstance(value, (list, tuple)):
        return [_value(item, names, "", depth + 1) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            return _expression(value, names)
        return {key: _value(item, names, key, depth + 1) for key, item in value.items()}
    return _expression(value, names)


def _symbol(symbol: Symbol, names: CatalogueNames, name: str) -> Value:
    if symbol.path == "output" and symbol.called and len(symbol.args) == 1:
        task_id = symbol.args[0]
        if not isinstance(task_id, str):
            raise PlanError("output-of-unknown-task")
        key = dict(symbol.kwargs).get("key", "")
        if not isinstance(key, str):
            raise PlanError("output-with-odd-key")
        return Reference(task_id, key)
    if name in DATE_ARGUMENTS and (date := _iso(symbol)):
        return date
    return _expression(symbol, names)


def _iso(symbol: Symbol) -> str:
    """Returns ``2026-01-01`` or ``2026-01-01 06:30 UTC``; empty where the date is built in another way."""
    words = dict(symbol.kwargs)
    numbers = [*symbol.args]
    for key in ("year", "month", "day", "hour", "minute", "second")[len(numbers) :]:
        if key in words:
            numbers.append(words.pop(key))
    zone: object = ""
    if symbol.path == "pendulum.datetime":
        zone = words.pop("tz", "UTC")
    elif symbol.path in _DATES[2:]:
        zone = "UTC"
    elif symbol.path == "datetime.datetime":
        info = words.get("tzinfo")
        if isinstance(info, Symbol) and info.path in _ZONES and len(info.args) == 1:
            zone = info.args[0]
            del words["tzinfo"]
    if symbol.path not in _DATES or words or not 3 <= len(numbers) <= 6 or not isinstance(zone, str):
        return ""
    if not all(type(number) is int for number in numbers):
        return ""
    try:
        found = datetime.datetime(*numbers)  # type: ignore[arg-type] # all whole numbers, told above
    except (ValueError, OverflowError):
        return ""
    text = found.strftime("%Y-%m-%d") if found.year >= 1000 else ""
    if len(numbers) > 3 and (found.hour, found.minute, found.second) != (0, 0, 0):
        text += found.strftime(" %H:%M:%S" if found.second else " %H:%M")
    return f"{text} {zone}".strip() if text else ""


def _expression(value: object, names: CatalogueNames) -> Expression:
    text = _text(value, names, 0)
    if not is_known(text, names):
        raise PlanError("argument-of-the-file")
    return Expression(text)


def _text(value: object, names: CatalogueNames, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise PlanError("argument-too-deep")
    if isinstance(value, Unknown):
        raise PlanError("argument-not-known")
    if isinstance(value, Symbol):
        if value.path == "output" and value.called:
            raise PlanError("output-within-an-expression")
        if "." not in value.path and value.path not in BUILTIN:
            raise PlanError("argument-of-the-file")
        head = names.short(value.path)
        if not value.called:
            return head
        parts = [_text(item, names, depth + 1) for item in value.args]
        parts += [f"{key}={_text(item, names, depth + 1)}" for key, item in value.kwargs]
        return f"{head}({', '.join(parts)})"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(_text(item, names, depth + 1) for item in value)
        return f"[{inner}]"
    if isinstance(value, Mapping):
        pairs = [f"{_text(k, names, depth + 1)}: {_text(v, names, depth + 1)}" for k, v in value.items()]
        return f"{{{', '.join(pairs)}}}"
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return repr(value)
    raise PlanError("argument-not-known")

"""Dates of pendulum 3 that a file writes down, and what it computes with them.

A value stays what calling pendulum gives, an ``ApiInstance``; the moment it stands for is kept beside it.
"""

# ruff: noqa: ARG001 - slots of one table share one signature
from __future__ import annotations

import ast
import calendar
import datetime
import zoneinfo
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.comparisons import COMPARISONS
from airflownet.judge.interpreter.kinds import PATH_ATTRIBUTE, PATH_BINARY, PATH_COMPARE, PATH_FORMAT
from airflownet.judge.interpreter.python_results import from_result
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, ApiValue, NativeMethod
from airflownet.judge.libraries.pendulum_format import STRING_METHODS, format_moment
from airflownet.judge.libraries.typed_results import member_of_known_type

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

Moment = datetime.datetime | datetime.timedelta
_MOMENT: Final = "__moment__"
_DATE: Final = "pendulum.datetime"
_SPAN: Final = "pendulum.duration"
_UNITS: Final = ("weeks", "days", "hours", "minutes", "seconds", "microseconds")
_FIELDS: Final = ("year", "month", "day", "hour", "minute", "second", "microsecond")
PENDULUM: Final = frozenset({_DATE, _SPAN, "pendulum.parse", "pendulum.instance", "pendulum.DateTime"})
"""Paths of calls whose moment may be known."""


def moment_of(value: Any) -> Moment | None:
    """Returns the moment or duration that a value stands for, None when it is not known."""
    if not isinstance(value, ApiInstance):
        return value if isinstance(value, (datetime.datetime, datetime.timedelta)) else None
    if value.path not in PENDULUM:
        return None
    if _MOMENT not in value.attributes:
        try:
            value.attributes[_MOMENT] = _computed(value)
        except (TypeError, ValueError, OverflowError):
            value.attributes[_MOMENT] = None
    found: Moment | None = value.attributes[_MOMENT]
    return found


def _computed(value: ApiInstance) -> Moment | None:
    given = dict(value.kwargs)
    if value.path == _SPAN:
        return (
            datetime.timedelta(**given)
            if not value.args and set(given) <= {*_UNITS, "milliseconds"}
            else None
        )
    zone = _zone(given.pop("tz", "UTC" if value.path != "pendulum.DateTime" else None))
    if zone is None:
        return None
    if value.path in ("pendulum.parse", "pendulum.instance"):
        source = value.args[0] if len(value.args) == 1 and not given else None
        if isinstance(source, str):
            source = datetime.datetime.fromisoformat(source)
        if not isinstance(source, datetime.datetime):
            return None
        return source if source.tzinfo is not None else source.replace(tzinfo=zone)
    parts = dict(zip(_FIELDS, value.args, strict=False)) | given
    if len(value.args) > len(_FIELDS) or not all(type(part) is int for part in parts.values()):
        return None
    return datetime.datetime(**parts, tzinfo=zone)


def _zone(value: Any) -> datetime.tzinfo | None:
    if isinstance(value, ApiInstance) and value.path == "pendulum.timezone" and len(value.args) == 1:
        value = value.args[0]
    if isinstance(value, (datetime.timezone, zoneinfo.ZoneInfo)):
        return value
    if isinstance(value, ApiValue) and value.path == "pendulum.UTC":
        return datetime.UTC
    if not isinstance(value, str) or value == "local":
        return None
    if value.upper() == "UTC":
        return datetime.UTC
    try:
        return zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None


def _wrapped(moment: Moment) -> ApiInstance:
    if isinstance(moment, datetime.timedelta):
        seconds = {"days": moment.days, "seconds": moment.seconds, "microseconds": moment.microseconds}
        return ApiInstance(_SPAN, (), {k: v for k, v in seconds.items() if v}, {_MOMENT: moment})
    parts = tuple(getattr(moment, name) for name in _FIELDS)
    return ApiInstance(_DATE, parts, {}, {_MOMENT: moment})


def moment_attribute(value: ApiInstance, name: str) -> Any:
    """Returns ``value.name``, ``MISSING`` where nothing is known of it."""
    moment = moment_of(value)
    if moment is None or name.startswith("_"):
        return MISSING
    if isinstance(moment, datetime.timedelta):
        return _span_attribute(moment, name)
    if name in _FIELDS:
        return getattr(moment, name)
    if name in _COMPUTED:
        return _COMPUTED[name](moment)
    method = _METHODS.get(name)
    if method is None and name in STRING_METHODS:
        return _method(name, lambda: STRING_METHODS[name](moment))
    if method is None and name in _OF_PYTHON:
        return _method(name, getattr(moment, name))
    return MISSING if method is None else _method(name, lambda *a, **k: method(moment, *a, **k))


_LONGEST_FORMAT: Final = 500


def _method(name: str, function: Callable[..., Any]) -> NativeMethod:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        interpreter.charge(200)
        if any(isinstance(part, str) and len(part) > _LONGEST_FORMAT for part in args):
            return UNKNOWN
        try:
            found = function(*args, **kwargs)
        except (TypeError, ValueError, OverflowError, AttributeError):
            return UNKNOWN
        if isinstance(found, (datetime.datetime, datetime.timedelta)):
            return _wrapped(found)
        return from_result(found)

    return NativeMethod(name, call)


def _shifted(moment: datetime.datetime, sign: int, **parts: Any) -> datetime.datetime:
    """Months by the calendar, days by the clock on the wall, hours by the time that passes."""
    months = sign * (parts.pop("years", 0) * 12 + parts.pop("months", 0)) + moment.month - 1
    year, month = moment.year + months // 12, months % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    days = parts.pop("weeks", 0) * 7 + parts.pop("days", 0)
    found = moment.replace(year=year, month=month, day=day) + sign * datetime.timedelta(days=days)
    rest = datetime.timedelta(**parts)
    if not rest or found.tzinfo is None:
        return found + sign * rest
    return (found.astimezone(datetime.UTC) + sign * rest).astimezone(found.tzinfo)


def _start(moment: datetime.datetime, unit: str) -> datetime.datetime:
    if unit == "week":
        return _start(moment - datetime.timedelta(days=moment.weekday()), "day")
    index = _FIELDS.index(unit)
    least = {"month": 1, "day": 1}
    reset: dict[str, Any] = {name: least.get(name, 0) for name in _FIELDS[index + 1 :]}
    return moment.replace(**reset)


def _end(moment: datetime.datetime, unit: str) -> datetime.datetime:
    after = _shifted(_start(moment, unit), 1, **{f"{unit}s": 1})
    return after - datetime.timedelta(microseconds=1)


def _in_zone(moment: datetime.datetime, zone: Any) -> datetime.datetime | None:
    found = _zone(zone)
    return None if found is None or moment.tzinfo is None else moment.astimezone(found)


def _difference(moment: datetime.datetime, other: Any, absolute: bool = True) -> datetime.timedelta:
    found = moment_of(other)
    if not isinstance(found, datetime.datetime):
        raise TypeError
    return abs(found - moment) if absolute else found - moment


def _replaced(moment: datetime.datetime, **parts: Any) -> datetime.datetime:
    if not set(parts) <= set(_FIELDS):
        raise TypeError
    return moment.replace(**parts)


_METHODS: Final[dict[str, Callable[..., Any]]] = {
    "add": lambda moment, **parts: _shifted(moment, 1, **parts),
    "subtract": lambda moment, **parts: _shifted(moment, -1, **parts),
    "start_of": _start,
    "end_of": _end,
    "format": format_moment,
    "in_timezone": _in_zone,
    "in_tz": _in_zone,
    "diff": _difference,
    "set": _replaced,
    "replace": _replaced,
    "is_leap_year": lambda moment: calendar.isleap(moment.year),
}
_OF_PYTHON: Final = frozenset(
    {"strftime", "isoformat", "weekday", "isoweekday", "isocalendar", "toordinal", "timestamp", "date"}
)
_COMPUTED: Final[dict[str, Callable[[datetime.datetime], Any]]] = {
    "quarter": lambda moment: (moment.month + 2) // 3,
    "day_of_week": lambda moment: moment.weekday(),
    "day_of_year": lambda moment: moment.timetuple().tm_yday,
    "week_of_year": lambda moment: moment.isocalendar()[1],
    "days_in_month": lambda moment: calendar.monthrange(moment.year, moment.month)[1],
    "int_timestamp": lambda moment: int(moment.timestamp()),
    "timezone_name": lambda moment: moment.tzname() if moment.tzname() == "UTC" else UNKNOWN,
}
_SECONDS: Final = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


def _span_attribute(span: datetime.timedelta, name: str) -> Any:
    prefix, _, unit = name.partition("_")
    if unit in _SECONDS and prefix == "in":
        return _method(name, lambda: int(span.total_seconds() / _SECONDS[unit]))
    if unit in _SECONDS and prefix == "total":
        return _method(name, lambda: span.total_seconds() / _SECONDS[unit])
    return span.days if name == "days" else MISSING


def moment_operation(kind: type[ast.operator], left: Any, right: Any) -> Any:
    """Returns ``left + right`` or ``left - right`` where one is of pendulum, UNKNOWN when not known."""
    one, other = moment_of(left), moment_of(right)
    if one is None or other is None or kind not in (ast.Add, ast.Sub):
        return UNKNOWN
    try:
        found: Any = one + other if kind is ast.Add else one - other  # type: ignore[operator]
    except (TypeError, OverflowError, ValueError):
        return UNKNOWN
    return _wrapped(found)


def moment_order(compare: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Returns how two moments compare, UNKNOWN when not known."""
    one, other = moment_of(left), moment_of(right)
    if one is None or other is None:
        return UNKNOWN
    try:
        return bool(compare(one, other))
    except TypeError:
        return UNKNOWN


def moment_text(value: ApiInstance, specification: Any) -> Any:
    """Returns ``format(moment, specification)``."""
    moment = moment_of(value)
    if not isinstance(moment, datetime.datetime) or not isinstance(specification, str):
        return UNKNOWN
    if not specification:
        return moment.isoformat(" ")
    if "%" in specification and len(specification) <= 200:
        return moment.strftime(specification)
    return format_moment(moment, specification) or UNKNOWN


def _attribute(interpreter: Interpreter, value: ApiInstance, name: str) -> Any:
    found = moment_attribute(value, name)
    return member_of_known_type(interpreter, value, name) if found is MISSING else found


def _order(interpreter: Interpreter, operation: ast.cmpop, left: Any, right: Any) -> Any:
    return moment_order(COMPARISONS[type(operation)], left, right)


for _path in PENDULUM:
    PATH_ATTRIBUTE[_path] = _attribute
    PATH_BINARY[_path] = moment_operation
    PATH_COMPARE[_path] = _order
    PATH_FORMAT[_path] = moment_text

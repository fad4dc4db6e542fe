"""Libraries that come with Airflow and that DAG files call at module level: pendulum, PyYAML.

Nothing of them is imported for the file's sake: pendulum's names are a table (they are the same on all lines
with pendulum 3), its calls are checked with the standard library, and YAML is read by ``yaml.safe_load`` from
short texts without aliases.
"""

# ruff: noqa: ARG001 - the parameters are those of the real functions
from __future__ import annotations

import datetime
import inspect
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge import catalogue
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    VERSION,
    ApiInstance,
    DictValue,
    FunctionValue,
    ListValue,
    NativeMethod,
)
from airflownet.judge.libraries.library_signatures import check_library_signature
from airflownet.judge.libraries.standard_library import zones
from airflownet.judge.libraries.yaml_texts import YAML_READERS, YAML_WRITERS, read_yaml, write_yaml

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_PENDULUM: Final = """
DAYS_PER_WEEK Date DateTime Duration FRIDAY FixedTimezone Formatter HOURS_PER_DAY Interval MINUTES_PER_HOUR
MONDAY MONTHS_PER_YEAR SATURDAY SECONDS_PER_DAY SECONDS_PER_HOUR SECONDS_PER_MINUTE SUNDAY THURSDAY TUESDAY
Time Timezone UTC WEDNESDAY WEEKS_PER_YEAR WeekDay YEARS_PER_CENTURY YEARS_PER_DECADE constants date datetime
day duration exceptions fixed_timezone format_diff formatting freeze from_format from_timestamp get_locale
helpers instance interval local local_timezone locale locales mixins naive now parse parser parsing
set_local_timezone set_locale test_local_timezone testing time timezone timezones today tomorrow travel
travel_back travel_to tz utils week_ends_at week_starts_at yesterday Traveller
"""
_NAMES_FILE: Final = Path(catalogue.__file__).parent / "data" / "library_names.json"
"""Made by ``benchmarks/catalogue/library_names.py`` from an Airflow 2.9 and an Airflow 3.3 environment."""


@cache
def library_names() -> dict[str, frozenset[str]]:
    """Returns the public names of modules that have no others, by module."""
    rows: dict[str, str] = json.loads(_NAMES_FILE.read_text())
    return {"pendulum": frozenset(_PENDULUM.split())} | {
        module: frozenset(names.split()) for module, names in rows.items()
    }


_FINAL: Final = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,3}\Z")


def _datetime(
    year: Any, month: Any, day: Any, hour: Any = 0, minute: Any = 0, second: Any = 0,
    microsecond: Any = 0, tz: Any = None, fold: Any = 1, raise_on_unknown_times: Any = False,
) -> None:  # fmt: skip
    parts = (year, month, day, hour, minute, second, microsecond)
    for part in parts:
        if isinstance(part, (str, float)) or part is None:
            name = type(part).__name__
            raise Raised(
                "TypeError", f"'{name}' object cannot be interpreted as an integer", "wrong-type", name
            )
    if all(type(part) is int for part in parts):
        datetime.datetime(*parts)
    _check_zone(tz)


def _duration(
    days: Any = 0, seconds: Any = 0, microseconds: Any = 0, milliseconds: Any = 0, minutes: Any = 0,
    hours: Any = 0, weeks: Any = 0, years: Any = 0, months: Any = 0,
) -> None:  # fmt: skip
    for part in (years, months):
        if isinstance(part, float) and not part.is_integer():
            raise ValueError("Float year and months are not supported")


def _timezone(name: Any) -> None:
    _check_zone(name)


def _pytz(zone: Any) -> None:
    if isinstance(zone, str) and zones() and zone not in zones() and zone.upper() != "UTC":
        raise Raised("UnknownTimeZoneError", repr(zone), "bad-value", zone)


def _day(tz: Any = "local") -> None:
    _check_zone(tz)


def _check_zone(name: Any) -> None:
    kinds: dict[type, str] = {ListValue: "list", DictValue: "dict", tuple: "tuple"}
    if type(name) in kinds:
        message = f"'{kinds[type(name)]}' object has no attribute 'lower'"
        raise Raised("AttributeError", message, "bad-value", "tz")
    if isinstance(name, str) and name not in ("local", "UTC", "utc") and zones() and name not in zones():
        raise Raised("InvalidTimezone", name, "bad-value", name)


_CHECKED: Final[dict[str, Callable[..., None]]] = {
    "pendulum.datetime": _datetime,
    "pendulum.duration": _duration,
    "pendulum.timezone": _timezone,
    "pytz.timezone": _pytz,
    "pendulum.today": _day,
    "pendulum.tomorrow": _day,
    "pendulum.yesterday": _day,
}


_WRAPPERS: Final = frozenset({"tenacity.retry", "backoff.on_exception", "backoff.on_predicate"})
"""Decorators that keep the function's name and signature, plain or with arguments."""


def _decorated(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return args[0] if args else UNKNOWN


def library_call(
    interpreter: Interpreter, path: str, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """Returns what the call gives where it is known; ``MISSING`` for every other call.

    Raises:
        Raised: arguments that the function does not take, no such time or time zone, no YAML.
    """
    if path in YAML_READERS:
        return read_yaml(interpreter, path, args, kwargs, is_open=is_open)
    if path in YAML_WRITERS:
        return write_yaml(interpreter, args, kwargs)
    if path in ("packaging.version.Version", "packaging.version.parse"):
        return _version(args)
    check = _CHECKED.get(path)
    if is_open:
        return MISSING
    if path in _WRAPPERS and len(args) == 1 and not kwargs and isinstance(args[0], FunctionValue):
        return args[0]
    if check is None:
        check_library_signature(path, args, kwargs)
        return NativeMethod(path, _decorated) if path in _WRAPPERS else MISSING
    try:
        inspect.signature(check).bind(*args, **kwargs)
    except TypeError as error:
        kind = "unknown-argument" if "unexpected keyword" in str(error) else "missing-argument"
        subject = str(error).rpartition("'")[0].rpartition("'")[2]
        name = path.rpartition(".")[2]
        raise Raised("TypeError", f"{name}() {error}", kind, subject) from None
    try:
        check(*args, **kwargs)
    except (ValueError, OverflowError) as error:
        raise Raised("ValueError", str(error), "bad-value") from None
    return MISSING


def _version(args: list[Any]) -> Any:
    """A final release such as ``3.3.2``; ``compare`` compares what is under ``release``."""
    text = args[0] if args else UNKNOWN
    if not isinstance(text, str) or not _FINAL.match(text):
        return MISSING
    release = tuple(int(part) for part in text.split("."))
    major, minor, micro = (*release, 0, 0)[:3]
    names = {"release": release, "major": major, "minor": minor, "micro": micro, "base_version": text}
    return ApiInstance(VERSION, (text,), attributes=names)

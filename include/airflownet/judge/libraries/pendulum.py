"""``pendulum`` 3: dates that a file writes down, and what it computes with them.

A value stays what calling pendulum gives, an ``ApiInstance``; the moment it stands for is kept beside it.
"""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import calendar
import datetime
import re
import zoneinfo
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.comparisons import COMPARISONS
from airflownet.judge.interpreter.conversion import from_result
from airflownet.judge.interpreter.kinds import PATH_ATTRIBUTE, PATH_BINARY, PATH_COMPARE, PATH_FORMAT
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import python_type
from airflownet.judge.interpreter.values import ApiInstance, ApiValue, DictValue, ListValue, NativeMethod
from airflownet.judge.libraries.library_signatures import checked
from airflownet.judge.libraries.time_zones import zones
from airflownet.judge.libraries.typed_results import MEMBERS, member_of_known_type

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_TOKEN: Final = re.compile(
    r"\[([^\]]*)\]|(YYYY|YY|Q|MMMM|MMM|MM|M|DDDD|DDD|DD|D|dddd|ddd|d|E|HH|H|hh|h|mm|m|ss|s|SSSSSS|SSS|A|X"
    r"|ZZ|Z|zz|z|[A-Za-z]+)"
)
_MOST_CHARACTERS: Final = 200
_FORMATS: Final[dict[str, Callable[[datetime.datetime], str]]] = {
    "YYYY": lambda at: f"{at.year:04d}", "YY": lambda at: f"{at.year:04d}"[2:],
    "Q": lambda at: str((at.month + 2) // 3),
    "MMMM": lambda at: calendar.month_name[at.month], "MMM": lambda at: calendar.month_abbr[at.month],
    "MM": lambda at: f"{at.month:02d}", "M": lambda at: str(at.month),
    "DDDD": lambda at: f"{at.timetuple().tm_yday:03d}", "DDD": lambda at: str(at.timetuple().tm_yday),
    "DD": lambda at: f"{at.day:02d}", "D": lambda at: str(at.day),
    "dddd": lambda at: calendar.day_name[at.weekday()], "ddd": lambda at: calendar.day_abbr[at.weekday()],
    "E": lambda at: str(at.isoweekday()),
    "HH": lambda at: f"{at.hour:02d}", "H": lambda at: str(at.hour),
    "hh": lambda at: f"{at.hour % 12 or 12:02d}", "h": lambda at: str(at.hour % 12 or 12),
    "mm": lambda at: f"{at.minute:02d}", "m": lambda at: str(at.minute),
    "ss": lambda at: f"{at.second:02d}", "s": lambda at: str(at.second),
    "SSSSSS": lambda at: f"{at.microsecond:06d}", "SSS": lambda at: f"{at.microsecond // 1000:03d}",
    "A": lambda at: "AM" if at.hour < 12 else "PM",
}  # fmt: skip


def format_moment(moment: datetime.datetime, pattern: str) -> str | None:
    """Returns ``moment.format(pattern)``, None for a pattern with a token that is not known here."""
    parts: list[str] = []
    position = 0
    if len(pattern) > _MOST_CHARACTERS:
        return None
    for token in _TOKEN.finditer(pattern):
        parts.append(pattern[position : token.start()])
        position = token.end()
        if token[2] is None:
            parts.append(token[1])
        elif token[2] in _FORMATS:
            parts.append(_FORMATS[token[2]](moment))
        else:
            return None
    return "".join([*parts, pattern[position:]])


def iso_text(moment: datetime.datetime) -> str:
    """Returns ``to_iso8601_string()``: UTC is shown as Z."""
    text = moment.isoformat()
    return text.removesuffix("+00:00") + "Z" if moment.tzname() == "UTC" else text


STRING_METHODS: Final[dict[str, Callable[[datetime.datetime], str]]] = {
    "to_date_string": lambda at: at.strftime("%Y-%m-%d"),
    "to_datetime_string": lambda at: at.strftime("%Y-%m-%d %H:%M:%S"),
    "to_time_string": lambda at: at.strftime("%H:%M:%S"),
    "to_iso8601_string": iso_text,
    "to_day_datetime_string": lambda at: format_moment(at, "ddd, MMM D, YYYY h:mm A") or "",
    "to_formatted_date_string": lambda at: format_moment(at, "MMM DD, YYYY") or "",
}
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
    """Returns how two moments compare, UNKNOWN when not known.

    Raises:
        Raised: one of them has a time zone, the other has none.
    """
    one, other = moment_of(left), moment_of(right)
    if one is None or other is None:
        return UNKNOWN
    try:
        return bool(compare(one, other))
    except TypeError as error:
        if "offset-naive" in str(error):
            raise Raised("TypeError", str(error), "wrong-type", "datetime") from None
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


_DATE_TIME: Final = """
EPOCH add age astimezone at average closest combine create ctime date day day_of_week day_of_year
days_in_month diff diff_for_humans dst end_of farthest first_of float_timestamp fold for_json format
fromisocalendar fromisoformat fromordinal fromtimestamp get_offset hour in_timezone in_tz instance
int_timestamp is_anniversary is_birthday is_dst is_future is_leap_year is_local is_long_year is_past
is_same_day is_utc isocalendar isoformat isoweekday last_of max microsecond min minute month naive next now
nth_of offset offset_hours on previous quarter replace resolution second set start_of strftime strptime
subtract time timestamp timetuple timetz timezone timezone_name to_atom_string to_cookie_string
to_date_string to_datetime_string to_day_datetime_string to_formatted_date_string to_iso8601_string
to_rfc1036_string to_rfc1123_string to_rfc2822_string to_rfc3339_string to_rfc822_string to_rfc850_string
to_rss_string to_time_string to_w3c_string today toordinal tz tzinfo tzname utcfromtimestamp utcnow
utcoffset utctimetuple week_of_month week_of_year weekday year
"""
_DURATION: Final = """
as_timedelta days hours in_days in_hours in_minutes in_seconds in_weeks in_words invert max microseconds min
minutes months remaining_days remaining_seconds resolution seconds total_days total_hours total_minutes
total_seconds total_weeks weeks years
"""
DATE_TIME: Final = frozenset(_DATE_TIME.split())
DURATION: Final = frozenset(_DURATION.split())
NAMES: Final = """
DAYS_PER_WEEK Date DateTime Duration FRIDAY FixedTimezone Formatter HOURS_PER_DAY Interval MINUTES_PER_HOUR
MONDAY MONTHS_PER_YEAR SATURDAY SECONDS_PER_DAY SECONDS_PER_HOUR SECONDS_PER_MINUTE SUNDAY THURSDAY TUESDAY
Time Timezone UTC WEDNESDAY WEEKS_PER_YEAR WeekDay YEARS_PER_CENTURY YEARS_PER_DECADE constants date datetime
day duration exceptions fixed_timezone format_diff formatting freeze from_format from_timestamp get_locale
helpers instance interval local local_timezone locale locales mixins naive now parse parser parsing
set_local_timezone set_locale test_local_timezone testing time timezone timezones today tomorrow travel
travel_back travel_to tz utils week_ends_at week_starts_at yesterday Traveller
"""


@checked("pendulum.datetime")
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


_ODD_DATE: Final = re.compile(
    r"\s\d{4}-.*|.*\s|[^0-9]*|.*[{}].*|\d{1,2}[./]\d{1,2}[./]\d{4}.*|\d{4}-\d-.*", re.DOTALL
)
"""What ``pendulum.parse`` takes for no date: blanks around it, no digit, a template, a short month."""
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?![\d-])")


@checked("pendulum.parse")
def _parse(text: Any, **options: Any) -> None:
    kind = python_type(text)
    if kind is not None and kind is not str:
        raise Raised("TypeError", f"'{kind.__name__}' object cannot be converted to 'PyString'", "wrong-type")
    _check_zone(options.get("tz"))
    if not isinstance(text, str) or text == "now" or options.get("strict", True) is not True:
        return
    if _ODD_DATE.fullmatch(text) or ((day := _DAY.match(text)) and not _is_day(*map(int, day.groups()))):
        raise Raised("ParserError", f"Unable to parse string [{text[:100]}]", "bad-value", text[:100])


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and year > 0 and 1 <= day <= calendar.monthrange(year, month)[1]


_FORMAT_PARTS: Final = {"YYYY": r"\d{1,4}", "DD": r"[0-9 ]\d?"} | dict.fromkeys(
    ("MM", "HH", "mm", "ss"), r"\d\d?"
)
_FORMAT: Final = re.compile(r"(?:YYYY|MM|DD|HH|mm|ss|[-/:. _])+")


@checked("pendulum.from_format")
def _from_format(string: Any, fmt: Any, tz: Any = "UTC", locale: Any = None) -> None:
    kind = python_type(string)
    if kind is not None and kind is not str:
        raise Raised(
            "TypeError", f"expected string or bytes-like object, got '{kind.__name__}'", "wrong-type"
        )
    if isinstance(string, str) and isinstance(fmt, str) and len(fmt) < 100 and _FORMAT.fullmatch(fmt):
        parts = re.split(r"(YYYY|MM|DD|HH|mm|ss)", fmt)
        pattern = "".join(_FORMAT_PARTS.get(part) or re.escape(part) for part in parts)
        if not re.fullmatch(pattern, string.removesuffix("\n")):
            message = f"String does not match format {fmt}"
            raise Raised("ValueError", message, "bad-value", string[:100])
        day = _DAY.match(string) if fmt.startswith("YYYY-MM-DD") else None
        if day is not None and not _is_day(*map(int, day.groups())):
            raise Raised("ValueError", "day is out of range for month", "bad-value", string[:100])
    _check_zone(tz)


@checked("pendulum.duration")
def _duration(
    days: Any = 0, seconds: Any = 0, microseconds: Any = 0, milliseconds: Any = 0, minutes: Any = 0,
    hours: Any = 0, weeks: Any = 0, years: Any = 0, months: Any = 0,
) -> None:  # fmt: skip
    for part in (years, months):
        if isinstance(part, float) and not part.is_integer():
            raise ValueError("Float year and months are not supported")


@checked("pendulum.timezone")
def _timezone(name: Any) -> None:
    _check_zone(name)


@checked("pendulum.today")
@checked("pendulum.tomorrow")
@checked("pendulum.yesterday")
def _day(tz: Any = "local") -> None:
    _check_zone(tz)


def _check_zone(name: Any) -> None:
    kinds: dict[type, str] = {ListValue: "list", DictValue: "dict", tuple: "tuple"}
    if type(name) in kinds:
        message = f"'{kinds[type(name)]}' object has no attribute 'lower'"
        raise Raised("AttributeError", message, "bad-value", "tz")
    if isinstance(name, str) and name not in ("local", "UTC", "utc") and zones() and name not in zones():
        raise Raised("InvalidTimezone", name, "bad-value", name)


MEMBERS.update(
    {
        **{
            f"pendulum.{name}": ("DateTime", DATE_TIME)
            for name in (
                "datetime", "now", "today", "tomorrow", "yesterday", "instance", "local", "naive",
                "from_timestamp", "from_format",
            )
        },
        "pendulum.duration": ("Duration", DURATION),
    }
)  # fmt: skip
PATH_ATTRIBUTE.update(dict.fromkeys(MEMBERS, member_of_known_type))
for _path in PENDULUM:
    PATH_ATTRIBUTE[_path] = _attribute
    PATH_BINARY[_path] = moment_operation
    PATH_COMPARE[_path] = _order
    PATH_FORMAT[_path] = moment_text

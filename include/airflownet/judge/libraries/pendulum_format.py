"""``DateTime.format`` of pendulum 3 in English, and the texts it makes of a moment."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable
from typing import Final

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

"""Schedules that name days and times in one phrase: ``at 06:00 on Monday``, ``monthly on the 15th at 3 am``.

What a plain rhythm ("every day at 2") cannot say is read here: the day of the week behind the time, the day
of the month, two times a day, minutes past the hour, weekends, and a clear time of day with no rhythm at
all, which means every day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from airflownet.asked_for.time_of_day import BARE, CLEAR

DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
DAY: Final = rf"(?:{'|'.join(DAYS)})"
_DAY_LIST: Final = rf"{DAY}s?(?:(?:,? and |, | & | to | through |-){DAY}s?)*"
_WEEKEND: Final = r"(?:(?:every|each|on|at the) )?weekends?"
_WORKDAYS: Final = r"(?:(?:every|each|on) )?(?:week|business |working |work)days?"
_TIME: Final = rf"(?:{re.sub(r'[(](?![?])', '(?:', CLEAR)}|{re.sub(r'[(](?![?])', '(?:', BARE)})"
_END: Final = r"(?!\d| ?%|[.:/-]\d)(?=\s*(?:$|[,.;:]|(?:every|each|daily|and|on|in|utc|then)\b))"
_NEXT: Final = rf"(?:\d{{1,2}}:\d\d(?: ?[ap]\.?m\b)?|\d{{1,2}} ?[ap]\.?m\b|\d{{1,2}}{_END})"
_TIMES: Final = rf"{_TIME}(?:(?:,? and |, | & )(?:at )?{_NEXT})*"
_PART: Final = r"(?: (?:mornings?|afternoons?|evenings?|nights?))?"
_NTH: Final = (
    r"(?:the )?(?:days? )?(?:\d{1,2}(?:st|nd|rd|th)?(?: day)?|first(?: day)?|last day)"
    r"(?:(?:,? and |, )(?:the )?\d{1,2}(?:st|nd|rd|th)?)*"
)
_MONTH: Final = r"(?:every month|each month|once a month|monthly)"
_PATTERNS: Final = {
    "month": (
        rf"(?:{_TIMES},? )?{_MONTH},? on {_NTH}\b(?! of [A-Z])(?:,? {_TIMES})?",
        rf"(?:{_TIMES},? )?on {_NTH} of (?:the|every|each) month\b(?!,? only)(?:,? {_TIMES})?",
    ),
    "week": (
        rf"{_TIMES},? (?:on |every |each )?(?:{_DAY_LIST}|{_WORKDAYS}|{_WEEKEND})\b",
        rf"(?:(?:on|every|each|weekly on) )?(?:{_DAY_LIST}|{_WORKDAYS}|{_WEEKEND})\b{_PART},? {_TIMES}",
        rf"\b(?:every |each |on )?(?:{DAY}s? (?:to|through) {DAY}s?|(?:every |each |on )weekends?)\b",
    ),
    "hour": (
        r"(?:(?:every|each) hour|hourly)(?:,? at)? (\d{1,2})(?: minutes)? past(?: the hour)?",
        r"at (\d{1,2}) minutes past (?:the|every|each) hour\b(?!, between)",
    ),
    "twice": (r"twice a day|twice daily",),
    "day": (
        rf"(?:(?:every day|each day|daily),? )?{_TIMES}(?:,? (?:every day|each day|daily))?"
        r"(?! on \d|,? only| of | between)",
    ),
}
_COMPILED: Final = {
    kind: tuple(re.compile(rf"(?<![\w-]){pattern}", re.IGNORECASE) for pattern in patterns)
    for kind, patterns in _PATTERNS.items()
}
_CLOCK: Final = re.compile(
    r"(midnight)|(noon)|(\d{1,2})(?::(\d\d))?(?: ?([ap])\.?m\b)?"
    r"(?: (?:in the|at) (morning|afternoon|evening|night))?",
    re.IGNORECASE,
)
_MORE: Final = re.compile(
    r"\bonly in [A-Z]|\bevery \d+ months|minutes past the hour, between|\bbetween \d\d?:\d\d and",
    re.IGNORECASE,
)
"""What such a phrase cannot say."""
_FIRST_AFTER_NOON: Final = {"afternoon": 1, "evening": 1, "night": 7}
"""Part of the day -> hour from which on one that is said beside it is meant on the 24 hour clock."""
_IS_CLEAR: Final = re.compile(CLEAR, re.IGNORECASE)
_FIND_TIMES: Final = re.compile(_TIMES, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CalendarPhrase:
    """When, as the request says it, and as a cron expression."""

    words: str
    cron: str
    names_days: bool = True
    """False for a time of day alone, which a rhythm beside it ("every week") overrules."""


def calendar_phrase(text: str) -> CalendarPhrase | None:
    """Returns the first phrase of days and times that a request holds; None where it has none."""
    if _MORE.search(text):
        return None
    for kind, match in _matches(text):
        cron = _cron(kind, match)
        if cron:
            return CalendarPhrase(match[0].strip(" ,"), cron, kind != "day" or "," in cron)
    return None


def without_calendar(text: str) -> str:
    """Returns the text without these phrases."""
    for kind, match in _matches(text):
        if _cron(kind, match):
            return f"{text[: match.start()]}, {text[match.end() :]}"
    return text


def _matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for kind, patterns in _COMPILED.items():
        for pattern in patterns:
            if match := pattern.search(text):
                yield kind, match


def _cron(kind: str, match: re.Match[str]) -> str:
    """Returns the cron expression of a phrase; empty where it is none after all."""
    words = match[0].lower()
    if kind == "hour":
        minute = int(match[1])
        return f"{minute} * * * *" if minute < 60 else ""
    if kind == "twice":
        return "0 */12 * * *"
    found = _FIND_TIMES.search(words)
    when = _clock(found[0], words) if found else "0 0"
    if not when or (kind == "day" and not (_IS_CLEAR.search(words) and _is_more_than_one_day_time(words))):
        return ""
    if kind == "day":
        return f"{when} * * *"
    rest = words.replace(found[0], " ") if found else words
    if kind == "month":
        return f"{when} {_days_of_month(rest)} * *" if _days_of_month(rest) else ""
    return f"{when} * * {days_of_week(rest)}"


def _is_more_than_one_day_time(words: str) -> bool:
    """False for "every day at 2", which is a plain rhythm with a time beside it."""
    return not re.match(r"(?:every|each) day|daily", words) or len(_CLOCK.findall(words)) > 1


def _clock(times: str, words: str) -> str:
    """Returns minute and hours of one or several times; empty where their minutes differ."""
    part = next((one for one in ("night", "evening", "afternoon", "morning") if one in words), "")
    hours, minutes = [], set()
    for midnight, noon, hour, minute, half, said in _CLOCK.findall(times):
        number = 0 if midnight else 12 if noon else int(hour)
        if half:
            number = number % 12 + 12 * (half.lower() == "p")
        elif _FIRST_AFTER_NOON.get((said or part).lower(), 12) <= number < 12:
            number += 12
        if number > 23 or int(minute or 0) > 59:
            return ""
        hours.append(number)
        minutes.add(int(minute or 0))
    return f"{minutes.pop()} {','.join(map(str, hours))}" if len(minutes) == 1 else ""


def days_of_week(words: str) -> str:
    """Returns the last field of a cron expression: ``1,4`` for "monday and thursday", ``1-5`` for a span."""
    if "weekend" in words:
        return "0,6"
    numbers = [DAYS.index(day) for day in re.findall(DAY, words)]
    if not numbers:
        return "1-5"
    if re.search(rf"{DAY}s?(?: to | through |-){DAY}", words) and len(numbers) == 2:
        first, last = numbers[0], numbers[1] or 7
        if first < last:
            return f"{first}-{last}"
    return ",".join(str(number) for number in sorted(set(numbers)))


def _days_of_month(words: str) -> str:
    if "last day" in words:
        return "L"
    numbers = [int(number) for number in re.findall(r"\d+", words)] or [1] * ("first" in words)
    return ",".join(map(str, numbers)) if numbers and all(1 <= n <= 31 for n in numbers) else ""

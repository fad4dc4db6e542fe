"""The schedule a request states in words, and how far a DAG's own schedule is that.

Two schedules are the same when they fire at the same times; the right rhythm at another time of day counts
half.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from airflownet.asked_for.calendar_phrase import DAY, calendar_phrase, days_of_week, without_calendar
from airflownet.asked_for.spoken_schedule import spoken_schedule, without_values, zone_said
from airflownet.asked_for.time_of_day import STATED, time_of_day
from airflownet.judge.loader.loaded_file import Symbol
from airflownet.wording.number_words import NUMBERS
from airflownet.wording.schedule_phrase import schedule_phrase
from airflownet.wording.untrusted_text import Guard

_PRESETS: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_PARTS: Final = ("night", "morning", "afternoon", "evening")
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800} | dict.fromkeys(
    _PARTS, 86400
)
_LONG: Final = {"month": (28, 31), "quarter": (90, 92), "year": (365, 366)}
_FIELD: Final = r"[\d*/,\-?L#]+(?:[A-Za-z]{3}(?:[-,][A-Za-z]{3})*)?"
_CRON: Final = re.compile(
    rf"(?<![\w*/])((?:{_FIELD} ){{3}}(?:{_FIELD}|[A-Za-z,-]+) (?:{_FIELD}|[A-Za-z,-]+))"
)
_PRESET: Final = re.compile(
    r"@(?:once|continuous|hourly|daily|midnight|weekly|monthly|quarterly|yearly|annually)\b"
)
_MANUAL: Final = re.compile(
    r"(?:triggered|started|run|launched) (?:only )?(?:by hand|manually|on demand)|by hand"
    r"|when(?:ever)? i (?:ask for|start|trigger|want) it"
    r"|manual(?:ly)? trigger|manual (?:run|start)|on[- ]demand"
    r"|no schedule|without a schedule|schedule[:=]? ?none|unscheduled|not scheduled",
    re.IGNORECASE,
)
_ONCE: Final = re.compile(
    r"\b(?:just once|only once|once only|one time only|only one time|a single time|one[- ]off)\b",
    re.IGNORECASE,
)
_ASSET: Final = re.compile(
    r"(?:when(?:ever)?|once|on|after) (?:the )?(?:assets?|datasets?) "
    r"(?:updates|it depends|(?P<names>[^.\n]*?`[^\n]*?`))"
    r"[^.\n]*",
    re.IGNORECASE,
)
_ASSET_SAID: Final = re.compile(
    r"\b(?:when(?:ever)?|once|each time|every time|as soon as|after) (?:(?:the|an?|any) )?"
    r"(?:(?:asset|data ?set) (?P<name>[\w:/.`\"'-]*[\w`\"'])|(?P<own>[\w:/.`\"'-]+) (?:asset|data ?set)) "
    r"(?:is|gets|was|has been|changes|are)(?: (?:updated|refreshed|changed|published|ready|available"
    r"|written))?",
    re.IGNORECASE,
)
_EVERY: Final = re.compile(
    r"\b(?:every|each|once an?|once per) (?:(\d+|two|three|four|five|six|ten|fifteen|thirty) )?"
    r"(second|minute|hour|day|night|morning|afternoon|evening|week|month|quarter|year|weekday)s?\b",
    re.IGNORECASE,
)
_ON_DAYS: Final = re.compile(
    rf"\b(?:(?:weekly|(?:every|each|once a) week),? on |(?:every|each) |on (?={DAY}s))"
    rf"({DAY}s?(?:(?:,? and |, | & | to | through ){DAY}s?)*)\b",
    re.IGNORECASE,
)
_ADJECTIVE: Final = re.compile(
    r"\b(hourly|daily|nightly|weekly|monthly|quarterly|yearly|annually|on weekdays|weekdays(?= at\b))\b",
    re.IGNORECASE,
)
_OF_THE_DAG: Final = re.compile(
    r"\b(?:hourly|daily|nightly|weekly|monthly|quarterly|yearly)"
    r"(?= (?:apache )?(?:airflow )?(?:dags?|pipelines?|workflows?|jobs?)\b)",
    re.IGNORECASE,
)
_ADJECTIVES: Final = {
    "hourly": "hour",
    "daily": "day",
    "nightly": "night",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
    "on weekdays": "weekday",
    "weekdays": "weekday",
}
_WORDY: Final = re.compile(
    r"\b(?:just once|continuously|past the hour|timetable|on day \d+ of the month|through friday"
    r"|schedule[:=] ?(?!none)\S+)",
    re.IGNORECASE,
)
_CLAUSES: Final = tuple(
    re.compile(
        r"\b(?:(?:it|this|which|that) (?:runs|is) |running |to (?:be )?run |runs |scheduled )?(?:only )?"
        rf"(?:when it is |on )?(?:{pattern})",
        re.IGNORECASE,
    )
    for pattern in (
        r"(?:when(?:ever)?|once) the (?:assets?|datasets?) [^.\n]*",
        _MANUAL.pattern.replace("(?P<names>", "(?:"),
        r"@(?:once|continuous|hourly|daily|midnight|weekly|monthly|quarterly|yearly|annually)",
        rf"(?:{_ON_DAYS.pattern}|{_EVERY.pattern}|on weekdays\b)(?: {STATED})?",
        rf"(?:{_ADJECTIVE.pattern}) {STATED}",
        rf"{_ONCE.pattern}|continuously, one run after the other",
        r"on the cron schedule `[^`]*`",
    )
)
_BASE: Final = datetime(2026, 1, 1, 0, 30)
_N_TIMES: Final = 24


@dataclass(frozen=True, slots=True)
class StatedSchedule:
    """When a request wants its DAG to run."""

    words: str
    """As the request says it."""
    kind: str
    """``cron``, ``period``, ``manual``, ``once``, ``continuous``, ``assets``, or ``words`` when only the
    wording can be compared."""
    cron: str = ""
    seconds: tuple[float, float] = (0.0, 0.0)
    """Shortest and longest distance of two runs."""
    assets: frozenset[str] = frozenset()
    zone: str = ""
    """Time zone that the request names; empty for none."""


def stated_schedule(text: str) -> StatedSchedule | None:
    """Returns the schedule a request states, None when it states none."""
    found = _stated(text)
    return replace(found, zone=zone_said(text)) if found is not None and not found.zone else found


def _stated(text: str) -> StatedSchedule | None:
    if preset := _PRESET.search(text):
        name = preset[0]
        if name in _PRESETS:
            return StatedSchedule(name, "cron", _PRESETS[name])
        return StatedSchedule(name, name.removeprefix("@"))
    if (cron := _CRON.search(text)) and "*" in cron[1] and _is_cron(cron[1]):
        return StatedSchedule(cron[1], "cron", cron[1])
    if assets := _ASSET.search(text):
        names = frozenset(re.findall(r"`([^`]+)`", assets["names"] or ""))
        return StatedSchedule(assets[0], "assets", assets=names)
    if assets := _ASSET_SAID.search(text):
        name = (assets["name"] or assets["own"]).strip("`\"'")
        return StatedSchedule(assets[0], "assets", assets=frozenset({name}))
    if manual := _MANUAL.search(text):
        return StatedSchedule(manual[0], "manual")
    if once := _ONCE.search(text):
        return StatedSchedule(once[0], "once")
    if (said := spoken_schedule(text)) is not None:
        kind = "cron" if said.cron else "period"
        return StatedSchedule(said.words, kind, said.cron, said.seconds, zone=said.zone)
    text = without_values(text)
    rhythm = _rhythm(text)
    calendar = calendar_phrase(text)
    if calendar is not None and (calendar.names_days or rhythm is None):
        return StatedSchedule(calendar.words, "cron", calendar.cron)
    return rhythm or (StatedSchedule(found[0], "words") if (found := _WORDY.search(text)) else None)


def without_schedule(text: str) -> str:
    """Returns a text without the clauses that state when its DAG runs, so that they are not read as work."""
    if (said := spoken_schedule(text)) is not None:
        for start, end in reversed(said.spans):
            text = f"{text[:start]}, {text[end:]}"
    text = without_calendar(text)
    for pattern in _CLAUSES:
        text = pattern.sub(", ", text)
    return _OF_THE_DAG.sub(" ", text)


def _rhythm(text: str) -> StatedSchedule | None:
    days, every, adjective = _ON_DAYS.search(text), _EVERY.search(text), _ADJECTIVE.search(text)
    n = 1
    if days and (every is None or days.start() <= every.start()):
        found, unit, on = days, "weekday", days_of_week(days[1].lower())
    elif every:
        found, unit, on = every, every[2].lower(), "1-5"
        n = NUMBERS.get((every[1] or "").lower()) or int(every[1] or 1)
    elif adjective:
        found, unit, on = adjective, _ADJECTIVES[adjective[1].lower()], "1-5"
    else:
        return None
    at = time_of_day(text, found.start(), found.end(), unit if unit in _PARTS else "")
    words = f"{found[0]} {at.words}" if at else found[0]
    if unit == "weekday" or (at and n == 1 and unit in ("day", *_PARTS)):
        hour, minute = (at.hour, at.minute) if at else (0, 0)
        return StatedSchedule(words, "cron", f"{minute} {hour} * * {on if unit == 'weekday' else '*'}")
    if unit in _LONG:
        shortest, longest = _LONG[unit]
        return StatedSchedule(words, "period", seconds=(shortest * n * 86400.0, longest * n * 86400.0))
    return StatedSchedule(words, "period", seconds=(float(_SECONDS[unit] * n),) * 2)


def schedule_delivered(stated: StatedSchedule, text: str, arguments: Mapping[str, object]) -> float:
    """Returns 0, 0.5 (the right rhythm at another time) or 1 for a DAG with these keyword arguments."""
    phrase = schedule_phrase(arguments, Guard())
    lowered = text.lower()
    if phrase.text and phrase.text.lower() in lowered:
        return 1.0
    given = [arguments[name] for name in ("schedule", "schedule_interval", "timetable") if name in arguments]
    value = given[0] if given else None
    if stated.kind in ("manual", "once", "continuous"):
        wanted = None if stated.kind == "manual" else f"@{stated.kind}"
        return float(bool(given or stated.kind == "manual") and value == wanted)
    if stated.kind == "assets":
        return _assets(stated, phrase.short, value)
    if stated.kind == "words":
        return float(bool(phrase.short) and phrase.short.lower() in lowered)
    cron, seconds = _fires(value)
    if stated.kind == "cron":
        if cron and _times(cron) == _times(stated.cron):
            return 1.0
        rhythm = _distances(stated.cron)
    else:
        rhythm = stated.seconds
    own = _distances(cron) if cron else (seconds, seconds)
    is_rhythm = 0 < rhythm[0] <= own[0] and own[1] <= rhythm[1]
    return (
        (0.5 if stated.kind == "cron" and stated.cron.split()[:2] != ["0", "0"] else 1.0)
        if is_rhythm
        else 0.0
    )


def _assets(stated: StatedSchedule, short: str, value: object) -> float:
    is_asset = isinstance(value, (Symbol, list, tuple)) and "asset" in short
    if not is_asset or not stated.assets:
        return float(is_asset)
    return sum(f"`{name}`" in short for name in stated.assets) / len(stated.assets)


def _fires(value: object) -> tuple[str, float]:
    """Returns the cron expression of a schedule, or its distance in seconds; empty and 0 when unknown."""
    if isinstance(value, str):
        cron = _PRESETS.get(value, value)
        return (cron, 0.0) if _is_cron(cron) else ("", 0.0)
    if not isinstance(value, Symbol):
        return "", 0.0
    name = value.path.rsplit(".", 1)[-1]
    keywords = dict(value.kwargs)
    if name in ("timedelta", "relativedelta", "duration"):
        units = {"weeks": 604800.0, "days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0}
        amounts = dict(zip(("days", "seconds"), value.args, strict=False)) | keywords
        numbers = [
            units[unit] * amount
            for unit, amount in amounts.items()
            if unit in units and isinstance(amount, (int, float))
        ]
        return "", sum(numbers)
    if name.endswith("Timetable"):
        first = value.args[0] if value.args else keywords.get("cron", keywords.get("delta"))
        return _fires(first) if isinstance(first, (str, Symbol)) and first is not value else ("", 0.0)
    return "", 0.0


def _is_cron(text: str) -> bool:
    from croniter import croniter  # type: ignore[import-untyped]

    return len(text.split()) == 5 and len(text) < 100 and bool(croniter.is_valid(text))


def _times(cron: str) -> list[float]:
    """Returns the times a cron expression fires next, from a fixed moment on; none when it never does."""
    from croniter import croniter

    try:
        walk = croniter(cron, _BASE, max_years_between_matches=5)
        return [float(walk.get_next(float)) for _ in range(_N_TIMES)]
    except (ValueError, KeyError, OverflowError):
        return []


def _distances(cron: str) -> tuple[float, float]:
    times = _times(cron)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    return (min(gaps), max(gaps)) if gaps else (0.0, 0.0)

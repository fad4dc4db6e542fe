"""When a DAG shall run, out of the words of people: rhythm, days, times of day and zone, wherever they stand.

``weekdays 7am``, ``daily 23:00 America/New_York``, ``every first monday of the month at 7``, ``quarter past
every hour``, ``at 8 and 18 o'clock, Mon-Fri``. The pieces are found each for itself and put together; a bare
number is a time of day only beside one of the others. Paths, addresses and quoted texts are blind:
``/etl/daily`` is no rhythm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from airflownet.wording.compact_text import is_readable_by_clauses
from airflownet.wording.number_words import NUMBERS, number_of

_DAYS: Final = {
    "sunday": 0, "sun": 0, "monday": 1, "mon": 1, "tuesday": 2, "tues": 2, "tue": 2, "wednesday": 3, "wed": 3,
    "thursday": 4, "thurs": 4, "thu": 4, "friday": 5, "fri": 5, "saturday": 6, "sat": 6,
}  # fmt: skip
_NAMES: Final = "|".join(sorted(_DAYS, key=len, reverse=True))
_DAY: Final = rf"(?:{_NAMES})s?\b\.?"
_DAY_SPAN: Final = rf"{_DAY} ?(?:-|–|to|through|till|until) ?{_DAY}"
_DAY_LIST: Final = rf"(?:{_DAY_SPAN}|{_DAY}(?:(?:,? (?:and|&|or) |, ?| ?/ ?){_DAY})*)"
_NUMBER: Final = rf"(?:\d{{1,2}}|{'|'.join(NUMBERS)})"
_LONG_MONTH: Final = r"(?:(?:the|every|each|a) month|month)"
_ORDINALS: Final = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_UNITS: Final = {
    "second": "second", "sec": "second", "minute": "minute", "min": "minute", "hour": "hour", "hr": "hour",
    "h": "hour", "day": "day", "night": "day", "morning": "day", "afternoon": "day", "evening": "day",
    "week": "week", "month": "month", "quarter": "quarter", "year": "year",
}  # fmt: skip
_UNIT: Final = "|".join(sorted(_UNITS, key=len, reverse=True))
_BLIND: Final = re.compile(
    r"`[^`\n]*`|\"[^\"\n]*\"|(?<!\w)'[^'\n]{2,}'|\b\w+://\S+|(?<![\w/])/[\w.*-]+(?:/[\w.*{}-]*)*|\S+@\S+\.\w+"
    r"|\b\d{4}-\d\d-\d\d\b|\b[A-Za-z]\w*[_-](?=[\w-]*\b(?:daily|hourly|weekly|nightly|monthly)\b)[\w-]+"
    r"|\b(?:daily|hourly|weekly|nightly|monthly)_\w+",
    re.IGNORECASE,
)
_OF_RETRIES: Final = re.compile(
    r"\b(?:retry(?:ing)?|retried|attempts?|pok\w+|delay|timeouts?|sla|within)\b[^.;,\n]{0,30}?\b(?:every"
    r"|each) \d+ ?\w+"
    r"|\b(?:poke|poking|poll|check|look|try)(?:s|ing)? (?:again )?(?:every|each) \d+ ?(?:s|sec\w*|m|min\w*"
    r"|h\w*)\b"
    r"(?= (?:until|till|for)\b)",
    re.IGNORECASE,
)
"""A rhythm that is of something else than the DAG."""
_RHYTHMS: Final = {
    "past": re.compile(
        r"\b(?:at )?(?:(?P<a>\d{1,2}(?:(?:, ?| and |, and )\d{1,2})*)(?: ?min(?:ute)?s?)?|(?P<q>quarter)"
        r"|(?P<h>half)) (?P<to>past|after|to) "
        r"(?:(?:every|each|the) )?(?:full )?hour\b|\bevery hour at (?::(?P<b>\d\d)|minute (?P<c>\d{1,2}))\b"
        r"|\bhourly(?:,)? at (?::|minute )(?P<d>\d\d?)\b",
        re.IGNORECASE,
    ),
    "nth_weekday": re.compile(
        rf"\b(?:on )?(?:the |each |every )?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th"
        rf"|last) (?P<day>{_NAMES})"
        rf"(?: (?:of|in) {_LONG_MONTH}| (?:each|every) month| monthly)\b",
        re.IGNORECASE,
    ),
    "month": re.compile(
        r"\b(?:(?:once (?:a|per) month|monthly|every month|each month),? )?(?:on |at |every |each )?(?:the "
        r"|each |every )?"
        r"(?:(?P<last>last) day|(?:day )?(?P<n>\d{1,2})(?:st|nd|rd|th)?(?P<more>(?:(?: and |, ?)(?:the )?"
        r"\d{1,2}(?:st|nd|rd|th)?)*)(?: day)?|(?P<first>first|1st)(?: day)?)"
        r" (?:of|in) (?:the |every |each |a )?(?:calendar )?month\b"
        r"|\b(?:once (?:a|per) month|monthly|every month|each month),? (?:on )?(?:the )?"
        r"(?:(?P<last2>last)(?: day)?|(?:day )?(?P<n2>\d{1,2})(?:st|nd|rd|th)?(?P<more2>(?:(?: and "
        r"|, ?)(?:the )?"
        r"\d{1,2}(?:st|nd|rd|th))*)|(?P<first2>first|1st)(?: day)?)\b(?! ?(?:am|pm|a\.m|p\.m|:|o'clock))",
        re.IGNORECASE,
    ),
    "weekdays": re.compile(
        r"\b(?:(?:on|every|each|all|during) )?(?:the )?(?:week ?days|weekday|work(?:ing)? ?days?"
        r"|business days?)\b",
        re.IGNORECASE,
    ),
    "weekends": re.compile(r"\b(?:(?:on|every|each|at) )?(?:the )?weekends?\b", re.IGNORECASE),
    "days": re.compile(
        rf"\b(?:(?:once (?:a|per) week|weekly|every week|each week),? )?"
        rf"(?:(?:only )?(?:on|every|each) (?:the )?)?(?P<list>{_DAY_LIST})(?P<part> (?:mornings?|afternoons?"
        r"|evenings?|nights?))?",
        re.IGNORECASE,
    ),
    "times": re.compile(
        rf"\b(?P<n>twice|(?:{_NUMBER}) times|{_NUMBER}x) (?:a|per|each|every|in a) day\b|\b(?P<d>twice"
        rf"|(?:{_NUMBER}) times)"
        r" daily\b|\b(?P<o>twice|two times) (?:a|per|an|each|every) hour\b",
        re.IGNORECASE,
    ),
    "every": re.compile(
        rf"\b(?:every|each|once an?|once per|once every|one time per|1x per) (?P<single>single )?"
        rf"(?:(?P<n>{_NUMBER}|other|half|quarter)(?: of)?(?: an)?[ -]?)?(?P<unit>{_UNIT})s?\b",
        re.IGNORECASE,
    ),
    "adjective": re.compile(
        r"\b(?P<adj>half-?hourly|hourly|daily|nightly|weekly|monthly|quarterly|yearly|annually|each nights?"
        r"|overnight)\b(?![-_/.]\w)",
        re.IGNORECASE,
    ),
}
_STRONG: Final = ("past", "nth_weekday", "month", "weekdays", "weekends", "days", "times", "every")
_ADJECTIVES: Final = {
    "hourly": "hour", "daily": "day", "nightly": "day", "weekly": "week", "monthly": "month",
    "quarterly": "quarter", "yearly": "year", "annually": "year", "overnight": "day",
}  # fmt: skip
_PART: Final = r"(?: (?:in the |at |of the )?(?P<part>morning|afternoon|evening|night)\b)?"
_HOUR_WORD: Final = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|1[0-2]|\d)"
_CLOCK: Final = re.compile(
    r"\b(?:(?:at|around|about|by|@) ?)?(?:"
    r"(?P<midnight>midnight)|(?P<noon>noon|midday)"
    rf"|(?P<lead>half past|quarter past|quarter to) (?P<h4>{_HOUR_WORD})(?: ?(?P<half4>[ap])\.?m\b\.?)?"
    rf"|(?P<h5>{_HOUR_WORD}) o'? ?clock"
    r"|(?P<h>[01]?\d|2[0-3])(?::|\.(?=\d\d ?(?:am|pm|a\.m|p\.m|uhr|h\b|o'clock))"
    r"|h(?=\d\d))(?P<m>[0-5]\d)(?:h\b)?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?"
    r"|(?P<h2>1[0-2]|0?\d) ?(?P<half2>[ap])\.?m\b\.?"
    r"|(?P<h3>[01]?\d|2[0-3]) ?(?:o'? ?clock|hrs\b|h\b|uhr))" + _PART + r"(?![\w/-]|:\d)",
    re.IGNORECASE,
)
"""A time that can be nothing else."""
_BARE: Final = re.compile(
    r"\b(?:at|around|about|@) ?(?P<h>[01]?\d|2[0-3])" + _PART + r"(?![\w%/-]|[.:,]\d| ?%"
    r"| (?:rows?|records?|files?|times|percent|degrees|minutes?|mins?|seconds?|hours?|days?|workers?|tasks?"
    r"|runs?"
    r"|items?|gb|mb|tasks|retries|locations|places|sites|stores|regions)\b)",
    re.IGNORECASE,
)
_MORE_TIMES: Final = re.compile(
    r"(?:,? (?:and|&) (?:again )?|, ?)(?:at )?(?P<h>[01]?\d"
    r"|2[0-3])(?:[:h](?P<m>[0-5]\d))? ?(?:(?P<half>[ap])\.?m\b)?"
    r"(?![\w%/-]|:\d| (?:retr|times|minutes?|rows|files|tasks|hours|days|active|workers))",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r",? (?:only )?(?:between|from) (?P<a>\d{1,2})(?::00)? ?(?:(?P<ah>[ap])\.?m\.?)? ?(?:and|to|till|until|-"
    r"|–) ?"
    r"(?P<b>\d{1,2})(?::00)? ?(?:(?P<bh>[ap])\.?m\b\.?)?(?: o'clock)?(?![\d:])",
    re.IGNORECASE,
)
_ZONES: Final = {
    "eastern": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "et": "America/New_York",
    "pacific": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "central european": "Europe/Berlin",
    "cet": "Europe/Berlin",
    "cest": "Europe/Berlin",
    "mez": "Europe/Berlin",
    "us central": "America/Chicago",
    "cst": "America/Chicago",
    "mountain": "America/Denver",
    "mst": "America/Denver",
    "bst": "Europe/London",
    "uk": "Europe/London",
    "ist": "Asia/Kolkata",
    "indian": "Asia/Kolkata",
    "india": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "gmt": "UTC",
    "utc": "UTC",
    "japan": "Asia/Tokyo",
    "german": "Europe/Berlin",
    "germany": "Europe/Berlin",
    "san francisco": "America/Los_Angeles",
    "boston": "America/New_York",
}
_ZONE: Final = re.compile(
    r"(?:\(|\b(?:in |the )*)?(?:time ?zone:? |tz[:= ]+)?\b(?P<zone>(?i:Africa|America|Asia|Atlantic"
    r"|Australia|"
    r"Europe|Indian|Pacific)/\w+(?:[/-]\w+)*)(?: time(?: ?zone)?| ?tz)?\)?"
    r"|(?:\b(?:in |the )+)?\b(?P<city>(?:[A-Z][A-Za-z]+ ){1,2}|(?:eastern|pacific|mountain) (?:standard )?)"
    r"(?:local )?time(?:zone)?\b(?: zone)?"
    r"|(?<=[\dmM)] )\(?(?P<short>UTC|GMT|utc|gmt|CES?T|MEZ|[EPM][SD]T|CST|BST|IST|JST|ET)\b\)?"
    r"|\b(?:in |time ?zone:? ?|tz[:= ]+)(?P<short2>UTC|GMT|CES?T|[EPM][SD]T|CST|BST|IST|JST)\b"
)
_BRANCHES: Final = re.compile(r"\b(?:otherwise|else|if)\b", re.IGNORECASE)
_NEAR_CHARS: Final = 24
_BRIDGE: Final = re.compile(
    r"[\s,;:()]*(?:at|on|in|runs?|the|schedule[d]?|every|each|of|cron|is|utc|time)*[\s,;:()]*"
)
_FIRST_AFTER_NOON: Final = {"afternoon": 1, "evening": 1, "night": 7}
_PERIODS: Final = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}
_LONG: Final = {"month": (28.0, 31.0), "quarter": (90.0, 92.0), "year": (365.0, 366.0)}
_OF_DAY: Final = {
    "2": "0 */12 * * *", "3": "0 */8 * * *", "4": "0 */6 * * *", "6": "0 */4 * * *", "8": "0 */3 * * *",
    "12": "0 */2 * * *",
}  # fmt: skip


@dataclass(slots=True)
class SpokenSchedule:
    """What a request says of when its DAG runs."""

    words: str = ""
    cron: str = ""
    """Empty for a plain period."""
    seconds: tuple[float, float] = (0.0, 0.0)
    """Shortest and longest distance of two runs, of a plain period."""
    zone: str = ""
    """Name in the time zone database; empty where none is said."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Where the words stand in the text."""


@dataclass(slots=True)
class _Time:
    start: int
    end: int
    hours: list[int]
    minute: int


def spoken_schedule(text: str) -> SpokenSchedule | None:
    """Returns when the DAG shall run; None where the words do not say it. Any text is read.

    Days, times and zone count together, wherever they stand; a "daily" before a noun counts only when nothing
    clearer is said. Of a text that is no request in a few sentences nothing is read.
    """
    if not is_readable_by_clauses(text):
        return None
    seen = _OF_RETRIES.sub(_blank, _BLIND.sub(_blank, text))
    rhythm = _rhythm(seen)
    times = _times_of_day(seen, rhythm)
    if rhythm is None and not times:
        return None
    if rhythm is None and not _speaks_of_running(seen, times):
        return None
    found = SpokenSchedule()
    if rhythm is not None:
        found.spans.append(rhythm[1].span())
    found.spans += [(time.start, time.end) for time in times]
    if not _compose(found, seen, rhythm, times):
        return None
    if zone := _zone_in(seen):
        found.zone = zone[0]
        found.spans.append(zone[1])
    found.spans.sort()
    found.words = " ".join(" ".join(text[a:b] for a, b in found.spans).split())
    return found


def without_values(text: str) -> str:
    """Returns the text with paths, addresses and quoted texts blanked, all else in its place."""
    return _BLIND.sub(_blank, text)


def zone_said(text: str) -> str:
    """Returns the time zone that a request names, as the database calls it; empty for none."""
    zone = _zone_in(_BLIND.sub(_blank, text))
    return zone[0] if zone else ""


def _blank(match: re.Match[str]) -> str:
    return "_" * len(match[0])


def _rhythm(text: str) -> tuple[str, re.Match[str]] | None:
    """Returns the rhythm that is meant: the clearest kind, outside of what an "otherwise" decides on."""
    found: list[tuple[str, re.Match[str]]] = []
    for kind in _STRONG:
        found += [(kind, match) for match in _RHYTHMS[kind].finditer(text) if _is_rhythm(kind, match, text)]
    free = [one for one in found if not _decides(one[1], text)] or found[:0]
    if not free:
        adjectives = list(_RHYTHMS["adjective"].finditer(text))
        of_time = [
            m for m in adjectives if not re.match(r" [a-z]+", text[m.end() : m.end() + 3]) or _of_dag(m, text)
        ]
        timed = [
            m
            for m in adjectives
            if re.match(r",? (?:at )?", text[m.end() :]) and _CLOCK.search(text[m.end() : m.end() + 12])
        ]
        chosen = (timed or of_time or adjectives)[:1]
        return ("adjective", chosen[0]) if chosen else None
    order = {kind: number for number, kind in enumerate(_STRONG)}
    return min(free, key=lambda one: (order[one[0]], one[1].start()))


def _is_rhythm(kind: str, match: re.Match[str], text: str) -> bool:
    """False for a bare "sun" or "first of" that is part of another word or an amount."""
    if kind == "days":
        word = match[0].strip().lower()
        is_short = word in _DAYS and len(word) < 5 and word not in ("mon", "fri")
        if is_short and not match[0][0].isupper():
            return False
        near = text[max(0, match.start() - 16) : match.start()], text[match.end() : match.end() + 16]
        is_beside_a_time = any(pattern.search(side) for pattern in (_CLOCK, _BARE) for side in near)
        is_several = bool(
            re.match(r"(?:every|each|weekly|once|only)\b|on (?:the )?\w+s\b", match[0], re.IGNORECASE)
        )
        is_list = len(re.findall(_NAMES, match[0], re.IGNORECASE)) > 1
        begins = match[0].rstrip(". ").endswith("s") and bool(re.search(r"(?:^|[,.;:\n(-])\s*$", near[0]))
        return is_several or is_beside_a_time or is_list or begins
    if kind == "every" and match["n"] is None and match["unit"].lower() in ("h", "hr", "sec", "min"):
        return False
    return not (kind == "every" and re.match(r"(?:'s| of the| in the)", text[match.end() :]))


def _decides(match: re.Match[str], text: str) -> bool:
    """True for "on the first day of the month run A, otherwise B": a condition, no schedule."""
    start = max(text.rfind(".", 0, match.start()), text.rfind("\n", 0, match.start())) + 1
    rest = re.split(r"[.\n]", text[match.end() :])[0]
    before = text[start : match.start()]
    is_split = bool(
        re.search(
            r"\b(?:otherwise|else)\b(?! (?:nothing|skip|do nothing|not))|\bon (?:all )?other days\b",
            rest,
            re.IGNORECASE,
        )
    )
    return is_split or bool(re.search(r"\b(?:if|only when|unless)\b[^,]*$", before, re.IGNORECASE))


def _of_dag(match: re.Match[str], text: str) -> bool:
    return bool(
        re.match(
            r" (?:apache |airflow )*(?:dags?|pipelines?|workflows?|jobs?|runs?|at|on|please|schedule|and|in"
            r"|pls|no|with"
            r"|by|around|but|midnight|noon|from|morning|night|airflow)\b",
            text[match.end() :],
            re.IGNORECASE,
        )
    )


def _times_of_day(text: str, rhythm: tuple[str, re.Match[str]] | None) -> list[_Time]:
    """Returns the times of day, those beside the rhythm first where there are several places."""
    part = ""
    if rhythm is not None:
        words = rhythm[1][0].lower()
        part = next((p for p in ("morning", "afternoon", "evening", "night") if p in words), "")
    found: list[_Time] = []
    spans = [match.span() for match in _BETWEEN.finditer(text)]
    for match in _CLOCK.finditer(text):
        if any(start <= match.start() < end for start, end in spans):
            continue
        if rhythm is not None and match.start() < rhythm[1].end() and match.end() > rhythm[1].start():
            continue
        if re.search(r"\b(?:between|from|than|after|since|until) $", text[: match.start()]) or _is_span(
            match, text
        ):
            continue
        time = _clear(match, part)
        if time is not None:
            found.append(_with_more(time, text, part))
    if not found and rhythm is not None and rhythm[0] != "past":
        start, end = rhythm[1].span()
        for match in _BARE.finditer(text):
            gap = text[end : match.start()] if match.start() >= end else text[match.end() : start]
            if (
                len(gap) <= _NEAR_CHARS + 40
                and (len(gap.split()) <= 4 or not gap.strip())
                and "." not in gap.strip()
            ):
                said = (match["part"] or part).lower()
                time = _Time(match.start(), match.end(), [_of_24(int(match["h"]), said)], 0)
                found.append(_with_more(time, text, part))
        glued = re.compile(r"[ ,]+(?P<h>[01]?\d|2[0-3])(?=\s*(?:[,.;\n]|$))").match(text, end)
        if not found and glued and rhythm[0] in ("weekdays", "days"):
            found.append(_Time(glued.start(), glued.end(), [_of_24(int(glued["h"]), part)], 0))
    if rhythm is not None and len(found) > 1:
        start, end = rhythm[1].span()
        found.sort(key=lambda time: min(abs(time.start - end), abs(start - time.end)))
        found = found[:1]
    return found[:2]


def _is_span(match: re.Match[str], text: str) -> bool:
    return bool(re.match(r" ?(?:-|–|to|until) ?\d", text[match.end() :]))


def _clear(match: re.Match[str], part: str) -> _Time | None:
    groups = match.groupdict()
    if groups["midnight"] or groups["noon"]:
        return _Time(match.start(), match.end(), [0 if groups["midnight"] else 12], 0)
    said = groups["h"] or groups["h2"] or groups["h3"] or groups["h4"] or groups["h5"]
    hour, minutes = number_of(said), int(groups["m"] or 0)
    half = (groups["half"] or groups["half2"] or groups["half4"] or "").lower()
    if lead := (groups["lead"] or "").lower():
        minutes = 30 if lead.startswith("half") else 15 if lead.endswith("past") else 45
        hour = (hour - 1) % 24 if lead.endswith("to") else hour
    hour = hour % 12 + 12 * (half == "p") if half else _of_24(hour, (groups["part"] or part).lower())
    return _Time(match.start(), match.end(), [hour], minutes) if hour < 24 else None


def _with_more(time: _Time, text: str, part: str) -> _Time:
    """Returns the time with further ones behind it: "at 8, 12 and 18"."""
    while (more := _MORE_TIMES.match(text, time.end)) is not None and not re.match(
        r",? ?\d", text[more.end() : more.end() + 1]
    ):
        half = (more["half"] or "").lower()
        hour = int(more["h"])
        hour = hour % 12 + 12 * (half == "p") if half else _of_24(hour, part)
        if int(more["m"] or 0) != time.minute:
            break
        time.hours.append(hour)
        time.end = more.end()
    return time


def _of_24(hour: int, part: str) -> int:
    first = _FIRST_AFTER_NOON.get(part, 12)
    if part == "night" and hour == 12:
        return 0
    return hour + 12 if first <= hour < 12 else hour


def _speaks_of_running(text: str, times: list[_Time]) -> bool:
    """True for a time of day with no rhythm that begins or ends a clause: "start it at 6:30"."""
    time = times[0]
    before = text[max(0, time.start - 40) : time.start].lower()
    said = text[time.start : time.end].lower()
    if re.search(r"\b(?:until|till|before|after|since|than|wait|for|version|port)\b[\w ]{0,12}$", before):
        return False
    return said.startswith(("at", "@", "by", "around")) or bool(
        re.search(r"schedul|run|start|trigger|am\b|pm\b", before + said)
    )


def _compose(
    found: SpokenSchedule, text: str, rhythm: tuple[str, re.Match[str]] | None, times: list[_Time]
) -> bool:
    """Fills in cron or period; False where the pieces do not go together."""
    minute = times[0].minute if times else 0
    hours = ",".join(str(h) for h in sorted({h for time in times for h in time.hours}))
    at = f"{minute} {hours or 0}"
    if rhythm is None:
        found.cron = f"{at} * * *"
        return True
    kind, match = rhythm
    groups = match.groupdict()
    if kind == "past":
        said = groups["a"] or groups["b"] or groups["c"] or groups["d"]
        minutes = [int(n) for n in re.findall(r"\d+", said)] if said else [15 if groups["q"] else 30]
        if (groups["to"] or "").lower() == "to":
            minutes = [60 - number for number in minutes]
        found.cron = f"{','.join(map(str, minutes))} * * * *"
        return all(0 <= number < 60 for number in minutes)
    if kind == "nth_weekday":
        day, nth = _DAYS[groups["day"].lower()], groups["nth"].lower()
        found.cron = f"{at} * * L{day}" if nth == "last" else f"{at} * * {day}#{_ORDINALS[nth]}"
        return True
    if kind == "month":
        if groups["last"] or groups["last2"]:
            days = "L"
        elif groups["first"] or groups["first2"]:
            days = "1"
        else:
            more = groups["more"] or groups["more2"] or ""
            numbers = [int(n) for n in re.findall(r"\d+", f"{groups['n'] or groups['n2']} {more}")]
            if not all(1 <= n <= 31 for n in numbers):
                return False
            days = ",".join(str(n) for n in numbers)
        found.cron = f"{at} {days} * *"
        return True
    if kind in ("weekdays", "weekends", "days"):
        on = "1-5" if kind == "weekdays" else "0,6" if kind == "weekends" else _days_field(groups["list"])
        every = next(
            (m for m in _RHYTHMS["every"].finditer(text) if _UNITS[m["unit"].lower()] in ("minute", "hour")),
            None,
        )
        hourly = re.search(r"\bhourly\b", text, re.IGNORECASE)
        if not times and (every is not None or hourly):
            step = _step(every) if every is not None else "0 *"
            if step:
                found.spans.append((every or hourly).span())  # type: ignore[union-attr]
                found.cron = f"{_within(found, step, text)} * * {on}"
                return True
        found.cron = f"{at} * * {on}"
        return True
    if kind == "times":
        if groups["o"]:
            found.cron = "*/30 * * * *"
            return True
        said = (groups["n"] or groups["d"]).lower().removesuffix("x").split()[0]
        n = 2 if said == "twice" else number_of(said)
        if times and sum(len(time.hours) for time in times) == n:
            found.cron = f"{at} * * *"
            return True
        found.cron = _OF_DAY.get(str(n), "")
        return bool(found.cron)
    return _every(found, text, kind, match, times, at)


def _every(
    found: SpokenSchedule, text: str, kind: str, match: re.Match[str], times: list[_Time], at: str
) -> bool:
    if kind == "adjective":
        word = match["adj"].lower()
        unit, n = _ADJECTIVES.get(word, "day"), 1
        if word.startswith("half"):
            unit, n = "minute", 30
    else:
        unit = _UNITS[match["unit"].lower()]
        said = (match["n"] or "1").lower()
        if said in ("half", "quarter"):
            if unit != "hour":
                return False
            unit, n = "minute", 30 if said == "half" else 15
        else:
            n = 2 if said == "other" else number_of(said)
    if unit in ("minute", "hour"):
        step = f"*/{n} *" if unit == "minute" else f"0 */{n}" if n > 1 else "0 *"
        narrowed = _within(found, step, text)
        if narrowed != step:
            found.cron = f"{narrowed} * * *"
            return True
    if times and unit == "day" and n == 1:
        found.cron = f"{at} * * *"
    elif times and unit == "day":
        found.cron = f"{at} */{n} * *"
    elif times and unit == "week" and n == 1:
        found.cron = f"{at} * * 0"
    elif times and unit == "month" and n in (1, 2, 3, 4, 6):
        found.cron = f"{at} 1 {'*' if n == 1 else f'*/{n}'} *"
    elif times and unit == "quarter" and n == 1:
        found.cron = f"{at} 1 */3 *"
    elif times and unit == "year" and n == 1:
        found.cron = f"{at} 1 1 *"
    elif unit in _PERIODS:
        found.seconds = (_PERIODS[unit] * n,) * 2
    else:
        shortest, longest = _LONG[unit]
        found.seconds = (shortest * n * 86400, longest * n * 86400)
    return True


def _step(every: re.Match[str]) -> str:
    said = (every["n"] or "1").lower()
    unit = _UNITS[every["unit"].lower()]
    if said in ("half", "quarter"):
        return f"*/{30 if said == 'half' else 15} *"
    n = 2 if said == "other" else number_of(said)
    return f"*/{n} *" if unit == "minute" else f"0 */{n}" if n > 1 else "0 *"


def _within(found: SpokenSchedule, step: str, text: str) -> str:
    """Returns minute and hour fields, only between the hours that are said."""
    match = _BETWEEN.search(text)
    if match is None:
        return step
    first, last = int(match["a"]), int(match["b"])
    second_half = (match["bh"] or "").lower()
    first_half = (match["ah"] or "").lower()
    first = first % 12 + 12 * (first_half == "p") if first_half else first
    last = last % 12 + 12 * (second_half == "p") if second_half else last
    if not 0 <= first < last <= 24:
        return step
    found.spans.append(match.span())
    minute, hour = step.split()
    last = last - 1 if minute.startswith("*/") else min(last, 23)
    return f"{minute} {first}-{last}{hour.removeprefix('*')}"


def _days_field(words: str) -> str:
    lowered = words.lower()
    numbers = [_DAYS[name] for name in re.findall(rf"\b({_NAMES})s?\b", lowered)]
    if re.fullmatch(_DAY_SPAN, lowered.strip()) and len(numbers) == 2:
        first, last = numbers[0], numbers[1] or 7
        if first < last:
            return f"{first}-{last}"
    return ",".join(str(number) for number in sorted(set(numbers)))


def _zone_in(text: str) -> tuple[str, tuple[int, int]] | None:
    for match in _ZONE.finditer(text):
        name = match["zone"] or ""
        if name and name.lower() in _database():
            return _database()[name.lower()], match.span()
        said = " ".join((match["city"] or match["short"] or match["short2"] or "").lower().split())
        for words in (said, said.removesuffix(" standard"), said.rpartition(" ")[2]):
            if words in _ZONES:
                return _ZONES[words], match.span()
            if words and words.replace(" ", "_") in _cities():
                return _cities()[words.replace(" ", "_")], match.span()
    return None


@cache
def _database() -> dict[str, str]:
    import zoneinfo

    return {name.lower(): name for name in sorted(zoneinfo.available_timezones())}


@cache
def _cities() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _database().values():
        if name.count("/") == 1 and not name.startswith(("Etc/", "US/", "posix", "right", "SystemV")):
            found.setdefault(name.rpartition("/")[2].lower(), name)
    return found

"""Schedules to words: presets, cron (through cron-descriptor), ``timedelta``, assets, timetables.

``"0 2 * * *"`` -> "every day at 02:00". What cannot be put into words is quoted; what is unknown says
nothing, because a wrong schedule is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.loader.loaded_file import Symbol
from airflownet.wording.english import join_words
from airflownet.wording.untrusted_text import Guard


@dataclass(frozen=True, slots=True)
class SchedulePhrase:
    """When a DAG runs."""

    text: str = ""
    """Fits after "it runs": ``every day at 02:00``; empty when unknown or not given."""
    short: str = ""
    """What a hurried engineer types: ``@daily``, ``0 2 * * *``, ``manual``."""
    adjective: str = ""
    """Fits before "DAG": ``daily``; often empty."""


_PRESETS: Final = {
    "@once": SchedulePhrase("just once", "@once"),
    "@continuous": SchedulePhrase("continuously, one run after the other", "@continuous"),
    "@hourly": SchedulePhrase("every hour", "@hourly", "hourly"),
    "@daily": SchedulePhrase("every day at midnight", "@daily", "daily"),
    "@midnight": SchedulePhrase("every day at midnight", "@daily", "daily"),
    "@weekly": SchedulePhrase("once a week", "@weekly", "weekly"),
    "@monthly": SchedulePhrase("once a month", "@monthly", "monthly"),
    "@quarterly": SchedulePhrase("once a quarter", "@quarterly", "quarterly"),
    "@yearly": SchedulePhrase("once a year", "@yearly", "yearly"),
    "@annually": SchedulePhrase("once a year", "@yearly", "yearly"),
}
_MANUAL: Final = SchedulePhrase("only when it is triggered by hand", "manual trigger")
_UNITS: Final = {"weeks": "week", "days": "day", "hours": "hour", "minutes": "minute", "seconds": "second"}
_UNIT_NAMES: Final = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")


def schedule_phrase(arguments: Mapping[str, object], guard: Guard) -> SchedulePhrase:
    """Returns when a DAG with these keyword arguments runs; an empty phrase when that is not known."""
    for name in ("schedule", "schedule_interval", "timetable"):
        if name in arguments:
            return _phrase(arguments[name], guard)
    return SchedulePhrase()


def _phrase(value: object, guard: Guard) -> SchedulePhrase:
    if value is None:
        return _MANUAL
    if value is UNKNOWN:
        return SchedulePhrase()
    if isinstance(value, str):
        return _PRESETS.get(value) or cron_phrase(value, guard)
    if isinstance(value, Symbol):
        return _symbol(value, guard)
    if isinstance(value, (list, tuple)):
        return _assets(value, guard)
    return SchedulePhrase()


def cron_phrase(expression: str, guard: Guard) -> SchedulePhrase:
    """Returns a cron expression in words, in 24-hour time; quoted when it cannot be put into words."""
    from cron_descriptor import Options, get_description  # type: ignore[import-untyped]
    from croniter import croniter  # type: ignore[import-untyped]

    expression = guard.phrase(expression)[:100]
    if not expression:
        return SchedulePhrase()
    quoted = SchedulePhrase(f"on the cron schedule `{expression}`", expression)
    if len(expression.split()) != 5 or not croniter.is_valid(expression):
        return quoted
    options = Options()
    options.use_24hour_time_format = True
    try:
        words = get_description(expression, options)
    except Exception:  # the library raises several kinds, also plain ValueError and IndexError
        return quoted
    words = words[0].lower() + words[1:]
    fields = expression.split()
    if fields[2:] == ["*", "*", "*"] and words.startswith("at ") and "every" not in words:
        rhythm = "hour" if fields[1] == "*" else "day"
        words = f"every {rhythm} {words}".replace("at 00:00", "at midnight")
    words = words.replace(", only on ", " on ").replace(", on ", " on ").replace(" on on ", " on ")
    adjective = "daily" if words == "every day at midnight" else ""
    return SchedulePhrase(words, expression, adjective)


def _symbol(value: Symbol, guard: Guard) -> SchedulePhrase:
    name = value.path.rsplit(".", 1)[-1]
    if name in ("timedelta", "relativedelta", "duration"):
        return _interval(value)
    keywords = dict(value.kwargs)
    if name.endswith("Timetable"):
        first = value.args[0] if value.args else keywords.get("cron", keywords.get("delta"))
        if isinstance(first, str) and ("Cron" in name or "Trigger" in name):
            phrase = _PRESETS.get(first) or cron_phrase(first, guard)
            zone = keywords.get("timezone")
            if isinstance(zone, str) and zone not in ("", "UTC") and guard.phrase(zone):
                return SchedulePhrase(f"{phrase.text} ({zone} time)", f"{phrase.short} {zone}")
            return phrase
        if isinstance(first, Symbol) and "Delta" in name:
            return _phrase(first, guard)
        if "assets" in keywords:
            return _assets([keywords["assets"]], guard)
        plain = guard.name(name)
        return SchedulePhrase(f"on the `{plain}` timetable", plain) if plain else SchedulePhrase()
    if name in ("Asset", "Dataset", "AssetAlias", "AssetAll", "AssetAny", "DatasetAlias", "AssetWatcher"):
        return _assets([value], guard)
    return SchedulePhrase()


def _interval(value: Symbol) -> SchedulePhrase:
    amounts = dict(zip(_UNIT_NAMES, value.args, strict=False)) | dict(value.kwargs)
    known = [
        (unit, amount) for unit, amount in amounts.items() if isinstance(amount, (int, float)) and amount
    ]
    if len(known) != 1 or known[0][0] not in _UNITS or any(amount is UNKNOWN for amount in amounts.values()):
        return SchedulePhrase()
    unit, amount = _UNITS[known[0][0]], known[0][1]
    adjectives = {"day": "daily", "hour": "hourly", "week": "weekly"}
    if amount == 1:
        return SchedulePhrase(f"every {unit}", f"every {unit}", adjectives.get(unit, ""))
    return SchedulePhrase(f"every {amount:g} {unit}s", f"every {amount:g} {unit}s")


def _assets(values: list[object] | tuple[object, ...], guard: Guard) -> SchedulePhrase:
    names = []
    for value in values:
        if not isinstance(value, Symbol):
            continue
        keywords = dict(value.kwargs)
        first = keywords.get("name") or (value.args[0] if value.args else None) or keywords.get("uri")
        if isinstance(first, str) and (name := guard.phrase(first)) and "`" not in name and len(name) <= 120:
            names.append(f"`{name}`")
    if not names or len(names) != len(values):
        return SchedulePhrase("when the assets it depends on are updated", "on asset updates")
    if len(names) == 1:
        return SchedulePhrase(f"whenever the asset {names[0]} is updated", f"on asset {names[0]}")
    shown = join_words(names[:4] if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"])
    return SchedulePhrase(f"once the assets {shown} have been updated", f"on assets {', '.join(names[:4])}")

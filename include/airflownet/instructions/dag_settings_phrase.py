"""A DAG's own arguments to what a user would state: start date, catchup, retries, params, tags.

Only literal values are told. Tags and owners of Airflow's own examples are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from airflownet.judge.loader.loaded_file import Symbol
from airflownet.wording.argument_phrase import duration_text, literal_text
from airflownet.wording.english import count_of
from airflownet.wording.untrusted_text import Guard

_EXAMPLE_TAG: Final = re.compile(r"example|system|test|core|produces|consumes", re.IGNORECASE)
_MOST_PARAMS: Final = 12


def setting_phrases(arguments: Mapping[str, object], guard: Guard) -> tuple[str, ...]:
    """Returns phrases such as ``start date 2026-01-01`` and ``no catchup``, in a fixed order."""
    own_defaults = arguments.get("default_args")
    defaults: Mapping[str, object] = own_defaults if isinstance(own_defaults, Mapping) else {}
    phrases = [
        _start_date(arguments.get("start_date", defaults.get("start_date"))),
        _catchup(arguments.get("catchup")),
        _retries(defaults),
        _limit("at most {} at a time", arguments.get("max_active_runs"), "active run"),
        _limit("at most {} at a time", arguments.get("max_active_tasks"), "running task"),
        _labelled("time out after", duration_text(arguments.get("dagrun_timeout"))),
        "each run waits for the previous one" if defaults.get("depends_on_past") is True else "",
        _owner(defaults, guard),
        _labelled("alert", literal_text(defaults.get("email"), guard)),
        "render templates as native Python objects"
        if arguments.get("render_template_as_native_obj") is True
        else "",
    ]
    return tuple(phrase for phrase in phrases if phrase)


def _catchup(value: object) -> str:
    return "catch up on missed runs" if value is True else "no catchup" if value is False else ""


def _labelled(label: str, text: str) -> str:
    return f"{label} {text}" if text else ""


def _limit(form: str, value: object, noun: str) -> str:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000
    return form.format(count_of(value, noun)) if is_count and isinstance(value, int) else ""


def _start_date(value: object) -> str:
    if not isinstance(value, Symbol) or not value.path.endswith(("datetime", "datetime.datetime")):
        return ""
    numbers = [
        number for number in value.args[:3] if isinstance(number, int) and not isinstance(number, bool)
    ]
    keywords = dict(value.kwargs)
    numbers += [
        keyword
        for name in ("year", "month", "day")[len(numbers) :]
        if isinstance(keyword := keywords.get(name), int)
    ]
    if len(numbers) != 3 or not (0 < numbers[0] < 10_000 and 0 < numbers[1] < 13 and 0 < numbers[2] < 32):
        return ""
    return f"start date {numbers[0]:04d}-{numbers[1]:02d}-{numbers[2]:02d}"


def _retries(defaults: Mapping[str, object]) -> str:
    retries = defaults.get("retries")
    if not isinstance(retries, int) or isinstance(retries, bool) or not 0 <= retries < 1000:
        return ""
    if retries == 0:
        return "no retries"
    delay = duration_text(defaults.get("retry_delay"))
    return count_of(retries, "retry") + (f" with {delay} between attempts" if delay else "")


def _owner(defaults: Mapping[str, object], guard: Guard) -> str:
    owner = literal_text(defaults.get("owner"), guard)
    return f"owner `{owner}`" if owner and owner.lower() != "airflow" else ""


def param_phrases(arguments: Mapping[str, object], guard: Guard) -> tuple[str, ...]:
    """Returns one phrase per DAG param: ```names` (array, default 3)``, at most 12."""
    params = arguments.get("params")
    if not isinstance(params, Mapping):
        return ()
    phrases: list[str] = []
    for key, value in params.items():
        if not (name := guard.name(key)) or len(phrases) == _MOST_PARAMS:
            continue
        default, kind = value, ""
        if isinstance(value, Symbol):
            keywords = dict(value.kwargs)
            default = value.args[0] if value.args else keywords.get("default")
            kind = literal_text(keywords.get("type"), guard)
        told = literal_text(default, guard) if not isinstance(default, bool) else str(default).lower()
        notes = [note for note in (kind.replace(", ", " or "), f"default {told}" if told else "") if note]
        phrases.append(f"`{name}`" + (f" ({', '.join(notes)})" if notes else ""))
    return tuple(phrases)


def tags(arguments: Mapping[str, object], guard: Guard) -> tuple[str, ...]:
    """Returns the DAG's tags in their order, without those that mark Airflow's examples."""
    given = arguments.get("tags")
    if isinstance(given, (set, frozenset)):
        given = sorted(given, key=str)
    if not isinstance(given, (list, tuple)):
        return ()
    names = [literal_text(tag, guard) for tag in given[:20]]
    return tuple(f"`{name}`" for name in names if name and not _EXAMPLE_TAG.search(name))

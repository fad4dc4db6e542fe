"""How many tasks one clause asks for: of a number, of names in parentheses, of several tables or files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from airflownet.generation.spoken.marks import Marked
from airflownet.generation.spoken.roles import Place, Roles
from airflownet.wording.number_words import number_of

_PLURALS: Final = (
    "functions|callables|scripts|queries|jobs|notebooks|tasks|commands|pods|steps|pipelines|checks|tables"
    "|files|dags|containers"
    "|models|lambdas|messages|sensors|statements|procedures|crawlers|dumps|exports|loads|buckets|operators"
    "|reports|apis|endpoints|connectors|connections|images|instances|workbooks|dashboards"
)
_COUNT: Final = re.compile(
    rf"\b(?P<n>two|three|four|five|six|seven|eight|nine|ten|[2-9])(?: (?!days|hours|minutes|times|weeks"
    rf"|retries|runs)[\w«»-]+){{0,3}}?"
    rf" (?P<what>{_PLURALS})\b",
    re.IGNORECASE,
)
_PLURAL: Final = re.compile(rf"\b(?:{_PLURALS})\b", re.IGNORECASE)
_NAME_LIST: Final = re.compile(
    r"\b(?P<what>functions?|callables?|tasks?|steps?|queries|jobs|notebooks|scripts)(?: called| named|:| -)* "
    r"(?P<list>(?:«\d+»|[a-z]\w*)(?:(?:, and |, | and |/| -> | then )(?:«\d+»|[a-z]\w*)){1,7})(?=$"
    r"|[\s,.;:)])",
    re.IGNORECASE,
)
_NOT_LISTED: Final = frozenset(
    [
        "that",
        "which",
        "to",
        "for",
        "with",
        "in",
        "on",
        "it",
        "should",
        "must",
        "will",
        "is",
        "are",
        "run",
        "runs",
        "then",
        "and",
        "do",
        "does",
        "reading",
        "writing",
        "the",
        "a",
        "an",
        "one",
        "from",
        "into",
        "after",
        "before",
        "at",
        "of",
        "by",
        "every",
        "each",
        "all",
        "they",
        "we",
        "i",
        "using",
        "send",
        "email",
        "notify",
    ]
)
_VARIED: Final = (
    "table",
    "sql",
    "notebook",
    "dag",
    "script",
    "file",
    "path",
    "command",
    "function",
    "name",
    "job",
    "uri",
    "pipeline",
    "crawler",
    "job_number",
    "image",
    "model",
    "procedure",
    "endpoint",
    "bucket",
    "url",
    "workbook",
    "topic",
    "collection",
    "queue",
    "connection",
)
"""Roles of which several values mean several tasks."""
_MOST: Final = 12


def with_listed_names(text: str, marks: Marked) -> str:
    """Returns the text with "functions extract, transform, load" as "functions (extract, transform, load)".

    So no name of a function is taken for a verb.
    """

    def put(match: re.Match[str]) -> str:
        names = [name for name in re.split(r",? and |, | -> |/| then ", match["list"]) if name]
        count = next((c for c in _COUNT.finditer(text) if c.end("what") == match.end("what")), None)
        n = number_of(count["n"]) if count is not None else 0
        if n and len(names) > n:
            listed = names[:n]
            rest = match["list"][match["list"].find(names[n - 1]) + len(names[n - 1]) :]
            names = listed
        else:
            rest = ""
        if any(marks.plain(name) != name and not re.fullmatch(r"\w+", marks.plain(name)) for name in names):
            return match[0]
        if any(name.lower() in _NOT_LISTED for name in names) or (n and n != len(names)):
            return match[0]
        before = text[max(0, match.start() - 24) : match.start()]
        is_named = bool(re.search(r"called|named|:", match[0])) or bool(
            re.search(r"python|taskflow", before, re.IGNORECASE)
        )
        if not n and not is_named:
            return match[0]
        return f"{match['what']} ({', '.join(names)}){rest}"

    return _NAME_LIST.sub(put, text)


def names_in(parens: Sequence[str], marks: Marked) -> list[str]:
    """Returns the names that stand in parentheses; none where it is something else that stands there."""
    for inner in parens:
        parts = [part.strip() for part in re.split(r",? and |, ?| ?& ?| ?/ ?|;", inner) if part.strip()]
        if parts and all(re.fullmatch(r"«\d+»|[A-Za-z]\w*", part) for part in parts):
            return [marks.plain(part) for part in parts]
    return []


def n_of(text: str, names: Sequence[str]) -> int:
    """Returns how many tasks a clause asks for by a number or by names."""
    count = _COUNT.search(text)
    if count is not None:
        return min(number_of(count["n"]), _MOST)
    return len(names) if names and len(names) <= _MOST and _PLURAL.search(text) else 1


def varied_role(roles: Roles, n: int) -> tuple[str, list[str]]:
    """Returns the role of which there are several values, one for each task, and these."""
    for role in _VARIED:
        values = list(dict.fromkeys(roles.lists.get(role, ())))
        sides = {roles.where.get(value, "") for value in values}
        if len(values) > 1 and len(sides) == 1 and (n in (1, len(values))) and len(values) <= _MOST:
            return role, values
    return "", []


def one_of(roles: Roles, role: str, value: str) -> Roles:
    """Returns the roles with one value of several."""
    values = set(roles.lists[role])
    said = {name: value if held in values else held for name, held in roles.said.items()}
    return replace(
        roles,
        said=said,
        source=_place(roles.source, values, value),
        target=_place(roles.target, values, value),
        object_place=_place(roles.object_place, values, value),
    )


def _place(place: Place | None, values: set[str], value: str) -> Place | None:
    if place is None:
        return None
    changed = replace(place)
    for name in ("bucket", "file", "table", "endpoint"):
        if getattr(place, name) in values:
            setattr(changed, name, value)
    return changed

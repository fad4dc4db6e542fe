"""Values in a request, taken out before its sentences are cut: paths, addresses, quoted texts, names.

Each is replaced by a mark (``«3»``), so that a dot in a table's name ends no sentence and ``daily`` in a path
is no rhythm. A name without quotes and without any sign of one ("table events") is not found here: its label
says it, see ``roles``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

MARK: Final = re.compile(r"«(\d+)»")
_EXTENSIONS: Final = (
    "csv|tsv|json|jsonl|ndjson|parquet|avro|orc|txt|xml|gz|zip|tar|tgz|xlsx?|sql|ipynb|sh|py|jar|log|md|ya?ml"
    "|pdf"
    "|html?|dat|flag|done|_SUCCESS|bz2|egg|whl|r|hql|png|jpe?g|conf|ini|toml"
)
_PATTERNS: Final = {
    "quoted": re.compile(r"`([^`\n]{1,300})`|\"([^\"\n]{1,300})\"|(?<![\w])'([^'\n]{1,300})'(?!\w)"),
    "arn": re.compile(r"\barn:[\w-]+:[^\s,;]+[\w*]"),
    "uri": re.compile(
        r"\b(?:s3a?|gs|gcs|abfss?|wasbs?|hdfs|dbfs|file)://"
        r"(?:\{\{[^{}\n]*\}\}|[^\s,;()\"'`])*(?:\}\}|[\w/*}])",
        re.IGNORECASE,
    ),
    "stage": re.compile(r"(?<![\w@.])@[A-Za-z_][\w./]*\w"),
    "url": re.compile(r"\b(?:https?|sftp|ftp)://[^\s,;()\"'`]*[\w/}]", re.IGNORECASE),
    "email": re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w"),
    "channel": re.compile(r"(?<![\w#&])#[A-Za-z][\w-]*"),
    "cron": re.compile(r"(?<![\w*/])(?:[\d*/,\-?L#]+ ){4}[\d*/,\-?L#A-Za-z]+(?![\w/])"),
    "sql": re.compile(
        r"\b(?:select|SELECT) (?:\*|count ?\([^)]*\)|[\w., ]+?) (?:from|FROM) [\w.$\"]+(?: (?:where"
        r"|WHERE) [^.,;\n]+)?"
        r"|\b(?:MSCK REPAIR TABLE|VACUUM|ANALYZE|REFRESH MATERIALIZED VIEW|TRUNCATE TABLE|CALL|CREATE TABLE"
        r"|DELETE FROM|INSERT INTO|UPDATE) [\w.$]+(?:\([^)]*\))?(?: [A-Z]+ [^.,;\n]+)?"
    ),
    "date": re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b"),
    "image": re.compile(
        r"\b[\w.-]+(?::\d+)?(?:/[\w.-]+)+:[\w.-]*\w|\b[a-z][\w.-]*:(?:v?\d[\w.-]*\w|v?\d|latest|stable|slim"
        r"|prod|dev)\b"
        r"|\b(?:[\w-]+\.)+(?:io|com|dev|net|org)/[\w./-]*\w"
    ),
    "file": re.compile(
        rf"(?<![\w/.@])~?/?[\w{{}}*.%-]+(?:/[\w{{}}*.%-]+)*\.(?:{_EXTENSIONS})\b(?![\w-]|\.\w)"
    ),
    "path": re.compile(
        r"(?<![\w/.:<>])~?/(?:[\w.*{}%-]+/)*[\w.*{}%-]*[\w*}/](?:\?[\w=&%.-]*\w)?(?: (?=\d))?"
    ),
    "region": re.compile(
        r"\b(?:us|eu|ap|sa|ca|me|af|europe|asia|australia|northamerica|southamerica)-"
        r"(?:central|north|south|east|west|northeast|southeast|northwest|southwest)-?\d(?:-?[a-z])?\b"
    ),
    "zone": re.compile(r"\b(?:Africa|America|Asia|Australia|Europe|Pacific|Atlantic)/[A-Z]\w+(?:/\w+)?"),
    "dotted": re.compile(r"(?<![\w@.-])[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*){1,3}\b(?!\()"),
    "ident": re.compile(
        r"(?<![\w.-])(?:[A-Za-z0-9]\w*_[\w-]*\w|[A-Za-z0-9]+(?:-[A-Za-z0-9_]+)+)(?![\w-]|\.\w)"
        r"|(?<![\w.-])(?=[a-z]*\d)[a-z]+\d[a-z0-9]{2,}(?![\w-])"
    ),
}
_ENGLISH: Final = re.compile(
    r"(?:pre|re|post|non|sub|multi|co|semi|auto|anti|inter|over|under|self|half|ad|e|un|mid|per|cross"
    r"|dry)-\w+"
    r"|\w+-(?:up|off|in|out|down|to|by|of|date|day|days|minute|minutes|hour|hours|hourly|week|second|seconds"
    r"|weekly"
    r"|time|based|level|side|only|driven|friendly|specific|like|related|ready|free|known|hand|end|of-\w+"
    r"|and-\w+"
    r"|fri|sun|sat|mon|tue|wed|thu|thurs|friday|sunday|saturday|formatted|sensitive|run|runs|retry|try|step"
    r"|steps"
    r"|wide|safe|aware|hoc|house|party|site|line|memory|file|bound|incremental|production|existing|separated)"
    r"|\w+-(?:to|by|of|and|in|on|the|a)-\w+|\d+(?:-\d+)+|\d+-?(?:d|h|m|s|k|gb|mb|x)|(?:spark|spark)-submit"
    r"|e-?mails?"
    r"|(?:great|ms|google|azure|aws)-\w+|(?:short|file|time|data|real|long|one|two|three|four|five|six|first"
    r"|second|third"
    r"|daily|nightly|weekly|monthly|bi|near|day|full|last|up|end|on|just|right|key|high|low|large|small|small"
    r"|new)-\w+"
    r"|mon-\w+|tue-\w+|wed-\w+|thu-\w+|fri-\w+|sat-\w+|sun-\w+|utc[-+]\d+|\d{1,2}h\d\d",
    re.IGNORECASE,
)
"""Words with a hyphen that are English and no names."""
_LABELLED_BEFORE: Final = re.compile(
    r"\b(?:bucket|table|called|named|cluster|job|task|queue|topic|function|lambda|container|dataset|pipeline"
    r"|dag"
    r"|crawler|connection|namespace|stage|schema|id|name|handler|workflow|owner|pool|subscription|folder"
    r"|instance"
    r"|profile|checkpoint|channel|image|machine|database|project|workspace|notebook|template)[:= ]*$",
    re.IGNORECASE,
)
_LABELLED_AFTER: Final = re.compile(
    r"^ (?:bucket|table|cluster|job|queue|topic|container|dataset|pipeline|dag|crawler|namespace|schema"
    r"|lambda"
    r"|function|notebook|database|pool|stage|subscription)\b",
    re.IGNORECASE,
)
_DOTTED_WORDS: Final = re.compile(r"(?:e\.g|i\.e|a\.m|p\.m|etc|vs|approx|no)\b", re.IGNORECASE)
_AFTER_COLON: Final = re.compile(
    r"\b(?P<label>(?:bash|shell)(?: command| script)?|command"
    r"|cmd): ?(?P<value>[a-z][\w./-]* [^\n;«»]*[^\n;.,\s«»])"
)
_COMMAND: Final = re.compile(
    r"\b(?P<label>(?:with|using|running|run|runs) the command|with command|command(?: is)?:?|cmd:?) "
    r"(?P<value>(?:python3?|bash|sh|dbt|spark-submit|curl|node|java|make|pip|aws|gcloud|gsutil|ls|cat|echo|rm"
    r"|rsync|cp|mv|"
    r"find|npm|poetry|docker|psql|mysql|pg_dump|\./\S+|/\S+)(?: [^,;\n]*?)?)"
    r"(?=$|[,;\n]|\.(?:\s|$)| (?:every|each|daily|hourly|nightly|weekly|on (?:week|mon|tue|wed|thu|fri|sat"
    r"|sun)|at \d"
    r"|then|and then|once)\b)"
)


Mark_ = Callable[..., str]
"""Takes a value, its kind, and how it was said where that differs; returns the mark that stands for it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One value."""

    value: str
    kind: str
    """``quoted``, ``uri``, ``url``, ``email``, ``path``, ``file``, ``dotted``, ``ident``, ``command`` ..."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text whose values are marks."""

    text: str
    marks: tuple[Mark, ...]

    def plain(self, text: str) -> str:
        """Returns a piece of the text with its values as they were said."""
        return MARK.sub(lambda match: self.marks[int(match[1])].value, text)

    def with_text(self, text: str) -> Marked:
        """Returns the same marks with another text."""
        return Marked(text, self.marks)


def marked(text: str) -> Marked:
    """Returns the text with a mark for each value; deterministic, any text is read."""
    marks: list[Mark] = []
    said: list[str] = []
    """Of each mark what it stands for in the text, quotes included."""

    def mark(value: str, kind: str, words: str = "") -> str:
        marks.append(Mark(value, kind))
        said.append(words or value)
        return f"«{len(marks) - 1}»"

    def command(match: re.Match[str]) -> str:
        value = MARK.sub(lambda one: said[int(one[1])], match["value"].strip())
        return f"{match['label']} {mark(value, 'command')}"

    text = text.replace("«", '"').replace("»", '"').replace("“", '"').replace("”", '"').replace("’", "'")
    text = text.replace("\u27e6", "[").replace("\u27e7", "]")  # clauses mark parentheses with them
    text = text.replace("\u2192", "->").replace("\u2013", "-").replace("\u2014", " - ")
    for kind, pattern in _PATTERNS.items():
        if kind == "arn":
            text = _COMMAND.sub(command, _AFTER_COLON.sub(command, text))
        text = pattern.sub(partial(_marked, kind, mark), text)
    return Marked(text, tuple(marks))


def _marked(kind: str, mark: Mark_, match: re.Match[str]) -> str:
    value = match[0]
    if kind == "quoted":
        inner = next(group for group in match.groups() if group is not None).strip()
        return mark(inner, _kind_of_quoted(inner), value) if inner and "«" not in inner else value
    if "«" in value or "»" in value:
        return value
    rest = ""
    if kind == "sql" and value.count(")") > value.count("("):
        value, rest = value[: value.rindex(")")], value[value.rindex(")") :]
        return f"{mark(value, kind)}{rest}"
    if kind == "dotted":
        if _DOTTED_WORDS.match(value) or (
            value[0].isupper() and value.count(".") == 1 and value[1:].islower()
        ):
            return value
        head, _, tail = value.partition(".")
        if (
            tail[:1].isupper()
            and head.islower()
            and len(tail) > 1
            and tail[1:].islower()
            and not _is_labelled(match)
        ):
            return value  # "done.Then": a full stop without a space
    is_plain = kind == "ident" and "_" not in value and not _is_labelled(match)
    if is_plain and (_ENGLISH.fullmatch(value) or value.isdigit()):
        return value
    if kind == "path":
        return f"{mark(value.rstrip(), kind)}{' ' if value.endswith(' ') else ''}"
    return mark(value, kind)


def _is_labelled(match: re.Match[str]) -> bool:
    text = match.string
    return bool(
        _LABELLED_BEFORE.search(text[max(0, match.start() - 24) : match.start()])
        or _LABELLED_AFTER.match(text[match.end() : match.end() + 16])
    )


def _kind_of_quoted(value: str) -> str:
    if re.match(
        r"(?:select|insert|update|delete|merge|call|create|alter|drop|truncate|with|msck|vacuum|copy|refresh"
        r"|exec|begin"
        r"|optimize|analyze|grant|show|unload)(?:\s|$)",
        value,
        re.IGNORECASE,
    ):
        return "sql"
    for kind in ("uri", "url", "email", "channel", "cron", "arn", "image", "file", "path"):
        if _PATTERNS[kind].fullmatch(value):
            return kind
    return "quoted"

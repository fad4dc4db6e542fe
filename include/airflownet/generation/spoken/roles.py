"""What the values of a clause are: the bucket, the table, the file, on the side they come from or go to.

A value says what it is by its look (an address, a path), by the word before or behind it ("bucket raw", "the
orders table"), or by the service that it stands beside ("lambda resize").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from airflownet.generation.spoken.marks import MARK, Mark, Marked
from airflownet.generation.spoken.services import Mention, Service, mentions, services
from airflownet.generation.spoken.verbs import base_form, word_lists, word_set

_SIDES: Final = re.compile(
    r"\b(?P<from>from|out of|off)\b|(?P<to>\b(?:to(?! (?:be|do|run|make|check|see|get|have)\b)|into|onto"
    r"|in to|towards)\b)"
    r"|\b(?P<in>in|on|inside|at|under|within)\b|\b(?P<with>with|using|via|by|through|for|as|about|over|that"
    r"|which|because|against)\b",
    re.IGNORECASE,
)
_GLUE: Final = (
    r"(?:(?:,? ?(?:called|named|with (?:the )?(?:name|id|path|key|number)|by the name of|is|id|name|path|key"
    r"|number|definition"
    r"|:|=|#)\s*)*)"
)
_URI: Final = re.compile(r"(?P<scheme>[A-Za-z0-9]+)://(?P<bucket>[^/]+)/?(?P<key>.*)")
_STORE_OF_SCHEME: Final = {
    "s3": "s3",
    "s3a": "s3",
    "gs": "gcs",
    "gcs": "gcs",
    "abfs": "azure_blob",
    "abfss": "azure_blob",
    "wasb": "azure_blob",
    "wasbs": "azure_blob",
    "http": "http",
    "https": "http",
    "sftp": "sftp",
    "ftp": "ftp",
    "file": "local",
}
_NAMES_BEFORE: Final = frozenset(
    [
        "table",
        "tables",
        "bucket",
        "dataset",
        "channel",
        "queue",
        "topic",
        "container",
        "dag",
        "pipeline",
        "crawler",
        "collection",
        "workbook",
        "namespace",
        "lambda",
        "database",
        "schema",
        "view",
        "function",
        "folder",
        "directory",
        "procedure",
        "model",
        "dashboard",
        "asset",
        "cluster",
        "subscription",
    ]
)
_AFTER_A_NAME: Final = re.compile(
    r"\s*(?:$|[.,;:)\u27e6]|(?:and|or|in|on|to|into|from|with|at|of|by|for|via|using|is|has|that|which|when"
    r"|if|as|where|then|because|every"
    r"|older|newer|where|called|after|before|once|through|must|should|until|are|so|it|but|exists?|arrives?"
    r"|lands|appears|shows|there"
    r"|finish\w*|does|we"
    r"|under|within|while|without|for)\b)",
    re.IGNORECASE,
)
_SINGULAR: Final = {
    "table",
    "bucket",
    "file",
    "folder",
    "queue",
    "topic",
    "container",
    "dataset",
    "collection",
}
_FORMATS: Final = re.compile(r"\b(csv|parquet|json|avro|orc|ndjson|jsonl)\b", re.IGNORECASE)


@dataclass(slots=True)
class Place:
    """Where data lies."""

    service: Service | None = None
    bucket: str = ""
    file: str = ""
    table: str = ""
    conn: str = ""
    endpoint: str = ""
    is_said: bool = True
    """False where it was taken from an earlier clause."""

    def filled_from(self, other: Place | None) -> Place:
        """Returns the place with what another one knows of the same service."""
        if other is None or other.service is not self.service:
            return self
        return replace(
            self,
            bucket=self.bucket or other.bucket,
            file=self.file
            or (other.file if not self.table or self.service is None or self.service.kind != "sql" else ""),
            table=self.table or (other.table if not self.bucket else ""),
            conn=self.conn or other.conn,
            endpoint=self.endpoint or other.endpoint,
        )


@dataclass(slots=True)
class Roles:
    """The values of one clause."""

    said: dict[str, str] = field(default_factory=dict)
    """Role -> value, the first one."""
    lists: dict[str, list[str]] = field(default_factory=dict)
    """Role -> all values."""
    source: Place | None = None
    target: Place | None = None
    object_place: Place | None = None
    """Of a service that is the very object: "the mysql table orders"."""
    named: tuple[Mention, ...] = ()
    format: str = ""
    where: dict[str, str] = field(default_factory=dict)
    """Value -> side."""


@dataclass(frozen=True, slots=True)
class _Found:
    role: str
    value: str
    start: int
    kind: str


def roles_of(text: str, marks: Marked, kind: str, verb_end: int) -> Roles:
    """Returns what the values of a clause are.

    Args:
        text: of the clause, with marks.
        marks: of the request.
        kind: of work, which decides whether "in" is a source or a target.
        verb_end: where the verb ends.
    """
    named = tuple(mentions(text))
    found = _values(text, marks, named)
    roles = Roles(named=named)
    if match := _FORMATS.search(text):
        roles.format = match[1].lower()
    for one in found:
        roles.said.setdefault(one.role, one.value)
        roles.lists.setdefault(one.role, []).append(one.value)
    sides = _sides(text, kind, verb_end, named)
    places: dict[str, Place] = {}
    for mention in named:
        if mention.service.kind not in (
            "store",
            "files",
            "local",
            "sql",
            "http",
            "other",
        ) or mention.service.key in ("python", "bash"):
            continue
        side = _side_at(mention.start, sides)
        place = places.get(side)
        if place is None or place.service is None:
            places[side] = replace(place or Place(), service=mention.service)
    for one in found:
        side = _side_of_kind(one, _side_at(one.start, sides), places)
        roles.where[one.value] = side
        places[side] = _placed(places.get(side, Place()), one)
    if "from" in places:
        roles.source = places["from"]
    if "to" in places:
        roles.target = places["to"]
    roles.object_place = places.get("")
    return roles


def _side_of_kind(one: _Found, side: str, places: dict[str, Place]) -> str:
    """Returns the side that a value belongs to: a bucket is no part of a database."""
    wanted = (
        ("store",)
        if one.role in ("bucket", "container", "prefix")
        else ("sql",)
        if one.role == "table"
        else ()
    )
    held = places.get(side)
    if not wanted or held is None or held.service is None or held.service.kind in wanted:
        return side
    others = [name for name, place in places.items() if place.service and place.service.kind in wanted]
    return others[0] if others and held.service.kind in ("store", "sql") else side


def _placed(place: Place, one: _Found) -> Place:
    value = one.value
    if one.kind in ("uri", "url") and (match := _URI.match(value)):
        service = services().get(_STORE_OF_SCHEME.get(match["scheme"].lower(), ""))
        if service is not None and service.kind == "http":
            return replace(place, service=place.service or service, endpoint=place.endpoint or value)
        return replace(
            place,
            service=place.service
            if place.service and place.service.kind in ("store", "files")
            else service or place.service,
            bucket=place.bucket or match["bucket"],
            file=place.file or match["key"],
        )
    if one.role in ("bucket", "container"):
        return replace(place, bucket=place.bucket or value)
    if one.role in ("file", "path", "prefix"):
        return replace(place, file=place.file or value)
    if one.role in ("table", "collection"):
        return replace(place, table=place.table or value)
    if one.role == "connection":
        return replace(place, conn=place.conn or value)
    if one.role == "endpoint":
        return replace(place, endpoint=place.endpoint or value)
    return place


def _sides(text: str, kind: str, verb_end: int, named: tuple[Mention, ...]) -> list[tuple[int, str]]:
    """Returns where each side begins; what stands before the first preposition is the object."""
    matches = list(_SIDES.finditer(text))
    has_to = any(match["to"] for match in matches)
    done = [(0, "")]
    for number, match in enumerate(matches):
        if match.end() <= verb_end and kind:
            continue
        if match["from"]:
            done.append((match.start(), "from"))
        elif match["to"]:
            done.append((match.start(), "to"))
        elif match["in"]:
            later_to = any(m["to"] for m in matches[number + 1 :])
            start, side = done[-1]
            is_open = not any(start <= mention.start < match.start() for mention in named)
            if side in ("from", "to") and is_open:  # "from the csv in azure": the place of what it comes from
                continue
            if kind in ("move", "put", "create") and not later_to and not has_to:
                done.append((match.start(), "to"))
            elif done[-1][1] in ("from", "to"):
                done.append((match.start(), done[-1][1]))
            else:
                done.append((match.start(), "from"))
        elif done[-1][1] in ("from", "to", "") and match["with"].lower() in (
            "with",
            "using",
            "via",
            "by",
            "as",
        ):
            done.append((match.start(), "with"))
    return done


def _side_at(place: int, sides: list[tuple[int, str]]) -> str:
    return next(side for start, side in reversed(sides) if start <= place)


def _values(text: str, marks: Marked, named: tuple[Mention, ...]) -> list[_Found]:
    found: list[_Found] = []
    taken: set[int] = set()
    labels: dict[str, str] = word_lists()["labels"]
    covered = [(m.start, m.end) for m in named]
    for match in re.finditer(
        rf"\b({'|'.join(sorted(labels, key=len, reverse=True))})\b", text, re.IGNORECASE
    ):
        label = match[1].lower()
        role = str(labels[label])
        values = _after(text, match.end(), marks, label) or _before(text, match.start(), label, covered)
        for value, kind, start in values:
            if start in taken or (kind == "bare" and any(a <= start < b for a, b in covered)):
                continue
            if kind == "bare" and label in ("job", "task", "step", "dag") and value.endswith("ing"):
                continue
            taken.add(start)
            found += _as_found(role, value, kind, start)
    for mention in named:
        behind = re.compile(rf" ?{_GLUE} ?«(\d+)»").match(text, mention.end)
        if behind is not None and behind.start(1) - 1 not in taken:
            mark = marks.marks[int(behind[1])]
            if mark.kind in ("ident", "quoted", "dotted"):
                taken.add(behind.start(1) - 1)
                role = "channel" if mention.service.key in ("slack", "teams") else "name"
                if mention.service.kind == "sql":
                    role = "table"
                if mention.service.key in ("bash", "ssh") and mark.kind == "quoted":
                    role = "command"
                found.append(_Found(role, mark.value, behind.start(1) - 1, mark.kind))
    for match in MARK.finditer(text):
        if match.start() not in taken:
            found.append(_by_kind(marks.marks[int(match[1])], match.start(), text, named))
    found += [
        _Found("job_number", m[1], m.start(), "number")
        for m in re.finditer(
            r"\b(?:job|run)s?(?: with)?(?: the)?(?: (?:id|number|no\.?|nr))?(?: is|:|=|#)* ?(\d{2,})\b",
            text,
            re.IGNORECASE,
        )
    ]
    found += [_Found("id", m[1], m.start(), "number") for m in re.finditer(
        r"\b(?:id|number)(?: is|:|=|#)* ?(\d{1,})\b", text, re.IGNORECASE)]  # fmt: skip
    return sorted(found, key=lambda one: one.start)


def _as_found(role: str, value: str, kind: str, start: int) -> list[_Found]:
    if kind in ("email", "arn"):
        return [_Found(kind, value, start, kind)]
    if kind in ("uri", "url") and role in (
        "file",
        "step",
        "path",
        "prefix",
        "bucket",
        "script",
        "notebook",
        "template",
        "dataset",
        "endpoint",
        "image",
        "job",
    ):
        return [_Found("url" if kind == "url" else "uri", value, start, kind)] + (
            [_Found("asset", value, start, kind)] if role == "dataset" else []
        )
    if kind == "image" and role in ("job", "container", "task", "function"):
        role = "image"
    if kind == "sql":
        return [_Found("sql", value, start, kind)]
    if kind == "channel" and role != "asset":
        role = "channel"
    if role == "dataset" and kind == "dotted":
        return [_Found("table", value, start, kind), _Found("dataset", value, start, kind)]
    if role == "container":
        return [_Found("container", value, start, kind), _Found("bucket", value, start, kind)]
    if role in ("job", "application") and kind in ("file", "path"):
        return [_Found("file", value, start, kind)]
    if role == "job" and value.isdigit():
        return [_Found("job_number", value, start, kind)]
    if role == "job":
        return [_Found("job", value, start, kind), _Found("job_word", value, start, kind)]
    if role == "script" and kind in ("file", "path"):
        return [_Found("script", value, start, kind), _Found("file", value, start, kind)]
    if role == "notebook" and kind in ("file", "path"):
        return [
            _Found("notebook", value, start, kind),
            _Found("file", value, start, kind),
            _Found("path", value, start, kind),
        ]
    if role in ("task", "definition", "cluster", "function", "pipeline") and kind in ("file", "path"):
        return [_Found("file", value, start, kind)]
    if role == "host":
        return (
            []
            if kind in ("bare",)
            else [_Found("file" if kind in ("file", "path") else "host", value, start, kind)]
        )
    return [_Found(role, value, start, kind)]


def _after(text: str, end: int, marks: Marked, label: str) -> list[tuple[str, str, int]]:
    """Returns the values behind a label: marks, or one bare word that can be a name."""
    done: list[tuple[str, str, int]] = []
    match = re.compile(rf" ?{_GLUE} ?(?:the )?«(\d+)»", re.IGNORECASE).match(text, end)
    while match is not None:
        mark = marks.marks[int(match[1])]
        if not _may_be(label, mark):
            return done
        done.append((mark.value, mark.kind, match.start(1) - 1))
        match = re.compile(r"(?:,? (?:and|or|&) |, ?| & )«(\d+)»").match(text, match.end())
    if done:
        return done
    bare = re.compile(
        rf"(?:s)? ?(?P<glue>{_GLUE}) ?(?P<v>[A-Za-z][\w]*(?:\.\w+)?(?: [A-Z][a-z]+)*)(?![\w-])",
        re.IGNORECASE if label != "workbook" else 0,
    ).match(text, end)
    if bare is None:
        return []
    value = bare["v"]
    if not re.match(r"[A-Z]\w* [A-Z]", value):
        value = value.split()[0]
    start = bare.start("v")
    rest = text[start + len(value) :]
    glue = bare["glue"].strip().lower()
    if not glue and value.lower() in word_set("step_nouns"):
        return []
    if glue in ("is",) or value.lower() in word_set("no_names") or not _AFTER_A_NAME.match(rest):
        return []
    if mentions(value) and not glue:
        return []
    if base_form(value) == value.lower() and not glue and label not in ("stage", "task"):
        return (
            []
            if not re.match(r"\s*(?:$|[.,;])", rest)
            or value.lower() in ("load", "run", "copy", "move", "check")
            else [(value, "bare", start)]
        )
    done = [(value, "bare", start)]
    if label.endswith("s") or glue == ":":
        more = re.compile(r"(?:,? (?:and|or|&) |, ?)([A-Za-z]\w*)(?![\w-])")
        at = start + len(value)
        while (match := more.match(text, at)) is not None and match[1].lower() not in word_set("no_names"):
            if not _AFTER_A_NAME.match(text[match.end() :]):
                break
            done.append((match[1], "bare", match.start(1)))
            at = match.end()
        if len(done) == 1 and label.endswith("s") and not glue:
            return []
    return done


def _may_be(label: str, mark: Mark) -> bool:
    if mark.kind in ("date", "cron", "zone"):
        return False
    if label in ("email", "mail"):
        return mark.kind == "email"
    return not (mark.kind in ("email", "channel") and label not in ("channel", "recipients", "asset"))


def _before(text: str, start: int, label: str, covered: list[tuple[int, int]]) -> list[tuple[str, str, int]]:
    """Returns the name before a label: "the orders table", "its raw-sales bucket"."""
    match = re.search(r"«(\d+)» $", text[:start])
    if match is not None:
        return []
    if label not in _NAMES_BEFORE:
        return []
    match = re.search(
        r"\b(?:the|our|a|an|into|of|in|from|to|my) ([A-Za-z]\w*) (?:[A-Za-z]+ )?$", text[:start]
    )
    direct = re.search(r"\b(?:the|our|into|of|in|from|to|my) ([A-Za-z]\w*) $", text[:start])
    match = direct
    if match is None:
        return []
    value, place = match[1], match.start(1)
    is_service = any(a <= place < b for a, b in covered)
    if role_of_temp(label, value):
        return [(f"{value}/", "bare", place)]
    if (
        is_service
        or value.lower() in word_set("no_names")
        or ((base_form(value) and not value.endswith("s")) and value.lower() != "staging")
    ):
        return []
    if re.search(r"(?:ed|ly|ous|ful|ive|ble|est)$", value) or (
        label in ("function", "dag", "asset", "cluster", "model", "view")
        and value.islower()
        and len(value) < 4
    ):
        return []
    return [(value, "bare", place)]


def role_of_temp(label: str, value: str) -> bool:
    """True for "the temp folder", whose name is no name elsewhere."""
    return label in ("folder", "directory", "prefix") and value.lower() in (
        "temp",
        "tmp",
        "staging",
        "archive",
    )


def _by_kind(mark: Mark, start: int, text: str, named: tuple[Mention, ...]) -> _Found:
    role = {
        "email": "email",
        "channel": "channel",
        "uri": "uri",
        "url": "url",
        "image": "image",
        "region": "region",
        "sql": "sql",
        "command": "command",
        "stage": "stage",
        "arn": "arn",
        "cron": "cron",
        "date": "date",
        "zone": "zone",
    }.get(mark.kind, "")
    if role:
        return _Found(role, mark.value, start, mark.kind)
    behind = text[start:]
    label = re.match(r"«\d+» ([a-z]+)", behind)
    labels: dict[str, str] = word_lists()["labels"]
    if label is not None and label[1].lower() in labels and mark.kind in ("ident", "dotted", "quoted"):
        found = _as_found(str(labels[label[1].lower()]), mark.value, mark.kind, start)
        if found:
            return found[0]
    if mark.kind in ("file", "path"):
        if (
            any(m.service.kind == "http" for m in named)
            and mark.kind == "path"
            and not any(m.service.kind in ("files", "local") for m in named)
        ):
            return _Found("endpoint", mark.value, start, mark.kind)
        return _Found("file" if mark.kind == "file" else "path", mark.value, start, mark.kind)
    if mark.kind == "dotted" and mark.value.lower() in ("dataset.table", "schema.table", "database.table"):
        return _Found("kind_of_name", mark.value, start, mark.kind)
    if mark.kind == "dotted":
        return _Found("table", mark.value, start, mark.kind)
    if mark.kind == "quoted" and re.search(
        r"\b(?:saying|says|text|message|subject|with|that)\b[ :]*$", text[:start], re.IGNORECASE
    ):
        return _Found("message", mark.value, start, mark.kind)
    is_shell = any(m.service.key in ("bash", "ssh") for m in named)
    if mark.kind == "quoted" and (is_shell or (not named and re.match(r"(?:run|execute)s? «", text))):
        return _Found("command", mark.value, start, mark.kind)
    return _Found("name", mark.value, start, mark.kind)

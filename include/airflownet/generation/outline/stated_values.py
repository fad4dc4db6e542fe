"""Values that the words of a request state, and the arguments of an operator that they are for.

``bucket `sales` ``, ``run `ls /data` in bash``, ``orders.csv``, ``#ops``, ``me@example.com``: taken as they
stand. A value goes to an argument only where its label, or its kind, names one that the operator has; the
rest is left to the person, who finds a marked constant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from airflownet.generation.outline.silent_words import silent_words
from airflownet.judge.catalogue import Parameter, Signature
from airflownet.plans.model import Value
from airflownet.wording.argument_phrase import LABELS

_QUOTED: Final = re.compile(
    r"(?P<before>(?:[A-Za-z_]+[ :]+){0,3})`(?P<value>[^`\n]+)`(?P<after>(?: in bash)?)"
)
_KINDS: Final = {
    "url": re.compile(r"\bhttps?://[^\s,;()`\"']+"),
    "object": re.compile(r"\b(?:s3|gs|gcs|abfss?|wasbs?|hdfs)://[^\s,;()`\"']+"),
    "email": re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w"),
    "channel": re.compile(r"(?<![\w#])#[a-z][\w-]+"),
    "file": re.compile(
        r"(?<![\w/.@])[\w/*.-]*[\w*]\.(?:csv|tsv|json|jsonl|parquet|avro|orc|txt|xml|gz|zip|tar|xlsx?|sql|ipynb|sh|py"
        r"|log|md|ya?ml)\b"
    ),
    "path": re.compile(r"(?<![\w/.:])/(?:[\w.*-]+/)*[\w.*-]+"),
}
_NAMED: Final = re.compile(
    r"\b(?i:(?P<label>bucket|table|topic|queue|database|schema|warehouse|dataset|image|namespace|container|channel|"
    r"collection|index|cluster|stage|dag))(?: (?i:named|called))? (?P<value>[A-Za-z][\w./:-]*[\w])"
)
_ARGUMENTS_OF_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "url": ("url", "endpoint", "http_url"),
    "object": ("bucket_key", "s3_key", "source_objects", "source_object", "object_name", "prefix", "key"),
    "email": ("to", "email"),
    "channel": ("channel", "slack_channel", "slack_channels", "channels"),
    "file": (
        "s3_keys", "bucket_key", "s3_key", "source_objects", "source_object", "object_name", "filename",
        "local_filepath", "filepath", "src", "files", "input_nb", "file_name", "s3_source_key", "source_key",
        "bash_command",
    ),
    "path": ("filepath", "local_filepath", "src", "filename", "path", "application", "bash_command"),
    "command": ("bash_command", "command", "cmds"),
}  # fmt: skip
_ALIKE: Final[Mapping[str, tuple[str, ...]]] = {
    "bucket": (
        "bucket", "bucket_name", "s3_bucket", "gcs_bucket", "source_bucket", "source_bucket_name",
        "s3_bucket_name",
    ),
    "dag": ("trigger_dag_id", "external_dag_id"),
    "container": ("container_name", "container"),
    "channel": ("channel", "slack_channel"),
    "stage": ("stage",),
}  # fmt: skip
_LIST: Final = re.compile(r"^(?:list|Sequence|Iterable|Collection|tuple|set)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StatedValue:
    """One value with what it is called."""

    value: str
    label: str
    """The words before it, lower case; empty where only its kind is known."""
    kind: str = ""
    """``url``, ``object``, ``email``, ``channel``, ``file``, ``path`` or ``command``; else empty."""


def stated_values(words: str) -> tuple[StatedValue, ...]:
    """Returns the values in the words of one step, in order, each once."""
    found: dict[str, StatedValue] = {}
    for match in _QUOTED.finditer(words):
        label = " ".join(match["before"].replace(":", " ").lower().split())
        is_command = bool(match["after"]) or label.rpartition(" ")[2] in ("command", "run", "script", "bash")
        kind = "command" if is_command else _kind(match["value"])
        found.setdefault(match["value"], StatedValue(match["value"], label, kind))
    plain = _QUOTED.sub(" , ", words)
    for kind, pattern in _KINDS.items():
        for match in pattern.finditer(plain):
            value = match[0].rstrip(".")
            if not any(value in other for other in found):
                found[value] = StatedValue(value, "", kind)
    for match in _NAMED.finditer(plain):
        value = match["value"]
        if (
            value.lower() not in silent_words("no_name")
            and not any(value in other for other in found)
            and not value.isupper()
        ):
            found[value] = StatedValue(value, match["label"].lower())
    return tuple(found.values())


def share_of(values: Sequence[StatedValue], number: int, n: int) -> tuple[StatedValue, ...]:
    """Returns the values that are for one of n tasks of the same words: of n values of a kind one each.

    "wait for the three files a.csv, b.csv and c.csv" is a file for each task; a bucket that is named once is
    for all of them.
    """
    per_kind = Counter(value.kind for value in values if value.kind)
    seen: Counter[str] = Counter()
    done = []
    for value in values:
        if n < 2 or per_kind[value.kind] != n or seen[value.kind] == number:
            done.append(value)
        seen[value.kind] += 1
    return tuple(done)


def _kind(value: str) -> str:
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(value)), "")


def arguments_of(
    values: Iterable[StatedValue], signature: Signature, taken: Mapping[str, object]
) -> dict[str, Value]:
    """Returns the arguments of an operator that stated values are for; none that is taken, none twice."""
    done: dict[str, Value] = {}
    own = [p for p in signature if p.name in signature.by_keyword and p.name not in signature.taken]
    own.sort(key=lambda p: not p.required)
    for value in values:
        free = [p for p in own if p.name not in taken and p.name not in done]
        parameter = _by_label(value, free) or _by_kind(value, free)
        if parameter is not None:
            done[parameter.name] = [value.value] if _wants_list(parameter) else value.value
    return done


def _by_label(value: StatedValue, free: Sequence[Parameter]) -> Parameter | None:
    words = value.label.split()
    for n in range(min(3, len(words)), 0, -1):
        label = " ".join(words[-n:])
        names = [
            p for p in free if LABELS.get(p.name, "").lower() == label or p.name.replace("_", " ") == label
        ]
        names += [p for name in _ALIKE.get(label, ()) for p in free if p.name == name]
        if names:
            return names[0]
    return None


def _by_kind(value: StatedValue, free: Sequence[Parameter]) -> Parameter | None:
    names = _ARGUMENTS_OF_KIND.get(value.kind, ())
    return next((p for name in names for p in free if p.name == name), None)


def _wants_list(parameter: Parameter) -> bool:
    annotation = parameter.annotation.replace(" ", "")
    first = annotation.removeprefix("None|").split("|")[0]
    return bool(_LIST.match(first)) and "str" not in annotation.split("|")

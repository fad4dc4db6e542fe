"""Operator class names to clauses: ``GCSCreateBucketOperator`` -> "create a GCS bucket".

Three readings, in order: the table beside this file; a transfer ``XToYOperator``; the first verb in the
name with the words around it. Sensors wait. The result depends on the name alone.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from airflownet.wording.clause import Clause
from airflownet.wording.english import is_plural
from airflownet.wording.identifier_words import identifier_words, is_product
from airflownet.wording.vocabulary import operator_verbs
from airflownet.wording.vocabulary import words as words_in

_PARTICIPLES: Final = {
    "create": "created",
    "delete": "deleted",
    "start": "started",
    "stop": "stopped",
    "update": "updated",
}
_LEFT_OUT: Final = frozenset({"operator", "sensor", "async", "deferrable"})
_OBJECT_STORES: Final = frozenset({"GCS", "S3", "Azure Blob Storage", "Google Drive", "SFTP", "FTP"})


@cache
def _table() -> dict[str, Clause]:
    import yaml

    text = resources.files(__package__).joinpath("operator_table.yaml").read_text("utf-8")
    table: dict[str, list[str]] = yaml.safe_load(text)
    return {name: _from_row(row) for name, row in table.items()}


def _from_row(row: list[str]) -> Clause:
    verb, noun, determiner, tail = (*row, "", "", "")[:4]
    return Clause(verb, noun, "a" if determiner == "an" else determiner, tail)


@cache
def operator_phrase(operator: str) -> Clause:
    """Returns what an operator, sensor or TaskFlow decorator of this name does."""
    name = operator.rsplit(".", 1)[-1] if not operator.startswith("@") else operator.split("(")[0].strip()
    if name in _table():
        return _table()[name]
    if name.startswith("@"):
        return Clause("run", "Python function", "a")
    words = [word for word in identifier_words(name) if word not in _LEFT_OUT]
    if not words:
        return Clause("run", "task", "a", is_generic=True)
    if name.rstrip("Async").endswith("Sensor") or "Sensor" in name:
        return _sensor(words)
    return _transfer(words) or _verb_in_name(words) or _thing_to_run(words)


def _sensor(words: list[str]) -> Clause:
    last = words[-1]
    if last in ("existence", "exists", "created"):
        return Clause("wait for", _spoken(words[:-1]), "the", "to exist")
    if last in ("active", "available", "ready", "empty", "running") and len(words) > 1:
        return Clause("wait for", _spoken(words[:-1]), "the", f"to be {last}")
    done = next((word for word in words if word in _PARTICIPLES), "")
    if done and len(words) > 1:
        noun = _spoken([word for word in words if word != done])
        return Clause("wait for", noun, "the", f"to be {_PARTICIPLES[done]}")
    if last in ("completed", "complete", "done", "finished"):
        return Clause("wait for", _spoken(words[:-1]), "the", "to finish")
    if last in ("state", "status") and len(words) > 1:
        is_job = words[-2] in words_in("finishes") or words[-2].endswith("ing")
        return Clause("wait for", _spoken(words[:-1]), "the", "to finish" if is_job else "to be ready")
    if last in words_in("becomes_ready"):
        return Clause("wait for", _spoken(words), "the", "to be ready")
    if last in words_in("finishes") or last.endswith("ing") or is_product(last):
        return Clause("wait for", _spoken(words), "the", "to finish")
    return Clause("wait for", _spoken(words), "" if is_plural(last) else "the")


def _transfer(words: list[str]) -> Clause | None:
    if "to" not in words[1:-1]:
        return None
    at = words.index("to", 1)
    source, target = _place(words[:at]), _place(words[at + 1 :])
    if target == "the local filesystem":
        return Clause("download", "files", "", f"from {source}")
    if source == "the local filesystem":
        return Clause("upload", "local file", "a", f"to {target}")
    verb, noun = ("copy", "files") if {source, target} <= _OBJECT_STORES else ("copy", "data")
    if target in ("BigQuery", "Redshift", "Snowflake", "DynamoDB", "SQL", "Postgres", "MySQL", "Teradata"):
        return Clause("load", "data", "", f"from {source} into {target}")
    if source.endswith("SQL") or source in ("Postgres", "Presto", "Trino", "Oracle", "BigQuery", "Cassandra"):
        verb, noun = "export", "data"
    return Clause(verb, noun, "", f"from {source} to {target}")


def _place(words: list[str]) -> str:
    text = " ".join(words)
    return {"local filesystem": "the local filesystem", "local": "the local filesystem"}.get(text, text)


def _verb_in_name(words: list[str]) -> Clause | None:
    nouns_too = words_in("also_nouns")
    verbs = [index for index, word in enumerate(words) if word in operator_verbs()]
    if not verbs or len(words) == 1:
        return None
    at = next((index for index in verbs if words[index] not in nouns_too), verbs[0])
    end = at + 1
    if words[end : end + 1] == ["or"] and words[end + 1 : end + 2] and words[end + 1] in operator_verbs():
        end += 2
    verb, things = " ".join(words[at:end]), [*words[:at], *words[end:]]
    if end == len(words) and (verb in nouns_too or all(is_product(thing) for thing in things)):
        return None
    noun = _spoken(things)
    determiner = "a" if words[at] in words_in("verbs_new_thing") else "the"
    if is_plural(noun) or verb == "list":
        return Clause(verb, noun, "the" if determiner == "the" else "")
    return Clause(verb, noun, determiner)


def _thing_to_run(words: list[str]) -> Clause:
    noun = _spoken(words)
    if words[-1] in words_in("runnable"):
        return Clause("run", noun, "a")
    return Clause(
        "run", noun if is_plural(noun) else f"{noun} step", "the" if is_plural(noun) else "a", is_generic=True
    )


def _spoken(words: list[str]) -> str:
    """Puts a describing word before the product: ``BigQuery empty dataset`` -> ``empty BigQuery dataset``."""
    describing = [word for word in words if word in ("empty", "new", "external", "custom")]
    return " ".join([*describing, *(word for word in words if word not in describing)])

"""Which word of a clause says what is done: verbs in all their forms, and the kind of work that each is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

_WORD: Final = re.compile(r"«\d+»|[A-Za-z][A-Za-z'/_-]*|\d+(?:\.\d+)?|[^\s\w]")
_IRREGULAR: Final = {
    "ran": "run",
    "running": "run",
    "runs": "run",
    "sent": "send",
    "wrote": "write",
    "written": "write",
    "told": "tell",
    "got": "get",
    "gotten": "get",
    "getting": "get",
    "began": "begin",
    "begun": "begin",
    "putting": "put",
    "read": "read",
    "taken": "take",
    "took": "take",
    "made": "make",
    "built": "build",
    "brought": "bring",
    "fed": "feed",
    "dropped": "drop",
    "dropping": "drop",
    "stopped": "stop",
    "stopping": "stop",
    "copied": "copy",
    "copies": "copy",
    "queries": "query",
    "queried": "query",
    "notifies": "notify",
    "notified": "notify",
    "verifies": "verify",
    "verified": "verify",
    "split": "split",
    "submitted": "submit",
    "submitting": "submit",
    "shipped": "ship",
    "transferred": "transfer",
    "transferring": "transfer",
    "logged": "log",
    "emptied": "empty",
    "synced": "sync",
    "syncing": "sync",
    "chosen": "choose",
    "running_": "run",
    "begins": "begin",
    "unzipped": "unzip",
    "grabbed": "grab",
    "mapped": "map",
    "killed": "kill",
    "wiped": "wipe",
    "pinged": "ping",
    "does": "do",
    "fetches": "fetch",
    "pushes": "push",
    "processes": "process",
    "refreshes": "refresh",
    "launches": "launch",
    "watches": "watch",
    "pruned": "prune",
    "wiping": "wipe",
    "setting": "set",
    "tearing": "tear",
    "torn": "tear",
    "spins": "spin",
    "spinning": "spin",
    "spun": "spin",
    "landed": "land",
    "triggered": "trigger",
    "triggering": "trigger",
    "truncating": "truncate",
    "cancelled": "cancel",
    "modelled": "model",
    "scraped": "scrape",
    "scraping": "scrape",
    "planned": "plan",
    "kept": "keep",
    "letting": "let",
    "gets": "get",
}
_PARTICLES: Final = frozenset({"up", "off", "down", "sure", "rid", "know", "load", "into", "whether", "if"})
_NOUNS_TOO: Final = frozenset(
    [
        "load",
        "copy",
        "export",
        "import",
        "dump",
        "run",
        "test",
        "check",
        "query",
        "sync",
        "transfer",
        "build",
        "process",
        "post",
        "message",
        "mail",
        "email",
        "alert",
        "update",
        "refresh",
        "start",
        "stop",
        "list",
        "move",
        "transform",
        "backup",
        "snapshot",
        "merge",
        "train",
        "report",
        "archive",
        "feed",
        "model",
        "score",
        "page",
        "text",
        "log",
        "notice",
        "order",
        "slack",
        "count",
        "split",
        "format",
        "join",
        "filter",
        "land",
        "store",
        "place",
        "extract",
        "call",
        "mask",
        "stage",
        "sense",
        "watch",
        "batch",
        "clean",
        "index",
        "trigger",
        "launch",
    ]
)
"""Verbs that are as often nouns: behind an article they are one."""
_BEFORE_A_NOUN: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "our",
        "my",
        "your",
        "its",
        "this",
        "these",
        "those",
        "new",
        "old",
        "daily",
        "nightly",
        "weekly",
        "monthly",
        "hourly",
        "full",
        "incremental",
        "sql",
        "bash",
        "spark",
        "glue",
        "dbt",
        "slack",
        "athena",
        "snowflake",
        "bigquery",
        "redshift",
        "lambda",
        "every",
        "each",
        "some",
        "any",
        "same",
        "last",
        "first",
        "other",
        "raw",
        "sales",
        "data",
        "database",
        "table",
        "s3",
        "gcs",
        "teams",
        "python",
        "whole",
        "entire",
        "and/or",
        "no",
        "batch",
        "orders",
        "customers",
        "stored",
        "test",
        "tests",
        "databricks",
        "emr",
        "airbyte",
        "of",
    ]
)


@dataclass(frozen=True, slots=True)
class Act:
    """What is done."""

    kind: str
    """``move``, ``run``, ``wait`` ...; empty where no verb says it."""
    verb: str
    """In its base form."""
    start: int
    """Where the verb begins in the clause."""
    end: int
    is_first: bool = True
    """True when nothing but fillers stands before it."""


@cache
def word_lists() -> dict[str, Any]:
    """Returns the tables of ``words.yaml``."""
    import yaml

    loaded: dict[str, Any] = yaml.safe_load(
        resources.files(__package__).joinpath("words.yaml").read_text("utf-8")
    )
    return loaded


@cache
def word_set(name: str) -> frozenset[str]:
    """Returns a list of ``words.yaml`` as a set."""
    return frozenset(str(word_lists()[name]).split())


@cache
def _kinds() -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, words in word_lists()["acts"].items():
        for word in str(words).split():
            found.setdefault(word, kind)
    return found


@cache
def base_form(word: str) -> str:
    """Returns the base form of a verb of the lists; empty for any other word."""
    lowered = word.lower()
    known = _kinds()
    heads = {name.partition("_")[0] for name in known}
    if lowered in known or lowered in heads:
        return lowered
    if lowered in _IRREGULAR:
        base = _IRREGULAR[lowered]
        return base if base in known or base in heads else ""
    for ending, puts in (
        ("ing", ("", "e")),
        ("ed", ("", "e")),
        ("es", ("", "e")),
        ("s", ("",)),
        ("ies", ("y",)),
    ):
        if lowered.endswith(ending) and len(lowered) - len(ending) >= 2:
            stem = lowered[: -len(ending)]
            for put in puts:
                if stem + put in known or stem + put in heads:
                    return stem + put
            if len(stem) > 3 and stem[-1] == stem[-2] and (stem[:-1] in known or stem[:-1] in heads):
                return stem[:-1]
    return ""


_OF_NOUNS: Final = {
    "check": "check",
    "checks": "check",
    "validation": "check",
    "test": "check",
    "tests": "check",
    "sensor": "wait",
    "query": "query",
    "queries": "query",
    "copy": "move",
    "load": "move",
    "export": "move",
    "import": "move",
    "transfer": "move",
    "sync": "run",
    "dump": "move",
    "upload": "put",
    "download": "get",
    "message": "notify",
    "notification": "notify",
    "mail": "notify",
    "email": "notify",
    "e-mail": "notify",
    "alert": "notify",
    "post": "notify",
    "cleanup": "delete",
    "deletion": "delete",
    "refresh": "refresh",
    "snapshot": "create",
    "training": "train",
    "transformation": "transform",
    "insert": "put",
    "merge": "query",
    "update": "refresh",
    "extraction": "get",
    "unload": "move",
    "backup": "move",
    "report": "notify",
}
"""What a noun asks for where no verb stands beside it: "bigquery check", "slack message"."""


def act_of_nouns(text: str) -> Act:
    """Returns what a clause without a verb asks for; a run where its nouns do not say."""
    for match in re.finditer(r"[A-Za-z-]+", text):
        kind = _OF_NOUNS.get(match[0].lower(), "")
        if kind:
            return Act(kind, match[0].lower().removesuffix("s"), match.start(), match.end(), is_first=False)
    return Act("", "", 0, 0)


def acts_of(text: str) -> list[Act]:
    """Returns the verbs of a clause, in order; a noun that only looks like a verb is left out."""
    tokens = [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]
    fillers = word_set("fillers")
    found: list[Act] = []
    only_fillers = True
    for number, (word, start, end) in enumerate(tokens):
        base = base_form(word)
        if base:
            kind, verb, last = _with_particle(base, tokens, number)
            if kind and not _is_noun(word, base, tokens, number, only_fillers):
                found.append(Act(kind, verb, start, max(end, last), only_fillers))
                only_fillers = False
                continue
        if word.lower() not in fillers and not (len(word) == 1 and not word.isalnum()) and not word.isdigit():
            only_fillers = False
    return found or _unknown_verb(text)


_UNKNOWN_VERB: Final = re.compile(
    r"^(?:(?:and|then|please|also|to|it|we|should|must|will|finally|first) )*(?P<verb>[a-z]{4,}) "
    r"(?:the|an?|all|our|it|them|each|every|its|their|both|this|these|those|any|some)\b",
    re.IGNORECASE,
)


def _unknown_verb(text: str) -> list[Act]:
    """Returns a verb that no list has, as its place says: "reconcile the ledgers" is work of some kind."""
    match = _UNKNOWN_VERB.match(text)
    if match is None or match["verb"].lower() in word_set("no_verbs") | word_set("step_nouns") | word_set(
        "fillers"
    ):
        return []
    return [Act("transform", match["verb"].lower(), match.start("verb"), match.end("verb"))]


def _with_particle(base: str, tokens: list[tuple[str, int, int]], number: int) -> tuple[str, str, int]:
    """Returns kind, verb and end of "spin up", "spin it up", "kick off" or the word alone."""
    known = _kinds()
    for further in range(1, 5):
        if number + further >= len(tokens):
            break
        word, _, end = tokens[number + further]
        if word.lower() in _PARTICLES and f"{base}_{word.lower()}" in known:
            return known[f"{base}_{word.lower()}"], f"{base}_{word.lower()}", end if further == 1 else 0
        if word in (".", ",", ";") or (further > 1 and base_form(word)):
            break
    return known.get(base, ""), base, 0


def _is_noun(
    word: str, base: str, tokens: list[tuple[str, int, int]], number: int, only_fillers: bool
) -> bool:
    before = tokens[number - 1][0].lower() if number else ""
    after = tokens[number + 1][0].lower() if number + 1 < len(tokens) else ""
    lowered = word.lower()
    if lowered == "get" and after in ("is", "are"):
        return True
    is_noun_form = base in _NOUNS_TOO and lowered in (base, base + "s", base + "es", base[:-1] + "ies")
    if base in (
        "land",
        "text",
        "model",
        "page",
        "call",
        "place",
        "order",
        "stage",
        "store",
        "slack",
        "message",
        "mail",
    ) and (
        before in ("in", "on", "via", "by", "of", "a", "an", "the", "to", "with")
        and lowered in (base, base + "s")
    ):
        return not (before == "to" and only_fillers)
    if is_noun_form and before in _BEFORE_A_NOUN:
        return True
    if (
        is_noun_form
        and number
        and not only_fillers
        and before not in ("to", "and", "then", ",", ":", "should", "it", "-")
    ):
        return lowered in (base,) or before.startswith("«")
    if (
        lowered.endswith("ed")
        and before in ("the", "a", "an", "and", "of", "with")
        and re.match(r"[a-z]+$", after)
    ):
        return base in (
            "process",
            "clean",
            "transform",
            "load",
            "export",
            "aggregate",
            "convert",
            "extract",
            "merge",
            "compress",
            "store",
            "archive",
            "filter",
            "schedule",
            "predict",
            "generate",
            "parse",
            "download",
            "fetch",
            "validate",
            "copy",
            "update",
            "dump",
            "enrich",
        )
    return bool(
        lowered.endswith("ing")
        and before in ("the", "a", "an", "of", "sensor")
        and base
        in (
            "train",
            "process",
            "load",
            "build",
            "stage",
            "land",
            "list",
            "test",
            "check",
            "clean",
            "message",
            "mask",
        )
    )

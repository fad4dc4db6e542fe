"""The words of a request, and of a class name, in one form in which they can be compared."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any, Final

_CAMEL: Final = re.compile(
    r"[A-Z]+[0-9]+(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+"
)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_ENDINGS: Final = ("ings", "ing", "ies", "es", "ed", "s", "e")


@cache
def _tables() -> dict[str, Any]:
    import yaml

    text = resources.files(__package__).joinpath("spoken_words.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def spoken_phrases(operator: str) -> tuple[frozenset[str], ...]:
    """Returns what people say for an operator whose name does not say it: each phrase as stemmed words."""
    phrases = str(_tables()["operators"].get(operator, "")).split(",")
    sets = (frozenset(stem(w) for w in phrase.split() if w not in empty_words()) for phrase in phrases)
    return tuple(words for words in sets if words)


@cache
def often_given() -> frozenset[str]:
    """Returns the arguments that examples give more often than others."""
    return frozenset(str(_tables()["often_given"]).split())


@cache
def empty_words() -> frozenset[str]:
    """Returns the words of a request that say nothing of its tasks."""
    return frozenset(str(_tables()["empty"]).split())


@cache
def stem(word: str) -> str:
    """Returns a word without its common endings, and words that mean the same as one."""
    lowered = word.lower()
    lowered = str(_tables()["same"].get(lowered, lowered))
    for ending in _ENDINGS:
        if lowered.endswith(ending) and len(lowered) - len(ending) >= 3:
            return lowered[: -len(ending)].rstrip("e")
    return lowered


@cache
def name_words(name: str) -> tuple[str, ...]:
    """Returns the words of a camel or snake case name, stemmed: ``GCSToS3`` -> ``gcs``, ``to``, ``s3``."""
    return tuple(stem(part) for part in _CAMEL.findall(name[:200]))


def request_words(text: str) -> frozenset[str]:
    """Returns the stemmed words of a request without empty ones, and each two neighbours as one word.

    ``Big Query`` and ``BigQuery`` both hold ``bigquery``, ``big`` and ``query``.
    """
    parts: list[str] = []
    for word in _WORD.findall(text[:20_000]):
        pieces = _CAMEL.findall(word)
        parts += pieces
        if len(pieces) > 1:
            parts.append(word)
    found = {stem(part) for part in parts if part.lower() not in empty_words()}
    return frozenset(found | set(joined([part.lower() for part in parts])))


def joined(words: Iterable[str]) -> list[str]:
    """Returns each two and three neighbours as one word."""
    listed = list(words)
    two = [stem(a + b) for a, b in itertools.pairwise(listed)]
    three = [stem(a + b + c) for a, b, c in zip(listed, listed[1:], listed[2:], strict=False)]
    return two + three

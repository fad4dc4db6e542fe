"""Words of a request, an operator name or a function body as comparable terms.

Products keep their usual spelling (``S3``, ``BigQuery``), words for work become kinds of work (``upload`` and
``copy`` are both ``move``), other words become stems. Words that every request for a DAG holds say nothing.
The lists are in ``request_words.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from airflownet.wording.identifier_words import is_product, words_in_text


@dataclass(frozen=True, slots=True)
class Terms:
    """What a piece of text or code is about."""

    products: frozenset[str] = frozenset()
    work: frozenset[str] = frozenset()
    """Kinds of work: ``move``, ``delete`` ..."""
    things: frozenset[str] = frozenset()
    """Stems of the other words."""

    def __or__(self, other: Terms) -> Terms:
        """Returns the terms of both."""
        return Terms(self.products | other.products, self.work | other.work, self.things | other.things)


@dataclass(frozen=True, slots=True)
class _Words:
    kinds_of_work: dict[str, frozenset[str]]
    """Stem -> kinds."""
    says_nothing: frozenset[str]
    plain_words: frozenset[str]
    same_product: dict[str, str]


@cache
def _words() -> _Words:
    import yaml

    text = resources.files(__package__).joinpath("request_words.yaml").read_text("utf-8")
    lists: dict[str, Any] = yaml.safe_load(text)
    kinds: dict[str, set[str]] = {}
    for kind, words in lists["kinds_of_work"].items():
        for word in words.split():
            kinds.setdefault(stem(word), set()).add(kind)
    return _Words(
        {word: frozenset(found) for word, found in kinds.items()},
        frozenset(lists["says_nothing"].split()),
        frozenset(lists["plain_words"].split()),
        lists["same_product"],
    )


@cache
def stem(word: str) -> str:
    """Returns the word without the common endings; enough to match "deletes", "deleting" and "delete"."""
    word = word.lower()
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "i"
    for ending in ("ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            base = word[: -len(ending)]
            if ending in ("ing", "ed") and len(base) > 3 and base[-1] == base[-2] and base[-1] not in "sl":
                base = base[:-1]
            return _bare(base)
    return _bare(word)


def _bare(word: str) -> str:
    if len(word) <= 3:
        return word
    return word[:-1] + "i" if word.endswith("y") else word.rstrip("e")


@cache
def _term(word: str) -> tuple[str, frozenset[str], str]:
    """Returns (product, kinds of work, thing): one is filled, or none for a word that says nothing."""
    known = _words()
    if is_product(word) and word not in known.plain_words:
        return known.same_product.get(word, word), frozenset(), ""
    stemmed = stem(word)
    if kinds := known.kinds_of_work.get(stemmed):
        return "", kinds, ""
    if word.lower() in known.says_nothing or len(word) < 2 or word.isdigit():
        return "", frozenset(), ""
    return "", frozenset(), stemmed


def terms_of_words(words: Iterable[str]) -> Terms:
    """Returns the terms of words as ``words_in_text`` gives them."""
    products: set[str] = set()
    work: set[str] = set()
    things: set[str] = set()
    for word in words:
        product, kinds, thing = _term(word)
        if product:
            products.add(product)
        elif thing:
            things.add(thing)
        work |= kinds
    return Terms(frozenset(products), frozenset(work), frozenset(things))


def terms_of(text: str) -> Terms:
    """Returns the terms of a text, a name or a value."""
    return terms_of_words(words_in_text(text))

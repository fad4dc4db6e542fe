"""Which operators, sensors and notifiers of an Airflow line a request names or implies.

A name that stands in the request counts first. Otherwise the words of the class name (and of the provider,
and those of ``spoken_words.yaml``) are compared with the request's, each weighted by how few names hold it.
Nothing is learned: the ranking depends on the catalogue and the request alone.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from airflownet.generation.request_words import joined, name_words, request_words, spoken_phrases, stem
from airflownet.judge.catalogue import Catalogue, load_catalogue
from airflownet.wording.operator_phrase import operator_phrase

_PLACES: Final = (".operators.", ".sensors.", ".transfers.", ".notifications.", ".decorators.")
_KINDS: Final = ("Operator", "Sensor", "Notifier", "GenericTransfer", "Trigger")
_WITHOUT_MEANING: Final = frozenset({stem(word) for word in ("operator", "sensor", "notifier", "async")})
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{3,}")
_FEWEST_PARTS: Final = 3
_DECORATOR: Final = re.compile(r"@(task(?:\.[a-z_]+)?|dag|task_group|setup|teardown)\b")
_PARTS: Final = re.compile(
    r"[,;\n]|\.\s|=>|->|>|\bthen\b|\band\b|\blastly\b|\bfinally\b|\bafter\b", re.IGNORECASE
)
_WITHOUT_TASKS: Final = re.compile(
    r"Target: Apache Airflow [\d.]+\.?|(only when it is )?triggered (manually|by hand)"
    r"|manual(ly)? trigger(ed)?|started manually|Purpose: |DAG id: `[^`]*`|Tags: .*",
    re.IGNORECASE,
)
"""Phrases of a request that say nothing of its tasks."""
_TRANSFER: Final = re.compile(r"^(\w+?)To([A-Z]\w+?)Operator$")
_MOST_PARTS: Final = 60
_MOST_OF_A_PART: Final = 12
_UNASKED_SENSOR: Final = 0.5
_BACKWARDS: Final = 0.6
_HALF_SURE: Final = 4.0
"""Weight of the words found at which half of a name's score counts."""
_LEAST_SCORE: Final = 0.15
_WEIGHT_OF_PLACE: Final = 0.35
"""Of a word that only the module's path holds."""
_WAITING: Final = frozenset({stem("wait"), stem("sensor"), stem("check")})


@dataclass(frozen=True, slots=True)
class Named:
    """One class that a request names or implies."""

    name: str
    module: str
    """From where it is imported."""
    score: float
    """1 and more for one that is named; else the share of its words that the request holds."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    module: str
    phrases: tuple[frozenset[str], ...]
    """Words of the name, and of each phrase of ``spoken_words.yaml``."""
    place: frozenset[str]
    is_sensor: bool


class CardIndex:
    """The operators of one Airflow line, by their words."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._entries = [entry for name in catalogue.names if (entry := _entry(catalogue, name))]
        self._by_name = {entry.name.lower(): entry for entry in self._entries}
        self._by_short = {_short(entry.name): entry for entry in reversed(self._entries)}
        counts: Counter[str] = Counter()
        holding: dict[str, list[int]] = {}
        for number, entry in enumerate(self._entries):
            of_phrases = frozenset().union(*entry.phrases)
            counts.update(of_phrases | entry.place)
            for word in of_phrases:
                holding.setdefault(word, []).append(number)
        self._holding = holding
        most = len(self._entries) + 1
        self._weight = {word: math.log(most / n) for word, n in counts.items()}

    def named(self, request: str) -> list[Named]:
        """Returns the classes whose very names stand in the request, in its order."""
        found: dict[str, Named] = {}
        for match in _IDENTIFIER.finditer(request):
            name = match[0].rpartition(".")[2]
            word = name.lower()
            # "Batch" and "PySpark" are products, "GCSToBigQuery" can only be meant as a class.
            is_class = len(name_words(name)) >= _FEWEST_PARTS
            entry = self._by_name.get(word) or (self._by_short.get(word) if is_class else None)
            if entry is not None and entry.name not in found:
                found[entry.name] = Named(entry.name, entry.module, 2.0)
        return list(found.values())

    def implied(self, request: str, limit: int = 12) -> list[Named]:
        """Returns the classes that the words of the request imply.

        Each part of the request (a clause, a line) gives its best in turn, so that a long request does not
        spend all places on one step.
        """
        text = _WITHOUT_TASKS.sub(" ", request)
        parts = [part for part in _PARTS.split(text) if part.strip()][:_MOST_PARTS]
        rankings = [self._ranking(part, text) for part in parts]
        whole = self._ranking(text, text) if len(parts) > 1 else []
        best: dict[str, Named] = {}
        for ranking in (*rankings, whole):
            for one in ranking:
                if one.name not in best or best[one.name].score < one.score:
                    best[one.name] = one
        turns = [one.name for row in itertools.zip_longest(*rankings, whole) for one in _best_first(row)]
        return [best[name] for name in dict.fromkeys(turns)][:limit]

    def best_of(self, words: str, request: str) -> list[Named]:
        """Returns the classes that the words of one step imply, the best first; at most twelve.

        Args:
            words: of the step.
            request: the whole text, in which "from A to B" is looked up.
        """
        return self._ranking(_WITHOUT_TASKS.sub(" ", words), request)

    def _ranking(self, text: str, request: str) -> list[Named]:
        words = request_words(text)
        if not words:
            return []
        waits = bool(words & _WAITING)
        candidates = {number for word in words for number in self._holding.get(word, ())}
        scored = []
        for number in candidates:
            entry = self._entries[number]
            score = max(self._score(phrase, entry, words) for phrase in entry.phrases)
            if score and entry.is_sensor and not waits:
                score *= _UNASKED_SENSOR
            if score >= _LEAST_SCORE and _goes_backwards(entry.name, request):
                score *= _BACKWARDS
            if score >= _LEAST_SCORE:
                scored.append(Named(entry.name, entry.module, round(score, 4)))
        return sorted(scored, key=lambda one: (-one.score, len(one.name), one.name))[:_MOST_OF_A_PART]

    def decorators(self, request: str) -> list[str]:
        """Returns the decorators that stand in the request (``task.branch``), in its order."""
        return list(dict.fromkeys(_DECORATOR.findall(request)))

    def _score(self, phrase: frozenset[str], entry: _Entry, words: frozenset[str]) -> float:
        shared = phrase & words
        if not shared:
            return 0.0
        weight = self._weight
        of_name = sum(weight[word] for word in shared)
        whole = sum(weight[word] for word in phrase)
        of_place = sum(weight[word] for word in (entry.place - phrase) & words)
        found = of_name + _WEIGHT_OF_PLACE * of_place
        return (of_name / whole) * (found / (found + _HALF_SURE))


def _best_first(row: Iterable[Named | None]) -> list[Named]:
    return sorted((one for one in row if one is not None), key=lambda one: (-one.score, one.name))


def _goes_backwards(name: str, text: str) -> bool:
    """True for ``AToB`` where the text has B first and does not say "from A"."""
    match = _TRANSFER.match(name)
    if match is None:
        return False
    lowered = text.lower()
    source, target = (lowered.rfind(group.lower()) for group in match.groups())
    return source > target >= 0 and "from" not in lowered[max(0, source - 10) : source]


@lru_cache(maxsize=8)
def card_index(airflow: str) -> CardIndex:
    """Returns the index of an Airflow line; built once, in about a tenth of a second.

    Raises:
        InputError: there is no catalogue for that line.
    """
    return CardIndex(load_catalogue(airflow))


def _entry(catalogue: Catalogue, name: str) -> _Entry | None:
    if (
        name.startswith(("_", "Base", "Abstract"))
        or name.endswith("BaseOperator")
        or not (name.endswith(_KINDS[:4]))
    ):
        return None
    modules = [m for m in catalogue.places_of(name) if any(p in f"{m}." for p in _PLACES) and "._" not in m]
    if not modules:
        return None
    module = min(modules, key=lambda path: (".google.marketing" in path, path.count("."), path))
    path = module.removeprefix("airflow.").removeprefix("providers.")
    place = {stem(part) for piece in path.split(".") for part in piece.split("_")}
    parts = [part for part in name_words(name) if part not in _WITHOUT_MEANING and part != "to"]
    own = frozenset(set(parts) | (set(joined(parts)) & place))
    described = request_words(operator_phrase(name).imperative())
    described -= set(joined(operator_phrase(name).imperative().lower().split()))
    phrases = tuple(phrase for phrase in (own, described, *spoken_phrases(name)) if phrase)
    return _Entry(name, module, phrases, frozenset(place), name.endswith("Sensor")) if phrases else None


def _short(name: str) -> str:
    for kind in ("Operator", "Sensor", "Notifier"):
        name = name.removesuffix(kind)
    return name.lower()

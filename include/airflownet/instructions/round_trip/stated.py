"""What a text states of a DAG, without any model: which of the source's facts its words hold.

A task counts as stated when the text holds its id, its operator, or all the content words of its clause
("delete the GCS bucket"); an edge when both ends are stated and the upstream end comes first; an argument
when its value stands in the text. It measures what is said, so a vague text scores low; whether a model
would rebuild the DAG from it is what ``regenerated`` measures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from airflownet.asked_for.parts import Parts, share
from airflownet.instructions.facts import DagFacts, FileFacts, TaskFact
from airflownet.wording.identifier_words import identifier_words

_WORD: Final = re.compile(r"[a-z0-9]+")
_EMPTY_WORDS: Final = frozenset(
    {
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "to",
        "for",
        "with",
        "from",
        "and",
        "or",
        "it",
        "its",
        "each",
        "item",
    }
    | {"is", "are", "be", "one", "two", "three", "four", "five"}
)
_NUMBER_OF: Final = re.compile(r"`([^`]*)`")


def stated(text: str, facts: FileFacts) -> Parts:
    """Returns how much of the facts of a file the text states."""
    lowered = text.lower()
    places = _places(lowered)
    tasks = [task for dag in facts.dags for task in dag.tasks]
    where = {id(task): _place(task, lowered, places) for task in tasks}
    edges = [edge for dag in facts.dags for edge in _edges(dag)]
    in_order = sum(0 <= where[id(up)] <= where[id(down)] and where[id(down)] >= 0 for up, down in edges)
    details = [detail for task in tasks for detail in task.details]
    return Parts(
        operators=share(sum(place >= 0 for place in where.values()), len(tasks)),
        schedule=_schedule(lowered, facts),
        edges=share(in_order, len(edges)),
        arguments=share(sum(_holds(lowered, detail) for detail in details), len(details)),
    )


def _edges(dag: DagFacts) -> list[tuple[TaskFact, TaskFact]]:
    by_name = {task.name: task for task in dag.tasks if task.name}
    return [(by_name[up], by_name[down]) for up, down in dag.edges if up in by_name and down in by_name]


def _places(lowered: str) -> dict[str, int]:
    """Returns the stem of each word -> where it first stands."""
    found: dict[str, int] = {}
    for word in _WORD.finditer(lowered):
        found.setdefault(_stem(word[0]), word.start())
    return found


def _place(task: TaskFact, lowered: str, places: Mapping[str, int]) -> int:
    """Returns where the text first states the task, -1 when it does not."""
    candidates = []
    for name in (task.name, task.operator):
        place = lowered.find(name.lower()) if len(name) > 3 else -1
        if place >= 0:
            candidates.append(place)
    words = [_stem(word) for word in _WORD.findall(task.clause.imperative().lower())]
    words = [word for word in words if word not in _EMPTY_WORDS]
    if words and not task.clause.is_generic and all(word in places for word in words):
        candidates.append(max(places[word] for word in words))
    spoken = [_stem(word) for word in identifier_words(task.name)]
    if len(spoken) > 1 and all(word in places for word in spoken):
        candidates.append(max(places[word] for word in spoken))
    return min(candidates, default=-1)


def _schedule(lowered: str, facts: FileFacts) -> float:
    told = [dag.schedule for dag in facts.dags if dag.schedule.text or dag.schedule.short]
    found = 0
    for schedule in told:
        phrases = [schedule.text, schedule.short, schedule.adjective]
        if schedule.short == "manual":
            phrases += ["by hand", "manually", "no schedule", "triggered"]
        if schedule.text == "every day at midnight":
            phrases += ["every day", "once a day", "daily"]
        found += any(phrase and phrase.lower() in lowered for phrase in phrases)
    return share(found, len(told))


def _holds(lowered: str, detail: str) -> bool:
    values = _NUMBER_OF.findall(detail)
    return any(value.lower() in lowered for value in values) if values else detail.lower() in lowered


def _stem(word: str) -> str:
    """Returns the word without the common endings; enough to match "deletes" with "delete"."""
    for ending in ("ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word

"""A plan as an answer to one request: what the request does not say is left out.

A mined DAG says more than anyone asked for: buckets, SQL texts, connection ids, the settings that every
example shares. A model that is trained to write them learns to invent them, and most tokens of a plan are
spent on it. What is left is the structure (operators, ids, order, schedule, groups, mapping, data flow,
function bodies) and the arguments whose values stand in the request; ``reconcile`` marks what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from airflownet.plans.model import DagPlan, Expression, Plan, Reference, TaskPlan, Value, references

_ALWAYS: Final = frozenset({"schedule", "trigger_rule", "outlets", "inlets"})
_NEVER: Final = frozenset({"doc_md", "dag_display_name", "task_display_name", "doc", "tags"})
_SAID_BY: Final = {
    "start_date": re.compile(r"\bstart|\b(?:19|20)\d\d-\d\d-\d\d|\bsince\b|\bfrom \w+ \d", re.IGNORECASE),
    "end_date": re.compile(r"\bends?\b|\buntil\b", re.IGNORECASE),
    "catchup": re.compile(r"catch|backfill|missed", re.IGNORECASE),
    "retries": re.compile(r"\bretr(?:y|ies)|\bagain\b|\battempt", re.IGNORECASE),
    "max_active_runs": re.compile(r"\bactive runs?\b|at a time|at once", re.IGNORECASE),
    "mode": re.compile(r"\breschedule|\bpoke mode", re.IGNORECASE),
}
"""Arguments that a request speaks of in words that do not hold their values."""
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_LEAST_CHARS: Final = 2


def as_asked(plan: Plan, request: str) -> Plan:
    """Returns the plan with its structure, and of its arguments those that the request states."""
    said = _Said(request)
    return Plan(tuple(_dag(dag, said) for dag in plan.dags))


class _Said:
    """What the words of a request hold."""

    def __init__(self, request: str) -> None:
        self._text = " ".join(request.lower().split())
        self._numbers = frozenset(_NUMBER.findall(request))
        self._request = request

    def names(self, name: str) -> bool:
        """Tells whether the words of an argument's name stand in the request."""
        return name in self._text or name.replace("_", " ") in self._text

    def _holds(self, words: str) -> bool:
        """Tells whether words stand in the request, not only as parts of others."""
        place = self._text.find(words)
        while place >= 0:
            around = self._text[max(place - 1, 0) : place], self._text[place + len(words) :][:1]
            if not any(char.isalnum() for char in around):
                return True
            place = self._text.find(words, place + 1)
        return False

    def argument(self, name: str, value: Value) -> bool:
        """Tells whether the request speaks of an argument with this value."""
        if name in _NEVER:
            return name == "tags" and bool(re.search(r"\btag", self._text)) and self.value(value)
        if name in _ALWAYS or references(value):
            return True
        if name in _SAID_BY:
            return _SAID_BY[name].search(self._request) is not None
        if isinstance(value, bool) or value is None:
            return self.names(name)
        return self.value(value)

    def value(self, value: Value) -> bool:
        """Tells whether a value, or a part of one, stands in the request."""
        if isinstance(value, bool) or value is None:
            return False
        if isinstance(value, (int, float)):
            return str(value) in self._numbers
        if isinstance(value, str):
            plain = " ".join(value.lower().split())
            return len(plain) >= _LEAST_CHARS and self._holds(plain)
        if isinstance(value, Expression):
            parts = re.findall(r"'([^']+)'|\"([^\"]+)\"|(\d+)", value.text)
            texts = [part for found in parts for part in found if part]
            return any(self.value(int(text) if text.isdigit() else text) for text in texts)
        if isinstance(value, list):
            return any(self.value(item) for item in value)
        if isinstance(value, dict):
            return any(self.value(item) for item in value.values())
        return isinstance(value, Reference)


def _dag(dag: DagPlan, said: _Said) -> DagPlan:
    return replace(dag, arguments=_kept(dag.arguments, said), tasks=tuple(_task(t, said) for t in dag.tasks))


def _task(task: TaskPlan, said: _Said) -> TaskPlan:
    return replace(task, arguments=_kept(task.arguments, said))


def _kept(arguments: Mapping[str, Value], said: _Said) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in arguments.items():
        if name == "default_args" and isinstance(value, dict):
            if inner := _kept(value, said):
                found[name] = dict(inner)
        elif said.argument(name, value):
            found[name] = value
    return found

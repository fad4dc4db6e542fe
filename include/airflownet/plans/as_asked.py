"""A plan as an answer to one request: settings that every example carries and nobody asked for are left out.

Official examples share ``start_date``, ``catchup`` and ``tags`` whatever they do. A model that learns them
with every request learns a habit, and many tokens of a short plan are spent on it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from airflownet.plans.model import DagPlan, Plan

_SAID_BY: Final = {
    "start_date": re.compile(r"\bstart|\b(?:19|20)\d\d-\d\d-\d\d|\bsince\b|\bfrom \w+ \d", re.IGNORECASE),
    "end_date": re.compile(r"\bend\b|\bends\b|\buntil\b|\b(?:19|20)\d\d-\d\d-\d\d", re.IGNORECASE),
    "catchup": re.compile(r"catch|backfill|missed", re.IGNORECASE),
    "tags": re.compile(r"\btag", re.IGNORECASE),
    "description": re.compile(r"\bpurpose\b|\bdescri", re.IGNORECASE),
}
_NEVER: Final = frozenset({"doc_md", "dag_display_name"})


def as_asked(plan: Plan, request: str) -> Plan:
    """Returns the plan without documentation, and without those habits that the request does not speak of."""
    return Plan(tuple(_dag(dag, request) for dag in plan.dags))


def _dag(dag: DagPlan, request: str) -> DagPlan:
    kept = {
        name: value
        for name, value in dag.arguments.items()
        if name not in _NEVER and (name not in _SAID_BY or _SAID_BY[name].search(request))
    }
    tasks = tuple(
        replace(task, arguments={n: v for n, v in task.arguments.items() if n not in _NEVER})
        for task in dag.tasks
    )
    return replace(dag, arguments=kept, tasks=tasks)

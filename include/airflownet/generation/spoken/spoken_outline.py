"""A request to its outline: clause by clause in people's words, line by line in a list of tasks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from airflownet.generation.outline.model import Outline, Step
from airflownet.generation.outline.outline_of import asks_for_several_dags, outline_of
from airflownet.generation.spoken.reading import Spoken, read_spoken
from airflownet.generation.wanted import Wanted
from airflownet.plans.model import Value, references
from airflownet.wording.compact_text import compact, is_readable_by_clauses

_A_SPECIFICATION: Final = re.compile(
    r"^\s*[-*\d.]+\s+`[\w.-]+`\s*:|^\s*[-*]\s+(?:DAG id|Tasks|Order):|\b[A-Z]\w+(?:Operator|Sensor)\b|@task\b"
    r"|\(`[\w.-]+`(?:, (?:and |or )?| and | or )`|\bDAG `",
    re.MULTILINE,
)
"""Lists of tasks with their ids, and operators by their names: nothing of it is prose."""


def read_outline(wanted: Wanted) -> Outline | None:
    """Returns the outline of a request; None where it states no step, more than one DAG, or is too long."""
    wanted = replace(wanted, text=compact(wanted.text))
    if not is_readable_by_clauses(wanted.text):
        return None
    plain = outline_of(wanted) if _A_SPECIFICATION.search(wanted.text) else None
    if plain is not None:
        return plain
    if _A_SPECIFICATION.search(wanted.text) or asks_for_several_dags(wanted.text):
        return None
    spoken = read_spoken(wanted)
    return _as_outline(spoken, wanted) if spoken is not None else outline_of(wanted)


def _as_outline(spoken: Spoken, wanted: Wanted) -> Outline:
    settings: dict[str, Value] = dict(spoken.settings.arguments)
    if spoken.settings.default_args:
        settings["default_args"] = dict(spoken.settings.default_args)
    stated = wanted.request.schedule
    if stated is not None and stated.zone:
        start = settings.get("start_date", "2024-01-01")
        settings["start_date"] = f"{start} {stated.zone}"
    steps = []
    for step in spoken.steps:
        taken = {
            ref.task_id
            for value in (*step.arguments.values(), *step.call.values(), *step.mapped.values())
            for ref in references(value)
        }
        after = tuple(sorted(n for n in step.after if spoken.steps[n].task_id not in taken))
        steps.append(
            Step(
                step.words,
                step.operators,
                step.task_id,
                after,
                step.rule,
                arguments=step.arguments,
                code=step.code,
                call=step.call,
                mapped=step.mapped,
            )
        )
    return Outline(
        tuple(steps),
        dag_id=spoken.settings.dag_id,
        settings=settings,
        unread=tuple(dict.fromkeys(spoken.unread)),
        told=tuple(dict.fromkeys(spoken.told)),
    )

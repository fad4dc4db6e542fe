"""The terse view: keywords as a hurried engineer types them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from airflownet.instructions.facts import DagFacts, FileFacts, TaskFact
from airflownet.instructions.fit import fit
from airflownet.instructions.steps import Counted, alike, counted, is_placeholder
from airflownet.instructions.variation import Variation
from airflownet.wording.clause import Clause
from airflownet.wording.english import count_of

_ARROWS: Final = (" -> ", " > ", " then ", " => ")
_OPENINGS: Final = ("airflow dag", "dag", "need a dag", "airflow 3 dag", "quick dag")
_ARTICLE: Final = re.compile(r"\b(?:an?|the) (?=[^`]*(?:`[^`]*`[^`]*)*$)")
_MOST_PARALLEL: Final = 4


def write_terse(facts: FileFacts, variation: Variation, max_chars: int) -> str:
    """Returns keywords without articles; several DAGs are parted by a slash."""
    arrow = variation.choose("arrow", _ARROWS)
    opening = variation.choose("opening", _OPENINGS)

    steps = [[[task for layer in run for task in layer] for run in alike(dag.layers)] for dag in facts.dags]

    def render(n_steps: int) -> str:
        parts, left = [], n_steps
        for dag, own in zip(facts.dags, steps, strict=True):
            shown = min(left, len(own))
            left -= shown
            told = _dag(dag, own[:shown], sum(map(len, own[shown:])), arrow)
            parts.append(told if n_steps else f": {count_of(len(dag.tasks), 'task')}")
        plural = "s" if len(parts) > 1 and opening.endswith("dag") else ""
        return f"{opening}{plural}" + " /".join(parts)

    return fit(render, sum(len(own) for own in steps) or 1, max_chars)


def _dag(dag: DagFacts, shown: Sequence[Sequence[TaskFact]], n_left: int, arrow: str) -> str:
    steps = [_layer([_keywords(group) for group in counted(tasks)]) for tasks in shown]
    if n_left:
        steps.append(f"{n_left} more")
    if not steps and dag.purpose:
        steps = [dag.purpose.relative]
    when = f" {dag.schedule.short}" if dag.schedule.short else ""
    text = f"{when}: {arrow.join(steps)}" if steps else when
    extras = [text for text in dag.settings if not text.startswith(("start date", "owner"))]
    if dag.params:
        extras.append("params " + ", ".join(param.split("`")[1] for param in dag.params))
    return "; ".join([text, *extras])


def _layer(keywords: list[str]) -> str:
    if len(keywords) == 1:
        return keywords[0]
    shown = keywords[:_MOST_PARALLEL]
    more = [f"{len(keywords) - len(shown)} more"] if len(keywords) > len(shown) else []
    return f"[{', '.join([*shown, *more])}]"


def _keywords(group: Counted) -> str:
    if is_placeholder(group.tasks[0]):
        names = [task.name for task in group.tasks if task.name]
        return (
            f"empty {', '.join(names)}"
            if names and len(names) <= _MOST_PARALLEL
            else f"{len(group.tasks)} empty tasks"
        )
    return group.phrase(_bare)


def _bare(clause: Clause) -> str:
    determiner = "" if clause.determiner in ("a", "the") else clause.determiner.removeprefix("the ")
    words = " ".join(part for part in (clause.verb, determiner, clause.noun, clause.tail) if part)
    return _ARTICLE.sub("", words)

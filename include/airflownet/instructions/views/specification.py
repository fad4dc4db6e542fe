"""The specification view: a list that settles names, settings, tasks and order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from airflownet.instructions.facts import DagFacts, FileFacts, TaskFact
from airflownet.instructions.fit import fit
from airflownet.instructions.order_of_tasks import order_lines
from airflownet.instructions.variation import Variation
from airflownet.wording.english import count_of, number, sentence

_OPENINGS: Final = (
    "Write an Airflow DAG to this specification:",
    "Please implement the following Airflow DAG:",
    "Build an Airflow DAG with these requirements:",
    "I need an Airflow DAG. Requirements:",
    "Create an Airflow DAG as follows:",
)
_SEVERAL: Final = "Write one Python file with {} Airflow DAGs:"
_MOST_DETAILS: Final = 4
_PLACES: Final = ("region", "location", "namespace", "database", "schema", "warehouse")


def write_specification(facts: FileFacts, variation: Variation, max_chars: int) -> str:
    """Returns a list of requirements, one block per DAG; later tasks are only counted when it is long."""
    n_tasks = sum(len(dag.tasks) for dag in facts.dags)
    several = len(facts.dags) > 1
    opening = _SEVERAL.format(number(len(facts.dags))) if several else variation.choose("opening", _OPENINGS)

    def render(n_clauses: int) -> str:
        lines, left = [opening], n_clauses
        for index, dag in enumerate(facts.dags):
            if several and n_clauses:
                lines.append(f"\n{index + 1}. " + (f"DAG `{dag.dag_id}`" if dag.dag_id else "A DAG"))
            shown = min(left, len(dag.tasks))
            lines += _dag_lines(dag, shown, variation, with_id=not several, is_whole=n_clauses > 0)
            left -= shown
        return "\n".join(lines)

    return fit(render, n_tasks or 1, max_chars)


def _dag_lines(
    dag: DagFacts, shown: int, variation: Variation, *, with_id: bool, is_whole: bool
) -> list[str]:
    if not is_whole:
        return [f"- {count_of(len(dag.tasks), 'task')}"]
    return [
        *_head_lines(dag, with_id=with_id),
        *_task_lines(dag, shown, variation),
        *_group_lines(dag.tasks[:shown]),
        *_order_lines(dag, shown, variation),
    ]


def _head_lines(dag: DagFacts, *, with_id: bool) -> list[str]:
    lines = [f"- DAG id: `{dag.dag_id}`"] if with_id and dag.dag_id else []
    if dag.purpose:
        lines.append(f"- Purpose: a DAG {dag.purpose.relative}")
    if dag.schedule.text:
        preset = f" (`{dag.schedule.short}`)" if dag.schedule.short.startswith("@") else ""
        lines.append(f"- Schedule: {dag.schedule.text}{preset}")
    lines += [f"- {sentence(text).rstrip('.')}" for text in dag.settings]
    if dag.params:
        lines.append(f"- Params: {', '.join(dag.params)}")
    if dag.tags:
        lines.append(f"- Tags: {', '.join(dag.tags)}")
    return lines


def _task_lines(dag: DagFacts, shown: int, variation: Variation) -> list[str]:
    if not dag.tasks:
        return []
    names_operators = variation.choose("operators", ("yes", "no")) == "yes"
    common = _common_details(dag.tasks)
    lines = [f"- For all tasks that take one: {text}" for text in common]
    lines += ["- Tasks:", *(f"  - {_task_line(task, names_operators, common)}" for task in dag.tasks[:shown])]
    left = len(dag.tasks) - shown
    return [*lines, f"  - and {count_of(left, 'more task')}"] if left else lines


def _common_details(tasks: Sequence[TaskFact]) -> list[str]:
    """Returns the places (region, location ...) that most tasks share, told once instead of each time."""
    counts = Counter(detail for task in tasks for detail in task.details if detail.startswith(_PLACES))
    return [detail for detail, count in counts.items() if count >= 3 and 2 * count >= len(tasks)]


def _task_line(task: TaskFact, names_operator: bool, common: Sequence[str]) -> str:
    text = f"`{task.name}`: " if task.name else ""
    text += task.clause.imperative()
    operator = [task.operator] if names_operator and task.operator else []
    details = [detail for detail in task.details if detail not in common]
    notes = [*operator, *details[:_MOST_DETAILS], *task.conditions]
    return f"{text} ({'; '.join(notes)})" if notes else text


def _group_lines(tasks: Sequence[TaskFact]) -> list[str]:
    groups: dict[str, list[str]] = {}
    for task in tasks:
        if task.group and task.name:
            groups.setdefault(task.group, []).append(f"`{task.name.removeprefix(task.group + '.')}`")
    if not groups:
        return []
    return ["- Task groups:", *(f"  - `{group}`: {', '.join(names)}" for group, names in groups.items())]


def _order_lines(dag: DagFacts, shown: int, variation: Variation) -> list[str]:
    names = dict.fromkeys(task.name for task in dag.tasks[:shown] if task.name)
    edges = [(up, down) for up, down in dag.edges if up in names and down in names]
    told = order_lines(list(names), edges, variation.choose("arrow", (" -> ", ", then ")))
    if len(told) == 1:
        return [f"- Order: {told[0]}"]
    if told:
        return ["- Order:", *(f"  - {text}" for text in told)]
    is_loose = 1 < len(dag.tasks) == shown
    return ["- Order: the tasks do not depend on each other"] if is_loose else []

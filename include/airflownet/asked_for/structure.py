"""Two DAG files compared by their graph: operators, schedule, edges between operators, key arguments.

Task ids are free choice, so tasks are told apart by operator; an edge is a pair of operators. Each part is
the F1 of two multisets, so inventing tasks costs as much as leaving some out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from airflownet.asked_for.operator_names import operator_name
from airflownet.asked_for.parts import NOT_THERE, Parts
from airflownet.judge.interpreter.unknown import Unknown
from airflownet.judge.loader import load_source
from airflownet.judge.loader.loaded_file import LoadedFile, Symbol
from airflownet.wording.argument_phrase import LABELS

_DAG_ARGUMENTS = ("catchup", "max_active_runs", "tags")
_TASK_ARGUMENTS = (*LABELS, "retries", "trigger_rule", "deferrable")


@dataclass(frozen=True, slots=True)
class Structure:
    """What is compared of a file."""

    operators: Counter[Hashable]
    schedules: Counter[Hashable]
    edges: Counter[Hashable]
    arguments: Counter[Hashable]


def structure_of(loaded: LoadedFile) -> Structure:
    """Returns the structure of a file as the loader saw it; of all its DAGs together."""
    operators: Counter[Hashable] = Counter()
    schedules: Counter[Hashable] = Counter()
    edges: Counter[Hashable] = Counter()
    arguments: Counter[Hashable] = Counter()
    for dag in loaded.dags:
        schedules[_value(dag.arguments.get("schedule", dag.arguments.get("schedule_interval")))] += 1
        arguments.update(_pairs("DAG", dag.arguments, _DAG_ARGUMENTS))
        kind = {str(task.task_id): operator_name(task.operator) for task in dag.tasks}
        for task in dag.tasks:
            operators[operator_name(task.operator)] += 1
            arguments.update(_pairs(operator_name(task.operator), task.arguments, _TASK_ARGUMENTS))
        edges.update((kind.get(up, ""), kind.get(down, "")) for up, down in dag.edges)
    return Structure(operators, schedules, edges, arguments)


def compare(source: Structure, other: Structure) -> Parts:
    """Returns how far the other structure is the source's."""
    return Parts(
        operators=_f1(source.operators, other.operators),
        schedule=_f1(source.schedules, other.schedules),
        edges=_f1(source.edges, other.edges),
        arguments=_f1(source.arguments, other.arguments),
    )


def graph_likeness(source: str, code: str, airflow: str = "") -> Parts:
    """Returns how far a file's DAGs are those of another: ``compare`` of both."""
    loaded = load_source(code, airflow) if airflow else load_source(code)
    return compare(structure_of(load_source(source)), structure_of(loaded))


def _f1(source: Counter[Hashable], other: Counter[Hashable]) -> float:
    if not source:
        return NOT_THERE
    shared = (source & other).total()
    return 2 * shared / (source.total() + other.total())


def _pairs(owner: str, given: Mapping[str, object], names: tuple[str, ...]) -> list[Hashable]:
    found: list[Hashable] = []
    for name in names:
        value = _value(given[name]) if name in given else ""
        if value:
            found.append((owner, name, value))
    return found


def _value(value: object) -> str:
    """Returns a value as text that is equal for equal values; empty when it is not known."""
    if isinstance(value, Unknown):
        return ""
    if isinstance(value, Symbol):
        inner = [*map(_value, value.args), *(f"{name}={_value(one)}" for name, one in value.kwargs)]
        return f"{value.path.rsplit('.', 1)[-1]}({','.join(inner)})" if value.called else value.path
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_value(one) for one in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{_value(k)}:{_value(v)}" for k, v in value.items())) + "}"
    return repr(value)

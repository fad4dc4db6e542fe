"""Layers of tasks to steps in prose: equal tasks counted, unlike ones joined.

``[create bucket a, create bucket b]`` -> "create two GCS buckets".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from airflownet.instructions.facts import DagFacts, TaskFact
from airflownet.wording.clause import Clause
from airflownet.wording.english import count_of, join_words

_MOST_IN_A_STEP = 4
_MOST_NAMES = 4
_MOST_COMMANDS = 2
_COMMAND = Clause("run", "bash command", "a", is_generic=True)
CLEANING = frozenset(
    {"delete", "remove", "terminate", "stop", "undeploy", "cleanup", "deregister", "detach", "drop"}
)


@dataclass(frozen=True, slots=True)
class Step:
    """One layer, phrased."""

    text: str
    """Imperative: ``create a GCS bucket and list its objects in parallel``."""
    n_tasks: int
    rule: str
    """Set when every task of the layer has this trigger rule."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Equal clauses of several tasks."""

    clause: Clause
    tasks: tuple[TaskFact, ...]

    def phrase(self, form: Callable[[Clause], str] = Clause.imperative, *, with_names: bool = True) -> str:
        """Returns the clause with its count, and the tasks' names where it says nothing particular."""
        text = form(self.clause.times(len(self.tasks)))
        names = [f"`{task.name}`" for task in self.tasks if task.name]
        if with_names and self.clause.is_generic and names and len(names) <= _MOST_NAMES:
            text += f" ({', '.join(names)})"
        if any(task.is_mapped for task in self.tasks) and len(self.tasks) == 1:
            text += " for each item"
        return text


def counted(tasks: Sequence[TaskFact]) -> list[Counted]:
    """Groups the tasks by equal clauses, in order of first appearance; many bash commands are one group."""
    many_commands = sum(task.operator == "BashOperator" for task in tasks) > _MOST_COMMANDS
    groups: dict[tuple[Clause, bool], list[TaskFact]] = {}
    for task in tasks:
        clause = _COMMAND if many_commands and task.operator == "BashOperator" else task.clause
        groups.setdefault((clause, task.is_mapped), []).append(task)
    return [Counted(clause, tuple(members)) for (clause, _), members in groups.items()]


def is_placeholder(task: TaskFact) -> bool:
    """True for a task that does nothing and whose id says nothing."""
    return task.clause.noun == "placeholder task"


def steps_of(dag: DagFacts) -> tuple[Step, ...]:
    """Returns the DAG's layers as steps, in order.

    Layers of placeholders at either end are left out; following layers that do the same are one step.
    """
    found = list(dag.layers)
    while len(found) > 1 and all(is_placeholder(task) for task in found[0]):
        found.pop(0)
    while len(found) > 1 and all(is_placeholder(task) for task in found[-1]):
        found.pop()
    return tuple(_step(layers) for layers in alike(found))


def alike(found: Sequence[Sequence[TaskFact]]) -> list[list[Sequence[TaskFact]]]:
    """Joins layers that follow each other and do the same one thing under the same rule."""
    runs: list[list[Sequence[TaskFact]]] = []
    for layer in found:
        kinds = {(task.clause.imperative(), task.rule) for task in layer}
        if runs and len(kinds) == 1 and kinds == {(t.clause.imperative(), t.rule) for t in runs[-1][-1]}:
            runs[-1].append(layer)
        else:
            runs.append([layer])
    return runs


def _step(run: Sequence[Sequence[TaskFact]]) -> Step:
    layer = [task for part in run for task in part]
    groups = counted(layer)
    phrases = [group.phrase() for group in groups[:_MOST_IN_A_STEP]]
    left = sum(len(group.tasks) for group in groups[_MOST_IN_A_STEP:])
    if left:
        phrases.append(f"{count_of(left, 'more task')} beside them")
        text = f"{', '.join(phrases[:-1])} and run {phrases[-1]}"
    else:
        text = join_words(phrases)
        if len(run) > 1:
            text += " one after the other"
        elif len(groups) > 1 and all(task.is_branch_target for task in layer):
            text = f"{join_words(phrases, 'or')}, depending on the branch"
        elif len(groups) > 1:
            text += " in parallel"
    rules = {task.rule for task in layer}
    return Step(text, len(layer), rules.pop() if len(rules) == 1 else "")


def main_clauses(dag: DagFacts, most: int) -> list[Counted]:
    """Returns at most so many counted clauses that carry the DAG's purpose, in running order.

    Creating what the others need fills up to two; cleaning up comes last and only when all else is few.
    """
    ordered = counted([task for layer in dag.layers for task in layer])
    weights = [_weight(group) for group in ordered]
    chosen = [index for index, weight in enumerate(weights) if weight < 2][:most]
    for weight in (2, 3, 4):
        wanted = min(most, 2) if weight < 4 else min(most, 1)
        chosen += [index for index, own in enumerate(weights) if own == weight][
            : max(wanted - len(chosen), 0)
        ]
    return [ordered[index] for index in sorted(chosen, key=lambda index: (weights[index] == 3, index))]


def _weight(group: Counted) -> int:
    if is_placeholder(group.tasks[0]):
        return 4
    if group.clause.verb in CLEANING or all(task.rule.startswith("even") for task in group.tasks):
        return 3
    if group.clause.verb in ("create", "wait for") or not group.clause.object:
        return 2
    return 1 if group.clause.is_generic else 0

"""``>>`` and ``<<``, ``set_upstream``/``set_downstream``, roots and leaves of tasks and groups.

Follows Airflow's ``DAGNode._set_relatives``, ``TaskGroup._set_relatives`` and ``EdgeModifier``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.objects import (
    GroupValue,
    LabelValue,
    MappedArgumentValue,
    SetupTeardownScope,
    TaskValue,
    XComArgValue,
    add_to_dag,
)
from airflownet.judge.airflow.relatable import check_relatable
from airflownet.judge.airflow.world import state_of
from airflownet.judge.interpreter.lazy import stand_in
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import MAX_NESTED, SCALARS, DictValue, LazyValue, ListValue, SetValue

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

RELATABLE = (TaskValue, GroupValue, XComArgValue, LabelValue)


def is_relatable(value: Any) -> bool:
    """Whether the value takes part in ``>>`` by its own operators."""
    return isinstance(value, RELATABLE)


def relate(interpreter: Interpreter, left: Any, right: Any, *, downstream: bool) -> Any:
    """Does ``left >> right`` (or ``<<``) and returns what the expression gives.

    Raises:
        Raised: a side is nothing that can be related.
    """
    if is_relatable(left):
        set_relation(interpreter, left, right, downstream=downstream)
        return right
    set_relation(interpreter, right, left, downstream=not downstream)
    return right


def set_relation(interpreter: Interpreter, node: Any, other: Any, *, downstream: bool) -> None:
    """Does ``node.set_downstream(other)`` or ``node.set_upstream(other)``."""
    if isinstance(node, TaskValue) and node.dag is None and "__no_init__" in node.attributes:
        message = f"'{node.operator}' object has no attribute 'task_id'"
        raise Raised("AttributeError", message, "unknown-attribute", "task_id")
    others = as_list(other)
    if others is None:
        _mark_incomplete(node)
        return
    if isinstance(node, XComArgValue):
        for task in node.references:
            set_relation(interpreter, task, ListValue(others), downstream=downstream)
        return
    if isinstance(node, LabelValue):
        _relate_label(interpreter, node, others, downstream=downstream)
        return
    if isinstance(node, GroupValue):
        if node.is_mapped and interpreter.world.line.startswith("3"):
            _refuse_always(node)
        ends = leaves_of(node) if downstream else roots_of(node)
        if downstream and not ends and interpreter.world.line.startswith("3"):
            ends = _leaves_around(node)
        for item in others:
            check_relatable(item)
            _note_group_relation(node, item, downstream=downstream)
        for task in ends:
            set_relation(interpreter, task, ListValue(others), downstream=downstream)
        return
    for item in others:
        check_relatable(item)
        _relate_task(interpreter, node, item, downstream=downstream)


def _refuse_always(group: GroupValue) -> None:
    """The tasks of a mapped group are looked through: none may run whatever the others did."""
    for child in group.children:
        if isinstance(child, TaskValue) and child.arguments.get("trigger_rule") == "always":
            message = (
                "Task-generated mapping within a mapped task group is not allowed with trigger rule 'always'"
            )
            raise Raised("ValueError", message, "bad-value", "trigger_rule")


def as_list(other: Any) -> list[Any] | None:
    """Returns the items of the other side, None when they cannot be known."""
    if type(other) is LazyValue:
        return [stand_in(other)]
    if isinstance(other, ListValue) and other.kind != "list":
        return [other]  # no sequence: Airflow takes a generator or a view for one task
    if isinstance(other, (ListValue, tuple)):
        return list(other)
    if other is UNKNOWN:
        return None
    return [other]


def _relate_task(interpreter: Interpreter, task: TaskValue, item: Any, *, downstream: bool) -> None:
    if isinstance(item, LabelValue):
        _relate_label(interpreter, item, [task], downstream=not downstream)
        return
    if isinstance(item, GroupValue):
        _note_group_relation(item, task, downstream=not downstream)
        ends = roots_of(item) if downstream else leaves_of(item)
    elif isinstance(item, XComArgValue):
        ends = list(item.references)
    elif isinstance(item, TaskValue):
        ends = [item]
    elif isinstance(item, SetupTeardownScope):
        ends = item.roots if downstream else item.leaves
    else:
        _mark_incomplete(task)
        return
    for end in ends:
        add_edge(interpreter, task, end) if downstream else add_edge(interpreter, end, task)


def add_edge(interpreter: Interpreter, up: TaskValue, down: TaskValue) -> None:
    """Adds one edge, after Airflow's checks on the two tasks' DAGs.

    Raises:
        Raised: the tasks are in different DAGs, or in none.
    """
    interpreter.charge(8)
    up_dag, down_dag = up.dag, down.dag
    if up_dag is not None and down_dag is not None and up_dag is not down_dag:
        raise Raised(
            "RuntimeError" if interpreter.world.line.startswith("3") else "AirflowException",
            "Tried to set relationships between tasks in more than one DAG: "
            f"{up_dag.dag_id}, {down_dag.dag_id}",
            "mixed-dags",
            str(down.task_id),
        )
    if up_dag is None and down_dag is None:
        if up.attributes.get("dag_unknown") or down.attributes.get("dag_unknown"):
            return
        raise Raised(
            "ValueError" if interpreter.world.line.startswith("3") else "AirflowException",
            "Tried to create relationships between tasks that don't have DAGs yet. "
            f"Set the DAG for at least one task and try again: [{up.task_id}, {down.task_id}]",
            "no-dag-for-task",
            str(up.task_id),
        )
    for task, dag in ((up, down_dag), (down, up_dag)):
        if task.dag is None and dag is not None:
            add_to_dag(interpreter, task, dag, None)
    if interpreter.maybe_depth:
        if down not in up.downstream:
            state_of(interpreter).possible_edges.add((up, down))
        if up.dag is not None:
            up.dag.is_complete = False
    elif down in up.downstream:
        state_of(interpreter).possible_edges.discard((up, down))
    up.downstream[down] = None
    down.upstream[up] = None


def _relate_label(
    interpreter: Interpreter, label: LabelValue, others: list[Any], *, downstream: bool
) -> None:
    """With both sides there, a task of a group stands for the group, unless all are of one group."""
    for item in others:
        if isinstance(item, LabelValue):
            message = "Cannot use edge labels with EdgeModifier, only tasks, XComArg or TaskGroups"
            raise Raised("TypeError", message, "wrong-relation", "EdgeModifier")
        try:
            check_relatable(item)
        except Raised as error:
            message = f"Cannot use edge labels with {error.subject}, only tasks, XComArg or TaskGroups"
            raise Raised("TypeError", message, "wrong-relation", error.subject) from None
    (label.downstream if downstream else label.upstream).extend(others)
    if label.upstream and label.downstream:
        groups = {_group_of(node) for node in (*label.upstream, *label.downstream)}
        if len(groups) != 1:
            label.upstream[:] = map(_as_group, label.upstream)
            label.downstream[:] = map(_as_group, label.downstream)
    for node in label.upstream if downstream else label.downstream:
        set_relation(interpreter, node, ListValue(others), downstream=downstream)


def _group_of(node: Any) -> Any:
    """The group a node lies in: a group's own is the one around it."""
    if isinstance(node, XComArgValue) and node.references:
        node = node.references[0]
    if isinstance(node, GroupValue):
        return node.parent
    return node.group if isinstance(node, TaskValue) else node


def _as_group(node: Any) -> Any:
    """The group for a node in one, the DAG's root group left out."""
    group = None if isinstance(node, XComArgValue) else _group_of(node)
    return group if isinstance(group, GroupValue) and group.group_id != "" else node


def roots_of(group: GroupValue) -> list[TaskValue]:
    """Returns the tasks of the group with nothing of the group before them."""
    tasks = group.all_tasks()
    inside = set(tasks)
    return [task for task in tasks if not any(up in inside for up in task.upstream)]


def leaves_of(group: GroupValue) -> list[TaskValue]:
    """Returns the tasks of the group with nothing of the group after them; teardowns are looked through."""
    tasks = group.all_tasks()
    inside = set(tasks)
    found: dict[TaskValue, None] = {}
    for task in tasks:
        if not any(down in inside for down in task.downstream):
            if task.is_teardown:
                found.update(dict.fromkeys(_before_teardown(task, inside)))
            else:
                found[task] = None
    return list(found)


def _before_teardown(task: TaskValue, inside: set[TaskValue]) -> Iterator[TaskValue]:
    for up in task.upstream:
        if up not in inside:
            continue
        if up.is_teardown:
            yield from _before_teardown(up, inside)
        elif not any(down is not task and down in inside and not down.is_teardown for down in up.downstream):
            yield up


def _leaves_around(group: GroupValue) -> list[TaskValue]:
    current: GroupValue | None = group
    while current is not None:
        ends = leaves_of(current)
        if ends:
            return ends
        if current.upstream_tasks:
            return list(current.upstream_tasks)
        current = current.parent
    return []


def _note_group_relation(group: GroupValue, item: Any, *, downstream: bool) -> None:
    if downstream:
        return
    if isinstance(item, TaskValue):
        group.upstream_tasks.append(item)
    elif isinstance(item, XComArgValue):
        group.upstream_tasks.extend(item.references)


def _mark_incomplete(node: Any) -> None:
    if isinstance(node, XComArgValue):
        for task in node.references:
            _mark_incomplete(task)
    elif isinstance(node, (TaskValue, GroupValue)) and node.dag is not None:
        node.dag.is_complete = False


def references_in(value: Any) -> Iterator[TaskValue]:
    """Yields the tasks whose output the value holds: what makes a data edge."""
    pending = [value]
    n_seen = 0
    while pending and n_seen < MAX_NESTED:
        item = pending.pop()
        kind = type(item)
        if kind in SCALARS:
            continue
        n_seen += 1
        if kind is XComArgValue or kind is MappedArgumentValue:
            yield from item.references
        elif kind in (ListValue, tuple, SetValue):
            pending.extend(reversed(list(item)[:MAX_NESTED]))
        elif kind is DictValue:
            pending.extend(reversed(list(item.values())[:MAX_NESTED]))

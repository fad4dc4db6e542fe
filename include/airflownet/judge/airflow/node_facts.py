"""What DAGs, groups and tasks tell of themselves: ids, labels, types, and the defaults of what was not given.

Only what is the same on every line and in every configuration: owner, queue, retries and the like come from
``airflow.cfg`` where they were not given.
"""

# ruff: noqa: ARG005 - handlers of one table share one signature
from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow.objects import DagValue, GroupValue, TaskValue
from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.catalogue.literals import NOT_LITERAL
from airflownet.judge.catalogue.members import Kind
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ListValue, NativeMethod, is_concrete

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_TASK_DEFAULTS: Final[dict[str, Any]] = {
    "email": None, "end_date": None, "depends_on_past": False, "wait_for_downstream": False,
    "do_xcom_push": True, "pool_slots": 1, "priority_weight": 1, "pool": "default_pool", "sla": None,
    "max_active_tis_per_dag": None, "max_active_tis_per_dagrun": None, "run_as_user": None,
    "max_retry_delay": None, "ignore_first_depends_on_past": True,
}  # fmt: skip
_DAG_DEFAULTS: Final[dict[str, Any]] = {
    "description": None, "end_date": None, "template_searchpath": None, "user_defined_macros": None,
    "user_defined_filters": None, "access_control": None, "render_template_as_native_obj": False,
}  # fmt: skip
DAG_FACTS: Final = frozenset({"task_count", "topological_sort", "has_task", *_DAG_DEFAULTS})
_LITERAL_LISTS: Final = (tuple, list)
OPEN: Final = "__open__"
"""Attribute of a task that may have been given arguments which the file does not show."""


def task_fact(task: TaskValue, name: str) -> Any:
    """Returns an attribute that any operator has, MISSING for any other."""
    fact = _TASK_FACTS.get(name)
    if fact is not None:
        return fact(task)
    if name not in _TASK_DEFAULTS or task.is_mapped or not isinstance(task.definition, ClassInfo):
        return MISSING
    is_own = task.definition.methods.get(name) is not None or name not in task.definition.init.name_set
    given = task.arguments.get(name, MISSING)
    if is_own or given is not MISSING:
        return MISSING
    return MISSING if OPEN in task.attributes else _TASK_DEFAULTS[name]


def class_constant(task: TaskValue, name: str) -> Any:
    """Returns what the catalogue knows of a class attribute that no argument sets, MISSING if nothing."""
    definition = task.definition
    if not isinstance(definition, ClassInfo) or name in definition.init.name_set:
        return MISSING
    if definition.member_kind(name) is not Kind.CONSTANT or definition.unknown_bases:
        return MISSING
    value = definition.attributes[name].value
    if isinstance(value, _LITERAL_LISTS) and all(map(is_concrete, value)) and Ellipsis not in value:
        return tuple(value) if isinstance(value, tuple) else ListValue(value)
    return value if is_concrete(value) and value not in (NOT_LITERAL, Ellipsis) else MISSING


def _label(task: TaskValue) -> Any:
    group = task.group
    if not isinstance(task.task_id, str) or (group is not None and group.group_id is UNKNOWN):
        return UNKNOWN
    return (
        task.task_id.removeprefix(f"{group.group_id}.")
        if group is not None and group.group_id
        else task.task_id
    )


def _type_of(task: TaskValue) -> Any:
    return UNKNOWN if task.is_mapped or task.operator.startswith("@") else task.operator


def _group_of(task: TaskValue) -> Any:
    return UNKNOWN if task.group is None else task.group


_TASK_FACTS: Final[dict[str, Callable[[TaskValue], Any]]] = {
    "label": _label,
    "node_id": lambda task: task.task_id,
    "task_type": _type_of,
    "operator_name": _type_of,
    "task_group": _group_of,
    "task_display_name": lambda task: task.arguments.get("task_display_name", task.task_id),
    "is_setup": lambda task: task.is_setup,
    "is_teardown": lambda task: task.is_teardown,
    "has_dag": lambda task: NativeMethod("has_dag", lambda *_: task.dag is not None),
}


def converted(name: str, item: Any) -> Any:
    """Returns what the operator keeps of an argument that it converts."""
    if name in ("retry_delay", "max_retry_delay") and type(item) in (int, float):
        try:
            return datetime.timedelta(seconds=item)
        except (OverflowError, ValueError):
            return UNKNOWN
    if name == "retries" and item is None:
        return 0
    if name == "retries" and isinstance(item, str):
        return int(item) if item.isascii() and item.isdecimal() and len(item) < 10 else UNKNOWN
    if name in ("inlets", "outlets", "resources") and not isinstance(item, ListValue):
        return UNKNOWN
    return item


def group_fact(group: GroupValue, name: str) -> Any:
    """Returns an attribute of a task group, MISSING for any other."""
    if name == "label":
        return _label_of_group(group)
    if name == "node_id":
        return group.group_id
    if name == "is_root":
        return group.group_id == ""
    if name == "parent_group":
        return group.parent
    if name == "prefix_group_id":
        return group.prefix
    if name == "has_task":
        return NativeMethod(name, lambda _, args, kwargs: bool(args) and args[0] in group.all_tasks())
    if name == "iter_tasks":
        return NativeMethod(name, lambda *_: ListValue(group.all_tasks(), exact=_is_whole(group)))
    if name == "topological_sort":
        return NativeMethod(name, lambda interpreter, *_: _sorted(interpreter, group))
    if name == "hierarchical_alphabetical_sort":
        return NativeMethod(name, lambda *_: UNKNOWN)
    return MISSING


def _label_of_group(group: GroupValue) -> Any:
    parent = group.parent
    if not isinstance(group.group_id, str) or (parent is not None and not isinstance(parent.group_id, str)):
        return UNKNOWN
    prefix = f"{parent.group_id}." if parent is not None and parent.group_id and parent.prefix else ""
    return group.group_id.removeprefix(prefix)


def _is_whole(group: GroupValue) -> bool:
    return group.dag is not None and group.dag.is_complete


def _sorted(interpreter: Interpreter, group: GroupValue) -> Any:
    """The children in the order of ``TaskGroup.topological_sort``; UNKNOWN where there are groups within."""
    if any(isinstance(child, GroupValue) for child in group.children) or not _is_whole(group):
        return UNKNOWN
    return ListValue(_in_order(interpreter, group))


def _in_order(interpreter: Interpreter, group: GroupValue) -> Iterator[TaskValue]:
    waiting = {child: None for child in group.children if isinstance(child, TaskValue)}
    while waiting:
        n_before = len(waiting)
        interpreter.charge(n_before)
        for task in list(waiting):
            if not any(up in waiting for up in task.upstream):
                yield task
                del waiting[task]
        if len(waiting) == n_before:
            return


def dag_fact(dag: DagValue, name: str) -> Any:
    """Returns an attribute of a DAG, MISSING for any other."""
    if name == "task_count":
        return len(dag.tasks) if dag.is_complete else UNKNOWN
    if name == "topological_sort":
        return NativeMethod(name, lambda interpreter, *_: _sorted(interpreter, dag.root))
    if name == "has_task":
        return NativeMethod(name, lambda _, args, kwargs: _has(dag, (*args, *kwargs.values())))
    if name in _DAG_DEFAULTS and name not in dag.arguments and UNKNOWN not in dag.arguments.values():
        return _DAG_DEFAULTS[name]
    return MISSING


def _has(dag: DagValue, wanted: tuple[Any, ...]) -> Any:
    if len(wanted) != 1 or not isinstance(wanted[0], str):
        return UNKNOWN
    return True if wanted[0] in dag.task_ids else False if dag.is_complete else UNKNOWN

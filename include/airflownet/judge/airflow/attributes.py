"""Attributes and methods of DAGs, tasks, groups and task outputs."""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow import taskflow
from airflownet.judge.airflow.assignment import raise_dag_change, set_role
from airflownet.judge.airflow.checks.ids import child_id
from airflownet.judge.airflow.checks.mapping import check_combined, check_expanded_kwargs, combined_key
from airflownet.judge.airflow.contexts import enter_dag, enter_group, exit_dag, exit_group
from airflownet.judge.airflow.group_mapping import check_duplicates, check_names, refuses_output_keys
from airflownet.judge.airflow.groups import check_group_arguments, expand_group
from airflownet.judge.airflow.node_facts import (
    DAG_FACTS,
    class_constant,
    converted,
    dag_fact,
    group_fact,
    task_fact,
)
from airflownet.judge.airflow.objects import (
    DagValue,
    GroupFactory,
    GroupValue,
    LabelValue,
    PartialOperator,
    SetupTeardownScope,
    TaskDecoratorValue,
    TaskFactory,
    TaskValue,
    XComArgValue,
    add_to_dag,
)
from airflownet.judge.airflow.operator_classes import class_attribute_of_task
from airflownet.judge.airflow.operators import expand_partial
from airflownet.judge.airflow.params_dict import params_of_dag, params_of_task
from airflownet.judge.airflow.relations import add_edge, leaves_of, references_in, roots_of, set_relation
from airflownet.judge.airflow.taskflow import as_teardown
from airflownet.judge.airflow.world import state_of, world_of
from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of, python_type
from airflownet.judge.interpreter.values import (
    ClassValue,
    DictValue,
    ListValue,
    NativeMethod,
    SetValue,
    is_concrete,
    truth,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def _relation_method(node: Any, name: str) -> NativeMethod:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
        other = args[0] if args else kwargs.get("task_or_task_list", kwargs.get("other", UNKNOWN))
        modifier = args[1] if len(args) > 1 else kwargs.get("edge_modifier")
        if isinstance(modifier, (TaskValue, XComArgValue, GroupValue)):
            kind = modifier.operator if isinstance(modifier, TaskValue) else type(modifier).__name__
            shown_kind = {"XComArgValue": "PlainXComArg", "GroupValue": "TaskGroup"}.get(kind, kind)
            message = f"'{shown_kind}' object has no attribute 'add_edge_info'"
            raise Raised("AttributeError", message, "wrong-relation", shown_kind)
        set_relation(interpreter, node, other, downstream=name == "set_downstream")

    return NativeMethod(name, call)


_SHIFTS: Final = {"__rshift__": True, "__rlshift__": True, "__lshift__": False, "__rrshift__": False}
"""Method of ``>>`` and ``<<`` -> whether the other side comes after."""


def _shift_method(node: Any, name: str) -> NativeMethod:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        other = args[0] if args else UNKNOWN
        set_relation(interpreter, node, other, downstream=_SHIFTS[name])
        return other if name in ("__rshift__", "__lshift__") else node

    return NativeMethod(name, call)


def _refuse_positional(name: str, args: list[Any]) -> None:
    if args:
        raise Raised(
            "TypeError",
            f"{name}() takes 1 positional argument but {len(args) + 1} were given",
            "too-many-arguments",
            name,
        )


def _as_setup(value: Any) -> NativeMethod:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        _refuse_positional("as_setup", args)
        for task in value.references if isinstance(value, XComArgValue) else (value,):
            set_role(task, "is_setup", True)
        return value

    return NativeMethod("as_setup", call)


def _as_teardown(value: Any) -> NativeMethod:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        _refuse_positional("as_teardown", args)
        unknown = [name for name in kwargs if name not in ("setups", "on_failure_fail_dagrun")]
        if unknown:
            message = f"as_teardown() got an unexpected keyword argument '{unknown[0]}'"
            raise Raised("TypeError", message, "unknown-argument", unknown[0])
        return as_teardown(interpreter, value, kwargs)

    return NativeMethod("as_teardown", call)


_RELATIVES = frozenset(
    {
        "upstream_list", "downstream_list", "upstream_task_ids", "downstream_task_ids",
        "get_direct_relatives", "get_direct_relative_ids", "get_flat_relatives", "get_flat_relative_ids",
    }
)  # fmt: skip


def _relatives(task: TaskValue, name: str) -> Any:
    """The tasks before or after a task so far."""
    exact = task.dag is not None and task.dag.is_complete
    if name.startswith("get_"):

        def relatives(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
            is_upstream = truth(args[0] if args else kwargs.get("upstream", False)) is True
            tasks = _far(interpreter, task, is_upstream) if "flat" in name else _near(task, is_upstream)
            return _ids(tasks, exact=exact) if name.endswith("_ids") else ListValue(tasks, exact=exact)

        return NativeMethod(name, relatives)
    tasks = _near(task, name.startswith("upstream"))
    return ListValue(tasks, exact=exact) if name.endswith("_list") else _ids(tasks, exact=exact)


def _near(task: TaskValue, is_upstream: bool) -> list[TaskValue]:
    return list(task.upstream if is_upstream else task.downstream)


def _far(interpreter: Interpreter, task: TaskValue, is_upstream: bool) -> list[TaskValue]:
    found: dict[TaskValue, None] = {}
    pending = _near(task, is_upstream)
    while pending:
        other = pending.pop()
        if other not in found:
            found[other] = None
            near = _near(other, is_upstream)
            interpreter.charge(len(near))
            pending.extend(near)
    return list(found)


def _ids(tasks: list[TaskValue], *, exact: bool) -> SetValue:
    ids = [other.task_id for other in tasks]
    return SetValue((one for one in ids if isinstance(one, str)), exact=exact and all(map(is_concrete, ids)))


def _has_own(task: TaskValue, name: str) -> bool:
    """Whether a class of the file gives the task something of that name."""
    parts = mro(task.definition) if isinstance(task.definition, ClassValue) else ()
    return any(isinstance(part, ClassValue) and name in part.attributes for part in parts)


def task_attribute(interpreter: Interpreter, task: TaskValue, name: str) -> Any:
    """Returns an attribute of a task."""
    if name in ("set_upstream", "set_downstream"):
        return _relation_method(task, name)
    if name in _SHIFTS:
        return _shift_method(task, name)
    if name == "output":
        return XComArgValue((task,))
    if name == "task_id":
        return task.task_id
    if name == "as_setup":
        return _as_setup(task)
    if name in _RELATIVES:
        return _relatives(task, name)
    if name == "as_teardown":
        return _as_teardown(task)
    if name == "dag" and task.dag is not None:
        return task.dag
    if name == "dag_id" and task.dag is not None:
        return task.dag.dag_id
    if name in task.attributes:
        return task.attributes[name]
    if not _has_own(task, name):
        if name == "params" and not task.is_mapped:
            return params_of_task(task)
        if (fact := task_fact(task, name)) is not MISSING:
            return fact
    if task.is_mapped:
        return world_of(interpreter).mapped_attribute(task, name)
    if isinstance(task.definition, ClassValue):
        if name in task.arguments:
            return converted(name, task.arguments[name])
        return class_attribute_of_task(interpreter, task, name)
    if name in task.arguments:
        return converted(name, task.arguments[name])
    if (constant := class_constant(task, name)) is not MISSING:
        return constant
    if name == "partial":

        def refuse(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
            raise Raised(
                "TypeError",
                "partial can only be called on Operator classes, not Tasks themselves",
                "not-callable",
            )

        return NativeMethod("partial", refuse)
    return world_of(interpreter).task_attribute(interpreter, task, name)


def _combine(value: XComArgValue, args: list[Any]) -> XComArgValue:
    """Returns what ``zip`` and ``concat`` make of outputs."""
    outputs = [value, *(item for item in args if isinstance(item, XComArgValue))]
    odd = (kind.__name__ for item in args if (kind := python_type(item)) is not None)
    odd_part = next((output.odd_part for output in outputs if output.odd_part), next(odd, ""))
    tasks = tuple(task for output in outputs for task in output.tasks)
    return XComArgValue(tasks, combined_key(value, args), odd_part)


_OF_OUTPUT: Final = frozenset(
    {
        "apply_upstream_relationship", "arg", "args", "callables", "fillvalue", "get_task_map_length",
        "iter_references", "iter_xcom_references", "on_failure_fail_dagrun", "resolve", "update_relative",
    }
)  # fmt: skip
"""What else an output or a combination of outputs has, on any line."""


def output_attribute(interpreter: Interpreter, value: XComArgValue, name: str) -> Any:
    """Returns an attribute of a task's output."""
    if name in ("set_upstream", "set_downstream"):
        return _relation_method(value, name)
    if name in _SHIFTS:
        return _shift_method(value, name)
    if name == "operator" and len(value.tasks) == 1:
        return value.tasks[0]
    if name == "as_setup":
        return _as_setup(value)
    if name == "as_teardown":
        return _as_teardown(value)
    if name == "key":
        return value.key
    if name in ("is_setup", "is_teardown") and len(value.tasks) == 1:
        return getattr(value.tasks[0], name)
    if name in ("map", "zip", "concat"):

        def combine(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> XComArgValue:
            check_combined(name, value, args, line_of(interpreter.world.line))
            return _combine(value, [] if name == "map" else args)

        return NativeMethod(name, combine)
    if name in ("roots", "leaves"):
        return ListValue(value.references)
    if name.startswith("_") or name in _OF_OUTPUT:
        return UNKNOWN
    raise Raised(
        "AttributeError", f"'PlainXComArg' object has no attribute '{name}'", "unknown-attribute", name
    )


def group_attribute(interpreter: Interpreter, group: GroupValue, name: str) -> Any:
    """Returns an attribute of a task group."""
    if name in ("set_upstream", "set_downstream"):
        return _relation_method(group, name)
    if name in _SHIFTS:
        return _shift_method(group, name)
    if name == "add":
        return NativeMethod(name, lambda interpreter, args, kwargs: add_to_group(interpreter, group, args))
    if name == "children":
        return _children(group)
    if name == "get_child_by_label":

        def child(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
            children = _children(group)
            key = child_id(group, args[0] if args else kwargs.get("label", UNKNOWN))
            if isinstance(key, str) and key not in children and children.exact:
                raise Raised("KeyError", repr(key), "bad-value", key)
            return children.get(key, UNKNOWN) if isinstance(key, str) else UNKNOWN

        return NativeMethod(name, child)
    if name == "group_id":
        return None if group.group_id == "" and group.parent is None else group.group_id
    if name == "dag" and group.dag is not None:
        return group.dag
    if name in ("get_roots", "get_leaves"):
        find = roots_of if name == "get_roots" else leaves_of
        return NativeMethod(name, lambda interpreter, args, kwargs: ListValue(find(group)))
    if name in ("roots", "leaves"):
        return ListValue(roots_of(group) if name == "roots" else leaves_of(group))
    if name in ("__enter__", "__exit__"):
        return _context_method(group, name)
    if name in group.attributes:
        return group.attributes[name]
    if (fact := group_fact(group, name)) is not MISSING:
        return fact
    return world_of(interpreter).group_attribute(name)


def _children(group: GroupValue) -> DictValue:
    """``group.children``: id -> task or group, in the order they were added."""
    ids = [child.group_id if isinstance(child, GroupValue) else child.task_id for child in group.children]
    known = {name: child for name, child in zip(ids, group.children, strict=True) if isinstance(name, str)}
    return DictValue(known, exact=len(known) == len(ids))


def child_of_group(interpreter: Interpreter, group: GroupValue, label: Any) -> Any:
    """Returns ``group[label]``, MISSING on the lines where a group has no items.

    Raises:
        Raised: NodeNotFound.
    """
    definition = world_of(interpreter).group_class()
    if definition is None or definition.member_kind("__getitem__") != "function":
        return MISSING
    children = _children(group)
    name = child_id(group, label)
    if name is UNKNOWN or name in children or not children.exact:
        return children.get(name, UNKNOWN)
    raise Raised("NodeNotFound", f"Task {label!r} not found", "bad-value", str(label))


def node_of_dag(interpreter: Interpreter, dag: DagValue, node_id: Any) -> Any:
    """Returns ``dag[node_id]``, MISSING on the lines where a DAG has no items.

    Raises:
        Raised: NodeNotFound.
    """
    definition = world_of(interpreter).dag_class()
    if definition is None or definition.member_kind("__getitem__") != "function":
        return MISSING
    if not is_concrete(node_id) or node_id in dag.task_ids:
        return dag.task_ids.get(node_id, UNKNOWN) if is_concrete(node_id) else UNKNOWN
    if isinstance(node_id, str) and (node_id in dag.used_group_ids or not dag.is_complete):
        return UNKNOWN
    raise Raised("NodeNotFound", f"Task or group {node_id!r} not found", "bad-value", str(node_id))


def items_of_dag(interpreter: Interpreter, dag: DagValue) -> tuple[list[Any], bool]:
    """``for x in dag``: a DAG has no iterator; where it has items, Python asks for that of 0.

    Raises:
        Raised: NodeNotFound or TypeError, unless a class of the file may iterate.
    """
    if dag.cls is not None:
        return [], False
    if node_of_dag(interpreter, dag, 0) is MISSING:
        raise Raised("TypeError", "'DAG' object is not iterable", "wrong-type", "DAG")
    return [], False


def is_in_dag(interpreter: Interpreter, dag: DagValue, value: Any) -> bool | None:
    """``value in dag``: looked for by iterating."""
    items_of_dag(interpreter, dag)
    return None


def add_to_group(interpreter: Interpreter, group: GroupValue, args: list[Any]) -> Any:
    """``group.add(task)``; within ``with`` on a group a task of another group moves.

    Raises:
        Raised: the task is in another group, its DAG's root group included.
    """
    task = args[0] if args else UNKNOWN
    if not isinstance(task, TaskValue):
        return UNKNOWN
    if task.group is not None and task.group is not group and state_of(interpreter).group_stack:
        if task in task.group.children:
            task.group.children.remove(task)
        task.group = None
    if task.group is not None and task.group is not group:
        where = f"in group {task.group.group_id!r}" if task.group.group_id else "in the DAG's root group"
        message = f"cannot add {task.task_id!r} to {group.group_id!r} (already {where})"
        raise Raised("TaskAlreadyInTaskGroup", message, "duplicate-task-id", str(task.task_id))
    if task.group is None:
        task.group = group
        group.children.append(task)
    return task


def _context_method(value: DagValue | GroupValue, name: str) -> NativeMethod:
    """``dag.__enter__()`` or ``group.__enter__()`` in a context manager of the file's own."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if isinstance(value, GroupValue):
            return enter_group(interpreter, value) if name == "__enter__" else exit_group(interpreter, value)
        return enter_dag(interpreter, value) if name == "__enter__" else exit_dag(interpreter, value)

    return NativeMethod(name, call)


def dag_attribute(interpreter: Interpreter, dag: DagValue, name: str) -> Any:
    """Returns an attribute of a DAG."""
    if name == "dag_id":
        return dag.dag_id
    if name == "params" and name not in dag.attributes:
        return params_of_dag(dag)
    if name in dag.attributes:
        return dag.attributes[name]
    if name == "tags" and interpreter.world.line.startswith("3"):
        return _tags_of_3(dag)
    if name in DAG_FACTS and _dag_has(interpreter, name) and (fact := dag_fact(dag, name)) is not MISSING:
        return fact
    if name in ("__enter__", "__exit__"):
        return _context_method(dag, name)
    if name == "schedule" and interpreter.world.line.startswith("2"):
        raise Raised("AttributeError", "'DAG' object has no attribute 'schedule'", "unknown-attribute", name)
    if name == "task_group":
        return dag.root
    if name == "tasks":
        return ListValue(dag.tasks, exact=dag.is_complete)
    if name in ("roots", "leaves"):
        ends = [task for task in dag.tasks if not (task.upstream if name == "roots" else task.downstream)]
        return ListValue(ends, exact=dag.is_complete)
    if name == "task_dict":
        return DictValue(dag.task_ids, exact=dag.is_complete)
    if name == "task_ids":
        return ListValue(dag.task_ids, exact=dag.is_complete)
    if name == "get_task":

        def find(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
            wanted = args[0] if args else kwargs.get("task_id", UNKNOWN)
            if not isinstance(wanted, str):
                return UNKNOWN
            if wanted not in dag.task_ids and dag.is_complete:
                raise Raised("TaskNotFound", f"Task {wanted} not found", "bad-value", wanted)
            return dag.task_ids.get(wanted, UNKNOWN)

        return NativeMethod(name, find)
    if name == "set_dependency":

        def relate(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
            up, down = (*args, *kwargs.values(), UNKNOWN, UNKNOWN)[:2]
            for task_id in (up, down):
                if isinstance(task_id, str) and task_id not in dag.task_ids and dag.is_complete:
                    raise Raised("TaskNotFound", f"Task {task_id} not found", "bad-value", task_id)
            ends = [dag.task_ids.get(end) if isinstance(end, str) else None for end in (up, down)]
            if None in ends:
                dag.is_complete = False
            else:
                set_relation(interpreter, ends[0], ends[1], downstream=True)

        return NativeMethod(name, relate)
    if name in ("add_task", "add_tasks"):

        def add(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
            items: Any = args[:1]
            if name == "add_tasks":
                items = args[0] if args and isinstance(args[0], (ListValue, tuple)) else ()
            for item in items:
                if isinstance(item, TaskValue) and (item.dag is None or item.dag is dag):
                    add_to_dag(interpreter, item, dag, None)
                elif isinstance(item, TaskValue):
                    raise_dag_change(item, line_of(interpreter.world.line))

        return NativeMethod(name, add)
    if name in dag.arguments:
        return dag.arguments[name]
    return world_of(interpreter).dag_attribute(interpreter, dag, name)


def _dag_has(interpreter: Interpreter, name: str) -> bool:
    definition = world_of(interpreter).dag_class()
    return definition is not None and definition.member_kind(name) is not None


def _tags_of_3(dag: DagValue) -> Any:
    """Airflow 3 keeps the tags as a set of its own."""
    given = dag.arguments.get("tags", MISSING)
    if given is MISSING or given is None:
        found = SetValue(exact=given is None or UNKNOWN not in dag.arguments.values())
    elif isinstance(given, (ListValue, SetValue, tuple)) and all(map(is_concrete, given)):
        found = SetValue(given, exact=getattr(given, "exact", True))
    else:
        return UNKNOWN
    dag.attributes["tags"] = found
    return found


def decorator_attribute(interpreter: Interpreter, decorator: TaskDecoratorValue, name: str) -> Any:
    """Returns an attribute of ``dag.task``, which is a partial function: it has no ``branch``."""
    is_partial = decorator.name == "@task" and set(decorator.arguments) == {"dag"}
    if not is_partial or hasattr(functools.partial, name):
        return UNKNOWN
    message = f"'functools.partial' object has no attribute '{name}'"
    raise Raised("AttributeError", message, "unknown-attribute", name)


def factory_attribute(interpreter: Interpreter, factory: TaskFactory, name: str) -> Any:
    """Returns an attribute of a ``@task`` function."""
    return taskflow.factory_attribute(interpreter, factory, name)


def group_factory_attribute(interpreter: Interpreter, factory: GroupFactory, name: str) -> Any:
    """Returns ``.override``, ``.partial`` and ``.expand`` of a ``@task_group`` function."""

    def override(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> GroupFactory:
        check_group_arguments(interpreter, kwargs)
        return GroupFactory(factory.function, {**factory.arguments, **kwargs}, dict(factory.partial))

    def partial(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> GroupFactory:
        check_names(factory.function, kwargs, "partial")
        check_duplicates(factory.partial, kwargs, "duplicate partial")
        return GroupFactory(factory.function, dict(factory.arguments), {**factory.partial, **kwargs})

    def expand(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return expand_group(interpreter, factory, kwargs)

    def expand_kwargs(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        check_expanded_kwargs(args, takes_keys=not refuses_output_keys(interpreter.world.line))
        rows = (
            [row for row in args[0] if isinstance(row, DictValue)] if isinstance(args[0], ListValue) else []
        )
        names = dict.fromkeys(name for row in rows for name in row if isinstance(name, str))
        columns = {name: ListValue(row.get(name, UNKNOWN) for row in rows) for name in names}
        return expand_group(interpreter, factory, columns, args[0])

    methods = {"override": override, "partial": partial, "expand": expand, "expand_kwargs": expand_kwargs}
    return NativeMethod(name, methods[name]) if name in methods else UNKNOWN


def partial_attribute(interpreter: Interpreter, partial: PartialOperator, name: str) -> Any:
    """Returns ``.expand`` and ``.expand_kwargs`` of a partial operator."""

    def expand(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if args:
            message = f"OperatorPartial.expand() takes 1 positional argument but {len(args) + 1} were given"
            raise Raised("TypeError", message, "too-many-arguments", "expand")
        if not kwargs:
            raise Raised("TypeError", "no arguments to expand against", "missing-argument", "expand")
        return expand_partial(interpreter, partial, kwargs)

    def expand_kwargs(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        check_expanded_kwargs(args)
        task = expand_partial(interpreter, partial, {})
        for value in args:
            for up in references_in(value):
                add_edge(interpreter, up, task)
        return task

    methods = {"expand": expand, "expand_kwargs": expand_kwargs}
    if name in methods:
        return NativeMethod(name, methods[name])
    if name.startswith("_") or name in ("kwargs", "params", "operator_class"):
        return UNKNOWN
    raise Raised(
        "AttributeError", f"'OperatorPartial' object has no attribute '{name}'", "unknown-attribute", name
    )


def scope_attribute(interpreter: Interpreter, scope: SetupTeardownScope, name: str) -> Any:
    """Returns ``.add_task`` of a setup context."""
    if name == "add_task":

        def add(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
            for value in args:
                for task in value.references if isinstance(value, XComArgValue) else (value,):
                    if isinstance(task, TaskValue) and task not in scope.tasks:
                        scope.tasks.append(task)

        return NativeMethod(name, add)
    return UNKNOWN


def label_attribute(interpreter: Interpreter, label: LabelValue, name: str) -> Any:
    """Returns an attribute of an edge label."""
    if name in _SHIFTS:
        return _shift_method(label, name)
    return _relation_method(label, name) if name in ("set_upstream", "set_downstream") else UNKNOWN

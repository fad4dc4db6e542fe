"""Attributes and methods of DAGs, tasks, groups and task outputs."""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflownet.judge.loader.airflow_state import (
    DagDecoratorValue,
    DagFactory,
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
)
from airflownet.judge.loader.mapping_checks import check_expanded_kwargs
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.relations import leaves_of, roots_of, set_relation
from airflownet.judge.loader.values import ClassValue, DictValue, ListValue, NativeMethod

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter

Handler = Callable[["Interpreter", Any, str], Any]


def _relation_method(node: Any, name: str) -> NativeMethod:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
        other = args[0] if args else kwargs.get("task_or_task_list", kwargs.get("other", UNKNOWN))
        set_relation(interpreter, node, other, downstream=name == "set_downstream")

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
            task.is_setup = True
        return value

    return NativeMethod("as_setup", call)


def _as_teardown(value: Any) -> NativeMethod:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        from airflownet.judge.loader.taskflow import as_teardown

        _refuse_positional("as_teardown", args)
        unknown = [name for name in kwargs if name not in ("setups", "on_failure_fail_dagrun")]
        if unknown:
            message = f"as_teardown() got an unexpected keyword argument '{unknown[0]}'"
            raise Raised("TypeError", message, "unknown-argument", unknown[0])
        return as_teardown(interpreter, value, kwargs)

    return NativeMethod("as_teardown", call)


def task_attribute(interpreter: Interpreter, task: TaskValue, name: str) -> Any:
    """Returns an attribute of a task."""
    if name in ("set_upstream", "set_downstream"):
        return _relation_method(task, name)
    if name == "output":
        return XComArgValue((task,))
    if name == "task_id":
        return task.task_id
    if name == "as_setup":
        return _as_setup(task)
    if name == "as_teardown":
        return _as_teardown(task)
    if name == "dag" and task.dag is not None:
        return task.dag
    if name in task.attributes:
        return task.attributes[name]
    if isinstance(task.definition, ClassValue):
        from airflownet.judge.loader.operator_classes import class_attribute_of_task

        return (
            task.arguments[name]
            if name in task.arguments
            else class_attribute_of_task(interpreter, task, name)
        )
    if name == "partial":

        def refuse(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
            raise Raised(
                "TypeError",
                "partial can only be called on Operator classes, not Tasks themselves",
                "not-callable",
            )

        return NativeMethod("partial", refuse)
    return interpreter.world.task_attribute(interpreter, task, name)


def output_attribute(interpreter: Interpreter, value: XComArgValue, name: str) -> Any:
    """Returns an attribute of a task's output."""
    if name in ("set_upstream", "set_downstream"):
        return _relation_method(value, name)
    if name == "operator" and len(value.references) == 1:
        return value.references[0]
    if name == "as_setup":
        return _as_setup(value)
    if name == "as_teardown":
        return _as_teardown(value)
    if name == "key":
        return value.key
    if name in ("map", "zip", "concat"):

        def combine(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> XComArgValue:
            others = [
                item
                for argument in args
                if isinstance(argument, XComArgValue)
                for item in argument.references
            ]
            return XComArgValue((*value.references, *others))

        return NativeMethod(name, combine)
    if name in ("roots", "leaves"):
        return ListValue(value.references)
    if name.startswith("_") or name in (
        "resolve",
        "iter_references",
        "iter_xcom_references",
        "update_relative",
    ):
        return UNKNOWN
    if name == "apply_upstream_relationship":
        return UNKNOWN
    raise Raised(
        "AttributeError", f"'PlainXComArg' object has no attribute '{name}'", "unknown-attribute", name
    )


def group_attribute(interpreter: Interpreter, group: GroupValue, name: str) -> Any:
    """Returns an attribute of a task group."""
    if name in ("set_upstream", "set_downstream"):
        return _relation_method(group, name)
    if name == "add":
        return NativeMethod(name, lambda interpreter, args, kwargs: add_to_group(group, args))
    if name == "group_id":
        return group.group_id
    if name == "dag" and group.dag is not None:
        return group.dag
    if name in ("get_roots", "get_leaves"):
        find = roots_of if name == "get_roots" else leaves_of
        return NativeMethod(name, lambda interpreter, args, kwargs: ListValue(find(group)))
    if name in ("roots", "leaves"):
        return ListValue(roots_of(group) if name == "roots" else leaves_of(group))
    return interpreter.world.group_attribute(name)


def add_to_group(group: GroupValue, args: list[Any]) -> Any:
    """``group.add(task)``.

    Raises:
        Raised: the task is in another group, its DAG's root group included.
    """
    task = args[0] if args else UNKNOWN
    if not isinstance(task, TaskValue):
        return UNKNOWN
    if task.group is not None and task.group is not group:
        where = f"in group {task.group.group_id!r}" if task.group.group_id else "in the DAG's root group"
        message = f"cannot add {task.task_id!r} to {group.group_id!r} (already {where})"
        raise Raised("TaskAlreadyInTaskGroup", message, "duplicate-task-id", str(task.task_id))
    if task.group is None:
        task.group = group
        group.children.append(task)
    return task


def dag_attribute(interpreter: Interpreter, dag: DagValue, name: str) -> Any:
    """Returns an attribute of a DAG."""
    if name == "dag_id":
        return dag.dag_id
    if name in dag.attributes:
        return dag.attributes[name]
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
    if name in ("get_task", "has_task"):

        def find(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
            wanted = args[0] if args else kwargs.get("task_id", UNKNOWN)
            if not isinstance(wanted, str):
                return UNKNOWN
            if wanted not in dag.task_ids and dag.is_complete:
                raise Raised("TaskNotFound", f"Task {wanted} not found", "bad-value", wanted)
            return dag.task_ids.get(wanted, UNKNOWN)

        return NativeMethod(name, find) if name == "get_task" else UNKNOWN
    if name == "add_task":

        def add(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
            if args and isinstance(args[0], TaskValue):
                interpreter.add_to_dag(args[0], dag, None)

        return NativeMethod(name, add)
    if name in dag.arguments:
        return dag.arguments[name]
    return interpreter.world.dag_attribute(interpreter, dag, name)


def decorator_attribute(interpreter: Interpreter, decorator: TaskDecoratorValue, name: str) -> Any:
    """Returns ``task.branch.override`` and the like."""
    return UNKNOWN


def factory_attribute(interpreter: Interpreter, factory: TaskFactory, name: str) -> Any:
    """Returns an attribute of a ``@task`` function."""
    from airflownet.judge.loader import taskflow

    return taskflow.factory_attribute(interpreter, factory, name)


def group_factory_attribute(interpreter: Interpreter, factory: GroupFactory, name: str) -> Any:
    """Returns ``.override``, ``.partial`` and ``.expand`` of a ``@task_group`` function."""
    from airflownet.judge.loader.group_objects import expand_group

    def override(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> GroupFactory:
        return GroupFactory(factory.function, {**factory.arguments, **kwargs}, dict(factory.partial))

    def partial(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> GroupFactory:
        return GroupFactory(factory.function, dict(factory.arguments), {**factory.partial, **kwargs})

    def expand(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return expand_group(interpreter, factory, kwargs)

    def expand_kwargs(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        check_expanded_kwargs(args)
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
    from airflownet.judge.loader.operators import expand_partial

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
        from airflownet.judge.loader.relations import add_edge, references_in

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


def _label_attribute(interpreter: Interpreter, label: LabelValue, name: str) -> Any:
    return _relation_method(label, name) if name in ("set_upstream", "set_downstream") else UNKNOWN


def _unknown(interpreter: Interpreter, value: Any, name: str) -> Any:
    return UNKNOWN


AIRFLOW_ATTRIBUTES: dict[type, Handler] = {
    TaskValue: task_attribute,
    XComArgValue: output_attribute,
    GroupValue: group_attribute,
    DagValue: dag_attribute,
    TaskDecoratorValue: decorator_attribute,
    TaskFactory: factory_attribute,
    GroupFactory: group_factory_attribute,
    PartialOperator: partial_attribute,
    SetupTeardownScope: scope_attribute,
    LabelValue: _label_attribute,
    DagFactory: _unknown,
    DagDecoratorValue: _unknown,
}

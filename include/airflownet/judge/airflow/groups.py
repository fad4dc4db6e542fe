"""``TaskGroup(...)`` and ``@task_group``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.checks.argument_checks import groups as argument_groups
from airflownet.judge.airflow.checks.groups import NO_DEFAULTS, check_group_values
from airflownet.judge.airflow.checks.ids import check_group_key, child_id, refuse_no_text, refuse_object
from airflownet.judge.airflow.contexts import enter_group, exit_group
from airflownet.judge.airflow.databricks_workflow import MARK
from airflownet.judge.airflow.group_mapping import check_group_mapping
from airflownet.judge.airflow.objects import (
    DagValue,
    GroupDecoratorValue,
    GroupFactory,
    GroupValue,
    MappedArgumentValue,
)
from airflownet.judge.airflow.relations import references_in, set_relation
from airflownet.judge.airflow.roles import WORKFLOW_GROUP
from airflownet.judge.airflow.world import state_of, world_of
from airflownet.judge.interpreter.classes.instances import is_plain_object
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiValue, DictValue, FunctionValue, is_concrete, truth

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_POSITIONAL = ("group_id", "prefix_group_id", "parent_group", "dag", "default_args", "tooltip")
_CHECKED = frozenset(
    {*argument_groups()["task group"].rows, *argument_groups()["task group of 2"].rows, "default_args"}
)


def build_group(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> GroupValue:
    """Returns the group that ``TaskGroup(...)`` makes."""
    world_of(interpreter).check_call(value, args, kwargs, is_open=is_open)
    if value.path.endswith(WORKFLOW_GROUP):
        group = make_group(interpreter, kwargs)
        group.attributes[MARK] = True
        return group
    names = world_of(interpreter).positional_names(value) if len(args) > 1 else ()
    return make_group(interpreter, named_arguments(args, kwargs, names))


def named_arguments(args: list[Any], kwargs: dict[str, Any], names: tuple[str, ...] = ()) -> dict[str, Any]:
    """Returns the arguments of ``TaskGroup`` by name; ``names`` are its parameters on the line."""
    return {**dict(zip(names or _POSITIONAL, args, strict=False)), **kwargs}


def make_group(
    interpreter: Interpreter, arguments: dict[str, Any], group: GroupValue | None = None
) -> GroupValue:
    """Builds a group in its DAG and parent group; ``group`` is one of a class of the file, filled in here.

    Raises:
        Raised: a bad or repeated id, or no DAG.
    """
    state = state_of(interpreter)
    dag = arguments.get("dag")
    if not isinstance(dag, DagValue):
        dag = state.current_dag() if dag is None else dag
    given_parent = arguments.get("parent_group")
    parent = given_parent if isinstance(given_parent, GroupValue) else None
    if parent is None and given_parent is None:
        parent = state.current_group(dag if isinstance(dag, DagValue) else None)
    if parent is not None:
        dag = parent.dag
    if dag is None:
        exception = "RuntimeError" if interpreter.world.line.startswith("3") else "AirflowException"
        raise Raised(exception, "TaskGroup can only be used inside a dag", "no-dag-for-task")
    group_id = arguments.get("group_id", UNKNOWN)
    if is_concrete(group_id):
        check_group_key(group_id)
    elif is_plain_object(group_id):
        refuse_object(group_id)
    else:
        refuse_no_text(group_id)
    if not _CHECKED.isdisjoint(arguments):
        check_group_values(arguments, interpreter.world.line)
    if isinstance(dag, DagValue):
        may_add = truth(arguments.get("add_suffix_on_collision", False))
        group_id = _unique(dag, parent, group_id, may_add, is_3=interpreter.world.line.startswith("3"))
    prefix = truth(arguments.get("prefix_group_id", True))
    default_args: dict[str, Any] = dict(parent.default_args) if parent is not None else {}
    own = arguments.get("default_args")
    if isinstance(own, DictValue):
        default_args.update(own)
    if own is None and "default_args" in arguments and interpreter.world.line.startswith("3"):
        default_args = {NO_DEFAULTS: None}
    group = group if group is not None else GroupValue(UNKNOWN, None, None, {})
    group.group_id, group.dag = child_id(parent, group_id), dag if isinstance(dag, DagValue) else None
    group.parent, group.default_args, group.prefix = parent, default_args, prefix is not False
    if parent is not None:
        parent.children.append(group)
    if isinstance(dag, DagValue) and isinstance(group.group_id, str):
        ids = (group.group_id, f"{group.group_id}.upstream_join_id", f"{group.group_id}.downstream_join_id")
        dag.used_group_ids.update(ids)
    return group


def _unique(
    dag: DagValue, parent: GroupValue | None, group_id: Any, add_suffix: bool | None, *, is_3: bool
) -> Any:
    """Returns the id with a suffix where it is taken; Airflow 2 looks for it without its prefix."""
    prefixed = child_id(parent, group_id)
    full = prefixed if is_3 else group_id
    if not isinstance(full, str):
        return group_id
    if full not in dag.used_group_ids and full not in dag.task_ids:
        is_taken = prefixed in dag.used_group_ids or prefixed in dag.task_ids
        if not is_3 and isinstance(prefixed, str) and is_taken:
            message = f"Task Group id '{prefixed}' has already been added to the DAG"
            raise Raised("DuplicateTaskIdFound", message, "duplicate-task-id", prefixed)
        return group_id
    if not add_suffix:
        raise Raised(
            "DuplicateTaskIdFound", f"group_id '{group_id}' has already been added to the DAG",
            "duplicate-task-id", full,
        )  # fmt: skip
    base = re.split(r"__\d+$", full)[0]
    pattern = re.compile(rf"^{re.escape(base)}__(\d+)$")
    numbers = [int(match[1]) for used in dag.used_group_ids if (match := pattern.match(used))]
    return f"{re.split(r'__[0-9]+$', group_id)[0]}__{max(numbers, default=0) + 1}"


def group_decorator(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """``@task_group`` and ``@task_group(...)``.

    Raises:
        Raised: an argument that ``TaskGroup`` does not take.
    """
    check_group_arguments(interpreter, kwargs)
    if args and isinstance(args[0], FunctionValue) and not kwargs:
        return GroupFactory(args[0], {})
    return GroupDecoratorValue(dict(kwargs))  # what is given by position and is no function is left out


def check_group_arguments(interpreter: Interpreter, kwargs: dict[str, Any]) -> None:
    """Raises for an argument that ``TaskGroup`` does not take."""
    known = world_of(interpreter).group_parameters()
    unknown = [name for name in kwargs if known is not None and name not in known]
    if unknown:
        message = f"got an unexpected keyword argument {unknown[0]!r}"
        raise Raised("TypeError", message, "unknown-argument", unknown[0])


def decorate_group(
    interpreter: Interpreter,
    decorator: GroupDecoratorValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> Any:
    """Applies ``@task_group(...)`` to a function."""
    return (
        GroupFactory(args[0], decorator.arguments) if args and isinstance(args[0], FunctionValue) else UNKNOWN
    )


def call_group(
    interpreter: Interpreter,
    factory: GroupFactory,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
    mapped_over: Any = None,
) -> Any:
    """Calls a ``@task_group`` function: its return value, else the group.

    ``mapped_over`` is what ``expand`` was given: the group's first tasks wait for the outputs in it.
    """
    arguments = dict(factory.arguments)
    arguments.setdefault("group_id", factory.function.name)
    arguments["add_suffix_on_collision"] = True
    group = make_group(interpreter, arguments)
    group.is_mapped = mapped_over is not None
    enter_group(interpreter, group)
    try:
        value = interpreter.call(factory.function, args, kwargs, is_open=is_open)
        for task in references_in(mapped_over):
            set_relation(interpreter, group, task, downstream=False)
    finally:
        exit_group(interpreter, group)
    return group if value is None else value


def expand_group(
    interpreter: Interpreter, factory: GroupFactory, kwargs: dict[str, Any], rows: Any = None
) -> Any:
    """``group.expand(x=...)``: the function gets a stand-in for each mapped argument.

    ``rows`` are those of ``group.expand_kwargs``: an output may hold any argument.
    """
    check_group_mapping(factory, kwargs, interpreter.world.line, by_rows=rows is not None)
    mapped = dict(factory.partial)  # which a call without expand leaves out
    mapped |= {name: MappedArgumentValue(tuple(references_in(value))) for name, value in kwargs.items()}
    if rows is None:
        over = DictValue(kwargs)
        return call_group(interpreter, factory, [], mapped, is_open=False, mapped_over=over)
    spec = factory.function.node.args
    for parameter in (*spec.args, *spec.kwonlyargs) if isinstance(factory.function, FunctionValue) else ():
        if parameter.arg not in factory.partial:
            mapped.setdefault(parameter.arg, MappedArgumentValue(tuple(references_in(rows))))
    return call_group(interpreter, factory, [], mapped, is_open=True, mapped_over=rows)

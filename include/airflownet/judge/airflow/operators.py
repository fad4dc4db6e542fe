"""Operators: ``SomeOperator(task_id=...)``, ``.partial().expand()``, and operator classes of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.checks.groups import check_defaults
from airflownet.judge.airflow.checks.ids import check_key, child_id, refuse_no_text, refuse_object
from airflownet.judge.airflow.checks.mapping import (
    check_mapped_arguments,
    check_mapped_place,
    check_mapped_values,
)
from airflownet.judge.airflow.checks.task_arguments import (
    check_fail_fast,
    check_task_values,
    check_virtualenv,
)
from airflownet.judge.airflow.node_facts import OPEN
from airflownet.judge.airflow.objects import DagValue, GroupValue, PartialOperator, TaskValue, add_to_dag
from airflownet.judge.airflow.opaque_packages import is_opaque_operator
from airflownet.judge.airflow.relations import add_edge, references_in
from airflownet.judge.airflow.world import state_of, world_of
from airflownet.judge.interpreter.classes.instance_text import text_of
from airflownet.judge.interpreter.classes.instances import has_plain_bases
from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of, python_type, shown_type
from airflownet.judge.interpreter.values import (
    SCALARS,
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    ListValue,
    NativeMethod,
    PythonValue,
    SetValue,
    truth,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_HIDDEN = ("task_id", "dag", "task_group")


def is_operator(interpreter: Interpreter, value: ApiValue) -> bool:
    """Whether calling the name builds a task."""
    if value.definition is None and _has_packages(interpreter) and is_opaque_operator(value.path):
        return True
    return world_of(interpreter).is_operator(value)


def _has_packages(interpreter: Interpreter) -> bool:
    """Whether the project says which packages there are."""
    return interpreter.project is not None and interpreter.project.is_read


def operator_base(interpreter: Interpreter, cls: ClassValue) -> ApiValue | None:
    """Returns the operator class of Airflow that a class of the file derives from, None for others."""
    for base in mro(cls):
        if isinstance(base, ApiValue) and is_operator(interpreter, base):
            return base
    return None


def call_operator(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> TaskValue:
    """Returns the task that ``SomeOperator(...)`` builds.

    Raises:
        Raised: arguments that the class does not take or misses, a bad or repeated id.
    """
    if args:
        raise Raised(
            "TypeError" if interpreter.world.line.startswith("3") else "AirflowException",
            "Use keyword arguments when initializing operators",
            "positional-arguments",
        )
    within = context_of(interpreter, kwargs)
    arguments = with_default_args(interpreter, value, kwargs, within)
    is_open = is_open or defaults_are_open(*within, kwargs)
    world_of(interpreter).check_operator(interpreter, value, arguments, kwargs, is_open=is_open)
    return build_task(
        interpreter, arguments, value.path.rpartition(".")[2], value.path.rpartition(".")[0],
        definition=value.definition, is_open=is_open,
        within=None if "dag" in arguments or "task_group" in arguments else within,
    )  # fmt: skip


def context_of(interpreter: Interpreter, kwargs: dict[str, Any]) -> tuple[Any, GroupValue | None]:
    """Returns the DAG (None, or UNKNOWN) and the group a task is built in."""
    state = state_of(interpreter)
    group = kwargs.get("task_group")
    dag = kwargs.get("dag")
    if dag is None and group is None:
        dag = state.current_dag()
        if dag is None and interpreter.world.line.startswith("3"):
            return None, None  # a group counts only where the DAG is known
        return dag, state.current_group(dag)
    if dag is None and isinstance(group, GroupValue):
        dag = group.dag
    if dag is None:
        dag = state.current_dag()
    if not isinstance(group, GroupValue):
        group = state.current_group(dag if isinstance(dag, DagValue) else None)
    return dag, group


def default_args_of(dag: Any, group: GroupValue | None, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Returns the DAG's, the group's and the task's ``default_args``, the later ones winning."""
    defaults: dict[str, Any] = {}
    for source in (
        dag.arguments.get("default_args") if isinstance(dag, DagValue) else None,
        group.default_args if group is not None else None,
        kwargs.get("default_args"),
    ):
        if source and isinstance(source, dict):
            defaults.update({key: item for key, item in source.items() if isinstance(key, str)})
    if defaults:
        defaults.pop("params", None)
        check_defaults(defaults)
    return defaults


def defaults_are_open(dag: Any, group: GroupValue | None, kwargs: dict[str, Any]) -> bool:
    """Whether ``default_args`` may give arguments that the file does not show."""
    if dag is UNKNOWN:
        return True
    for source in (
        dag.arguments.get("default_args") if isinstance(dag, DagValue) else None,
        group.default_args if group is not None else None,
        kwargs.get("default_args"),
    ):
        if source is not None and not getattr(source, "exact", source is not UNKNOWN):
            return True
    return False


def with_default_args(
    interpreter: Interpreter,
    value: Any,
    kwargs: dict[str, Any],
    within: tuple[Any, GroupValue | None] | None = None,
) -> dict[str, Any]:
    """Returns the arguments with those ``default_args`` filled in that the class takes.

    ``within`` is what ``context_of`` gives, where it is known already.
    """
    dag, group = context_of(interpreter, kwargs) if within is None else within
    defaults = default_args_of(dag, group, kwargs)
    if not defaults:
        return dict(kwargs)
    interpreter.charge(len(defaults))
    accepted = world_of(interpreter).parameter_names(value)
    if accepted is not None:
        defaults = {name: item for name, item in defaults.items() if name in accepted}
    return {**defaults, **kwargs}


def build_task(
    interpreter: Interpreter,
    arguments: dict[str, Any],
    operator: str,
    module: str,
    *,
    definition: Any = None,
    is_open: bool = False,
    is_mapped: bool = False,
    docstring: str = "",
    add_edges: bool = True,
    task: TaskValue | None = None,
    within: tuple[Any, GroupValue | None] | None = None,
) -> TaskValue:
    """Makes the task, puts it into its DAG and group, and draws the edges its arguments imply."""
    if within is None:
        within = context_of(interpreter, arguments)
        _check_place(within[0], arguments)
    dag, group = within
    task_id = arguments.get("task_id", UNKNOWN)
    if type(task_id) is Instance:
        task_id = key_of_member(interpreter, task_id, group)
    if isinstance(task_id, str):
        key: Any = child_id(group, task_id)
        if key is not UNKNOWN and not is_mapped:
            is_whole = line_of(interpreter.world.line) >= (2, 10)  # before, without the groups' ids
            check_key(key if is_whole else task_id, "task_id", interpreter.world.line)
    else:
        if not is_mapped:
            _check_odd_id(interpreter, task_id)
        key = UNKNOWN
    rule = arguments.get("trigger_rule")
    if rule is not None and isinstance(dag, DagValue):
        check_fail_fast(dag.arguments, rule)
    if is_mapped:
        check_mapped_place(group)
    else:
        check_task_values(arguments, interpreter.world.line, world_of(interpreter).trigger_rules())
        _check_class(interpreter, definition, arguments, is_open=is_open)
    if task is None:
        line = interpreter.line_here()
        task = TaskValue(UNKNOWN, operator, module, {}, line, docstring=docstring, definition=definition)
    task.is_mapped = is_mapped
    if is_open:
        task.attributes[OPEN] = True
    task.task_id = key
    task.arguments = dict(arguments)
    for name in _HIDDEN:
        task.arguments.pop(name, None)
    if dag is UNKNOWN or (dag is not None and not isinstance(dag, DagValue)):
        task.attributes["dag_unknown"] = True
    state_of(interpreter).tasks.append(task)
    if isinstance(dag, DagValue):
        add_to_dag(interpreter, task, dag, group)
    elif group is not None:
        group.children.append(task)
        task.group = group
    if state_of(interpreter).setup_stack:
        state_of(interpreter).setup_stack[-1].tasks.append(task)
    if add_edges:
        add_data_edges(interpreter, task, arguments)
    return task


def key_of_member(interpreter: Interpreter, member: Instance, group: GroupValue | None) -> Any:
    """Returns the text that a member of an enumeration of texts is as an id, UNKNOWN for other objects.

    Raises:
        Raised: the object is certainly no text.
    """
    if isinstance(member.plain, str):
        within = group is not None and child_id(group, "") != ""
        return text_of(interpreter, member) if within else member.plain
    if member.plain is None and has_plain_bases(member.cls):
        refuse_object(member)
    return UNKNOWN


def _check_class(
    interpreter: Interpreter, definition: Any, arguments: dict[str, Any], *, is_open: bool
) -> None:
    """Raises what the operator's own class refuses."""
    if isinstance(definition, ClassValue):
        base = operator_base(interpreter, definition)
        definition = None if base is None else base.definition
    world_of(interpreter).check_class_values(definition, arguments, is_open=is_open)
    check_virtualenv(interpreter, definition)
    world_of(interpreter).check_guards(definition, arguments, is_open=is_open)


def _check_place(dag: Any, arguments: dict[str, Any]) -> None:
    """Raises what Airflow raises for a known ``dag`` or ``task_group`` that is none."""
    kind = python_type(dag) if dag is not None and type(dag) is not DagValue else None
    if kind is not None:
        name = f"'{kind.__name__}' object has no attribute 'task_group' (dag)"
        raise Raised("AttributeError", name, "bad-value", "dag")
    if "task_group" not in arguments:
        return
    group_kind = python_type(arguments["task_group"])
    if group_kind not in (None, type(None)) and truth(arguments["task_group"]):
        name = f"'{group_kind.__name__}' object has no attribute 'default_args' (task_group)"
        raise Raised("AttributeError", name, "bad-value", "task_group")


def _check_odd_id(interpreter: Interpreter, task_id: Any) -> None:
    """Raises what Airflow raises for a known task_id that is no text."""
    if isinstance(task_id, (ListValue, DictValue, SetValue)) and interpreter.world.line.startswith("3"):
        raise Raised("TypeError", f"unhashable type: '{shown_type(task_id)}'", "invalid-id", "task_id")
    refuse_no_text(task_id)
    if python_type(task_id) is not None:
        check_key(task_id, "task_id")


def add_data_edges(interpreter: Interpreter, task: TaskValue, arguments: dict[str, Any]) -> None:
    """Draws an edge from every task whose output is among the arguments."""
    for name, value in arguments.items():
        if type(value) in SCALARS:
            continue
        for up in references_in(value):
            if not task.is_mapped:
                fields = world_of(interpreter).template_fields(task.definition)
                if fields is not None and name not in fields:
                    break
            if up is not task:
                add_edge(interpreter, up, task)


def _check_names(interpreter: Interpreter, cls: Any, kwargs: dict[str, Any], method: str) -> None:
    """Raises what ``partial`` or ``expand`` raises for names that no ``__init__`` on the way has."""
    order = mro(cls) if isinstance(cls, ClassValue) else (cls,)
    known: set[str] = set()
    for part in order:
        init = part.attributes.get("__init__") if isinstance(part, ClassValue) else None
        if isinstance(init, FunctionValue):
            spec = init.node.args
            known.update(parameter.arg for parameter in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs))
        elif init is not None:
            return
    bases = [part for part in order if not isinstance(part, (ClassValue, PythonValue))]
    if len(bases) == 1 and isinstance(bases[0], ApiValue):
        unknown = {name: item for name, item in kwargs.items() if name not in known}
        name = cls.name if isinstance(cls, ClassValue) else ""
        world_of(interpreter).check_partial(bases[0], unknown, method, name)


def partial_method(cls: Any) -> NativeMethod:
    """Returns ``SomeOperator.partial``."""

    def partial(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> PartialOperator:
        if args:
            raise Raised(
                "TypeError", "partial() takes 1 positional argument but more were given", "too-many-arguments"
            )
        if "task_id" not in kwargs:
            raise Raised(
                "TypeError",
                "partial() missing 1 required keyword-only argument: 'task_id'",
                "missing-argument",
                "task_id",
            )
        _check_names(interpreter, cls, kwargs, "partial")
        dag, group = context_of(interpreter, kwargs)
        return PartialOperator(cls, dict(kwargs), interpreter.line_here(), dag, group)

    return NativeMethod("partial", partial)


def expand_partial(interpreter: Interpreter, partial: PartialOperator, kwargs: dict[str, Any]) -> TaskValue:
    """``SomeOperator.partial(...).expand(...)``: one mapped task."""
    cls = partial.cls
    _check_names(interpreter, cls, kwargs, "expand")
    operator = cls.name if isinstance(cls, ClassValue) else cls.path.rpartition(".")[2]
    module = "" if isinstance(cls, ClassValue) else cls.path.rpartition(".")[0]
    given = {**default_args_of(partial.dag, partial.group, partial.arguments), **partial.arguments}
    check_mapped_values(given, interpreter.world.line, is_decorated=False)
    if kwargs:
        check_mapped_arguments(kwargs, partial.arguments, interpreter.world.line, operator)
    arguments = {**partial.arguments, **kwargs}
    if isinstance(partial.dag, DagValue):
        arguments["dag"] = partial.dag
        if partial.group is not None and partial.group is not partial.dag.root:
            arguments["task_group"] = partial.group
    definition = cls if isinstance(cls, ClassValue) else cls.definition
    task = build_task(interpreter, arguments, operator, module, definition=definition, is_mapped=True)
    task.mapped = tuple(kwargs) or ("*",)
    return task

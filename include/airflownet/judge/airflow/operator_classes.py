"""Operator classes that the file itself defines: their ``__init__`` is followed up to Airflow's own.

Airflow wraps each ``__init__`` of an operator class (``BaseOperatorMeta._apply_defaults``): keywords only,
``default_args`` filled in, required arguments checked; ``dag``, ``task_group`` and ``default_args`` go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow.objects import DagValue, TaskValue
from airflownet.judge.airflow.operators import (
    add_data_edges,
    build_task,
    context_of,
    default_args_of,
    defaults_are_open,
    is_operator,
    operator_base,
    partial_method,
    with_default_args,
)
from airflownet.judge.airflow.relations import add_edge, references_in
from airflownet.judge.airflow.world import world_of
from airflownet.judge.interpreter.classes.instantiation import refuse_abstract
from airflownet.judge.interpreter.classes.lookup import bind_method, find_in_class, mro
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of
from airflownet.judge.interpreter.values import (
    ApiValue,
    ClassValue,
    FunctionValue,
    ListValue,
    NativeMethod,
    SuperValue,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


POKE_MODE_ONLY: Final = "<poke_mode_only>"
"""Attribute of a sensor class of the file that ``@poke_mode_only`` decorates."""


def instantiate_operator(
    interpreter: Interpreter,
    cls: ClassValue,
    base: ApiValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> TaskValue:
    """Builds a task of an operator class of the file.

    Raises:
        Raised: what one of the ``__init__`` on the way raises.
    """
    refuse_abstract(cls)
    refuse_positional(interpreter, args)
    task = TaskValue(UNKNOWN, cls.name, "", {}, interpreter.line_here(), definition=cls)
    _initialise(interpreter, task, cls, None, kwargs, is_open=is_open)
    if not task.attributes.pop("__built__", False) and interpreter.maybe_depth == 0:
        task.attributes["__no_init__"] = True
        return task
    _template_edges(interpreter, task, cls, base)
    return task


def _initialise(
    interpreter: Interpreter,
    task: TaskValue,
    cls: ClassValue,
    after: ClassValue | None,
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> None:
    """Runs the next ``__init__`` in the method order, as Airflow's wrapper does."""
    init = find_in_class(cls, "__init__", after=after)
    if not isinstance(init, FunctionValue):
        if _has_own_init(cls, after) or _has_two_bases(interpreter, cls):
            kwargs, is_open = _of_airflow(interpreter, cls, kwargs), True
        _initialise_base(interpreter, task, cls, kwargs, is_open=is_open)
        return
    dag, group = context_of(interpreter, kwargs)
    given = dict(kwargs)
    given.pop("default_args", None)
    defaults = default_args_of(dag, group, kwargs)
    spec = init.node.args
    parameters = [p.arg for p in (*spec.args[1:], *spec.kwonlyargs)]
    for name in parameters:
        if name not in given and name in defaults:
            given[name] = defaults[name]
    is_open = is_open or defaults_are_open(dag, group, kwargs)
    _check_missing(interpreter, init, given, is_open=is_open)
    if dag is not None and interpreter.world.line.startswith("3"):
        given["dag"] = dag
        if group is not None:
            given.setdefault("task_group", group)
    given["default_args"] = kwargs.get("default_args")
    interpreter.call(init, [task], given, is_open=is_open)


def _has_own_init(cls: ClassValue, after: ClassValue | None) -> bool:
    """Whether a class of the file has an ``__init__`` that could not be followed: a decorated one."""
    order = mro(cls)
    start = order.index(after) + 1 if after in order else 0
    return any(isinstance(base, ClassValue) and "__init__" in base.attributes for base in order[start:])


def _has_two_bases(interpreter: Interpreter, cls: ClassValue) -> bool:
    """Whether it derives from two operators of Airflow: the first may hand what it lacks to the second."""
    bases = [base for base in mro(cls) if isinstance(base, ApiValue) and is_operator(interpreter, base)]
    return len(bases) > 1


def _of_airflow(interpreter: Interpreter, cls: ClassValue, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments that Airflow's own class knows: the others are for an ``__init__`` not followed."""
    base = operator_base(interpreter, cls)
    accepted = None if base is None else world_of(interpreter).parameter_names(base)
    return {name: value for name, value in kwargs.items() if accepted is None or name in accepted}


def _check_missing(
    interpreter: Interpreter, init: FunctionValue, given: dict[str, Any], *, is_open: bool
) -> None:
    spec = init.node.args
    positional = spec.args[1:]
    n_required = len(spec.args) - len(init.defaults) - 1
    required = [p.arg for p in positional[: max(n_required, 0)]]
    required += [p.arg for p in spec.kwonlyargs if p.arg not in init.keyword_defaults]
    missing = sorted(name for name in required if name not in given and name != "task_id")
    if missing and not is_open:
        plural = "s" if len(missing) > 1 else ""
        exception = "TypeError" if interpreter.world.line.startswith("3") else "AirflowException"
        listed = ", ".join(repr(name) for name in missing)
        raise Raised(exception, f"missing keyword argument{plural} {listed}", "missing-argument", missing[0])


def _initialise_base(
    interpreter: Interpreter, task: TaskValue, cls: ClassValue, kwargs: dict[str, Any], *, is_open: bool
) -> None:
    """Airflow's own ``__init__``: checks the arguments and builds the task."""
    base = operator_base(interpreter, cls)
    if base is None:
        return
    is_open = is_open or defaults_are_open(*context_of(interpreter, kwargs), kwargs)
    arguments = with_default_args(
        interpreter, base, {k: v for k, v in kwargs.items() if v is not None or k != "default_args"}
    )
    checked = {
        name: value for name, value in arguments.items() if name not in ("dag", "task_group", "default_args")
    }
    world_of(interpreter).check_operator(interpreter, base, checked, kwargs, is_open=is_open)
    build_task(
        interpreter, arguments, cls.name, "", definition=cls, is_open=is_open, add_edges=False, task=task
    )
    task.attributes["__built__"] = True
    if line_of(interpreter.world.line) >= (2, 10) and not _is_wrapped(interpreter, cls):
        message = "'function' object has no attribute '__wrapped__'"
        raise Raised("AttributeError", message, "unknown-attribute", "__wrapped__")
    mode = checked.get("mode", "poke")
    if mode != "poke" and isinstance(mode, str) and find_in_class(cls, POKE_MODE_ONLY) is True:
        message = f"Cannot set mode to '{mode}'. Only 'poke' is acceptable"
        raise Raised("ValueError", message, "bad-value", mode)


def _is_wrapped(interpreter: Interpreter, cls: ClassValue) -> bool:
    """Whether Airflow wraps the ``__init__``: since 2.10 not one that a mixin, its first base, has."""
    while "__init__" not in cls.attributes:
        first = mro(cls)[1]
        if not isinstance(first, ClassValue):
            return True
        if find_in_class(first, "__init__") is not find_in_class(cls, "__init__"):
            return True
        if operator_base(interpreter, first) is None:
            return False
        cls = first
    return True


def refuse_positional(interpreter: Interpreter, args: list[Any]) -> None:
    """Raises what Airflow raises for arguments of an operator that are given by position."""
    if args:
        exception = "TypeError" if interpreter.world.line.startswith("3") else "AirflowException"
        message = "Use keyword arguments when initializing operators"
        raise Raised(exception, message, "positional-arguments")


def initialise_base(
    interpreter: Interpreter,
    task: TaskValue,
    cls: Any,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool = False,
) -> None:
    """``SomeOperator.__init__(self, ...)``, called by name."""
    refuse_positional(interpreter, args)
    if isinstance(cls, ClassValue):
        _initialise_base(interpreter, task, cls, kwargs, is_open=is_open)


def super_init(value: SuperValue) -> NativeMethod:
    """Returns ``super().__init__`` within an operator class of the file."""

    def call(
        interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any], *, is_open: bool = False
    ) -> None:
        refuse_positional(interpreter, args)
        task = value.receiver
        _initialise(interpreter, task, task.definition, value.cls, kwargs, is_open=is_open)

    return NativeMethod("__init__", call, takes_open=True)


def _template_edges(interpreter: Interpreter, task: TaskValue, cls: ClassValue, base: ApiValue) -> None:
    fields = find_in_class(cls, "template_fields")
    if not isinstance(fields, (tuple, ListValue)):
        task.definition, own = base.definition, task.definition
        add_data_edges(interpreter, task, task.arguments)
        task.definition = own
        return
    for name in fields:
        value = task.attributes.get(name, task.arguments.get(name)) if isinstance(name, str) else None
        for up in references_in(value):
            if up is not task and isinstance(task.dag, DagValue):
                add_edge(interpreter, up, task)


def class_attribute_of_task(interpreter: Interpreter, task: TaskValue, name: str) -> Any:
    """Returns a method or attribute that the file's class gives the task, UNKNOWN when its base may."""
    for part in mro(task.definition):
        if isinstance(part, ClassValue) and name in part.attributes:
            return bind_method(interpreter, part.attributes[name], task)
    base = operator_base(interpreter, task.definition)
    return UNKNOWN if base is None else world_of(interpreter).operator_member(base, task.operator, name)


def method_of_base(interpreter: Interpreter, value: SuperValue, name: str) -> Any:
    """Returns ``super().name`` within an operator class of the file, MISSING for what any object has."""
    if name == "__init__":
        return super_init(value)
    base = operator_base(interpreter, value.receiver.definition)
    if isinstance(base, ApiValue) and not name.startswith("__"):
        world_of(interpreter).operator_member(base, "super", name)
    if name.startswith("__init") and name != "__init_subclass__":
        raise Raised("AttributeError", f"'super' object has no attribute '{name}'", "unknown-attribute", name)
    return MISSING


def partial_of_class(interpreter: Interpreter, cls: ClassValue, base: ApiValue, name: str) -> Any:
    """Returns ``OwnOperator.partial``, MISSING for any other name."""
    return partial_method(cls) if name == "partial" and is_operator(interpreter, base) else MISSING

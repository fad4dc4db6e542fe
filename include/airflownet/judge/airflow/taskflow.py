"""``@task``, ``@task.branch``, ``@setup``, ``@teardown`` and calls of what they decorate."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow.assignment import set_role
from airflownet.judge.airflow.checks.argument_checks import check_arguments_as_given
from airflownet.judge.airflow.checks.ids import check_key, child_id, refuse_no_text
from airflownet.judge.airflow.checks.mapping import (
    check_always,
    check_call_of_task,
    check_expanded_kwargs,
    check_mapped_values,
    check_output_keys,
)
from airflownet.judge.airflow.context_keys import (
    check_context_defaults,
    check_context_order,
    check_mapped_context,
    context_keys,
)
from airflownet.judge.airflow.decorated import check_decorated_function
from airflownet.judge.airflow.group_mapping import check_duplicates, check_names
from airflownet.judge.airflow.objects import (
    DagValue,
    TaskDecoratorValue,
    TaskFactory,
    TaskValue,
    XComArgValue,
)
from airflownet.judge.airflow.operators import build_task, context_of, default_args_of, with_default_args
from airflownet.judge.airflow.relations import add_edge, references_in
from airflownet.judge.airflow.world import world_of
from airflownet.judge.interpreter.binding import bind
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of, python_type, shown_type
from airflownet.judge.interpreter.values import (
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    ListValue,
    MethodValue,
    NativeMethod,
    is_concrete,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def decorator_value(value: ApiValue, name: str) -> TaskDecoratorValue:
    """Returns ``task.<name>``."""
    return TaskDecoratorValue(f"@task.{name}" if name else "@task", value.path.rpartition(".")[0])


def task_decorator(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """``@task`` and ``@task(...)``."""
    return decorate_task(interpreter, decorator_value(value, ""), args, kwargs, is_open=is_open)


def setup_decorator(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """``@setup``."""
    module = value.path.rpartition(".")[0]
    if kwargs and not is_open:
        name = next(iter(kwargs))
        message = f"setup_task() got an unexpected keyword argument '{name}'"
        raise Raised("TypeError", message, "unknown-argument", name)
    return decorate_task(
        interpreter, TaskDecoratorValue("@setup", module, is_setup=True), args, kwargs, is_open=is_open
    )


def teardown_decorator(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """``@teardown`` and ``@teardown(on_failure_fail_dagrun=True)``."""
    module = value.path.rpartition(".")[0]
    wrong = [name for name in kwargs if name not in ("on_failure_fail_dagrun", "_func")]
    if wrong and not is_open:
        message = f"teardown_task() got an unexpected keyword argument '{wrong[0]}'"
        raise Raised("TypeError", message, "unknown-argument", wrong[0])
    decorator = TaskDecoratorValue("@teardown", module, is_teardown=True)
    return decorate_task(interpreter, decorator, args, {} if not args else kwargs, is_open=is_open)


def decorate_task(
    interpreter: Interpreter,
    decorator: TaskDecoratorValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> Any:
    """Applies the decorator, or takes its arguments.

    Raises:
        Raised: something that is no function is given by position.
    """
    if not args and kwargs.get("python_callable") is not None:
        kwargs = dict(kwargs)
        args = [kwargs.pop("python_callable")]
    if not args:
        merged = {**decorator.arguments, **kwargs}
        return TaskDecoratorValue(
            decorator.name, decorator.module, merged, decorator.definition, decorator.is_setup,
            decorator.is_teardown,
        )  # fmt: skip
    function = args[0]
    if type(function) is not FunctionValue:
        check_decorated_function(function, decorator, line_of(interpreter.world.line))
    if isinstance(function, TaskFactory) and (decorator.is_setup or decorator.is_teardown):
        function.is_setup = function.is_setup or decorator.is_setup
        function.is_teardown = function.is_teardown or decorator.is_teardown
        return function
    if is_concrete(function) or isinstance(function, (ListValue, DictValue)):
        raise Raised(
            "TypeError",
            "No positional arguments allowed while using @task, use named arguments instead",
            "positional-arguments",
        )
    if isinstance(function, FunctionValue) and any(p.arg == "self" for p in function.node.args.args):
        raise Raised("TypeError", f"{decorator.name} does not support methods", "wrong-type", "self")
    check_arguments_as_given("task decorator", decorator.arguments | kwargs, interpreter.world.line)
    return TaskFactory(
        function, decorator.name, decorator.module, {**decorator.arguments, **kwargs},
        is_setup=decorator.is_setup, is_teardown=decorator.is_teardown, definition=decorator.definition,
    )  # fmt: skip


def call_task(
    interpreter: Interpreter, factory: TaskFactory, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> XComArgValue:
    """Calls a ``@task`` function: builds a task, returns its future output.

    Raises:
        Raised: arguments that do not fit the function.
    """
    is_free = is_open or injects_arguments(interpreter, factory)
    check_call_of_task(factory, definition_name(interpreter, factory))
    try:
        _check_arguments(factory, args, kwargs, interpreter.world.line, is_open=is_free)
    except Raised:
        filled = _filled_by_defaults(interpreter, factory, kwargs)
        if not filled:
            raise
        _check_arguments(factory, args, {**filled, **kwargs}, interpreter.world.line, is_open=is_free)
    task = _build(interpreter, factory, {**factory.op_kwargs, **kwargs}, args, is_mapped=False)
    return XComArgValue((task,))


_PLAIN = ("airflow.providers.standard.", "airflow.decorators.", "airflow.providers.docker.",
          "airflow.providers.cncf.kubernetes.", "airflow.sdk.")  # fmt: skip


def injects_arguments(interpreter: Interpreter, factory: TaskFactory) -> bool:
    """Whether a call need not fit the function: the decorator may add arguments (``spark``, ``session``).

    Those of Airflow itself, docker and kubernetes do not; a provider's decorator may.
    """
    name = factory.decorator.partition(".")[2]
    if not name:
        return False
    cls = factory.definition or world_of(interpreter).decorator_class(name)
    order = getattr(cls, "mro", ())
    if order and not any(path.endswith(".DecoratedOperator") for path in order):
        return True  # only DecoratedOperator compares the call with the function's signature
    return not getattr(cls, "path", "").startswith(_PLAIN)


def _filled_by_defaults(
    interpreter: Interpreter, factory: TaskFactory, kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Returns what ``default_args`` give to parameters of the function itself, those given aside."""
    dag, group = context_of(interpreter, factory.arguments)
    defaults = default_args_of(dag, group, factory.arguments)
    function = factory.function
    if not defaults or not isinstance(function, FunctionValue):
        return {}
    spec = function.node.args
    names = [parameter.arg for parameter in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    return {name: defaults[name] for name in names if name in defaults and name not in kwargs}


def definition_name(interpreter: Interpreter, factory: TaskFactory) -> str:
    """Returns the path of the operator class behind the decorator; empty when not known."""
    if not factory.op_kwargs and "op_args" not in factory.arguments and "op_kwargs" not in factory.arguments:
        return ""  # only asked for a message
    name = factory.decorator.partition(".")[2] or "python"
    path = getattr(factory.definition or world_of(interpreter).decorator_class(name), "path", "")
    return path if isinstance(path, str) else ""


def _check_arguments(
    factory: TaskFactory, args: list[Any], kwargs: dict[str, Any], airflow: str, *, is_open: bool
) -> None:
    function = factory.function
    receiver: list[Any] = []
    if isinstance(function, MethodValue):
        receiver, function = [function.receiver], function.function
    while isinstance(function, FunctionValue) and "__wrapped__" in function.attributes:
        function = function.attributes["__wrapped__"]  # as inspect.signature does
    if not isinstance(function, FunctionValue):
        return
    spec = function.node.args
    keys = context_keys(airflow)
    if (function.defaults or function.keyword_defaults) and line_of(airflow) >= (2, 9):
        check_context_defaults(function, airflow)
    check_context_order(function, airflow)
    given = {**factory.op_kwargs, **kwargs}
    parameters = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    filled = {p.arg for p in parameters[: len(args) + len(receiver)]}
    context = {p.arg: None for p in parameters if p.arg in keys and p.arg not in given}
    context = {name: None for name in context if name not in filled}
    try:
        bind(function, [*receiver, *args], {**context, **given}, is_open=is_open)
    except Raised as error:
        if error.kind == "missing-argument":
            message = f"missing a required argument: '{error.subject}'"
            names = [p.arg for p in (*spec.posonlyargs, *spec.args)]
            before = names[: names.index(error.subject)] if error.subject in names else []
            if line_of(airflow) >= (3, 2) and not keys.isdisjoint(before):
                message = f"missing required argument(s): {error.subject}"  # it was given None for its place
            raise Raised("TypeError", message, error.kind, error.subject) from None
        if error.kind == "unknown-argument":
            raise Raised(
                "TypeError",
                f"got an unexpected keyword argument '{error.subject}'",
                error.kind,
                error.subject,
            ) from None
        if error.kind == "too-many-arguments":
            raise Raised("TypeError", "too many positional arguments", error.kind, error.subject) from None
        raise


def _build(
    interpreter: Interpreter,
    factory: TaskFactory,
    op_kwargs: dict[str, Any],
    args: list[Any],
    *,
    is_mapped: bool,
) -> Any:
    arguments = dict(factory.arguments)
    if "python_callable" in arguments and not is_mapped:
        message = "_PythonDecoratedOperator() got multiple values for keyword argument 'python_callable'"
        raise Raised("TypeError", message, "unknown-argument", "python_callable")
    if factory.is_teardown and "trigger_rule" in arguments:
        message = "Trigger rule not configurable for teardown tasks."
        raise Raised("ValueError", message, "bad-value", "trigger_rule")
    name = function_name(factory.function)
    given = arguments.get("task_id")
    task_id = given if "task_id" in arguments else name
    if not is_mapped:
        refuse_no_text(task_id)
    if python_type(task_id) is not None and not isinstance(task_id, str) and not is_mapped:
        check_key(task_id, "task_id")
    arguments["task_id"] = unique_task_id(interpreter, task_id, arguments)
    definition = factory.definition
    if not hasattr(definition, "init"):
        definition = world_of(interpreter).decorator_class(factory.decorator.partition(".")[2] or "python")
    arguments = with_default_args(interpreter, definition, arguments)
    if "virtualenv" in factory.decorator and interpreter.world.line.startswith("3") and not is_mapped:
        given = {
            "op_args": tuple(args),
            "op_kwargs": DictValue(op_kwargs),
            "python_callable": factory.function,
        }
        world_of(interpreter).check_class_values(definition, {**arguments, **given}, is_open=True)
    if is_mapped:
        check_mapped_values(arguments, interpreter.world.line, is_decorated=True)
    else:
        world_of(interpreter).check_decorated(definition, arguments)
    docstring = ""
    if isinstance(factory.function, FunctionValue) and isinstance(
        factory.function.node, (ast.FunctionDef, ast.AsyncFunctionDef)
    ):
        docstring = ast.get_docstring(factory.function.node) or ""
    task = build_task(
        interpreter, arguments, factory.decorator, factory.module, is_mapped=is_mapped, docstring=docstring,
        definition=definition, add_edges=False,
    )  # fmt: skip
    if factory.is_setup:
        set_role(task, "is_setup", True)
    if factory.is_teardown:
        set_role(task, "is_teardown", True)
    task.result_of = factory
    task.call = {**_named_by_position(factory.function, args), **op_kwargs}
    for value in (*args, *op_kwargs.values(), *arguments.values()):
        for up in references_in(value):
            if up is not task:
                add_edge(interpreter, up, task)
    return task


def _named_by_position(function: Any, args: list[Any]) -> dict[str, Any]:
    """Returns positional arguments by parameter; ``*0``, ``*1`` ... where no parameter has that place."""
    names: list[str] = []
    if isinstance(function, FunctionValue):
        names = [parameter.arg for parameter in (*function.node.args.posonlyargs, *function.node.args.args)]
    return {names[n] if n < len(names) else f"*{n}": value for n, value in enumerate(args)}


def function_name(function: Any) -> Any:
    """Returns the name a task takes from its function."""
    while isinstance(function, TaskFactory):
        function = function.function
    if isinstance(function, FunctionValue):
        return function.name
    if isinstance(function, MethodValue):
        return function_name(function.function)
    if isinstance(function, ClassValue):
        return function.name
    path = getattr(function, "path", None)
    return path.rpartition(".")[2] if isinstance(path, str) else UNKNOWN


def unique_task_id(interpreter: Interpreter, task_id: Any, arguments: dict[str, Any]) -> Any:
    """Returns the id with ``__1``, ``__2`` ... when it is taken, as ``get_unique_task_id`` does."""
    dag, group = context_of(interpreter, arguments)
    if not isinstance(dag, DagValue) or not isinstance(task_id, str):
        return task_id
    full = child_id(group, task_id)
    if not isinstance(full, str) or full not in dag.task_ids:
        return task_id
    highest = dag.highest_suffix.get(re.split(r"__\d+$", full)[0], 0)
    return f"{re.split(r'__[0-9]+$', task_id)[0]}__{highest + 1}"


_OF_FACTORY: Final = frozenset(
    {
        "decorator_name", "function_signature", "is_setup", "is_teardown", "kwargs", "multiple_outputs",
        "on_failure_fail_dagrun", "operator_class", "returns_dag_result",
    }
)  # fmt: skip
"""What else a ``@task`` function has, ``_TaskDecorator`` of any line."""


def factory_attribute(interpreter: Interpreter, factory: TaskFactory, name: str) -> Any:
    """Returns ``function.override``, ``.partial``, ``.expand`` ... of a ``@task`` function."""

    def override(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> TaskFactory:
        if args:
            message = f"_TaskDecorator.override() takes 1 positional argument but {len(args) + 1} were given"
            raise Raised("TypeError", message, "too-many-arguments", "override")
        twice = "multiple_outputs" if "multiple_outputs" in kwargs else factory.given_twice
        return TaskFactory(
            factory.function, factory.decorator, factory.module, {**factory.arguments, **kwargs},
            dict(factory.op_kwargs), factory.is_setup, factory.is_teardown, factory.definition,
            given_twice=twice,
        )  # fmt: skip

    def partial(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> TaskFactory:
        if args:
            message = f"_TaskDecorator.partial() takes 1 positional argument but {len(args) + 1} were given"
            raise Raised("TypeError", message, "too-many-arguments", "partial")
        check_mapped_context(kwargs, "partial", interpreter.world.line)
        check_names(factory.function, kwargs, "partial")
        check_duplicates(factory.op_kwargs, kwargs, "duplicate partial")
        return TaskFactory(
            factory.function, factory.decorator, factory.module, dict(factory.arguments),
            {**factory.op_kwargs, **kwargs}, factory.is_setup, factory.is_teardown, factory.definition,
        )  # fmt: skip

    def expand(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> XComArgValue:
        if args:
            raise Raised(
                "TypeError", "expand() takes 1 positional argument but more were given", "too-many-arguments"
            )
        if not kwargs:
            raise Raised("TypeError", "no arguments to expand against", "missing-argument", "expand")
        check_always(factory.arguments, kwargs.values(), "expand", interpreter.world.line)
        check_mapped_context(kwargs, "expand", interpreter.world.line)
        check_names(factory.function, kwargs, "expand")
        check_duplicates(factory.arguments, kwargs, "mapping already partial")
        check_output_keys(kwargs.values())
        task = _build(interpreter, factory, {**factory.op_kwargs, **kwargs}, [], is_mapped=True)
        task.mapped = tuple(kwargs)
        return XComArgValue((task,))

    def expand_kwargs(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> XComArgValue:
        check_expanded_kwargs(args)
        rows = args[0] if isinstance(args[0], (ListValue, tuple)) else ()
        values = [value for row in rows if isinstance(row, DictValue) for value in row.values()]
        check_always(factory.arguments, values, "expand_kwargs", interpreter.world.line)
        task = _build(interpreter, factory, dict(factory.op_kwargs), args, is_mapped=True)
        task.mapped = ("*",)
        return XComArgValue((task,))

    methods = {"override": override, "partial": partial, "expand": expand, "expand_kwargs": expand_kwargs}
    if name in methods:
        return NativeMethod(name, methods[name])
    if name in ("function", "__wrapped__"):
        return factory.function
    has_name = name != "__name__" or interpreter.world.line.startswith("3")
    if name == "__name__" and has_name and isinstance(factory.function, FunctionValue):
        return factory.function.name
    is_known = name in _OF_FACTORY or (name.startswith("_") and has_name)
    if is_known or not isinstance(factory.function, FunctionValue):
        return UNKNOWN
    raise Raised(
        "AttributeError", f"'_TaskDecorator' object has no attribute '{name}'", "unknown-attribute", name
    )


def as_teardown(interpreter: Interpreter, value: Any, kwargs: dict[str, Any]) -> Any:
    """``task.as_teardown(setups=...)``: marks, and draws an edge from each setup."""
    tasks = list(value.references) if isinstance(value, XComArgValue) else [value]
    for task in tasks:
        set_role(task, "is_teardown", True)
        if "on_failure_fail_dagrun" in kwargs:
            set_role(task, "on_failure_fail_dagrun", kwargs["on_failure_fail_dagrun"])
    setups = kwargs.get("setups")
    for setup in setups if isinstance(setups, (ListValue, tuple)) else [setups]:
        if python_type(setup) not in (None, type(None)):
            name = shown_type(setup)
            message = f"'{name}' object has no attribute 'is_setup'"
            raise Raised("AttributeError", message, "wrong-relation", name)
    for setup in setups if isinstance(setups, (ListValue, tuple)) else [setups]:
        for up in setup.references if isinstance(setup, XComArgValue) else (setup,):
            if isinstance(up, TaskValue):
                set_role(up, "is_setup", True)
                for task in tasks:
                    add_edge(interpreter, up, task)
    return value


def condition_decorator(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@task.run_if(condition)``: the task stays what it is.

    Raises:
        Raised: applied to what is no ``@task`` yet.
    """

    def decorate(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
        if not more:
            message = "decorator() missing 1 required positional argument: 'task'"
            raise Raised("TypeError", message, "missing-argument", "task")
        if more[0] is not UNKNOWN and not isinstance(more[0], TaskFactory):
            message = "run_if can only be used with task. decorate with @task before @run_if."
            raise Raised("TypeError", message, "wrong-type", "run_if")
        return more[0]

    return NativeMethod("run_if", decorate)

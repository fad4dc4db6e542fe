"""``@task``, ``@task.branch``, ``@setup``, ``@teardown`` and calls of what they decorate."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from airflownet.judge.loader.airflow_state import (
    DagValue,
    TaskDecoratorValue,
    TaskFactory,
    TaskValue,
    XComArgValue,
)
from airflownet.judge.loader.binding import bind
from airflownet.judge.loader.dag_checks import check_key
from airflownet.judge.loader.group_objects import child_id
from airflownet.judge.loader.mapping_checks import check_expanded_kwargs
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.operators import build_task, context_of, with_default_args
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.relations import add_edge, references_in
from airflownet.judge.loader.task_types import check_decorator_types
from airflownet.judge.loader.value_types import line_of, python_type, shown_type
from airflownet.judge.loader.values import (
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
    from airflownet.judge.loader.interpreter import Interpreter

CONTEXT_KEYS = frozenset(
    {
        "conn", "conf", "dag", "dag_run", "data_interval_end", "data_interval_start", "ds", "ds_nodash",
        "expanded_ti_count", "exception", "execution_date", "inlets", "inlet_events", "logical_date",
        "macros",
        "map_index_template", "next_ds", "next_ds_nodash", "next_execution_date", "outlets", "outlet_events",
        "params", "prev_data_interval_start_success", "prev_data_interval_end_success", "prev_ds",
        "prev_ds_nodash", "prev_execution_date", "prev_execution_date_success", "prev_start_date_success",
        "prev_end_date_success", "reason", "run_id", "start_date", "task", "task_instance",
        "task_instance_key_str", "test_mode", "templates_dict", "ti", "tomorrow_ds", "tomorrow_ds_nodash",
        "triggering_asset_events", "triggering_dataset_events", "ts", "ts_nodash", "ts_nodash_with_tz",
        "try_number", "var", "yesterday_ds", "yesterday_ds_nodash", "task_reschedule_count",
        "task_state_store", "asset_state_store", "task_store", "asset_store",
    }
)  # fmt: skip
"""Names Airflow fills in when the task runs, so that a call need not give them (all lines together)."""


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
    return decorate_task(
        interpreter, TaskDecoratorValue("@setup", module, is_setup=True), args, kwargs, is_open=is_open
    )


def teardown_decorator(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """``@teardown`` and ``@teardown(on_failure_fail_dagrun=True)``."""
    module = value.path.rpartition(".")[0]
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
    if not args:
        merged = {**decorator.arguments, **kwargs}
        return TaskDecoratorValue(
            decorator.name, decorator.module, merged, decorator.definition, decorator.is_setup,
            decorator.is_teardown,
        )  # fmt: skip
    function = args[0]
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
    check_decorator_types(decorator.arguments | kwargs, interpreter.world.line)
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
    checks_defaults = line_of(interpreter.world.line) >= (2, 9)
    _check_arguments(factory, args, kwargs, is_open=is_free, checks_defaults=checks_defaults)
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
    cls = factory.definition or interpreter.world.decorator_class(name)
    order = getattr(cls, "mro", ())
    if order and not any(path.endswith(".DecoratedOperator") for path in order):
        return True  # only DecoratedOperator compares the call with the function's signature
    return not getattr(cls, "path", "").startswith(_PLAIN)


def _check_arguments(
    factory: TaskFactory, args: list[Any], kwargs: dict[str, Any], *, is_open: bool, checks_defaults: bool
) -> None:
    function = factory.function
    receiver: list[Any] = []
    if isinstance(function, MethodValue):
        receiver, function = [function.receiver], function.function
    if not isinstance(function, FunctionValue):
        return
    spec = function.node.args
    if checks_defaults:
        _check_context_defaults(function)
    given = {**factory.op_kwargs, **kwargs}
    parameters = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    filled = {p.arg for p in parameters[: len(args) + len(receiver)]}
    context = {p.arg: None for p in parameters if p.arg in CONTEXT_KEYS and p.arg not in given}
    context = {name: None for name in context if name not in filled}
    try:
        bind(function, [*receiver, *args], {**context, **given}, is_open=is_open)
    except Raised as error:
        if error.kind == "missing-argument":
            raise Raised(
                "TypeError", f"missing a required argument: '{error.subject}'", error.kind, error.subject
            ) from None
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


def _check_context_defaults(function: FunctionValue) -> None:
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    named = dict(
        zip(
            [p.arg for p in positional[len(positional) - len(function.defaults) :]],
            function.defaults,
            strict=False,
        )
    )
    for name, default in {**named, **function.keyword_defaults}.items():
        if name in CONTEXT_KEYS and is_concrete(default) and default is not None:
            raise Raised(
                "ValueError",
                f"Context key parameter {name} can't have a default other than None",
                "bad-value",
                name,
            )


def _build(
    interpreter: Interpreter,
    factory: TaskFactory,
    op_kwargs: dict[str, Any],
    args: list[Any],
    *,
    is_mapped: bool,
) -> Any:
    arguments = dict(factory.arguments)
    name = function_name(factory.function)
    given = arguments.get("task_id")
    task_id = given if "task_id" in arguments else name
    if python_type(task_id) is not None and not isinstance(task_id, str):
        check_key(task_id, "task_id")
    arguments["task_id"] = unique_task_id(interpreter, task_id, arguments)
    definition = factory.definition
    if not hasattr(definition, "init"):
        definition = interpreter.world.decorator_class(factory.decorator.partition(".")[2] or "python")
    arguments = with_default_args(interpreter, definition, arguments)
    if not is_mapped:
        interpreter.world.check_decorated(definition, arguments)
    docstring = ""
    if isinstance(factory.function, FunctionValue) and isinstance(
        factory.function.node, (ast.FunctionDef, ast.AsyncFunctionDef)
    ):
        docstring = ast.get_docstring(factory.function.node) or ""
    task = build_task(
        interpreter, arguments, factory.decorator, factory.module, is_mapped=is_mapped, docstring=docstring,
        definition=definition, add_edges=False,
    )  # fmt: skip
    task.is_setup, task.is_teardown = factory.is_setup, factory.is_teardown
    task.result_of = factory
    for value in (*args, *op_kwargs.values(), *arguments.values()):
        for up in references_in(value):
            if up is not task:
                add_edge(interpreter, up, task)
    return task


def function_name(function: Any) -> Any:
    """Returns the name a task takes from its function."""
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


def factory_attribute(interpreter: Interpreter, factory: TaskFactory, name: str) -> Any:
    """Returns ``function.override``, ``.partial``, ``.expand`` ... of a ``@task`` function."""

    def override(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> TaskFactory:
        return TaskFactory(
            factory.function, factory.decorator, factory.module, {**factory.arguments, **kwargs},
            dict(factory.op_kwargs), factory.is_setup, factory.is_teardown, factory.definition,
        )  # fmt: skip

    def partial(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> TaskFactory:
        if args:
            message = f"_TaskDecorator.partial() takes 1 positional argument but {len(args) + 1} were given"
            raise Raised("TypeError", message, "too-many-arguments", "partial")
        _check_names(factory, kwargs, "partial")
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
        _check_names(factory, kwargs, "expand")
        for key, value in kwargs.items():
            if is_concrete(value):
                raise Raised(
                    "ValueError",
                    f"expand() got an unexpected type '{type(value).__name__}' for keyword argument '{key}'",
                    "bad-value",
                    key,
                )
        task = _build(interpreter, factory, {**factory.op_kwargs, **kwargs}, [], is_mapped=True)
        return XComArgValue((task,))

    def expand_kwargs(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> XComArgValue:
        check_expanded_kwargs(args)
        task = _build(interpreter, factory, dict(factory.op_kwargs), args, is_mapped=True)
        return XComArgValue((task,))

    methods = {"override": override, "partial": partial, "expand": expand, "expand_kwargs": expand_kwargs}
    if name in methods:
        return NativeMethod(name, methods[name])
    if name in ("function", "__wrapped__"):
        return factory.function
    if name in ("is_setup", "is_teardown", "on_failure_fail_dagrun", "kwargs", "operator_class"):
        return UNKNOWN
    if name.startswith("__") or not isinstance(factory.function, FunctionValue):
        return UNKNOWN
    raise Raised(
        "AttributeError", f"'_TaskDecorator' object has no attribute '{name}'", "unknown-attribute", name
    )


def _check_names(factory: TaskFactory, kwargs: dict[str, Any], method: str) -> None:
    if not isinstance(factory.function, FunctionValue):
        return
    spec = factory.function.node.args
    if spec.kwarg is not None:
        return
    names = {parameter.arg for parameter in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)}
    for name in kwargs:
        if name not in names:
            raise Raised(
                "TypeError",
                f"{method}() got an unexpected keyword argument '{name}'",
                "unknown-argument",
                name,
            )


def as_teardown(interpreter: Interpreter, value: Any, kwargs: dict[str, Any]) -> Any:
    """``task.as_teardown(setups=...)``: marks, and draws an edge from each setup."""
    tasks = list(value.references) if isinstance(value, XComArgValue) else [value]
    for task in tasks:
        task.is_teardown = True
    setups = kwargs.get("setups")
    for setup in setups if isinstance(setups, (ListValue, tuple)) else [setups]:
        if python_type(setup) not in (None, type(None)):
            name = shown_type(setup)
            message = f"'{name}' object has no attribute 'is_setup'"
            raise Raised("AttributeError", message, "wrong-relation", name)
    for setup in setups if isinstance(setups, (ListValue, tuple)) else [setups]:
        for up in setup.references if isinstance(setup, XComArgValue) else (setup,):
            if isinstance(up, TaskValue):
                up.is_setup = True
                for task in tasks:
                    add_edge(interpreter, up, task)
    return value

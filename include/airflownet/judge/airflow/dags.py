"""``DAG(...)`` and ``@dag``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.checks.dag_arguments import check_dag_values
from airflownet.judge.airflow.checks.dag_ids import check_dag_arguments, check_key, refuse_no_text
from airflownet.judge.airflow.checks.dag_parameters import dag_parameters
from airflownet.judge.airflow.contexts import enter_dag, exit_dag
from airflownet.judge.airflow.objects import DagDecoratorValue, DagFactory, DagValue, TaskFactory
from airflownet.judge.airflow.world import state_of, world_of
from airflownet.judge.interpreter.failures import Failure
from airflownet.judge.interpreter.function_bodies import is_generator
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import python_type
from airflownet.judge.interpreter.values import ApiInstance, ApiValue, DictValue, FunctionValue, ListValue

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_POSITIONAL = ("dag_id", "description", "schedule", "start_date", "end_date")
"""DAG's first parameters, for arguments given by position."""


def build_dag(
    interpreter: Interpreter,
    value: ApiValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
    dag: DagValue | None = None,
) -> DagValue:
    """Returns the DAG that ``DAG(...)`` makes; ``dag`` is one of a class of the file, filled in here."""
    check_dag_arguments(interpreter, value, args, kwargs, is_open=is_open)
    names = world_of(interpreter).positional_names(value) or _POSITIONAL
    arguments = {**dict(zip(names, args, strict=False)), **kwargs}
    if is_open:
        arguments = _unknown_arguments(interpreter) | arguments
    late_problem = _check_values(interpreter, arguments)
    parse_default_dates(arguments)
    dag_id = arguments.get("dag_id", UNKNOWN)
    dag = dag if dag is not None else DagValue(UNKNOWN, {}, interpreter.line_here())
    dag.dag_id = dag_id if isinstance(dag_id, str) else UNKNOWN
    dag.arguments = {name: item for name, item in arguments.items() if name != "dag_id"}
    dag.late_problem = late_problem
    state_of(interpreter).dags.append(dag)
    return dag


def _unknown_arguments(interpreter: Interpreter) -> dict[str, Any]:
    """What ``**settings`` of unknown content may give: any argument but the name, with any value."""
    definition = world_of(interpreter).dag_class()
    names = () if definition is None else definition.init.names
    return {name: UNKNOWN for name in names if name != "dag_id"}


def _check_values(interpreter: Interpreter, arguments: dict[str, Any]) -> Failure | None:
    """Raises what making the DAG refuses; returns what only DagBag refuses: it validates timetables."""
    try:
        check_dag_values(arguments, interpreter.world.line)
    except Raised as error:
        if error.exception != "AirflowTimetableInvalid":
            raise
        line = interpreter.line_here()
        column = getattr(interpreter.node, "col_offset", -1) + 1
        return Failure(error.kind, error.exception, error.message, error.subject, line, column)
    return None


def parse_default_dates(arguments: dict[str, Any]) -> None:
    """Airflow turns dates that are text in ``default_args`` into dates, in a copy of its own."""
    default_args = arguments.get("default_args")
    if isinstance(default_args, DictValue):
        copied = DictValue(default_args, exact=default_args.exact)
        for name in ("start_date", "end_date"):
            if isinstance(copied.get(name), str):
                copied[name] = ApiInstance("pendulum.parse", (copied[name],))
        arguments["default_args"] = copied


def dag_decorator(
    interpreter: Interpreter, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """``@dag`` and ``@dag(...)``."""
    if len(args) == 1 and isinstance(args[0], FunctionValue) and not kwargs:
        factory = _factory(interpreter, args[0], {})
        names = list(getattr(getattr(value.definition, "signature", None), "names", ()))
        factory.is_bare = names[:1] == ["dag_id"]
        return factory
    if args and interpreter.world.line.startswith("3") and type(args[0]) in (ListValue, DictValue, int):
        args = []  # not text: the function's name is taken
    check_dag_arguments(interpreter, value, args, kwargs, is_open=is_open, decorator=True)
    arguments = {**dict(zip(_POSITIONAL, args, strict=False)), **kwargs}
    return DagDecoratorValue(_unknown_arguments(interpreter) | arguments if is_open else arguments)


def decorate_dag(
    interpreter: Interpreter,
    decorator: DagDecoratorValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> Any:
    """Applies ``@dag(...)`` to a function."""
    if args and isinstance(args[0], FunctionValue):
        return _factory(interpreter, args[0], decorator.arguments)
    if args and isinstance(args[0], DagFactory):
        return interpreter.unknown("a DAG that is made within a DAG")
    if args and isinstance(args[0], TaskFactory):
        if interpreter.world.line.startswith("2."):
            message = "'_TaskDecorator' object has no attribute '__name__'"
            raise Raised("AttributeError", message, "unknown-attribute", "__name__")
        return interpreter.unknown("a DAG that is made of a task")
    return UNKNOWN


def _factory(interpreter: Interpreter, function: FunctionValue, arguments: dict[str, Any]) -> DagFactory:
    factory = DagFactory(function, arguments, function.node)
    state_of(interpreter).dag_factories.append(factory)
    return factory


def _yields(node: ast.AST) -> bool:
    """Whether calling the function makes a generator, which Airflow never starts."""
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and is_generator(node)


def call_dag(
    interpreter: Interpreter, factory: DagFactory, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> DagValue:
    """Calls a ``@dag`` function: builds the DAG, runs the body within it."""
    factory.n_calls += 1
    if factory.is_bare:
        raise Raised(
            "TypeError",
            "dag.<locals>.wrapper() missing 1 required positional argument: 'f' (write @dag() with ())",
            "missing-argument",
            "f",
        )
    arguments = dict(factory.arguments)
    named_id = arguments.pop("dag_id", None)
    dag_id = factory.function.name if named_id in (None, "") else named_id
    definition = world_of(interpreter).dag_class()
    if definition is not None:
        named = ApiValue("airflow.DAG", definition)
        world_of(interpreter).check_call(named, [], {"dag_id": dag_id, **arguments}, is_open=False)
    refuse_no_text(dag_id)
    if python_type(dag_id) is not None:
        check_key(dag_id, "dag_id", interpreter.world.line)
    late_problem = _check_values(interpreter, {**arguments, "dag_id": dag_id})
    is_own = factory.function.scope.module is interpreter.module
    parse_default_dates(arguments)
    docstring = ""
    if isinstance(factory.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        docstring = ast.get_docstring(factory.node) or ""
    dag = DagValue(
        dag_id if isinstance(dag_id, str) else UNKNOWN,
        arguments,
        getattr(factory.node, "lineno", 0) if is_own else interpreter.line_here(),
        docstring,
    )
    dag.late_problem = late_problem
    state_of(interpreter).dags.append(dag)
    enter_dag(interpreter, dag)
    try:
        given = dag_parameters(factory.function, args, kwargs, dag, interpreter.world.line, is_open=is_open)
        if not _yields(factory.node):
            interpreter.call(factory.function, [], given)
    finally:
        exit_dag(interpreter, dag)
    return dag

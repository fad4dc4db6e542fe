"""``DAG(...)`` and ``@dag``, and what a ``@dag`` function gets for its parameters.

``factory`` in Airflow's ``dag()`` binds the call to the function's signature, then passes each parameter by
keyword as a ``DagParam`` that holds the value given. Only a run resolves it: it has no length, order, items,
number.
"""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow.checks.dag_arguments import check_dag_arguments, check_dag_values
from airflownet.judge.airflow.checks.ids import check_key, refuse_no_text
from airflownet.judge.airflow.checks.params import check_parameter_values
from airflownet.judge.airflow.contexts import enter_dag, exit_dag
from airflownet.judge.airflow.objects import DagDecoratorValue, DagFactory, DagValue, TaskFactory
from airflownet.judge.airflow.world import state_of, world_of
from airflownet.judge.interpreter.binding import bind
from airflownet.judge.interpreter.function_bodies import is_generator
from airflownet.judge.interpreter.raised import Failure, Raised
from airflownet.judge.interpreter.stand_ins import refuse_wrong_types
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of, python_type
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    ListValue,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_POSITIONAL = ("dag_id", "description", "schedule", "start_date", "end_date")
"""DAG's first parameters, for arguments given by position."""
_DAG_PARAM: Final = ClassValue("DagParam", (), {}, ast.ClassDef("DagParam", [], [], [], []))
_METHODS: Final = ("iter_references", "resolve", "serialize", "deserialize")


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
    if args and not isinstance(args[0], TaskFactory):
        return interpreter.unknown("a DAG that is made of something else than a function")
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


def dag_parameters(
    function: FunctionValue,
    args: list[Any],
    kwargs: dict[str, Any],
    dag: DagValue,
    airflow: str,
    *,
    is_open: bool,
) -> dict[str, Any]:
    """Returns the keyword arguments that a ``@dag`` function is called with, in the signature's order.

    Raises:
        Raised: TypeError, in the words of ``inspect.Signature.bind``; a value that is no JSON, since 3.0.
    """
    spec = function.node.args
    if not (spec.args or spec.kwonlyargs or spec.posonlyargs or spec.vararg or spec.kwarg or args or kwargs):
        return {}
    try:
        bound = bind(function, args, kwargs, is_open=is_open)
    except Raised as error:
        messages = {
            "missing-argument": f"missing a required argument: '{error.subject}'",
            "unknown-argument": f"got an unexpected keyword argument '{error.subject}'",
            "too-many-arguments": "too many positional arguments",
        }
        message = messages.get(error.kind, error.message)
        raise Raised("TypeError", message, error.kind, error.subject) from None
    check_parameter_values(bound, dag.arguments.get("params"), line_of(airflow))
    for value in bound.values() if line_of(airflow) >= (3, 0) else ():
        _check_object(value)
    return {name: _parameter(name, value, dag) for name, value in bound.items()}


def _check_object(value: Any) -> None:
    """An object of the file's own class is no JSON either: ``self``, where the function is a method."""
    try:
        refuse_wrong_types(json.dumps, [value])
    except Raised:
        message = "All provided parameters must be json-serializable."
        raise Raised("ParamValidationError", message, "bad-value", "params") from None


def _parameter(name: str, value: Any, dag: DagValue) -> Instance:
    attributes = {"_name": name, "_default": value, "current_dag": dag}
    return Instance(_DAG_PARAM, {**attributes, **dict.fromkeys(_METHODS, UNKNOWN)})

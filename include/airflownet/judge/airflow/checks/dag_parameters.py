"""What a ``@dag`` function gets for its parameters: references that only a run resolves.

``factory`` in Airflow's ``dag()`` binds the call to the function's signature, then passes each parameter by
keyword as a ``DagParam`` that holds the value given. A ``DagParam`` has no length, order, items or number.
"""

from __future__ import annotations

import ast
import json
from typing import Any, Final

from airflownet.judge.airflow.checks.params import check_parameter_values
from airflownet.judge.airflow.objects import DagValue
from airflownet.judge.interpreter.binding import bind
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.stand_ins import refuse_wrong_types
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of
from airflownet.judge.interpreter.values import ClassValue, FunctionValue, Instance

_DAG_PARAM: Final = ClassValue("DagParam", (), {}, ast.ClassDef("DagParam", [], [], [], []))
_METHODS: Final = ("iter_references", "resolve", "serialize", "deserialize")


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

"""Params of a DAG: each can be written as JSON, and under a schedule has a default that its schema allows.

Sources: ``Param``, ``ParamsDict`` and ``DAG._validate_params`` of the task SDK, ``airflow.models.param``.
"""

from __future__ import annotations

from typing import Any

from airflownet.judge.airflow.checks.param_schema import fits_schema, json_problem
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import shown
from airflownet.judge.interpreter.values import ApiInstance, DictValue, is_concrete


def check_param(args: list[Any], kwargs: dict[str, Any], line: tuple[int, int]) -> None:
    """Raises what ``Param(...)`` raises since 3.0 for a default that is no JSON."""
    default = args[0] if args else kwargs.get("default", MISSING)
    if line >= (3, 0) and default is not MISSING:
        _check_json(default)


def check_plain_params(params: Any, line: tuple[int, int]) -> None:
    """Raises what ``ParamsDict`` raises since 3.0 for values that are no JSON."""
    if line < (3, 0) or not isinstance(params, DictValue):
        return
    for value in params.values():
        if not (isinstance(value, ApiInstance) and value.path.endswith(".Param")):
            _check_json(value)


def check_parameter_values(defaults: dict[str, Any], params: Any, line: tuple[int, int]) -> None:
    """Raises for values of a ``@dag`` function's parameters: each is set in the DAG's params."""
    for name, value in defaults.items():
        if line >= (3, 0):
            _check_json(value)
        param = params.get(name) if isinstance(params, DictValue) else None
        if isinstance(param, ApiInstance) and param.path.endswith(".Param") and value is not UNKNOWN:
            schema: Any = param.kwargs.get("schema", param.kwargs)
            if isinstance(schema, dict) and not fits_schema(value, schema, line):
                message = f"Invalid input for param {name}: {shown(value)} does not fit its schema"
                raise Raised("ParamValidationError", message, "bad-value", name)


def _check_json(value: Any) -> None:
    _, is_wrong = json_problem(value)
    if is_wrong:
        message = (
            "All provided parameters must be json-serializable. "
            f"The value '{value if is_concrete(value) else shown(value)}' is not serializable."
        )
        raise Raised("ParamValidationError", message, "bad-value", "params")


def check_params(params: Any, line: tuple[int, int], dag_id: Any = None) -> None:
    """Raises what Airflow raises for a scheduled DAG with a param that has no valid default."""
    if not isinstance(params, DictValue):
        return
    for name, param in params.items():
        if isinstance(param, ApiInstance) and param.path.endswith(".Param") and not _is_valid(param, line):
            message = (
                f"Dag {dag_id!r} is not allowed to define a Schedule, as there are required params without "
                f"default values, or the default values are not valid: {name!r}"
            )
            if line < (3, 0):
                message = (
                    "DAG is not allowed to define a Schedule, if there are any required params without "
                    f"default values or default values are not valid: {name!r}"
                )
            exception = "ValueError" if line >= (3, 0) else "AirflowException"
            raise Raised(exception, message, "bad-value", str(name))


def _is_valid(param: ApiInstance, line: tuple[int, int]) -> bool:
    default = param.args[0] if param.args else param.kwargs.get("default", MISSING)
    schema: Any = param.kwargs.get("schema", param.kwargs)
    if default is UNKNOWN or not isinstance(schema, dict):
        return True
    if default is MISSING:
        return not param.kwargs  # without any argument, those may have come by **
    return fits_schema(default, schema, line)

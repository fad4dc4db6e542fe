"""Calls that need something outside the file: Airflow's database, a connection, the network."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow.roles import role_of
from airflownet.judge.interpreter.conversion import from_result
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiValue, DictValue

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_DEFAULT_NAMES: Final = ("default", "default_var")
NETWORK_CALLS: Final = frozenset(
    {f"requests.{verb}" for verb in ("get", "post", "put", "delete", "head", "patch", "request")}
    | {f"httpx.{verb}" for verb in ("get", "post", "put", "delete", "head", "patch", "request")}
)
"""Functions of installed libraries that do nothing but talk to a server."""


def external_call(
    interpreter: Interpreter, world: Any, value: ApiValue, args: list[Any], kwargs: dict[str, Any]
) -> Any:
    """Returns what a call gives that reads Airflow's variables; ``MISSING`` for any other call.

    Raises:
        Raised: an uncertain failure: the variable, connection or server may not be there.
    """
    owner, _, method = value.path.rpartition(".")
    if method == "get_current_context" and value.path.startswith("airflow."):
        raise Raised(
            "RuntimeError",
            "Current context was requested but no context was found!",
            "bad-value",
            "get_current_context",
        )
    if value.path in NETWORK_CALLS:
        raise Raised(
            "ConnectionError", f"{value.path}() asks a server", "network", value.path, uncertain=True
        )
    if method == "get" and role_of(_defined(world, owner)) == "Variable":
        is_of_sdk = value.path.startswith("airflow.sdk.")
        return _variable(interpreter, args, kwargs, "AirflowRuntimeError" if is_of_sdk else "KeyError")
    if method in ("get_connection", "get_connection_from_secrets", "get") and (
        role_of(_defined(world, owner)) in ("BaseHook", "Connection")
    ):
        name = args[0] if args else kwargs.get("conn_id", "")
        if _is_connection(interpreter, name):
            return UNKNOWN
        raise Raised(
            "AirflowNotFoundException",
            f"The conn_id `{name}` isn't defined",
            "connection",
            str(name),
            uncertain=True,
        )
    if getattr(value.owner, "is_hook", False) and method not in ("log", "get_ui_field_behaviour"):
        if interpreter.project is not None and "connections" in interpreter.project.assume:
            interpreter.assume("connection", f"{value.owner.name}.{method}()", "said to be assumed")
            return UNKNOWN
        raise Raised(
            "AirflowNotFoundException",
            f"{value.owner.name}.{method}() needs a connection",
            "connection",
            value.owner.name,
            uncertain=True,
        )
    return MISSING


def _defined(world: Any, path: str) -> str:
    """Returns the path of ``airflow.models.Variable`` and the like; only Airflow's own are looked up."""
    return path if path.startswith("airflow.") else ""


def _is_connection(interpreter: Interpreter, name: Any) -> bool:
    """Whether the project defines the connection, or it is to be assumed; an assumption is noted."""
    project = interpreter.project
    if project is None:
        return False
    if isinstance(name, str) and name in project.connections:
        return True
    if "connections" in project.assume:
        interpreter.assume(
            "connection", name if isinstance(name, str) else "(computed)", "said to be assumed"
        )
        return True
    return False


def _variable(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any], exception: str) -> Any:
    """``Variable.get``: what the project defines; else taken as not set, which is what a default is for."""
    project = interpreter.project
    key = args[0] if args else kwargs.get("key", "")
    as_json = kwargs.get("deserialize_json", args[2] if len(args) > 2 else False)
    if project is not None and isinstance(key, str) and key in project.variables:
        return _value_of(project.variables[key], as_json)
    given = [kwargs[name] for name in _DEFAULT_NAMES if name in kwargs] or args[1:2]
    if given:
        return _default(interpreter, key, given[0])
    if project is not None and "variables" in project.assume:
        interpreter.assume("variable", key if isinstance(key, str) else "(computed)", "said to be assumed")
        return UNKNOWN
    shown = key if isinstance(key, str) else "(computed)"
    raise Raised(exception, f"Variable {shown} does not exist", "variable", shown, uncertain=True)


def _default(interpreter: Interpreter, key: Any, default: Any) -> Any:
    """The default; in a project the Variable may be there, and hold what None or a dict lacks."""
    if interpreter.project is None or not interpreter.project.is_read:
        return default
    if default is None and isinstance(key, str):
        interpreter.unset[key] = "variable"
    return DictValue(default, exact=False) if isinstance(default, DictValue) else default


def _value_of(value: Any, as_json: Any) -> Any:
    """Returns what ``Variable.get`` gives of a value in a file: Airflow keeps what is no text as JSON."""
    if as_json is not True and as_json is not False:
        return UNKNOWN
    if not as_json:
        return from_result(value if isinstance(value, str) else json.dumps(value, indent=2))
    if not isinstance(value, str):
        return from_result(value)
    try:
        return from_result(json.loads(value))
    except (ValueError, RecursionError):
        return UNKNOWN

"""``ParamsDict``: what ``dag.params`` and ``task.params`` hold, a dict of ``Param`` that gives their values.

Sources: ``Param`` and ``ParamsDict`` of the task SDK and of ``airflow.models.param``, ``get_merged_defaults``
of ``BaseOperator``. It is a ``DictValue`` of what was given: a ``Param``, or the value that one is made of.
"""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow.checks.params import check_plain_params, fits_schema
from airflownet.judge.airflow.objects import DagValue, TaskValue
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of, shown
from airflownet.judge.interpreter.values import (
    ApiInstance,
    DictFlavour,
    DictValue,
    NativeMethod,
    of_kind,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

PARAM_PATHS: Final = (
    "airflow.sdk.Param", "airflow.sdk.definitions.param.Param", "airflow.models.param.Param",
    "airflow.models.Param",
)  # fmt: skip
_SUFFIX: Final = ".Param"
_OWN: Final = "__value__"
"""Attribute of a ``Param`` whose value was set after it was made."""


def is_param(value: Any) -> bool:
    """Whether the value is a ``Param``."""
    return isinstance(value, ApiInstance) and value.path.endswith(_SUFFIX)


def _given(param: ApiInstance) -> Any:
    """Returns the value of a ``Param`` as it stands, MISSING where it has none."""
    if _OWN in param.attributes:
        return param.attributes[_OWN]
    if param.args:
        return param.args[0]
    return param.kwargs.get("default", MISSING if param.kwargs else UNKNOWN)


def resolve(interpreter: Interpreter, param: Any, value: Any = MISSING, name: str = "") -> Any:
    """``Param.resolve(value)``: the value if the schema allows it; what is no ``Param`` stands for itself.

    Raises:
        Raised: ParamValidationError, when certain.
    """
    if not is_param(param):
        return param if value is MISSING else value
    found = _given(param) if value is MISSING else value
    if found is MISSING:
        message = "No value passed and Param has no default value"
        raise Raised("ParamValidationError", message, "bad-value", name or "Param")
    schema = _schema(param)
    if found is UNKNOWN or schema is None:
        return UNKNOWN
    if not fits_schema(found, schema, line_of(interpreter.world.line)):
        where = f"Invalid input for param {name}: " if name else ""
        raise Raised("ParamValidationError", f"{where}{shown(found)} does not fit", "bad-value", name)
    if value is not MISSING:
        param.attributes[_OWN] = UNKNOWN if interpreter.maybe_depth else value
    return found


def _schema(param: ApiInstance) -> dict[str, Any] | None:
    own = param.kwargs.get("schema", MISSING)
    if own is MISSING:
        return {key: item for key, item in param.kwargs.items() if key not in ("default", "description")}
    return own if isinstance(own, dict) else None


def param_attribute(interpreter: Interpreter, param: ApiInstance, name: str) -> Any:
    """Returns an attribute of a ``Param``, MISSING to leave it to the catalogue."""
    if name == "resolve":

        def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
            if kwargs.keys() - {"value"} or len(args) > 1:
                return UNKNOWN
            return resolve(interpreter, param, args[0] if args else kwargs.get("value", MISSING))

        return NativeMethod(name, call)
    found = _given(param)
    if name == "value" and found is not MISSING:
        return found
    if name == "has_value" and found is not UNKNOWN:
        return found is not MISSING and found is not None
    if name == "description":
        return param.args[1] if len(param.args) > 1 else param.kwargs.get(name)
    if name == "schema" and (schema := _schema(param)) is not None:
        return DictValue(schema)
    return MISSING


def _item(interpreter: Interpreter, params: DictValue, key: Any) -> Any:
    return resolve(interpreter, params[key], name="")


def _kept(interpreter: Interpreter, params: DictValue, key: Any, value: Any) -> Any:
    """What ``params[key] = value`` keeps: a param that is there takes the new value, if its schema does."""
    old = params.get(key)
    if is_param(value) or not is_param(old):
        check_plain_params(DictValue({key: value}), line_of(interpreter.world.line))
        return value
    resolve(interpreter, old, value, name=str(key))
    return old


def _resolved(interpreter: Interpreter, params: DictValue, *, checks: bool) -> DictValue:
    found = DictValue(exact=params.exact)
    for key, param in params.items():
        try:
            found[key] = resolve(interpreter, param, name=str(key))
        except Raised:
            if checks:
                raise
            found[key] = None
    return found


def _method(params: DictValue, name: str) -> Any:
    """Returns a method that is not a dict's, or does otherwise."""

    def dump(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return _resolved(interpreter, params, checks=name == "validate")

    def get_param(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        key = args[0] if args else kwargs.get("key", UNKNOWN)
        if not isinstance(key, str) or (key not in params and not params.exact):
            return UNKNOWN
        if key not in params:
            raise Raised("KeyError", repr(key), "bad-value", key)
        return _as_param(params[key])

    def views(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        columns = {"values": map(_as_param, params.values())}
        pairs = ((key, _as_param(item)) for key, item in params.items())
        return of_kind(f"dict_{name}", columns.get(name, pairs), exact=params.exact)

    def get(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if not args or not isinstance(args[0], str):
            return UNKNOWN
        if args[0] in params:
            return resolve(interpreter, params[args[0]])
        default = args[1] if len(args) > 1 else kwargs.get("default")
        return default if params.exact else UNKNOWN

    def update(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
        for other in (*args, DictValue(kwargs)):
            if not isinstance(other, DictValue):
                params.exact = False
                continue
            for key, item in other.items():
                params[key] = _kept(interpreter, params, key, item)
            params.exact = params.exact and other.exact and not interpreter.maybe_depth

    def unmodelled(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        params.exact = False
        return UNKNOWN

    own = {
        "dump": dump, "validate": dump, "serialize": dump, "get_param": get_param, "items": views,
        "values": views, "get": get, "update": update, "deserialize": unmodelled, "pop": unmodelled,
        "setdefault": unmodelled, "popitem": unmodelled, "filter_params_by_source": unmodelled,
        "suppress_exception": unmodelled,
    }  # fmt: skip
    if name == "copy":
        message = "'ParamsDict' object has no attribute 'copy'"
        raise Raised("AttributeError", message, "unknown-attribute", name)
    return NativeMethod(name, own[name]) if name in own else None


def _as_param(value: Any) -> Any:
    return value if is_param(value) or value is UNKNOWN else ApiInstance(f"airflow.sdk{_SUFFIX}", (value,))


def _missing(params: DictValue) -> Any:
    """A key that is not there is an error, as in any dict."""
    return MISSING


def _combined(kind: type[ast.operator], left: DictValue, right: DictValue) -> Any:
    return UNKNOWN


PARAMS_DICT: Final = DictFlavour(_missing, _method, _combined, item=_item, kept=_kept)


def params_dict(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``ParamsDict(mapping)``."""
    given = args[0] if args else kwargs.get("dict_obj")
    if len(args) > 1 or kwargs.keys() - {"dict_obj"} or not isinstance(given, DictValue | None):
        return UNKNOWN
    check_plain_params(given, line_of(interpreter.world.line))
    return DictValue(given or {}, exact=given is None or given.exact, factory=PARAMS_DICT)


def params_of_dag(dag: DagValue) -> Any:
    """Returns ``dag.params``: the DAG's own and those of its ``default_args``; one object for one DAG."""
    if "params" not in dag.attributes:
        own = dag.arguments.get("params")
        defaults = dag.arguments.get("default_args")
        more = defaults.get("params") if isinstance(defaults, DictValue) else None
        dag.attributes["params"] = _merged(own, more, defaults)
    return dag.attributes["params"]


def params_of_task(task: TaskValue) -> Any:
    """Returns ``task.params``: the DAG's as they are, over them the task's own."""
    if "params" not in task.attributes:
        defaults = task.arguments.get("default_args")
        more = defaults.get("params") if isinstance(defaults, DictValue) else None
        base = params_of_dag(task.dag) if task.dag is not None else None
        task.attributes["params"] = _merged(base, task.arguments.get("params"), more, defaults)
    return task.attributes["params"]


def _merged(*parts: Any) -> DictValue:
    found = DictValue(factory=PARAMS_DICT)
    for part in parts[:-1]:
        if isinstance(part, DictValue):
            for key, item in part.items():
                found[key] = (
                    ApiInstance(item.path, item.args, item.kwargs, dict(item.attributes))
                    if (is_param(item))
                    else item
                )
            found.exact = found.exact and part.exact
        elif part is not None:
            found.exact = False
    if not getattr(parts[-1], "exact", True) or parts[-1] is UNKNOWN:
        found.exact = False
    return found

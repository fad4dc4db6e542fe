"""Params of a DAG: each can be written as JSON, and under a schedule has a default that its schema allows.

Sources: ``Param``, ``ParamsDict`` and ``DAG._validate_params`` of the task SDK, ``airflow.models.param``; for
the schema ``jsonschema.validate`` with its ``FormatChecker``, as ``Param.resolve`` calls it. Only what does
not fit for certain is refused: a keyword, a value or a pattern that cannot be judged passes.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any, Final

from airflownet.judge.airflow.objects import DagValue, GroupValue, TaskValue, XComArgValue
from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import shown
from airflownet.judge.interpreter.values import (
    MAX_NESTED,
    SCALARS,
    ApiInstance,
    DictValue,
    FunctionValue,
    ListValue,
    PythonValue,
    SetValue,
    is_concrete,
    is_exact,
)
from airflownet.judge.libraries.re import search_cost


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


_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (ListValue,),
    "object": (DictValue,),
}
_PLAIN_BASES: Final = frozenset({"builtins.str", "builtins.dict", "builtins.list", "builtins.int"})
_JSON: Final = frozenset({str, int, float, bool, type(None)})
_MOST_CHARACTERS: Final = 2_000
_MOST_COST: Final = 100_000
_MOST_PATTERN: Final = 500
_MOST_NUMBER: Final = 10**15
_DATE_TIME: Final = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)


def json_problem(value: Any) -> tuple[Any, bool]:
    """Returns (value, False), or a part of it that ``json.dumps`` certainly refuses and True."""
    pending = [value]
    n_seen = 0
    while pending and n_seen < MAX_NESTED:
        item = pending.pop()
        kind = type(item)
        n_seen += 1
        if kind in _JSON:
            continue
        if (kind is ListValue and item.kind == "list") or kind is tuple:
            pending.extend(list(item)[:MAX_NESTED])
        elif kind is DictValue:
            pending.extend(list(item.values())[:MAX_NESTED])
        elif kind in SCALARS or kind in _NEVER_JSON or (kind is ApiInstance and _is_object(item)):
            return item, True
    return value, False


def _is_object(item: ApiInstance) -> bool:
    """Whether it certainly is an object of its own class: no text, number or mapping beside it."""
    definition = item.definition
    if not isinstance(definition, ClassInfo):
        return item.path == "object"
    return not (definition.is_enum or definition.unknown_bases or _PLAIN_BASES.intersection(definition.mro))


_NEVER_JSON: Final = frozenset(
    {SetValue, FunctionValue, PythonValue, TaskValue, DagValue, GroupValue, XComArgValue, ListValue}
)


def fits_schema(value: Any, schema: Mapping[str, Any], line: tuple[int, int], *, depth: int = 0) -> bool:
    """Whether ``jsonschema.validate(value, schema)`` may pass.

    Raises:
        Raised: UnknownType, for a type that JSON schema does not know.
    """
    if not _fits_type(value, schema.get("type")):
        return False
    if not _fits_format(value, schema.get("format"), line):
        return False
    for keyword, check in _CHECKS.items():
        if keyword in schema and not check(value, schema[keyword]):
            return False
    if depth < 5:
        items = schema.get("items")
        if isinstance(value, ListValue) and isinstance(items, DictValue):
            return all(fits_schema(item, items, line, depth=depth + 1) for item in list(value)[:MAX_NESTED])
        properties = schema.get("properties")
        if isinstance(value, DictValue) and isinstance(properties, DictValue):
            return all(
                fits_schema(value[name], part, line, depth=depth + 1)
                for name, part in list(properties.items())[:MAX_NESTED]
                if name in value and isinstance(part, DictValue)
            )
    return True


def _fits_type(value: Any, kinds: Any) -> bool:
    allowed = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, (ListValue, tuple)) else ()
    if not allowed or not all(isinstance(kind, str) for kind in allowed):
        return True
    for kind in allowed:
        if kind not in _TYPES:
            raise Raised("UnknownType", f"Unknown type {kind!r} for validator", "bad-value", kind)
        if _is_of(value, kind):
            return True
    return False


def _is_of(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind in ("integer", "number"):
        return False
    if not is_concrete(value) and not isinstance(value, (ListValue, DictValue, tuple)):
        return True
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind])


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _size(value: Any, kinds: tuple[type, ...]) -> int | None:
    is_known = isinstance(value, kinds) and getattr(value, "exact", True) is True
    sized: Any = value
    return len(sized) if is_known else None


def _bound(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, limit: not (_is_number(value) and _is_number(limit)) or test(value, limit)


def _length(test: Callable[[int, int], bool], *kinds: type) -> Callable[[Any, Any], bool]:
    def check(value: Any, limit: Any) -> bool:
        size = _size(value, kinds)
        return size is None or type(limit) is not int or test(size, limit)

    return check


def _multiple(value: Any, step: Any) -> bool:
    if not _is_number(value) or not _is_number(step) or step == 0 or abs(value) > _MOST_NUMBER:
        return True
    quotient = value / step
    return value % step == 0 if type(step) is int is type(value) else int(quotient) == quotient


def _choice(value: Any, choices: Any) -> bool:
    if not isinstance(choices, (ListValue, tuple)) or not is_exact(choices) or not is_exact(value):
        return True
    return any(_same(value, choice) for choice in choices)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) is isinstance(other, bool)


def _constant(value: Any, wanted: Any) -> bool:
    return not (is_exact(value) and is_exact(wanted)) or _same(value, wanted)


def _pattern(value: Any, pattern: Any) -> bool:
    if not isinstance(value, str) or not isinstance(pattern, str) or len(value) > _MOST_CHARACTERS:
        return True
    if len(pattern) > _MOST_PATTERN:
        return True
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return True
    cost = search_cost(pattern, len(value), 0, is_anchored=False)
    if cost > _MOST_COST:
        return True
    return re.search(pattern, value) is not None


def _required(value: Any, names: Any) -> bool:
    if not isinstance(value, DictValue) or not value.exact or not isinstance(names, (ListValue, tuple)):
        return True
    return all(name in value for name in names if isinstance(name, str))


def _unique(value: Any, wanted: Any) -> bool:
    if wanted is not True or not isinstance(value, ListValue) or len(value) > 100 or not is_exact(value):
        return True
    return not any(_same(one, other) for i, one in enumerate(value) for other in value[i + 1 :])


def _is_date(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) is not None and _parses(
        datetime.date.fromisoformat, text
    )


def _is_date_time(text: str) -> bool:
    return _DATE_TIME.fullmatch(text) is not None and _parses(datetime.date.fromisoformat, text[:10])


def _parses(parse: Callable[[str], Any], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _clock(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, "%H:%M:%S")


_FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "date": _is_date,
    "date-time": _is_date_time,
    "time": lambda text: _parses(_clock, text),
    "email": lambda text: "@" in text,
    "ipv4": lambda text: _parses(ip_address, text) and ":" not in text,
    "ipv6": lambda text: _parses(ip_address, text) and ":" in text,
    "uuid": lambda text: _parses(uuid.UUID, text) and all(text[at : at + 1] == "-" for at in (8, 13, 18, 23)),
}
_DATE_TIMES: Final = "date-time"
"""Checked with ``rfc3339-validator``, which Airflow 2 installs and Airflow 3 does not."""


def _fits_format(value: Any, name: Any, line: tuple[int, int]) -> bool:
    if not isinstance(value, str) or not isinstance(name, str) or len(value) > _MOST_CHARACTERS:
        return True
    check = _FORMATS.get(name)
    return check is None or (name == _DATE_TIMES and line >= (3, 0)) or check(value)


_CHECKS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "enum": _choice,
    "const": _constant,
    "minimum": _bound(lambda value, limit: value >= limit),
    "maximum": _bound(lambda value, limit: value <= limit),
    "exclusiveMinimum": _bound(lambda value, limit: value > limit),
    "exclusiveMaximum": _bound(lambda value, limit: value < limit),
    "multipleOf": _multiple,
    "minLength": _length(lambda size, limit: size >= limit, str),
    "maxLength": _length(lambda size, limit: size <= limit, str),
    "pattern": _pattern,
    "minItems": _length(lambda size, limit: size >= limit, ListValue),
    "maxItems": _length(lambda size, limit: size <= limit, ListValue),
    "uniqueItems": _unique,
    "minProperties": _length(lambda size, limit: size >= limit, DictValue),
    "maxProperties": _length(lambda size, limit: size <= limit, DictValue),
    "required": _required,
}

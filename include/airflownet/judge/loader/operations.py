"""Operators on abstract values, with guards against results that grow without bound."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from airflownet.judge.loader import limits
from airflownet.judge.loader.airflow_state import DagValue, GroupValue, LabelValue, TaskValue, XComArgValue
from airflownet.judge.loader.identity import are_equal, is_in, is_same
from airflownet.judge.loader.instances import plain_of, special_method
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.record_classes import is_named_tuple, record_fields
from airflownet.judge.loader.relations import is_relatable, relate
from airflownet.judge.loader.text import to_python
from airflownet.judge.loader.values import (
    VERSION,
    ApiInstance,
    DictValue,
    FunctionValue,
    Instance,
    ListValue,
    SetValue,
    is_concrete,
    is_exact,
    truth,
)

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter

_FUNCTIONS: dict[type[ast.operator], Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
    ast.MatMult: operator.matmul,
}
_SYMBOLS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "** or pow()",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.MatMult: "@",
}
_SPECIAL: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitOr: "or",
    ast.BitAnd: "and",
    ast.BitXor: "xor",
    ast.MatMult: "matmul",
}


def binary(interpreter: Interpreter, operation: ast.operator, left: Any, right: Any) -> Any:
    """Returns ``left <operation> right``.

    Raises:
        Raised: TypeError and the like, when certain.
    """
    kind = type(operation)
    if kind is ast.RShift or kind is ast.LShift:
        if is_relatable(left) or is_relatable(right):
            return relate(interpreter, left, right, downstream=kind is ast.RShift)
        if isinstance(left, (ListValue, tuple)) and isinstance(right, (ListValue, tuple)):
            symbol = _SYMBOLS[kind]
            raise Raised(
                "TypeError",
                f"unsupported operand type(s) for {symbol}: '{_type_name(left)}' and '{_type_name(right)}'",
                "wrong-relation",
            )
    if isinstance(left, Instance) or isinstance(right, Instance):
        return _overloaded(interpreter, kind, left, right)
    if left is UNKNOWN or right is UNKNOWN:
        return _partly_known(kind, left, right)
    if is_concrete(left) and is_concrete(right):
        return _concrete(kind, left, right)
    if kind is ast.Mod and isinstance(left, (str, bytes)):
        return _percent(left, right)
    for side in (left, right):
        if isinstance(side, (ListValue, DictValue, SetValue, tuple)):
            interpreter.charge(len(side))
    return _containers(kind, left, right)


def _partly_known(kind: type[ast.operator], left: Any, right: Any) -> Any:
    if kind is ast.Add and isinstance(left, ListValue):
        return ListValue(left, exact=False)
    return UNKNOWN


def _overloaded(interpreter: Interpreter, kind: type[ast.operator], left: Any, right: Any) -> Any:
    plain_left, plain_right = plain_of(left), plain_of(right)
    if plain_left is not left or plain_right is not right:
        return binary(interpreter, kind(), plain_left, plain_right)
    if isinstance(left, Instance) and is_named_tuple(left.cls) and kind is ast.Add:
        return UNKNOWN
    name = _SPECIAL[kind]
    if isinstance(left, Instance) and interpreter.has_method(left, f"__{name}__"):
        return interpreter.call_method(left, f"__{name}__", [right])
    if isinstance(right, Instance) and interpreter.has_method(right, f"__r{name}__"):
        return interpreter.call_method(right, f"__r{name}__", [left])
    sides = [side for side in (left, right) if isinstance(side, Instance)]
    lacks = all(special_method(s, f"__{p}{name}__") is None for s in sides for p in ("", "r", "i"))
    if lacks and all(isinstance(side, Instance) or is_concrete(side) for side in (left, right)):
        names = f"'{_type_name(left)}' and '{_type_name(right)}'"
        message = f"unsupported operand type(s) for {_SYMBOLS[kind]}: {names}"
        raise Raised("TypeError", message, "wrong-type")
    return UNKNOWN


def _size(value: Any) -> int:
    if isinstance(value, int):
        return value.bit_length()
    return len(value) if isinstance(value, (str, bytes)) else 1


def _concrete(kind: type[ast.operator], left: Any, right: Any) -> Any:
    if kind is ast.Pow and isinstance(left, int) and isinstance(right, int):
        if right > 10_000 or _size(left) * max(right, 1) > 100_000:
            return UNKNOWN
    elif kind is ast.Mult:
        if isinstance(left, int) and isinstance(right, (str, bytes)):
            left, right = right, left
        if (
            isinstance(left, (str, bytes))
            and isinstance(right, int)
            and len(left) * right > limits.MAX_CHARACTERS
        ):
            return UNKNOWN
        if isinstance(left, int) and isinstance(right, int) and _size(left) + _size(right) > 100_000:
            return UNKNOWN
    elif kind is ast.LShift and isinstance(right, int) and right > 100_000:
        return UNKNOWN
    elif kind is ast.Mod and isinstance(left, (str, bytes)):
        return _percent(left, right)
    elif (
        kind is ast.Add
        and isinstance(left, (str, bytes))
        and _size(left) + _size(right) > limits.MAX_CHARACTERS
    ):
        return UNKNOWN
    return _apply(kind, left, right)


def _apply(kind: type[ast.operator], left: Any, right: Any) -> Any:
    try:
        return _FUNCTIONS[kind](left, right)
    except Exception as error:
        name = type(error).__name__
        raise Raised(name, str(error), "wrong-type" if name == "TypeError" else "bad-value") from None


def _percent(left: Any, right: Any) -> Any:
    if not is_exact(right) or len(left) > 10_000 or any(len(part) > 4 for part in _digit_runs(left)):
        return UNKNOWN
    if "*" in str(left):
        return UNKNOWN
    text = _apply(ast.Mod, left, to_python(right))
    return text if len(text) <= limits.MAX_CHARACTERS else UNKNOWN


def _digit_runs(text: Any) -> list[str]:
    runs, run = [], ""
    for character in str(text):
        if character.isdigit():
            run += character
        else:
            runs.append(run)
            run = ""
    return [*runs, run]


def _containers(kind: type[ast.operator], left: Any, right: Any) -> Any:
    if kind is ast.Add:
        if isinstance(left, ListValue) and isinstance(right, ListValue) and left.kind == right.kind == "list":
            return ListValue([*left, *right], exact=left.exact and right.exact)
        if type(left) is tuple and type(right) is tuple:
            return left + right
    if kind is ast.Mult and isinstance(right, int) and isinstance(left, (ListValue, tuple)):
        if len(left) * right > limits.MAX_ITEMS:
            return UNKNOWN
        items = list(left) * right
        return ListValue(items, exact=left.exact) if isinstance(left, ListValue) else tuple(items)
    if kind is ast.BitOr and isinstance(left, DictValue) and isinstance(right, DictValue):
        return DictValue({**left, **right}, exact=left.exact and right.exact)
    if isinstance(left, SetValue) and isinstance(right, SetValue):
        return _sets(kind, left, right)
    if isinstance(left, ApiInstance) and isinstance(right, ApiInstance) and kind in (ast.BitOr, ast.BitAnd):
        name = "AssetAny" if kind is ast.BitOr else "AssetAll"
        return ApiInstance(f"airflow.sdk.{name}", (left, right))
    simple = (
        ListValue,
        DictValue,
        SetValue,
        tuple,
        FunctionValue,
        TaskValue,
        DagValue,
        GroupValue,
        XComArgValue,
    )
    left_is_simple = is_concrete(left) or isinstance(left, simple)
    right_is_simple = is_concrete(right) or isinstance(right, simple)
    if left_is_simple and right_is_simple:
        raise Raised(
            "TypeError",
            f"unsupported operand type(s) for {_SYMBOLS[kind]}: "
            f"'{_type_name(left)}' and '{_type_name(right)}'",
            "wrong-type",
        )
    return UNKNOWN


def _sets(kind: type[ast.operator], left: SetValue, right: SetValue) -> Any:
    exact = left.exact and right.exact
    if kind is ast.BitOr:
        return SetValue([*left, *right], exact=exact)
    if kind is ast.BitAnd:
        return SetValue([item for item in left if item in right], exact=exact)
    if kind is ast.Sub:
        return SetValue([item for item in left if item not in right], exact=exact)
    return UNKNOWN


def _type_name(value: Any) -> str:
    if isinstance(value, TaskValue):
        return value.operator.removeprefix("@")
    if isinstance(value, ListValue):
        return value.kind
    if isinstance(value, Instance):
        return value.cls.name
    names = {
        ListValue: "list",
        DictValue: "dict",
        SetValue: "set",
        FunctionValue: "function",
        DagValue: "DAG",
        GroupValue: "TaskGroup",
        LabelValue: "EdgeModifier",
        XComArgValue: "PlainXComArg",
    }
    return names.get(type(value), type(value).__name__)


def unary(interpreter: Interpreter, operation: ast.unaryop, value: Any) -> Any:
    """Returns ``not value``, ``-value``, ``+value`` or ``~value``."""
    if isinstance(operation, ast.Not):
        known = truth(value)
        return UNKNOWN if known is None else not known
    if not is_concrete(value):
        return UNKNOWN
    functions: dict[type[ast.unaryop], Any] = {
        ast.USub: operator.neg,
        ast.UAdd: operator.pos,
        ast.Invert: operator.invert,
    }
    try:
        return functions[type(operation)](value)
    except TypeError as error:
        raise Raised("TypeError", str(error), "wrong-type") from None


_COMPARISONS: dict[type[ast.cmpop], Any] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def compare(interpreter: Interpreter, operation: ast.cmpop, left: Any, right: Any) -> Any:
    """Returns the truth of one comparison, UNKNOWN when not known."""
    if isinstance(operation, (ast.Is, ast.IsNot)):
        return _known(is_same(left, right), negated=isinstance(operation, ast.IsNot))
    if isinstance(operation, (ast.In, ast.NotIn)):
        return _known(is_in(interpreter, left, right), negated=isinstance(operation, ast.NotIn))
    if isinstance(left, Instance) or isinstance(right, Instance):
        return _compare_instances(interpreter, operation, left, right)
    if isinstance(left, XComArgValue) and isinstance(operation, (ast.Eq, ast.NotEq)) and right is not UNKNOWN:
        same = isinstance(right, XComArgValue) and right.references == left.references
        return (same and right.key == left.key) is isinstance(operation, ast.Eq)
    if isinstance(operation, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
        _check_order(operation, left, right)
    if _is_version(left) and _is_version(right):
        return bool(_COMPARISONS[type(operation)](_release(left), _release(right)))
    if is_exact(left) and is_exact(right):
        try:
            return bool(_COMPARISONS[type(operation)](to_python(left), to_python(right)))
        except TypeError as error:
            raise Raised("TypeError", str(error), "wrong-type") from None
    if isinstance(operation, (ast.Eq, ast.NotEq)):
        return _known(are_equal(interpreter, left, right), negated=isinstance(operation, ast.NotEq))
    return UNKNOWN


_METHODS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("__lt__", "__gt__"), ast.LtE: ("__le__", "__ge__"),
    ast.Gt: ("__gt__", "__lt__"), ast.GtE: ("__ge__", "__le__"),
}  # fmt: skip


def _compare_instances(interpreter: Interpreter, operation: ast.cmpop, left: Any, right: Any) -> Any:
    """Members of ``str`` and ``int`` enumerations compare as such; others by the file's own methods."""
    if isinstance(operation, (ast.Eq, ast.NotEq)):
        return _known(are_equal(interpreter, left, right), negated=isinstance(operation, ast.NotEq))
    one, other = plain_of(left), plain_of(right)
    if one is not left or other is not right:
        return compare(interpreter, operation, one, other)
    own, mirrored = _METHODS[type(operation)]
    if isinstance(left, Instance) and interpreter.has_method(left, own):
        return interpreter.call_method(left, own, [right])
    if isinstance(right, Instance) and interpreter.has_method(right, mirrored):
        return interpreter.call_method(right, mirrored, [left])
    sides = [side for side in (left, right) if isinstance(side, Instance)]
    lacks = all(special_method(side, name) is None for side in sides for name in (own, mirrored))
    is_record = any(record_fields(side.cls) is not None for side in sides)
    if (
        lacks
        and not is_record
        and all(isinstance(side, Instance) or is_concrete(side) for side in (left, right))
    ):
        names = f"'{_type_name(left)}' and '{_type_name(right)}'"
        message = f"'{_ORDER_SYMBOLS[type(operation)]}' not supported between instances of {names}"
        raise Raised("TypeError", message, "wrong-type")
    return UNKNOWN


_NEVER_ORDERED = (TaskValue, GroupValue, XComArgValue)
_ORDER_SYMBOLS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


def _check_order(operation: ast.cmpop, left: Any, right: Any) -> None:
    """``task > task`` is a slip of ``>>``; tasks, groups and outputs have no order."""
    both = (*_NEVER_ORDERED, ListValue, tuple)
    if not isinstance(left, both) or not isinstance(right, both):
        return
    if isinstance(left, _NEVER_ORDERED) or isinstance(right, _NEVER_ORDERED):
        raise Raised(
            "TypeError",
            f"'{_ORDER_SYMBOLS[type(operation)]}' not supported between instances of "
            f"'{_type_name(left)}' and '{_type_name(right)}'",
            "wrong-relation",
        )


def _is_version(value: Any) -> bool:
    return isinstance(value, ApiInstance) and value.path == VERSION and "release" in value.attributes


def _release(value: ApiInstance) -> tuple[int, ...]:
    """The numbers without the zeros at the end: 3.0 is 3.0.0."""
    numbers = list(value.attributes["release"])
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _known(answer: bool | None, *, negated: bool) -> Any:
    return UNKNOWN if answer is None else answer is not negated


def equal(interpreter: Interpreter, left: Any, right: Any) -> Any:
    """Returns ``left == right``, UNKNOWN when not known."""
    return compare(interpreter, ast.Eq(), left, right)

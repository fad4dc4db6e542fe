"""Operators on abstract values, with guards against results that grow without bound."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import operator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.classes.enumerations import combined_flags, is_flag
from airflownet.judge.interpreter.classes.instances import has_plain_bases, plain_of, special_method
from airflownet.judge.interpreter.classes.records import is_named_tuple
from airflownet.judge.interpreter.conversion import is_long_number, to_python
from airflownet.judge.interpreter.kinds import (
    BINARY,
    NO_OPERATORS,
    NO_SIGN,
    PATH_BINARY,
    SHIFT,
    type_name,
)
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    DictFlavour,
    DictValue,
    Instance,
    ListValue,
    PythonValue,
    SetValue,
    is_concrete,
    is_exact,
    is_key,
    truth,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

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
SYMBOLS: dict[type[ast.operator], str] = {
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
        shift = SHIFT.get(type(left)) or SHIFT.get(type(right))
        if shift is not None:
            return shift(interpreter, left, right, downstream=kind is ast.RShift)
        if isinstance(left, (ListValue, tuple)) and isinstance(right, (ListValue, tuple)):
            symbol = SYMBOLS[kind]
            raise Raised(
                "TypeError",
                f"unsupported operand type(s) for {symbol}: '{type_name(left)}' and '{type_name(right)}'",
                "wrong-relation",
            )
    if isinstance(left, Instance) or isinstance(right, Instance):
        return _overloaded(interpreter, kind, left, right)
    if left is UNKNOWN or right is UNKNOWN:
        return _partly_known(kind, left, right)
    if kind is ast.BitOr and (type(left) is str or type(right) is str):
        _refuse_quoted_type(left, right)
    if is_concrete(left) and is_concrete(right):
        found = _concrete(kind, left, right)
        if type(found) is str and len(found) > limits.LONG_TEXT:
            interpreter.charge_text(found)
        return found
    if kind is ast.Mod and isinstance(left, (str, bytes)):
        return _percent(left, right)
    for side in (left, right):
        if isinstance(side, (ListValue, DictValue, SetValue, tuple)):
            interpreter.charge(len(side))
    return _containers(kind, left, right)


def _refuse_quoted_type(left: Any, right: Any) -> None:
    """``int | "Row"``: a type and a text have no ``|``, while ``typing`` takes both."""
    sides = [side for side in (left, right) if type(side) is not str]
    if all(isinstance(side, PythonValue) and isinstance(side.object, type) for side in sides):
        names = ["str" if type(side) is str else type(side.object).__name__ for side in (left, right)]
        message = f"unsupported operand type(s) for |: '{names[0]}' and '{names[1]}'"
        raise Raised("TypeError", message, "wrong-type")


def _partly_known(kind: type[ast.operator], left: Any, right: Any) -> Any:
    if kind is ast.Add and isinstance(left, ListValue):
        return ListValue(left, exact=False)
    return UNKNOWN


def _overloaded(interpreter: Interpreter, kind: type[ast.operator], left: Any, right: Any) -> Any:
    if is_flag(left) and is_flag(right):
        return combined_flags(kind, left, right)
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
        names = f"'{type_name(left)}' and '{type_name(right)}'"
        message = f"unsupported operand type(s) for {SYMBOLS[kind]}: {names}"
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
    if kind is ast.Pow and type(right) in (int, Decimal, Fraction) and abs(right) > 1_000:
        return UNKNOWN
    try:
        result = _FUNCTIONS[kind](left, right)
        return UNKNOWN if is_long_number(result) else result
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
    if isinstance(left, DictValue) and isinstance(right, DictValue) and isinstance(left.factory, DictFlavour):
        return left.factory.combined(kind, left, right) if right.factory is left.factory else UNKNOWN
    if kind is ast.BitOr and isinstance(left, DictValue) and isinstance(right, DictValue):
        return DictValue({**left, **right}, exact=left.exact and right.exact)
    if kind in _SET_OPERATIONS:
        left, right = _as_set(left), _as_set(right)
    if isinstance(left, SetValue) and isinstance(right, SetValue):
        return _sets(kind, left, right)
    if "enum.auto" in (getattr(left, "path", ""), getattr(right, "path", "")):
        return UNKNOWN
    for side in (left, right):
        for slot in (BINARY.get(type(side)), PATH_BINARY.get(getattr(side, "path", ""))):
            if slot is not None and (found := slot(kind, left, right)) is not MISSING:
                return found
    if all(is_concrete(side) or type(side) in NO_OPERATORS for side in (left, right)):
        raise Raised(
            "TypeError",
            f"unsupported operand type(s) for {SYMBOLS[kind]}: '{type_name(left)}' and '{type_name(right)}'",
            "wrong-type",
        )
    return UNKNOWN


_SET_OPERATIONS = frozenset({ast.BitOr, ast.BitAnd, ast.BitXor, ast.Sub})


def _as_set(value: Any) -> Any:
    """The keys and items of a dict take part in ``&``, ``|`` and ``-`` as sets do."""
    if isinstance(value, ListValue) and value.kind in ("dict_keys", "dict_items"):
        known = [item for item in value if is_key(item) and item is not UNKNOWN]
        return SetValue(known, exact=value.exact and len(known) == len(value))
    return value


def _sets(kind: type[ast.operator], left: SetValue, right: SetValue) -> Any:
    exact = left.exact and right.exact
    if kind is ast.BitOr:
        return SetValue([*left, *right], exact=exact)
    if kind is ast.BitAnd:
        return SetValue([item for item in left if item in right], exact=exact)
    if kind is ast.Sub:
        return SetValue([item for item in left if item not in right], exact=exact)
    if kind is ast.BitXor:
        return SetValue([item for one, other in ((left, right), (right, left)) for item in one
                         if item not in other], exact=exact)  # fmt: skip
    return UNKNOWN


def unary(interpreter: Interpreter, operation: ast.unaryop, value: Any) -> Any:
    """Returns ``not value``, ``-value``, ``+value`` or ``~value``."""
    if isinstance(operation, ast.Not):
        known = truth(value)
        return UNKNOWN if known is None else not known
    if type(value) in NO_SIGN:
        symbol = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}[type(operation)]
        message = f"bad operand type for unary {symbol}: '{type_name(value)}'"
        raise Raised("TypeError", message, "wrong-type", type_name(value))
    if not is_concrete(value):
        _refuse_unary(operation, value)
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


_UNARY: dict[type[ast.unaryop], tuple[str, str]] = {
    ast.USub: ("__neg__", "-"), ast.UAdd: ("__pos__", "+"), ast.Invert: ("__invert__", "~"),
}  # fmt: skip


def _refuse_unary(operation: ast.unaryop, value: Any) -> None:
    """Raises for an object of a class that lacks the method: ``~asset``."""
    method, symbol = _UNARY[type(operation)]
    if isinstance(value, Instance):
        name = value.cls.name
        lacks = value.plain is None and has_plain_bases(value.cls) and special_method(value, method) is None
    else:
        definition = value.definition if isinstance(value, ApiInstance) else None
        name = getattr(definition, "name", "")
        lacks = (
            isinstance(definition, ClassInfo)
            and definition.member_kind(method) != "function"
            and not definition.unknown_bases
        )
    if lacks:
        raise Raised("TypeError", f"bad operand type for unary {symbol}: '{name}'", "wrong-type", name)

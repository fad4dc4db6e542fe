"""Tests between abstract values, as the checks of an ``__init__`` make them: None when not known."""

from __future__ import annotations

import ast
import datetime
import operator
from collections.abc import Callable
from typing import Any, Final

from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import python_type, shown_type
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    ListValue,
    MethodValue,
    PythonValue,
    SetValue,
    is_concrete,
)


class NotGiven:
    """Airflow's ``NOTSET``: an argument that nobody gave."""


NOT_GIVEN: Final = NotGiven()
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "str": (str,), "int": (int,), "float": (float,), "bool": (bool,), "bytes": (bytes,), "list": (list,),
    "dict": (dict,), "tuple": (tuple,), "set": (set,), "NoneType": (type(None),), "frozenset": (),
    "timedelta": (datetime.timedelta,), "datetime": (datetime.datetime,), "date": (datetime.date,),
    "Sequence": (list, tuple, str, bytes), "MutableSequence": (list,), "Mapping": (dict,),
    "MutableMapping": (dict,), "Iterable": (list, tuple, str, bytes, dict, set),
    "Collection": (list, tuple, str, bytes, dict, set),
}  # fmt: skip
_OPEN_TYPES: Final = frozenset(
    {
        "Container",
        "Hashable",
        "Sized",
        "Callable",
        "Number",
        "Real",
        "Integral",
        "Reversible",
        "object",
        "type",
    }
)
_ORDER: Final[dict[type, Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_SYMBOLS: Final[dict[type, str]] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_PLAIN: Final = (ListValue, DictValue, SetValue, FunctionValue)
"""Never equal to a text, a number or None."""
_CONTAINERS: Final = (ListValue, DictValue, SetValue)


def compared(op: ast.cmpop, left: Any, right: Any) -> bool | None:
    """Returns what one comparison gives.

    Raises:
        Raised: values are compared that have no order.
    """
    if left is UNKNOWN or right is UNKNOWN:
        return None
    if isinstance(op, ast.Is | ast.IsNot):
        same = _is_same(left, right)
        return None if same is None else same is isinstance(op, ast.Is)
    if isinstance(op, ast.In | ast.NotIn):
        inside = _is_in(left, right)
        return None if inside is None else inside is isinstance(op, ast.In)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, _PLAIN) and isinstance(other, (int, float)):
            return _against_number(op, left, right)
    if not is_concrete(left) or not is_concrete(right):
        return None
    try:
        return bool(_ORDER[type(op)](left, right))
    except TypeError as error:
        raise Raised("TypeError", str(error), "wrong-type") from None


def _against_number(op: ast.cmpop, left: Any, right: Any) -> bool:
    """A container and a number are never equal and have no order."""
    if isinstance(op, ast.Eq | ast.NotEq):
        return isinstance(op, ast.NotEq)
    names = f"'{shown_type(left)}' and '{shown_type(right)}'"
    message = f"'{_SYMBOLS[type(op)]}' not supported between instances of {names}"
    raise Raised("TypeError", message, "wrong-type")


def _is_same(left: Any, right: Any) -> bool | None:
    if not (right is None or right is NOT_GIVEN or isinstance(right, bool)):
        return None
    if isinstance(left, ApiInstance) and not isinstance(left.definition, ClassInfo):
        return None  # a function may return anything
    return left is right


def _is_in(left: Any, right: Any) -> bool | None:
    if not is_concrete(left):
        plain = isinstance(left, _PLAIN) and isinstance(right, tuple)
        return False if plain and all(is_concrete(item) for item in right) else None
    kind = python_type(right)
    if kind is not None and not hasattr(kind, "__contains__"):
        message = f"argument of type '{kind.__name__}' is not iterable"
        raise Raised("TypeError", message, "wrong-type")
    if isinstance(right, str):
        return left in right if isinstance(left, str) else None
    is_list = isinstance(right, tuple) or (
        isinstance(right, (ListValue, SetValue, DictValue)) and right.exact
    )
    if not is_list:
        return None
    items = list(right)
    if any(is_concrete(item) and item == left for item in items):
        return True
    return False if all(is_concrete(item) for item in items) else None


def is_instance(value: Any, kinds: list[str]) -> bool | None:
    """Returns what ``isinstance`` gives for classes by their last name."""
    if value is NOT_GIVEN:
        return None if "ArgNotSet" not in kinds else True
    own = python_type(value)
    if own is None or isinstance(value, (PythonValue, FunctionValue)) or _OPEN_TYPES & set(kinds):
        return None
    return any(issubclass(own, _TYPES.get(kind, ())) for kind in kinds)


def is_callable(value: Any) -> bool | None:
    """Returns what ``callable`` gives."""
    if is_concrete(value) or isinstance(value, (ListValue, DictValue, SetValue, tuple)):
        return False
    known = isinstance(value, (FunctionValue, MethodValue, ClassValue, ApiValue)) and not (
        isinstance(value, ApiValue) and value.definition is None
    )
    return True if known else None


def length_of(value: Any) -> Any:
    """Returns what ``len`` gives, UNKNOWN when items may be missing."""
    if isinstance(value, (str, bytes, tuple)):
        return len(value)
    if isinstance(value, (ListValue, DictValue, SetValue)) and value.exact:
        return len(value)
    return UNKNOWN


def text_method(value: Any, method: str, args: list[Any]) -> Any:
    """Returns what ``"text".lower()`` and the like give, UNKNOWN for other values.

    Raises:
        Raised: the value has no such method.
    """
    kind = python_type(value)
    if kind is not None and not hasattr(kind, method):
        message = f"'{kind.__name__}' object has no attribute '{method}'"
        raise Raised("AttributeError", message, "bad-value")
    if not isinstance(value, str) or any(not is_concrete(arg) and not isinstance(arg, tuple) for arg in args):
        return UNKNOWN
    try:
        return getattr(value, method)(*args)
    except TypeError:
        return UNKNOWN


MAX_DIGITS: Final = 400


def is_not_iterable(value: Any, _: Any) -> bool | None:
    """Returns whether ``iter(value)`` raises TypeError."""
    kind = python_type(value)
    return None if kind is None else not hasattr(kind, "__iter__")


def lacks(value: Any, name: Any) -> bool | None:
    """Returns whether ``value.name`` raises AttributeError."""
    kind = python_type(value)
    if kind is tuple and hasattr(list, str(name)):
        return False  # the conditions keep a list of the provider's own as a tuple
    return None if kind is None else not hasattr(kind, str(name))


def is_no_number(value: Any, function: Any) -> bool | None:
    """Returns whether ``int(value)`` or ``float(value)`` raises TypeError.

    Raises:
        Raised: ValueError, for a text that is no number.
    """
    kind = python_type(value)
    if kind is None:
        return None
    if kind is str:
        _check_digits(value, str(function))
        return False
    return not (kind in (int, float, bool, bytes) or hasattr(kind, f"__{function}__"))


def _check_digits(text: str, function: str) -> None:
    if len(text) > MAX_DIGITS:
        return
    try:
        (int if function == "int" else float)(text)
    except ValueError as error:
        raise Raised("ValueError", str(error), "bad-value") from None


OPERATIONS: Final[dict[str, Callable[[Any, Any], bool | None]]] = {
    "no_iter": is_not_iterable,
    "lacks": lacks,
    "no_number": is_no_number,
}

"""Evaluates the conditions that the catalogue keeps of an ``__init__``, over abstract values.

Three answers: it holds, it does not, or it cannot be known. Nothing is carried out but comparisons, ``len``,
``isinstance`` and a few methods of text, all on values the file itself spells out.
"""

from __future__ import annotations

import ast
import datetime
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
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
    truth,
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
Names = Mapping[str, Any]
_TESTS: Final = frozenset(
    {"isinstance", "callable", "bool", "any", "all", "exactly_one", "at_most_one", "given"}
)
_MARKS: Final = frozenset({"NOTSET", "SET_DURING_EXECUTION"})


@lru_cache(maxsize=4096)
def parsed(text: str) -> ast.expr:
    """Returns the tree of a condition or message of the catalogue."""
    return ast.parse(text, mode="eval").body


def holds(node: ast.expr, names: Names) -> bool | None:
    """Returns whether the condition holds, None when it cannot be known.

    Raises:
        Raised: values are compared that have no order.
    """
    match node:
        case ast.BoolOp():
            return _in_turn(node, names)
        case ast.UnaryOp(ast.Not()):
            answer = holds(node.operand, names)
            return None if answer is None else not answer
        case ast.Compare():
            return _compare(node, names)
        case ast.Call(ast.Name("isinstance"), [subject, ast.Tuple(kinds)]):
            return is_instance(value_of(subject, names), [k.id for k in kinds if isinstance(k, ast.Name)])
        case ast.Call(ast.Name("callable"), [subject]):
            return is_callable(value_of(subject, names))
        case ast.Call(ast.Name("bool"), [subject]):
            return holds(subject, names)
        case ast.Call(ast.Name("tried"), [test]):
            holds(test, names)
            return False
        case ast.Call(ast.Name("given"), [ast.Constant(str(name))]):
            return _truth(names.get(f"?{name}", UNKNOWN))
        case ast.Call(ast.Name(function), [subject, *rest]) if function in OPERATIONS:
            wanted = rest[0].value if rest and isinstance(rest[0], ast.Constant) else None
            return OPERATIONS[function](value_of(subject, names), wanted)
        case ast.Call(ast.Name("any" | "all" as function), [ast.List(items)]):
            return _kleene([holds(item, names) for item in items], function == "all")
        case ast.Call(ast.Name("exactly_one" | "at_most_one" as function), items):
            return _count([holds(item, names) for item in items], function)
        case ast.IfExp():
            return _chosen(node, names)
    return _truth(value_of(node, names))


def value_of(node: ast.expr, names: Names) -> Any:
    """Returns the value of the expression, UNKNOWN when it cannot be known."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name(name):
            return NOT_GIVEN if name in _MARKS else names.get(name, UNKNOWN)
        case ast.List(items) | ast.Tuple(items):
            return tuple([value_of(item, names) for item in items])
        case ast.UnaryOp(ast.USub(), ast.Constant(value)) if isinstance(value, (int, float)):
            return -value
        case ast.BoolOp():
            return _first(node, names)
        case ast.IfExp():
            answer = holds(node.test, names)
            return UNKNOWN if answer is None else value_of(node.body if answer else node.orelse, names)
        case ast.Call(ast.Name("len"), [subject]):
            return length_of(value_of(subject, names))
        case ast.Call(ast.Name("type_name"), [subject]):
            return shown_type(value_of(subject, names))
        case ast.Call(ast.Name("sum"), [ast.List(items)]):
            answers = [holds(item, names) for item in items]
            return UNKNOWN if None in answers else sum(map(bool, answers))
        case ast.Call(ast.Attribute(subject, method), args):
            return text_method(value_of(subject, names), method, [value_of(arg, names) for arg in args])
        case ast.JoinedStr(parts):
            return _joined(parts, names)
        case ast.BinOp(left, ast.Add(), right):
            sides = value_of(left, names), value_of(right, names)
            return sides[0] + sides[1] if all(isinstance(side, str) for side in sides) else UNKNOWN
        case ast.Compare() | ast.UnaryOp() | ast.Call():
            answer = holds(node, names) if _is_test(node) else None
            return UNKNOWN if answer is None else answer
    return UNKNOWN


def _is_test(node: ast.expr) -> bool:
    """Whether ``holds`` settles the node itself; it hands every other one back to ``value_of``."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _TESTS and not _is_loose(node)
    return isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))


def _is_loose(node: ast.Call) -> bool:
    """A test whose arguments have another form than ``holds`` reads."""
    assert isinstance(node.func, ast.Name)
    if node.func.id in ("any", "all"):
        return len(node.args) != 1 or not isinstance(node.args[0], ast.List)
    if node.func.id == "isinstance":
        return len(node.args) != 2 or not isinstance(node.args[1], ast.Tuple)
    return node.func.id in ("bool", "callable") and len(node.args) != 1


def _in_turn(node: ast.BoolOp, names: Names) -> bool | None:
    """``and`` and ``or``; a part that raises counts only when it is certainly reached."""
    is_and = isinstance(node.op, ast.And)
    is_sure = True
    for part in node.values:
        try:
            answer = holds(part, names)
        except Raised:
            if is_sure:
                raise
            answer = None
        if answer is not None and answer is not is_and:
            return answer
        is_sure = is_sure and answer is not None
    return is_and if is_sure else None


def _truth(value: Any) -> bool | None:
    return True if value is NOT_GIVEN else truth(value)


def _kleene(answers: list[bool | None], is_and: bool) -> bool | None:
    if (not is_and) in answers:
        return not is_and
    return None if None in answers else is_and


def _count(answers: list[bool | None], function: str) -> bool | None:
    n_true = sum(answer is True for answer in answers)
    if n_true > 1:
        return False
    if None in answers:
        return None
    return n_true == 1 or function == "at_most_one"


def _chosen(node: ast.IfExp, names: Names) -> bool | None:
    answer = holds(node.test, names)
    if answer is None:
        return None
    return holds(node.body if answer else node.orelse, names)


def _first(node: ast.BoolOp, names: Names) -> Any:
    """``a or b`` and ``a and b`` as values."""
    is_and = isinstance(node.op, ast.And)
    found: Any = UNKNOWN
    for part in node.values:
        found = value_of(part, names)
        answer = _truth(found)
        if answer is None:
            return UNKNOWN
        if answer is not is_and:
            return found
    return found


def _compare(node: ast.Compare, names: Names) -> bool | None:
    sides = [value_of(side, names) for side in (node.left, *node.comparators)]
    answers = [
        compared(op, left, right) for op, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True)
    ]
    return _kleene(answers, True)


def _joined(parts: list[ast.expr], names: Names) -> str:
    """A message; what is not known is left out."""
    shown: list[str] = []
    for part in parts:
        if isinstance(part, ast.FormattedValue):
            value = value_of(part.value, names)
            if is_concrete(value):
                shown.append(repr(value) if part.conversion == ord("r") else str(value))
            elif isinstance(value, tuple) and all(is_concrete(item) for item in value):
                shown.append(repr(list(value)))
        elif isinstance(part, ast.Constant):
            shown.append(str(part.value))
    return "".join(shown)[:300]

"""``==``, ``<``, ``is`` and ``in`` on abstract values."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes.enumerations import distinct_members, holds_flag, is_flag
from airflownet.judge.interpreter.classes.instances import plain_of, special_method
from airflownet.judge.interpreter.classes.lookup import is_enum, mro
from airflownet.judge.interpreter.classes.records import (
    ORDER,
    PARAMETERS,
    field_options,
    is_named_tuple,
    record_fields,
)
from airflownet.judge.interpreter.conversion import to_python
from airflownet.judge.interpreter.iteration import stream
from airflownet.judge.interpreter.kinds import CONTAINS, EQUAL, ONE_OBJECT, ORDER_OF, PATH_COMPARE, type_name
from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    VERSION,
    ApiInstance,
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    LazyValue,
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


COMPARISONS: dict[type[ast.cmpop], Any] = {
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
    if isinstance(operation, (ast.Eq, ast.NotEq)):
        slot = EQUAL.get(type(left))
        if slot is not None and right is not UNKNOWN:
            return slot(left, right) is isinstance(operation, ast.Eq)
    else:
        check = ORDER_OF.get(type(left)) or ORDER_OF.get(type(right))
        if check is not None:
            check(operation, left, right)
    if _is_version(left) and _is_version(right):
        return bool(COMPARISONS[type(operation)](_release(left), _release(right)))
    if is_exact(left) and is_exact(right):
        try:
            return bool(COMPARISONS[type(operation)](to_python(left), to_python(right)))
        except TypeError as error:
            raise Raised("TypeError", str(error), "wrong-type") from None
        except (ArithmeticError, RecursionError):  # a decimal that is no number; two that are nested alike
            return UNKNOWN
    for side in (left, right):
        by_path = PATH_COMPARE.get(getattr(side, "path", ""))
        if by_path is not None and (found := by_path(interpreter, operation, left, right)) is not MISSING:
            return found
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
    if any(_is_totally_ordered(side) for side in sides) and isinstance(left, Instance):
        return _by_less_than(interpreter, operation, left, right)
    if len(sides) == 2 and sides[0].cls is sides[1].cls and ORDER in sides[0].cls.keywords:
        return _by_fields(interpreter, operation, *sides)
    lacks = all(special_method(side, name) is None for side in sides for name in (own, mirrored))
    is_record = any(record_fields(side.cls) is not None and not _has_no_order(side) for side in sides)
    if (
        lacks
        and not is_record
        and all(isinstance(side, Instance) or is_concrete(side) for side in (left, right))
    ):
        names = f"'{type_name(left)}' and '{type_name(right)}'"
        message = f"'{ORDER_SYMBOLS[type(operation)]}' not supported between instances of {names}"
        raise Raised("TypeError", message, "wrong-type")
    return UNKNOWN


def _by_fields(interpreter: Interpreter, operation: ast.cmpop, left: Instance, right: Instance) -> Any:
    """Dataclasses with an order compare as tuples of their fields."""
    for name in record_fields(left.cls) or ():
        if field_options(left.cls, name).get("compare", True) is False:
            continue
        one, other = left.attributes.get(name, UNKNOWN), right.attributes.get(name, UNKNOWN)
        same = are_equal(interpreter, one, other)
        if same is None:
            return UNKNOWN
        if not same:
            return compare(interpreter, operation, one, other)
    return isinstance(operation, (ast.LtE, ast.GtE))


def _has_no_order(value: Instance) -> bool:
    """Whether it is of a dataclass without ``order``."""
    parts = [part for part in mro(value.cls) if isinstance(part, ClassValue)]
    is_plain = any(PARAMETERS in part.keywords for part in parts) and not is_named_tuple(value.cls)
    return is_plain and not any(ORDER in part.keywords for part in parts)


def _is_totally_ordered(value: Instance) -> bool:
    return any("__total_ordering__" in getattr(part, "keywords", ()) for part in mro(value.cls))


def _by_less_than(interpreter: Interpreter, operation: ast.cmpop, left: Instance, right: Any) -> Any:
    """What ``functools.total_ordering`` derives from ``__lt__`` and ``__eq__``."""
    if not interpreter.has_method(left, "__lt__"):
        return UNKNOWN
    is_less = truth(interpreter.call_method(left, "__lt__", [right]))
    if isinstance(operation, ast.GtE):
        return UNKNOWN if is_less is None else not is_less
    is_same = are_equal(interpreter, left, right)
    if is_less is None or is_same is None:
        return UNKNOWN
    return is_less or is_same if isinstance(operation, ast.LtE) else not is_less and not is_same


ORDER_SYMBOLS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


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


def is_equal(interpreter: Interpreter, left: Any, right: Any) -> Any:
    """Returns ``left == right`` where one of them is an instance, UNKNOWN when not known."""
    for one, other in ((left, right), (right, left)):
        if not isinstance(one, Instance):
            continue
        method = special_method(one, "__eq__")
        if isinstance(method, FunctionValue):
            return interpreter.call(method, [one, other])
        if method is UNKNOWN and one.plain is None and not is_enum(one.cls):
            fields = record_fields(one.cls)
            if fields is None:
                return UNKNOWN
    if left is right:
        return True
    if isinstance(left, Instance) and isinstance(right, Instance) and left.cls is right.cls:
        fields = record_fields(left.cls)
        if fields is not None:
            return _same_fields(interpreter, left, right, fields)
    if right is UNKNOWN or left is UNKNOWN:
        return UNKNOWN
    return bool(left == right)


def _same_fields(interpreter: Interpreter, left: Instance, right: Instance, fields: list[str]) -> Any:
    interpreter.charge(min(8 * len(fields), MAX_ITEMS))
    result: Any = True
    for name in fields:
        if field_options(left.cls, name).get("compare", True) is False:
            continue
        same = equal(interpreter, left.attributes.get(name, UNKNOWN), right.attributes.get(name, UNKNOWN))
        if same is False:
            return False
        if same is UNKNOWN:
            result = UNKNOWN
    return result


def is_same(left: Any, right: Any) -> bool | None:
    """Returns ``left is right``, None when it cannot be known."""
    if left is UNKNOWN or right is UNKNOWN:
        return None
    single = {type(None), bool, type(Ellipsis)}
    if type(left) in single or type(right) in single:
        if any(isinstance(side, ApiInstance) and side.definition is None for side in (left, right)):
            return None
        return left is right
    if left is right:
        return True
    if isinstance(left, PythonValue) and isinstance(right, PythonValue):
        return left.object is right.object and left.path == right.path
    if _is_object(left) and (_is_object(right) or isinstance(right, PythonValue) or is_concrete(right)):
        return False
    if _is_object(right) and (isinstance(left, PythonValue) or is_concrete(left)):
        return False
    return None


def _is_object(value: Any) -> bool:
    return type(value) in ONE_OBJECT or type(value) in (Instance, ListValue, DictValue, SetValue)


def are_equal(interpreter: Interpreter, left: Any, right: Any) -> bool | None:
    """Returns ``left == right``, None when it cannot be known."""
    if left is UNKNOWN or right is UNKNOWN:
        return None
    if isinstance(left, Instance) or isinstance(right, Instance):
        found = is_equal(interpreter, left, right)
        return None if found is UNKNOWN else truth(found)
    if is_concrete(left) and is_concrete(right):
        return bool(left == right)
    if type(left) in ONE_OBJECT or type(right) in ONE_OBJECT:
        return is_same(left, right) if left is not right else True
    if isinstance(left, PythonValue) and isinstance(right, PythonValue):
        return is_same(left, right)
    if type(left) in EQUAL or type(right) in EQUAL:
        return left is right
    if isinstance(left, (ListValue, tuple)) and type(left) is type(right) and len(left) == len(right):
        interpreter.charge(8 * len(left))
        nested = (ListValue, DictValue, SetValue, tuple)
        known = [
            None if isinstance(one, nested) else are_equal(interpreter, one, other)
            for one, other in zip(left, right, strict=True)
        ]
        whole = getattr(left, "exact", True) and getattr(right, "exact", True)
        return False if False in known and whole else None if None in known or not whole else True
    return None


def distinct(interpreter: Interpreter, items: list[Any]) -> tuple[list[Any], bool]:
    """Returns the items without repeats where instances of the file's classes are among them.

    The second value is False when some may be equal that are kept.
    """
    own = [type(item) is Instance and item.plain is None for item in items]
    if not any(own):
        return items, True
    kept: list[Any] = []
    is_known = True
    for item in items:
        interpreter.charge(min(64 * len(kept), MAX_ITEMS))
        answers = [are_equal(interpreter, item, other) for other in kept]
        if True in answers:
            continue
        is_known = is_known and None not in answers
        kept.append(item)
    return kept, is_known


def is_in(interpreter: Interpreter, left: Any, right: Any) -> bool | None:
    """Returns ``left in right``, None when it cannot be known.

    Raises:
        Raised: the right side holds nothing.
    """
    slot = CONTAINS.get(type(right))
    if slot is not None:
        return slot(interpreter, right, left)
    if isinstance(right, str) and isinstance(left, str):
        return left in right
    if right is None or isinstance(right, (int, float)):
        raise Raised("TypeError", f"argument of type '{type(right).__name__}' is not iterable", "wrong-type")
    if isinstance(right, Instance):
        return _is_in_instance(interpreter, left, right)
    if isinstance(right, ApiInstance) and right.path == "os.environ":
        return left in interpreter.environment if isinstance(left, str) else None
    if isinstance(right, ClassValue) and is_enum(right):
        return (
            any(member is left for member in distinct_members(right)) if isinstance(left, Instance) else None
        )
    if type(right) is range and len(right) > MAX_ITEMS:
        return left in right if type(left) is int else None
    if left is UNKNOWN or not isinstance(right, (DictValue, SetValue, ListValue, tuple, range)):
        return None
    if isinstance(right, (DictValue, SetValue)) and (
        not is_key(left) or isinstance(left, (ListValue, DictValue))
    ):
        return None
    if is_exact(left) and all(is_exact(item) and is_key(item) for item in right) and is_key(left):
        found = left in right
        return found if found or getattr(right, "exact", True) else None
    interpreter.charge(len(right))
    known = [are_equal(interpreter, left, item) for item in right]
    if True in known:
        return True
    return None if None in known or not getattr(right, "exact", True) else False


def _is_in_lazy(interpreter: Interpreter, value: LazyValue, left: Any) -> bool | None:
    """``left in generator``: what comes before it is taken, and it too."""
    items, is_exact = stream(interpreter, value)
    is_known = True
    for item in items:
        known = are_equal(interpreter, left, item)
        if known:
            return True if is_known and value.exact else None
        is_known = is_known and known is False
    return False if is_known and is_exact() else None


def _is_in_instance(interpreter: Interpreter, left: Any, right: Instance) -> bool | None:
    if is_flag(right):
        return holds_flag(right, left)
    if isinstance(right.plain, str) and isinstance(left, str):
        return left in right.plain
    method = special_method(right, "__contains__")
    return truth(interpreter.call(method, [right, left])) if isinstance(method, FunctionValue) else None


CONTAINS[LazyValue] = _is_in_lazy

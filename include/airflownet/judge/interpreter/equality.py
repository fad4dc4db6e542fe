"""``is``, ``==`` and ``in`` on values that are told apart by what they are, not by what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.classes import is_enum
from airflownet.judge.interpreter.flag_members import holds_flag, is_flag
from airflownet.judge.interpreter.instances import is_equal, special_method
from airflownet.judge.interpreter.kinds import CONTAINS, EQUAL, ONE_OBJECT
from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ClassValue,
    DictValue,
    FunctionValue,
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
        from airflownet.judge.interpreter.enumerations import distinct_members

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


def _is_in_instance(interpreter: Interpreter, left: Any, right: Instance) -> bool | None:
    if is_flag(right):
        return holds_flag(right, left)
    if isinstance(right.plain, str) and isinstance(left, str):
        return left in right.plain
    method = special_method(right, "__contains__")
    return truth(interpreter.call(method, [right, left])) if isinstance(method, FunctionValue) else None

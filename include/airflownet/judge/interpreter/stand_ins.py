"""What Python's own functions say of a task's output, a DAG or an object of the file's classes.

``int(output)``, ``",".join(output)``, ``json.dumps({"n": output})``: the function is called with an object
that has the methods such a value has, none in most cases, so that the words are Python's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, NoReturn

from airflownet.judge.interpreter.classes.instances import has_keywords, has_plain_bases, special_method
from airflownet.judge.interpreter.classes.records import is_named_tuple, record_fields
from airflownet.judge.interpreter.kinds import BARE, type_name
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import DictValue, Instance, ListValue, SetValue, is_concrete

_MOST_ITEMS: Final = 200
_LONGEST_TEXT: Final = 1_000
_BIGGEST_NUMBER: Final = 10_000
_DEEPEST: Final = 20
_SPECIAL: Final = (
    "__index__", "__int__", "__float__", "__str__", "__iter__", "__len__", "__getitem__", "__add__",
    "__radd__", "__lt__", "__gt__", "__fspath__", "__hash__", "__eq__", "__contains__",
)  # fmt: skip


class _NoStandInError(Exception):
    """A part of the value is not known."""


def refuse_wrong_types(
    function: Callable[..., Any], args: list[Any], kwargs: Mapping[str, Any] | None = None
) -> None:
    """Raises what a function without effects says of arguments of the wrong type; nothing for others.

    Args:
        function: safe to be called on values of bounded size.
        args: abstract values given by position; nothing is said when a part of them is not known.
        kwargs: abstract values given by name.

    Raises:
        Raised: TypeError, in Python's words.
    """
    try:
        budget = [_MOST_ITEMS]
        plain = [_stand_in(value, budget) for value in args]
        keywords = {name: _stand_in(value, budget) for name, value in (kwargs or {}).items()}
    except _NoStandInError:
        return
    try:
        function(*plain, **keywords)
    except TypeError as error:
        raise Raised("TypeError", str(error), "wrong-type") from None
    except Exception:
        return


def _stand_in(value: Any, budget: list[int], depth: int = 0) -> Any:
    budget[0] -= 1
    if value is UNKNOWN or budget[0] < 0 or depth > _DEEPEST:
        raise _NoStandInError
    if is_concrete(value):
        return _small(value)
    kind = type(value)
    if kind is tuple:
        return tuple(_stand_in(item, budget, depth + 1) for item in value)
    if kind in (ListValue, SetValue) and value.exact and getattr(value, "kind", "list") == "list":
        return [_stand_in(item, budget, depth + 1) for item in value]
    if kind is DictValue and value.exact:
        return {
            _small(key): _stand_in(item, budget, depth + 1) for key, item in value.items() if is_concrete(key)
        }
    if kind in BARE:
        return _class(type_name(value))()
    if kind is Instance and value.plain is None:
        if record_fields(value.cls) is not None and has_plain_bases(value.cls):
            return _class(value.cls.name, is_ordered=True)()
        if _is_bare(value):
            return _class(value.cls.name)()
    raise _NoStandInError


def _is_bare(value: Instance) -> bool:
    """Whether the object has none of the methods that let a function take it."""
    cls = value.cls
    if has_keywords(cls) or cls.node.decorator_list or is_named_tuple(cls):
        return False
    return all(special_method(value, name) is None for name in _SPECIAL)


def _small(value: Any) -> Any:
    """Returns the value itself where computing with it takes little time."""
    if isinstance(value, (str, bytes)) and len(value) > _LONGEST_TEXT:
        raise _NoStandInError
    if isinstance(value, int) and abs(value) > _BIGGEST_NUMBER:
        raise _NoStandInError
    return value


def _refuse_items(_: object) -> NoReturn:
    raise TypeError("'XComArg' object is not iterable")


def _is_less(_one: object, _other: object) -> bool:
    return False


@cache
def _class(name: str, *, is_ordered: bool = False) -> type:
    methods: dict[str, Any] = {"__iter__": _refuse_items} if name == "PlainXComArg" else {}
    if is_ordered:
        methods |= dict.fromkeys(("__lt__", "__gt__", "__le__", "__ge__"), _is_less)
    return type(name, (), methods)

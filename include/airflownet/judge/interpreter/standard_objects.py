"""Objects of the standard library that the judge itself holds: their attributes, methods and items.

A method is called when it is listed for the type and every argument is known; what the file does in a way
that cannot be followed makes the object unknown from there on.
"""

# ruff: noqa: ARG001 - slots of one table share one signature
from __future__ import annotations

import configparser
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.conversion import (
    CHANGING,
    HELD,
    UNCHANGING,
    from_python_error,
    from_result,
    to_python,
)
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.kinds import ATTRIBUTE, CONTAINS, ITEM, ITEMS, SET_ATTRIBUTE, SET_ITEM
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    DictValue,
    Instance,
    ListValue,
    NativeMethod,
    PythonValue,
    StandardObject,
    is_exact,
    is_key,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_MOST_CHARACTERS: Final = 20_000
_MOST_REFERENCES: Final = 10
"""``%(name)s`` in one INI file: each may stand for a text with further ones."""


def object_attribute(interpreter: Interpreter, value: StandardObject, name: str) -> Any:
    """Returns ``value.name``.

    Raises:
        Raised: AttributeError, when certain, and what a property raises.
    """
    try:
        found = getattr(value.object, name, UNKNOWN)
    except Exception as error:  # a property that computes: the port of an address
        raise from_python_error(error) from None
    if found is UNKNOWN:
        message = f"'{type(value.object).__name__}' object has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)
    if callable(found):
        return NativeMethod(name, partial(_call, value, name))
    return from_result(found) if value.exact else UNKNOWN


def _call(
    value: StandardObject, name: str, interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]
) -> Any:
    is_known = value.exact and all(map(is_exact, args)) and all(map(is_exact, kwargs.values()))
    if not is_known or name not in HELD[type(value.object)] or not _takes(value, [*args, *kwargs.values()]):
        if type(value.object) not in UNCHANGING:
            value.exact = value.exact and name in HELD[type(value.object)] and name not in CHANGING
        return UNKNOWN
    if name in CHANGING and interpreter.maybe_depth:
        value.exact = False
        return UNKNOWN
    interpreter.charge(200)
    if name in ("choices", "sample"):
        interpreter.charge(sum(abs(item) for item in (*args, *kwargs.values()) if isinstance(item, int)))
    plain = [to_python(argument) for argument in args]
    keywords = {key: to_python(item) for key, item in kwargs.items()}
    return asked(lambda: getattr(value.object, name)(*plain, **keywords))


def _takes(value: StandardObject, values: list[Any]) -> bool:
    """Whether the object stays small with these values; they count."""
    value = value.owner or value
    if any(isinstance(item, int) and abs(item) > _MOST_CHARACTERS for item in values):
        return False
    text = repr([to_python(item) for item in values])
    value.n_characters += len(text)
    value.n_references += text.count("%(") + text.count("${")
    return value.n_characters <= _MOST_CHARACTERS and value.n_references <= _MOST_REFERENCES


def asked(question: Any) -> Any:
    """Returns the abstract value of what a question to Python gives, iterators as lists.

    Raises:
        Raised: what Python raises.
    """
    try:
        found = question()
        if hasattr(type(found), "__iter__") and not isinstance(found, (str, bytes, tuple, dict, *HELD)):
            return ListValue(from_result(item) for item in islice(found, limits.MAX_ITEMS))
        return from_result(found)
    except (RecursionError, MemoryError):
        return UNKNOWN
    except Exception as error:
        raise from_python_error(error) from None


def object_items(interpreter: Interpreter, value: StandardObject) -> tuple[list[Any], bool]:
    """Returns the items of the object and whether they are all there are.

    Raises:
        Raised: TypeError for an object without items.
    """
    if not value.exact:
        return [], False
    return list(asked(lambda: list(islice(value.object, limits.MAX_ITEMS)))), True


def object_item(interpreter: Interpreter, value: StandardObject, index: Any) -> Any:
    """Returns ``value[index]``.

    Raises:
        Raised: KeyError and the like, when certain.
    """
    if not value.exact or not is_exact(index):
        return UNKNOWN
    found = asked(lambda: value.object[to_python(index)])
    if type(found) is StandardObject:
        found.owner = value
    return found


def set_object_item(interpreter: Interpreter, value: StandardObject, index: Any, item: Any) -> None:
    """Does ``value[index] = item``; what is put into a section counts for its parser.

    Raises:
        Raised: what Python raises.
    """
    is_loose = type(value.object) is configparser.SectionProxy and value.owner is None
    is_known = value.exact and is_exact(index) and is_exact(item) and not interpreter.maybe_depth
    if is_loose or not is_known or not _takes(value, [index, item]):
        value.exact = False
    else:
        asked(lambda: value.object.__setitem__(to_python(index), to_python(item)))


WITH_KEYS: Final = frozenset({StandardObject, Instance})
"""Kinds of values, dicts aside, that ``**value`` may take."""


def mapping_of(interpreter: Interpreter, value: Any) -> DictValue | None:
    """Returns what ``dict(value)`` makes of an object with ``keys``, None for any other value."""
    if isinstance(value, StandardObject) and value.exact and hasattr(value.object, "keys"):
        return DictValue(
            (key, object_item(interpreter, value, key)) for key in object_items(interpreter, value)[0]
        )
    if isinstance(value, Instance) and interpreter.has_method(value, "keys"):
        keys, exact = items_of(interpreter, interpreter.call_method(value, "keys", []))
        known = [key for key in keys if is_exact(key) and is_key(key)]
        pairs = [(key, interpreter.call_method(value, "__getitem__", [key])) for key in known]
        return DictValue(pairs, exact=exact and len(known) == len(keys))
    return None


def is_in_object(interpreter: Interpreter, value: StandardObject, item: Any) -> bool | None:
    """Returns ``item in value``, None when it cannot be known."""
    if not value.exact or not is_exact(item):
        return None
    return bool(asked(lambda: to_python(item) in value.object))


def set_object_attribute(interpreter: Interpreter, value: StandardObject, name: str, item: Any) -> None:
    """Does ``value.name = item``: ``parser.optionxform = str`` is followed, nothing else."""
    if name == "optionxform" and isinstance(item, PythonValue) and item.object is str:
        value.object.optionxform = str
    else:
        value.exact = False


ATTRIBUTE[StandardObject] = object_attribute
SET_ATTRIBUTE[StandardObject] = set_object_attribute
ITEM[StandardObject] = object_item
SET_ITEM[StandardObject] = set_object_item
ITEMS[StandardObject] = object_items
CONTAINS[StandardObject] = is_in_object

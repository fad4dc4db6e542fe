"""Whether Python refuses an operation for the type of a value; None when the type is not known.

The catalogue names them in the conditions it keeps of an ``__init__``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import python_type

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

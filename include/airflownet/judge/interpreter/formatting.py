"""Formatting of known values; anything that could grow without bound is left unknown."""

from __future__ import annotations

import re
from typing import Any

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.conversion import to_python
from airflownet.judge.interpreter.kinds import NOT_FORMATTED, type_name
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ListValue,
    is_concrete,
    is_exact,
)

_LONG_NUMBER = re.compile(r"\d{5}")


def _refuse_unformatted(value: Any) -> None:
    """Raises what ``object.__format__`` raises for a specification: most types know none."""
    if type(value) in NOT_FORMATTED:
        name = type_name(value)
        message = f"unsupported format string passed to {name}.__format__"
        raise Raised("TypeError", message, "wrong-type", name)


def formatted(value: Any, specification: Any, conversion: str) -> Any:
    """Returns ``format(value, specification)`` after ``!r``, ``!s`` or ``!a``, UNKNOWN when not known.

    Raises:
        Raised: the format does not fit the value.
    """
    is_plain = type(value) is str and specification == "" and conversion in ("", "s")
    if is_plain and len(value) <= limits.MAX_CHARACTERS:
        return value
    if isinstance(value, ListValue) and value.kind != "list":
        return UNKNOWN
    if type(specification) is not str:
        return UNKNOWN
    if specification and not conversion:
        _refuse_unformatted(value)
    if not is_exact(value) or _LONG_NUMBER.search(specification):
        return UNKNOWN
    plain = to_python(value)
    if not is_concrete(plain) and specification and not conversion:
        return UNKNOWN
    try:
        if conversion == "r":
            plain = repr(plain)
        elif conversion == "a":
            plain = ascii(plain)
        elif conversion == "s":
            plain = str(plain)
        text = format(plain, specification)
    except Exception as error:
        raise Raised(type(error).__name__, str(error), "bad-value") from None
    return text if len(text) <= limits.MAX_CHARACTERS else UNKNOWN

"""What is known of a result whose value is not: the type that a function of a library always returns.

The current time, a new UUID or a logger cannot be computed, but an attribute that such an object does not
have is an error all the same.
"""

# ruff: noqa: ARG001 - slots of one table share one signature
from __future__ import annotations

import datetime
import logging
import uuid
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.kinds import PATH_ATTRIBUTE
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.values import ApiInstance

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_EXAMPLES: Final[dict[str, Any]] = {
    **{f"datetime.datetime.{name}": datetime.datetime.min
       for name in ("now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp")},
    "datetime.date.today": datetime.date.min,
    "datetime.date.fromtimestamp": datetime.date.min,
    "logging.getLogger": logging.getLogger(__name__),
    **{f"uuid.{name}": uuid.UUID(int=0) for name in ("uuid1", "uuid3", "uuid4", "uuid5", "UUID")},
}  # fmt: skip
"""Path of a function -> an object of the type it returns; only the names of its attributes are looked at."""
MEMBERS: Final[dict[str, tuple[str, frozenset[str]]]] = {}
"""Path of a function of a library -> the type that it returns, and the names of its attributes."""


def of_known_type(path: str) -> ApiInstance | None:
    """Returns an object of the type that the function returns, None when not known."""
    return ApiInstance(path) if path in _EXAMPLES else None


def member_of_known_type(interpreter: Interpreter, value: ApiInstance, name: str) -> Any:
    """Returns MISSING for an attribute that an object of that type has: its value is not known.

    Raises:
        Raised: AttributeError for one that it does not have.
    """
    if value.path in MEMBERS:
        kind, members = MEMBERS[value.path]
        if name not in members and not name.startswith("_"):
            raise _missing(kind, name)
    elif value.path in _EXAMPLES and name not in _names(value.path):
        raise _missing(_shown(value.path), name)
    return MISSING


@cache
def _names(path: str) -> frozenset[str]:
    return frozenset(dir(_EXAMPLES[path]))


def _shown(path: str) -> str:
    kind = type(_EXAMPLES[path])
    return f"datetime.{kind.__name__}" if kind.__module__ == "datetime" else kind.__name__


def _missing(kind: str, name: str) -> Raised:
    message = f"'{kind}' object has no attribute '{name}'"
    return Raised("AttributeError", message, "unknown-attribute", name)


PATH_ATTRIBUTE.update(dict.fromkeys(_EXAMPLES, member_of_known_type))

"""Between abstract values and Python's own: of arguments on the way in, of results on the way out."""

from __future__ import annotations

import configparser
import datetime
import io
import random
import re
import time
import urllib.parse
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, Final

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import DictValue, ListValue, SetValue, StandardObject, is_concrete


def to_python(value: Any) -> Any:
    """Returns a plain Python value for one that stands for itself throughout."""
    if isinstance(value, ListValue):
        return [to_python(item) for item in value]
    if isinstance(value, tuple):
        return tuple(to_python(item) for item in value)
    if type(value).__name__ == "SetValue":
        return {to_python(item) for item in value}
    if isinstance(value, dict):
        return {to_python(key): to_python(item) for key, item in value.items()}
    return value


_MATCH: Final = frozenset({"group", "groups", "groupdict", "start", "end", "span", "expand"})
_SECTION: Final = frozenset({"get", "getint", "getfloat", "getboolean", "items", "keys", "values"})
_PARSER: Final = _SECTION | {"sections", "options", "has_section", "has_option", "defaults"}
_RANDOM: Final = frozenset({"random", "randint", "randrange", "choice", "sample", "uniform", "choices"})
_WRITES: Final = {"read_string", "read_dict", "set", "add_section", "remove_section", "remove_option"}
_STREAM: Final = frozenset({"write", "writelines", "seek", "truncate"})
HELD: Final[dict[type, frozenset[str]]] = {
    re.Match: _MATCH,
    configparser.ConfigParser: _PARSER | _WRITES,
    configparser.RawConfigParser: _PARSER | _WRITES,
    configparser.SectionProxy: _SECTION,
    random.Random: _RANDOM | {"seed"},
    urllib.parse.ParseResult: frozenset({"geturl", "_replace"}),
    urllib.parse.SplitResult: frozenset({"geturl", "_replace"}),
    io.StringIO: frozenset({"read", "readline", "readlines", "getvalue", "close", *_STREAM}),
    io.BytesIO: frozenset({"read", "readline", "readlines", "getvalue", "close", "seek"}),
    type(datetime.date.min.isocalendar()): frozenset(),
    time.struct_time: frozenset(),
    type(PurePosixPath("a/b").parents): frozenset(),
}
"""Type of an object that the judge holds -> its methods that are called; they are safe on small values."""
CHANGING: Final = frozenset({*_WRITES, *_RANDOM, *_STREAM, "seed", "read", "readline", "readlines", "close"})
UNCHANGING: Final = frozenset(
    {re.Match, urllib.parse.ParseResult, urllib.parse.SplitResult, time.struct_time}
)
"""Methods after which the object is another."""
_MOST_EXPONENT = 400
_MOST_BITS = 4_000
_LONGEST_PATH = 4_096


def is_long_number(value: Any) -> bool:
    """Whether a decimal, fraction or path is too long to be computed with, or is no number that can be."""
    if type(value) is Decimal:
        return value.is_snan() or (value.is_finite() and abs(value.adjusted()) > _MOST_EXPONENT)
    if type(value) is PurePosixPath:
        return len(str(value)) > _LONGEST_PATH
    if type(value) is Fraction:
        return value.numerator.bit_length() + value.denominator.bit_length() > _MOST_BITS
    return False


def from_result(value: Any) -> Any:
    """Returns the abstract value of a plain Python result; UNKNOWN when it is too big or no plain value."""
    if is_concrete(value):
        too_long = isinstance(value, (str, bytes)) and len(value) > limits.MAX_CHARACTERS
        return UNKNOWN if too_long or is_long_number(value) else value
    kind = type(value)
    if kind is range:
        return value
    if kind in HELD:
        return StandardObject(value)
    if kind in (list, tuple, set, frozenset, dict) and len(value) <= limits.MAX_ITEMS:
        if kind is list:
            return ListValue(from_result(item) for item in value)
        if kind is tuple:
            return tuple(from_result(item) for item in value)
        if kind is dict:
            return DictValue((from_result(key), from_result(item)) for key, item in value.items())
        return SetValue(sorted((from_result(item) for item in value), key=repr))
    return UNKNOWN


def from_python_error(error: Exception) -> Raised:
    """Returns what stands for an exception that Python raised on known values."""
    name = type(error).__name__
    message = str(error)
    if name == "TypeError" and "unexpected keyword argument" in message:
        subject = message.rpartition("argument ")[2].strip("'")
        return Raised(name, message, "unknown-argument", subject)
    raised = Raised(name, message, "wrong-type" if name == "TypeError" else "bad-value")
    raised.python_error = error
    return raised

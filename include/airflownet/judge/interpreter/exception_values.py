"""What ``except ... as error`` binds: an exception with the attributes and the text that are known of it."""

from __future__ import annotations

import ast
import builtins
from contextlib import suppress
from typing import Any, Final

from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.conversion import from_result
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.values import ApiInstance, Instance, PythonValue, is_concrete

_EXACT_MESSAGES: Final = frozenset({"KeyError", "IndexError", "ZeroDivisionError"})
_MOST_CHARACTERS: Final = 200
TEXT: Final = "__text__"
"""Key in ``ApiInstance.attributes``: what ``str`` gives."""


def exception_value(error: Raised) -> Any:
    """Returns the exception object that stands for the failure."""
    if isinstance(error.value, ApiInstance):
        return _with_text(error.value)
    if error.value is not None:
        return error.value
    found = ApiInstance(error.exception, (error.message,))
    real = error.python_error
    if real is not None:
        found.attributes = {name: from_result(item) for name, item in vars(real).items()}
        found.attributes.update({TEXT: str(real), "args": from_result(real.args)})
        found.attributes["__class__"] = PythonValue(error.exception, type(real))
    elif error.exception == "AssertionError":
        return _with_text(found)
    elif isinstance(kind := getattr(builtins, error.exception, None), type):
        found.attributes["__class__"] = PythonValue(error.exception, kind)
        if error.exception in _EXACT_MESSAGES:
            found.attributes[TEXT] = error.message
        if error.exception == "KeyError" and len(error.message) <= _MOST_CHARACTERS:
            with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
                found.attributes["args"] = (from_result(ast.literal_eval(error.message)),)
    return found


def _with_text(value: ApiInstance) -> ApiInstance:
    """An exception that the file itself raises: Python's own ones show their only argument."""
    kind = getattr(builtins, value.path, None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        value.attributes.setdefault("args", value.args)
        value.attributes.setdefault("__class__", PythonValue(value.path, kind))
        if len(value.args) <= 1 and all(map(is_concrete, value.args)) and not value.kwargs:
            value.attributes.setdefault(TEXT, str(kind(*value.args)))
    return value


def is_exception(value: Any) -> bool:
    """Whether the value is an instance of an exception class of the file."""
    if type(value) is not Instance:
        return False
    kinds = [base.object for base in mro(value.cls) if isinstance(base, PythonValue)]
    return any(isinstance(kind, type) and issubclass(kind, BaseException) for kind in kinds)

"""Calls of libraries that come with Airflow and that DAG files use at module level.

Nothing of them is imported for the file's sake: what is modelled is in the table of ``registry``, arguments
of others are checked against signatures, and the names of their modules are a table as well.
"""

# ruff: noqa: ARG001 - the parameters are those of the real functions
from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge import catalogue
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    FunctionValue,
    NativeMethod,
)
from airflownet.judge.libraries import pendulum
from airflownet.judge.libraries.library_signatures import check_library_call
from airflownet.judge.libraries.registry import modelled

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_NAMES_FILE: Final = Path(catalogue.__file__).parent / "data" / "library_names.json"
"""Made by ``benchmarks/catalogue/library_names.py`` from an Airflow 2.9 and an Airflow 3.3 environment."""


@cache
def library_names() -> dict[str, frozenset[str]]:
    """Returns the public names of modules that have no others, by module."""
    rows: dict[str, str] = json.loads(_NAMES_FILE.read_text())
    return {"pendulum": frozenset(pendulum.NAMES.split())} | {
        module: frozenset(names.split()) for module, names in rows.items()
    }


_WRAPPERS: Final = frozenset({"tenacity.retry", "backoff.on_exception", "backoff.on_predicate"})
"""Decorators that keep the function's name and signature, plain or with arguments."""


def _decorated(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return args[0] if args else UNKNOWN


def library_call(
    interpreter: Interpreter, path: str, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """Returns what the call gives where it is known; ``MISSING`` for every other call.

    Raises:
        Raised: arguments that the function does not take, no such time or time zone, no YAML.
    """
    found = modelled(interpreter, path, args, kwargs, is_open=is_open)
    if found is not MISSING or is_open:
        return found
    if path in _WRAPPERS and len(args) == 1 and not kwargs and isinstance(args[0], FunctionValue):
        return args[0]
    check_library_call(path, args, kwargs)
    return NativeMethod(path, _decorated) if path in _WRAPPERS else MISSING

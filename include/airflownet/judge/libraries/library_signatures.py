"""Parameters of library callables that DAG files use: Kubernetes models, Docker mounts, tenacity, dateutil.

The table is made by ``benchmarks/catalogue/library_signatures.py``.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from airflownet.judge import catalogue
from airflownet.judge.interpreter.raised import Raised

_TABLE: Final = Path(catalogue.__file__).parent / "data" / "library_signatures.json"
_KUBERNETES: Final = "kubernetes.client."
Check = Callable[..., None]
_CHECKED: Final[dict[str, Check]] = {}


@cache
def _rows() -> dict[str, str]:
    rows: dict[str, str] = json.loads(_TABLE.read_text())
    return rows


@cache
def _signature(path: str) -> tuple[inspect.Signature, tuple[str, ...]] | None:
    """Returns the signature and the parameters that must not be None; None when it is not listed."""
    if path.startswith(_KUBERNETES):
        path = _KUBERNETES + path.rpartition(".")[2]
    row = _rows().get(path)
    if row is None:
        return None
    parameters: list[inspect.Parameter] = []
    kind: Any = inspect.Parameter.POSITIONAL_OR_KEYWORD
    for item in row.split():
        name = item.strip("*=!")
        if item.startswith("**"):
            parameters.append(inspect.Parameter(name, inspect.Parameter.VAR_KEYWORD))
            continue
        if item.startswith("*"):
            kind = inspect.Parameter.KEYWORD_ONLY
            if name:
                parameters.append(inspect.Parameter(name, inspect.Parameter.VAR_POSITIONAL))
            continue
        default = None if item[-1] in "=!" else inspect.Parameter.empty
        parameters.append(inspect.Parameter(name, kind, default=default))
    required = tuple(item[:-1] for item in row.split() if item.endswith("!"))
    return inspect.Signature(parameters), required


def check_library_signature(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Raises what the callable raises for arguments that it does not take, misses, or must not be None."""
    found = _signature(path)
    if found is None:
        return
    signature, never_none = found
    name = path.rpartition(".")[2]
    shown = f"{name}.__init__" if name[:1].isupper() else name
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in signature.parameters.values())
    unknown = [] if takes_any else [key for key in kwargs if key not in signature.parameters]
    if unknown:  # Python tells these before the missing ones
        message = f"{shown}() got an unexpected keyword argument '{unknown[0]}'"
        raise Raised("TypeError", message, "unknown-argument", unknown[0])
    try:
        bound = signature.bind(*args, **kwargs).arguments
    except TypeError as error:
        text = str(error)
        subject = text.rpartition("'")[0].rpartition("'")[2]
        raise Raised("TypeError", f"{shown}() {text}", "missing-argument", subject) from None
    for parameter in never_none:
        if bound.get(parameter) is None:
            message = f"Invalid value for `{parameter}`, must not be `None`"
            raise Raised("ValueError", message, "missing-argument", parameter)


def checked(path: str) -> Callable[[Check], Check]:
    """Enters a function with the parameters of a library's, which raises what that one refuses."""

    def register(check: Check) -> Check:
        _CHECKED[path] = check
        return check

    return register


def check_library_call(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Raises what the callable raises for these arguments, as far as it is known.

    Raises:
        Raised: arguments that it does not take or misses, or values that it refuses.
    """
    check = _CHECKED.get(path)
    if check is None:
        check_library_signature(path, args, kwargs)
        return
    try:
        inspect.signature(check).bind(*args, **kwargs)
    except TypeError as error:
        kind = "unknown-argument" if "unexpected keyword" in str(error) else "missing-argument"
        subject = str(error).rpartition("'")[0].rpartition("'")[2]
        name = path.rpartition(".")[2]
        raise Raised("TypeError", f"{name}() {error}", kind, subject) from None
    try:
        check(*args, **kwargs)
    except (ValueError, OverflowError) as error:
        raise Raised("ValueError", str(error), "bad-value") from None

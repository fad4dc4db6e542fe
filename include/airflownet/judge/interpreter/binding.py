"""Binding call arguments to the parameters of a function of the file, with Python's errors."""

from __future__ import annotations

import ast
from typing import Any

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import DictValue, FunctionValue


def bind(
    function: FunctionValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool = False
) -> dict[str, Any]:
    """Returns parameter name -> value.

    Args:
        function: the function that is called.
        args: positional arguments.
        kwargs: keyword arguments.
        is_open: True when a ``*`` or ``**`` of unknown content was passed: nothing is certainly missing.

    Raises:
        Raised: TypeError, in Python's words.
    """
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    bound: dict[str, Any] = {}
    for parameter, value in zip(positional, args, strict=False):
        bound[parameter.arg] = value
    if len(args) > len(positional):
        if spec.vararg is None:
            raise _too_many(function, len(positional), len(args))
        bound[spec.vararg.arg] = tuple(args[len(positional) :])
    elif spec.vararg is not None:
        bound[spec.vararg.arg] = UNKNOWN if is_open else ()
    by_keyword = {parameter.arg for parameter in (*spec.args, *spec.kwonlyargs)}
    extra = DictValue(exact=not is_open)
    for name, value in kwargs.items():
        if name in by_keyword:
            if name in bound:
                raise Raised(
                    "TypeError",
                    f"{function.name}() got multiple values for argument '{name}'",
                    "argument-twice",
                    name,
                )
            bound[name] = value
        elif spec.kwarg is not None:
            extra[name] = value
        else:
            raise Raised(
                "TypeError",
                f"{function.name}() got an unexpected keyword argument '{name}'",
                "unknown-argument",
                name,
            )
    if spec.kwarg is not None:
        bound[spec.kwarg.arg] = extra
    _fill_defaults(function, positional, bound, is_open=is_open)
    return bound


def _fill_defaults(
    function: FunctionValue, positional: list[ast.arg], bound: dict[str, Any], *, is_open: bool
) -> None:
    first_default = len(positional) - len(function.defaults)
    missing: list[str] = []
    for index, parameter in enumerate(positional):
        if parameter.arg in bound:
            continue
        if is_open:  # what is not known may give what has a default as well
            bound[parameter.arg] = UNKNOWN
        elif index >= first_default:
            bound[parameter.arg] = function.defaults[index - first_default]
        else:
            missing.append(parameter.arg)
    if missing:
        raise _missing(function, missing, "positional")
    for parameter in function.node.args.kwonlyargs:
        if parameter.arg in bound:
            continue
        if is_open:
            bound[parameter.arg] = UNKNOWN
        elif parameter.arg in function.keyword_defaults:
            bound[parameter.arg] = function.keyword_defaults[parameter.arg]
        else:
            missing.append(parameter.arg)
    if missing:
        raise _missing(function, missing, "keyword-only")


def _qualified(function: FunctionValue) -> str:
    owner = getattr(function.owner, "name", "")
    return f"{owner}.{function.name}" if owner else str(function.name)


def _missing(function: FunctionValue, names: list[str], kind: str) -> Raised:
    quoted = [f"'{name}'" for name in names]
    listed = quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" and {quoted[-1]}"
    plural = "s" if len(names) > 1 else ""
    return Raised(
        "TypeError",
        f"{_qualified(function)}() missing {len(names)} required {kind} argument{plural}: {listed}",
        "missing-argument",
        names[0],
    )


def _too_many(function: FunctionValue, takes: int, given: int) -> Raised:
    plural = "s" if takes != 1 else ""
    verb = "were" if given != 1 else "was"
    return Raised(
        "TypeError",
        f"{_qualified(function)}() takes {takes} positional argument{plural} but {given} {verb} given",
        "too-many-arguments",
        str(given),
    )

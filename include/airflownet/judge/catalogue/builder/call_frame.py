"""What a call starts with, and which handler catches what it raises."""

from __future__ import annotations

import ast
from typing import Any

from airflownet.judge.catalogue.builder.evaluate import evaluate
from airflownet.judge.catalogue.builder.scope import Scope
from airflownet.judge.catalogue.builder.values import IMPORT_ERRORS, UnresolvedError


def bind_arguments(
    node: ast.FunctionDef, module: Scope, args: list[Any], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Returns the local names of a call; raises UnresolvedError for ``*args``, ``**kwargs`` and misfits."""
    arguments = node.args
    names: dict[str, Any] = {}
    positional = [*arguments.posonlyargs, *arguments.args]
    if len(args) > len(positional) or arguments.vararg or arguments.kwarg:
        raise UnresolvedError
    defaults = dict(zip([a.arg for a in positional][::-1], arguments.defaults[::-1], strict=False))
    defaults |= {
        a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None
    }
    for argument, value in zip(positional, args, strict=False):
        names[argument.arg] = value
    names.update(kwargs)
    for argument in [*positional, *arguments.kwonlyargs]:
        if argument.arg not in names:
            if argument.arg not in defaults:
                raise UnresolvedError
            names[argument.arg] = evaluate(defaults[argument.arg], module)
    return names


def catches(handler: ast.ExceptHandler, kind: str) -> bool:
    """Returns True when the handler catches an exception of that name (import errors in both spellings)."""
    if handler.type is None:
        return True
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    caught = {ast.unparse(name).rpartition(".")[2] for name in names}
    if caught & {"Exception", "BaseException", kind}:
        return True
    return kind == "ModuleNotFoundError" and "ImportError" in caught and kind in IMPORT_ERRORS

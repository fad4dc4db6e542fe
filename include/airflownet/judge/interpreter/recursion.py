"""Functions of the file that call themselves without end.

Too many functions within each other may be a deep but finite recursion. It has no end when a function came
back to itself with the very same arguments and nothing in between changes anything, or when no function on
the way has a branch at all.
"""

from __future__ import annotations

import ast
from typing import Any, Final

from airflownet.judge.interpreter.raised import Exhausted, Raised
from airflownet.judge.interpreter.values import is_concrete

_BRANCHES: Final = (
    ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.BoolOp, ast.Match, ast.ListComp, ast.SetComp,
    ast.DictComp, ast.GeneratorExp, ast.With, ast.Raise, ast.Assert,
)  # fmt: skip
_CHANGING: Final = frozenset(
    {
        "append",
        "add",
        "pop",
        "popleft",
        "remove",
        "discard",
        "update",
        "extend",
        "insert",
        "clear",
        "setdefault",
    }
)
_CHANGING_FUNCTIONS: Final = frozenset({"next", "setattr", "delattr"})


class TooDeep(Exhausted):
    """Functions lie too deep within each other; collects them on the way out."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.frames: list[tuple[Any, dict[str, Any]]] = []

    def leave(self, node: Any, bound: dict[str, Any], *, is_outermost: bool) -> None:
        """Notes one call that is left.

        Raises:
            Raised: RecursionError, when the outermost is left and the recursion has no end.
        """
        self.frames.append((node, bound))
        if is_outermost and _never_ends(self.frames):
            name = getattr(self.frames[0][0], "name", "lambda")
            raise Raised("RecursionError", "maximum recursion depth exceeded", "raises", name) from None


def _never_ends(frames: list[tuple[Any, dict[str, Any]]]) -> bool:
    """Whether the innermost call comes back to an earlier one as it was."""
    node, bound = frames[0]
    for end in range(1, len(frames)):
        if frames[end][0] is not node:
            continue
        bodies = [frame[0] for frame in frames[: end + 1]]
        if not any(isinstance(part, _BRANCHES) for body in bodies for part in ast.walk(body)):
            return True
        return _are_same(bound, frames[end][1]) and not any(map(_changes_something, bodies))
    return False


def _are_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(
        one[name] is other[name] or (is_concrete(one[name]) and type(other[name]) is type(one[name])
                                     and one[name] == other[name])
        for name in one
    )  # fmt: skip


def _changes_something(node: ast.AST) -> bool:
    for part in ast.walk(node):
        if isinstance(part, (ast.Global, ast.Nonlocal, ast.Delete)):
            return True
        if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, ast.Store):
            return True
        if isinstance(part, ast.Call):
            name = getattr(part.func, "attr", "")
            if name in _CHANGING or getattr(part.func, "id", "") in _CHANGING_FUNCTIONS:
                return True
    return False

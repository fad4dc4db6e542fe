"""What is kept of a function body that a small model wrote: whole lines, each once, with names that exist.

A body that speaks of names nothing defines would fail when it runs; it is left out, and the person is told to
write it. Nothing is run.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Collection
from typing import Final

_BUILTINS: Final = frozenset(dir(builtins))
_MOST_ALIKE: Final = 2
_ENDS: Final = (ast.Return, ast.Raise)


def sound_body(code: str, given: Collection[str] = ()) -> str:
    """Returns the body as far as it is sound; empty where nothing of it is. Deterministic, never raises.

    Args:
        code: lines of a function body.
        given: names that its function is called with.
    """
    tree = _parsed(code)
    if tree is None:
        return ""
    kept: list[ast.stmt] = []
    seen: Counter[str] = Counter()
    for node in tree.body:
        text = ast.unparse(node)
        if seen[text] == _MOST_ALIKE:  # a small model that goes round in circles
            break
        seen[text] += 1
        kept.append(node)
        if isinstance(node, _ENDS):
            break
    while kept and isinstance(kept[-1], (ast.Import, ast.ImportFrom, ast.Pass)):
        kept.pop()
    body = ast.Module(kept, [])
    return ast.unparse(body) if kept and not _undefined(body, given) else ""


def _parsed(code: str) -> ast.Module | None:
    """Returns the longest beginning, in lines, that is the body of a function."""
    lines = code.split("\n")
    while lines:
        try:
            found = ast.parse("def _():\n" + "\n".join(f"    {line}" for line in lines)).body
            if len(found) == 1 and isinstance(found[0], ast.FunctionDef):
                return ast.Module(found[0].body, [])
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
        lines.pop()
    return None


def _undefined(body: ast.Module, given: Collection[str]) -> set[str]:
    defined, used = set(given), set[str]()
    for node in ast.walk(body):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else defined).add(node.id)
        elif isinstance(node, ast.alias):
            defined.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            defined.add(node.name)
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            defined.add(node.name)
    return used - defined - _BUILTINS

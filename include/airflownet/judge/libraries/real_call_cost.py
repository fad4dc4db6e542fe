"""What really calling a function of the standard library costs, paid before the call.

A function that takes a millisecond is harmless once; a loop of the file may ask it ten thousand times.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.limits import MAX_CHARACTERS

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_SLOW: Final = frozenset(
    {"ast", "fnmatch", "inspect", "pprint", "shlex", "statistics", "string", "textwrap", "tomllib", "urllib"}
)
"""Modules whose functions are written in Python, or take more than time in proportion."""
_LAYOUT: Final = frozenset({"json", "pprint", "textwrap"})
"""Modules whose functions repeat an indent or a tab as often as there are lines."""
_FREE: Final = 200
"""Characters and items that cost nothing: nearly every call has fewer."""
_MOST_ARGUMENTS: Final = 200
_MOST_WIDTH: Final = 1_000
_MOST_INDENT: Final = 100_000
_MOST_INDENTED: Final = 300


def pays(interpreter: Interpreter, path: str, plain: list[Any], keywords: dict[str, Any]) -> bool:
    """Pays for a call; False when its result could be much larger than what it is given.

    Args:
        interpreter: whose steps it costs.
        path: dotted name of the function.
        plain: Python values given by position, bounded as ``is_exact`` bounds them.
        keywords: those given by name.

    Raises:
        Exhausted: the budget is used up.
    """
    module = path.partition(".")[0]
    n_characters = n_items = 0
    for value in (*plain, *keywords.values()):
        if isinstance(value, (str, bytes)):
            n_characters += len(value)
        elif isinstance(value, (list, tuple, set, dict)):
            n_items += _size(value)
    if len(plain) > _MOST_ARGUMENTS:
        return False
    if module in _LAYOUT and not _is_modest(module, plain, keywords, n_items):
        return False
    size = n_characters + n_items
    if size > _FREE:
        fast = (n_characters >> 3) + (n_items >> 2)
        interpreter.steps_left -= size * 2 if module == "tomllib" else size if module in _SLOW else fast
        interpreter.charge(0)
    return True


def _is_modest(module: str, plain: list[Any], keywords: dict[str, Any], n_items: int) -> bool:
    values = (*plain, *keywords.values())
    if any(isinstance(value, int) and abs(value) > _MOST_WIDTH for value in values):
        return False
    if module == "json":
        indent = keywords.get("indent")
        width = len(indent) if isinstance(indent, str) else indent if isinstance(indent, int) else 0
        return n_items * width <= _MOST_INDENT
    if module == "pprint":
        return n_items <= _MOST_INDENTED or (len(plain) < 2 and "indent" not in keywords)
    return prod(len(value) for value in values if isinstance(value, str) and value) <= MAX_CHARACTERS


def _size(value: Any) -> int:
    """Returns how many items and characters there are in a container and all below it."""
    pending, size = [value], 0
    while pending:
        item = pending.pop()
        if isinstance(item, (str, bytes)):
            size += len(item) >> 2
        elif isinstance(item, (list, tuple, set, dict)):
            parts: Iterable[Any] = (*item, *item.values()) if isinstance(item, dict) else item
            size += len(item)
            pending.extend(part for part in parts if isinstance(part, (str, bytes, list, tuple, set, dict)))
    return size

"""How the files of the methods of lists, dicts and sets fill their tables, and the checks that they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.raised import Exhausted, Raised

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

Method = Callable[["Interpreter", Any, list[Any], dict[str, Any]], Any]


def method_of(table: dict[str, Method], name: str) -> Callable[[Method], Method]:
    """Registers a method in a table."""

    def register(method: Method) -> Method:
        table[name] = method
        return method

    return register


def check_size(container: Any) -> None:
    """Raises Exhausted for a container over the limit."""
    if len(container) > limits.MAX_ITEMS:
        raise Exhausted(f"more than {limits.MAX_ITEMS:,} items in one container")


def one_argument(args: list[Any], kwargs: dict[str, Any], name: str, minimum: int = 1) -> None:
    """Raises what a method raises for anything but that number of positional arguments."""
    if kwargs or len(args) != minimum:
        if kwargs:
            raise Raised("TypeError", f"{name}() takes no keyword arguments", "unknown-argument", name)
        raise Raised(
            "TypeError", f"{name}() takes exactly one argument ({len(args)} given)", "missing-argument", name
        )

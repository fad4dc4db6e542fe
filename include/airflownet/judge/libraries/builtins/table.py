"""How the files of builtin functions fill their tables, and the check that they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.raised import Raised

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

Call = Callable[["Interpreter", list[Any], dict[str, Any]], Any]


def registrar(table: dict[str, Call]) -> Callable[..., Callable[[Call], Call]]:
    """Returns the decorator that enters what some builtins do into a table, by their names."""

    def builtin(*names: str) -> Callable[[Call], Call]:
        def register(call: Call) -> Call:
            for name in names:
                table[name] = call
            return call

        return register

    return builtin


def need(args: list[Any], name: str, minimum: int = 1) -> None:
    """Raises Python's error for fewer arguments than the minimum."""
    if len(args) < minimum:
        raise Raised(
            "TypeError",
            f"{name} expected at least {minimum} argument, got {len(args)}",
            "missing-argument",
            name,
        )

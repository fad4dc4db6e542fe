"""Where the names of an expression get their values."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Protocol

from airflownet.judge.catalogue.builder.values import InstanceRef, ModuleRef, SymbolRef

MAX_ITEMS = 5_000
"""Longest list, tuple, set or mapping that is looked at."""


class Scope(Protocol):
    """Where names get their values."""

    def lookup(self, name: str) -> Any:
        """Returns the value of a name, or raises UnresolvedError."""

    def attribute(self, owner: ModuleRef | SymbolRef | InstanceRef, name: str) -> Any:
        """Returns the value of ``owner.name``, or raises UnresolvedError or ModuleRaisesError."""

    def call(self, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Returns what a call gives, or raises UnresolvedError or ModuleRaisesError."""


Evaluate = Callable[[ast.expr, Scope], Any]
"""Returns the value of an expression in a scope, or raises UnresolvedError or ModuleRaisesError."""

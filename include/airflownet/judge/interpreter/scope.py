"""Names of a module, function, class or comprehension, and how they are looked up."""

from __future__ import annotations

from typing import Any

MISSING = object()
UNBOUND = object()
"""A local name of a function that is read before anything is assigned to it."""


class Scope:
    """One namespace. Function scopes see enclosing functions, then the module; class bodies hide."""

    __slots__ = (
        "function",
        "globals",
        "is_class",
        "is_comprehension",
        "locals",
        "maybe_returns",
        "module",
        "names",
        "nonlocals",
        "parent",
        "star_is_unknown",
        "yield_hook",
        "yields",
    )

    def __init__(self, parent: Scope | None = None, *, is_class: bool = False) -> None:
        self.names: dict[str, Any] = {}
        self.parent = parent
        self.module: Scope = parent.module if parent is not None else self
        self.is_class = is_class
        self.is_comprehension = False
        self.globals: set[str] | None = None
        self.nonlocals: set[str] | None = None
        self.maybe_returns: list[Any] | None = None
        self.yields: Any = None
        self.yield_hook: Any = None
        self.function: Any = None
        self.locals: frozenset[str] = frozenset()
        """Names that the function's body assigns: never those of an outer scope."""
        self.star_is_unknown = False

    def lookup(self, name: str) -> Any:
        """Returns the value, ``UNBOUND`` for a local name without one, or ``MISSING``."""
        names = self.names
        if name in names and not (self.globals and name in self.globals):
            return names[name]
        if name in self.locals:
            return UNBOUND
        scope = self.parent
        while scope is not None:
            if name in scope.names and not scope.is_class:
                return scope.names[name]
            scope = scope.parent
        return MISSING

    def assign(self, name: str, value: Any) -> None:
        """Binds the name where Python would bind it."""
        if self.globals and name in self.globals:
            self.module.names[name] = value
            return
        if self.nonlocals and name in self.nonlocals:
            scope = self.parent
            while scope is not None:
                if name in scope.names and not scope.is_class:
                    scope.names[name] = value
                    return
                scope = scope.parent
        self.names[name] = value

    def delete(self, name: str) -> bool:
        """Unbinds the name; returns False when it was not bound here."""
        names = self.module.names if self.globals and name in self.globals else self.names
        return names.pop(name, MISSING) is not MISSING

    def is_star_unknown(self) -> bool:
        """Whether a ``from x import *`` may have brought any name."""
        return self.module.star_is_unknown

"""The values that reading a module as data can meet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """A module, of the catalogue or from outside, by its dotted path."""

    path: str


@dataclass(frozen=True, slots=True)
class SymbolRef:
    """A name of a module, or an attribute of one, by its dotted path."""

    path: str


@dataclass(frozen=True, slots=True)
class InstanceRef:
    """What a call of the class or function at ``path`` gives."""

    path: str


class UnresolvedError(Exception):
    """The expression has no value that the text alone tells."""


class ModuleRaisesError(Exception):
    """A statement raises: the message is what Python would print, ``kind`` the exception's name."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})

"""The constants at the head of a rendered file that its user must fill in."""

from __future__ import annotations

import ast

from airflownet.plans.model import Placeholder
from airflownet.plans.rendering.imports import identifier
from airflownet.plans.rendering.layout import laid_out

_HEAD = "# To be filled in: nobody has said these."


class Constants:
    """Collects constants; equal ones are one."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Placeholder, ast.expr]] = {}

    def name_of(self, placeholder: Placeholder, value: ast.expr) -> ast.expr:
        """Returns the name that stands for a placeholder in the file."""
        name = start = identifier(placeholder.name, "VALUE").upper()
        number = 2
        while name in self._known and self._known[name][0] != placeholder:
            name, number = f"{start}_{number}", number + 1
        self._known[name] = (placeholder, value)
        return ast.Name(name, ast.Load())

    def text(self) -> str:
        """Returns the lines; empty without a constant."""
        lines = [f"{name} = {laid_out(value, 0, len(name) + 3)}" for name, (_, value) in self._known.items()]
        return "\n".join([_HEAD, *lines]) if lines else ""

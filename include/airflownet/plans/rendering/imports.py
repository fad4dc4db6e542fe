"""The imports of a rendered file: asked for while it is written, sorted at its head."""

from __future__ import annotations

import keyword
import sys
from collections import defaultdict


class Imports:
    """Collects imports; two things of one name get two names."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, str]] = {}

    @property
    def taken(self) -> frozenset[str]:
        """Names that the imports bind."""
        return frozenset(self._names)

    def add(self, module: str, name: str) -> str:
        """Returns the name to use for ``name`` of ``module``; an empty module means ``import name``."""
        known = name
        number = 2
        while self._names.get(known, (module, name)) != (module, name):
            known = f"{name}{number}"
            number += 1
        self._names[known] = (module, name)
        return known

    def text(self) -> str:
        """Returns the lines, standard library first, Airflow and the rest after it."""
        whole = sorted(name for module, name in self._names.values() if not module)
        parts: dict[str, list[str]] = defaultdict(list)
        for known, (module, name) in self._names.items():
            if module:
                parts[module].append(name if known == name else f"{name} as {known}")
        groups: list[list[str]] = [[], []]
        for name in whole:
            groups[not _is_standard(name)].append(f"import {name}")
        for module in sorted(parts):
            groups[not _is_standard(module)].append(_line(module, sorted(parts[module], key=_order)))
        return "\n\n".join("\n".join(group) for group in groups if group)


def _order(name: str) -> tuple[int, str]:
    """Constants, classes, then the rest: as isort does."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def _line(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= 110:
        return line
    inner = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{inner})"


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def identifier(text: str, fallback: str) -> str:
    """Returns a Python name made of a task's id: ``load-orders`` -> ``load_orders``."""
    name = "".join(
        char if char.isascii() and (char.isalnum() or char == "_") else "_" for char in text
    ).strip("_")
    name = name or fallback
    if name[0].isdigit():
        name = f"{fallback}_{name}"
    return f"{name}_" if keyword.iskeyword(name) or keyword.issoftkeyword(name) else name

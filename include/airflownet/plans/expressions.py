"""Expressions of a plan: which ones may stand in a file, and the imports they need.

An expression comes from a model or a mined file, so it is checked node by node: literals, containers, calls
and attributes of known names: the catalogue's, a few of the standard library, and modules of packages that
the official providers install. No lambda, no comprehension, no name with an underscore in front, nothing
of ``os`` but paths. It is parsed, never evaluated.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from typing import Final

from airflownet.plans.catalogue_names import BUILTIN, KEPT_DOTTED, STANDARD, CatalogueNames
from airflownet.plans.model import PlanError

_MAX_CHARS: Final = 20_000
_ALLOWED: Final = (
    ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp, ast.USub, ast.BinOp, ast.Add, ast.Sub,
    ast.Mult, ast.Div, ast.BitOr, ast.BitAnd, ast.Call, ast.keyword, ast.Attribute, ast.Name, ast.Load,
)  # fmt: skip
_ALIASES: Final = {
    "dt.timedelta": "timedelta",
    "datetime.timedelta": "timedelta",
    "datetime.datetime": "datetime",
}

Importer = Callable[[str, str], str]
"""Takes module (empty for one imported whole) and name; returns the name that the file knows it by."""


def parsed(text: str) -> ast.expr:
    """Returns the tree of an expression whose nodes are all allowed.

    Raises:
        PlanError: it does not parse, or holds what an expression may not.
    """
    if len(text) > _MAX_CHARS:
        raise PlanError("expression-too-long")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise PlanError("expression-not-python", text[:80]) from None
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED):
            raise PlanError("expression-not-allowed", type(node).__name__)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise PlanError("expression-not-allowed", node.attr)
        if isinstance(node, ast.keyword) and node.arg is None:
            raise PlanError("expression-not-allowed", "**")
    return tree


def with_imports(tree: ast.expr, names: CatalogueNames, importer: Importer) -> ast.expr:
    """Returns the expression as it stands in a file, its names imported.

    Raises:
        PlanError: a name is not known, or is no plain path.
    """
    done: ast.expr = _Importing(names, importer).visit(tree)
    return done


def is_known(text: str, names: CatalogueNames) -> bool:
    """Tells whether an expression may be written for the line."""
    try:
        with_imports(parsed(text), names, lambda _module, name: name)
    except PlanError:
        return False
    return True


class _Importing(ast.NodeTransformer):
    def __init__(self, names: CatalogueNames, importer: Importer) -> None:
        self._names, self._import = names, importer

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._path(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        path = dotted(node)
        if path:
            return self._path(path)
        if isinstance(node.value, ast.Call):  # Document.Type(...).name, Card().build
            return ast.Attribute(self.visit(node.value), node.attr, ast.Load())
        raise PlanError("expression-not-allowed", "attribute")

    def _path(self, path: str) -> ast.expr:
        for whole, short in _ALIASES.items():
            if path == whole:
                path = short
        head, _, rest = path.partition(".")
        if not rest and head in BUILTIN:
            return ast.Name(head, ast.Load())
        if head in STANDARD:
            module, _, name = STANDARD[head].rpartition(".")
            return _chain(self._import(module, name), rest)
        if any(path.startswith(f"{module}.") for module in KEPT_DOTTED):
            self._import("", head)
            return _chain(head, rest)
        if head == "airflow":
            module, name, after = self._names.split(path)
            if not name:
                raise PlanError("expression-unknown-name", path[:80])
            found = self._names.place(name)
            if not self._names.catalogue.resolve(module, name) and found is None:
                raise PlanError("expression-unknown-name", path[:80])
            if not self._names.catalogue.resolve(module, name) and found is not None:
                module, name = found
            return _chain(self._import(module, name), after.lstrip("."))
        place = self._names.place(head)
        if place is not None:
            return _chain(self._import(*place), rest)
        if rest and self._names.catalogue.packages_of(head):
            module, name, after = _split_foreign(path)
            return _chain(self._import(module, name), after)
        raise PlanError("expression-unknown-name", path[:80])


def dotted(node: ast.expr) -> str:
    """Returns ``a.b.c``; empty when it is no chain of names."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _chain(name: str, rest: str) -> ast.expr:
    node: ast.expr = ast.Name(name, ast.Load())
    for part in filter(None, rest.split(".")):
        node = ast.Attribute(node, part, ast.Load())
    return node


def _split_foreign(path: str) -> tuple[str, str, str]:
    """Returns module, name and the rest: what begins with a capital is a class, all before it modules."""
    parts = path.split(".")
    n = next((n for n, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
    n = max(n, 1)
    return ".".join(parts[:n]), parts[n], ".".join(parts[n + 1 :])

"""The names of one module while it is being read: look-ups, aliases, conditions."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any

from airflownet.judge.catalogue.builder.evaluate import evaluate
from airflownet.judge.catalogue.builder.values import (
    InstanceRef,
    ModuleRaisesError,
    ModuleRef,
    SymbolRef,
    UnresolvedError,
)

if TYPE_CHECKING:
    from airflownet.judge.catalogue.builder.program import Program

BUILTINS = frozenset(dir(builtins))


class ModuleNames:
    """One module while it is being read; ``entries`` and ``values`` grow statement by statement."""

    def __init__(self, program: Program, path: str, is_package: bool, tree: ast.Module) -> None:
        self.program = program
        self.path = path
        self.is_package = is_package
        self.tree = tree
        self.entries: dict[str, list[Any]] = {}
        self.values: dict[str, Any] = {"__name__": path, "__file__": f"/{path.replace('.', '/')}.py"}
        self.functions: dict[str, ast.FunctionDef] = {}
        self.import_error = ""
        self.is_dynamic = False
        self.wildcard: list[Any] = []
        self.finished = False
        self.type_checking_only: set[str] = set()

    def lookup(self, name: str) -> Any:
        """Returns the value of a module-level name; raises UnresolvedError."""
        if name in self.values:
            return self.values[name]
        if name in self.entries:
            return self.value_of_entry(name)
        if name == "__version__" and self.path == "airflow":
            return self.program.version
        if name in BUILTINS:
            return SymbolRef(f"builtins.{name}")
        raise UnresolvedError

    def value_of_entry(self, name: str) -> Any:
        """Returns a reference to what the entry stands for, or its literal value."""
        entry = self.entries[name]
        match entry[0]:
            case "m":
                return ModuleRef(entry[1])
            case "i":
                return self.program.value(entry[1], entry[2])
            case "e":
                return SymbolRef(entry[1])
            case "l":
                return self.program.value_at(entry[1])
            case "v" if len(entry) > 2 and entry[2]:
                return InstanceRef(entry[2])
            case "v" | "t":
                raise UnresolvedError
        return SymbolRef(f"{self.path}.{name}")

    def attribute(self, owner: ModuleRef | SymbolRef | InstanceRef, name: str) -> Any:
        """Returns the value of an attribute of a module; a symbol's attribute is a longer symbol."""
        if isinstance(owner, ModuleRef):
            return self.program.value(owner.path, name)
        if isinstance(owner, SymbolRef):
            return SymbolRef(f"{owner.path}.{name}")
        raise UnresolvedError

    def call(self, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Carries out a call of a function of the program, or of the few standard ones that matter."""
        return self.program.calls.call(self, path, args, kwargs)

    def dotted(self, node: ast.expr) -> str:
        """Returns the dotted path of a name or attribute with import aliases resolved, else empty."""
        if isinstance(node, ast.Attribute):
            owner = self.dotted(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        if not isinstance(node, ast.Name):
            return ""
        entry = self.entries.get(node.id)
        if entry is None:
            return f"builtins.{node.id}" if node.id in BUILTINS else node.id
        match entry[0]:
            case "m" | "e" | "l":
                return str(entry[1])
            case "i":
                return f"{entry[1]}.{entry[2]}"
        return f"{self.path}.{node.id}"

    def test(self, node: ast.expr) -> bool | None:
        """Returns the value of a condition, None when the text does not tell it."""
        try:
            value = evaluate(node, self)
        except (UnresolvedError, ModuleRaisesError):
            return None
        return None if isinstance(value, InstanceRef | SymbolRef) else bool(value)

    def bind(self, name: str, entry: list[Any]) -> None:
        """Binds a name anew."""
        self.entries[name] = entry
        self.values.pop(name, None)

    def absolute(self, module: str, level: int) -> str:
        """Returns the absolute path of a relative import."""
        if level == 0:
            return module
        parts = self.path.split(".")
        base = parts if self.is_package else parts[:-1]
        base = base[: len(base) - (level - 1)]
        return ".".join([*base, module] if module else base)

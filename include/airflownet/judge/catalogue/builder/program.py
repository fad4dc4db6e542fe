"""All modules of one line, read on demand and in the order in which they import each other."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from typing import Any

from airflownet.judge.catalogue.builder.module_scope import ModuleScope
from airflownet.judge.catalogue.builder.program_calls import ProgramCalls
from airflownet.judge.catalogue.builder.signatures import Record
from airflownet.judge.catalogue.builder.values import ModuleRaisesError, ModuleRef, SymbolRef
from airflownet.judge.catalogue.installed import Installed


class Program:
    """The sources of one line.

    Args:
        version: the Airflow version, for ``airflow.__version__``.
        versions: distribution -> version, for ``importlib.metadata.version``.
        python: the Python for ``sys.version_info``.
        sources: module path -> (source, is it a package).
        namespaces: folders without ``__init__.py``, importable as namespace packages.
        installed: the other modules of an environment; None where they are not known.
        extensions: top-level packages beside ``airflow`` whose sources are given too.
    """

    def __init__(
        self,
        version: str,
        versions: dict[str, str],
        python: tuple[int, int],
        sources: dict[str, tuple[bytes, bool]],
        namespaces: set[str],
        installed: Installed | None = None,
        extensions: Iterable[str] = (),
    ) -> None:
        self.version = version
        self.versions = versions
        self.python = python
        self.sources = sources
        self.namespaces = namespaces
        self.installed = installed
        self.extensions = frozenset(extensions)
        self.scopes: dict[str, ModuleScope] = {}
        self.virtual: dict[str, Record] = {}
        self.calls = ProgramCalls(self)

    # --- modules ------------------------------------------------------------------------------

    def scope(self, path: str) -> ModuleScope | None:
        """Returns the module's scope, read as far as it has been (imports may be circular)."""
        if path not in self.scopes and path in self.sources:
            source, is_package = self.sources[path]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = _parsed(source)
            scope = ModuleScope(self, path, is_package, tree or ast.Module([], []))
            scope.is_dynamic = tree is None
            self.scopes[path] = scope
            parent = path.rpartition(".")[0]
            if parent:
                self.scope(parent)
            scope.read()
        return self.scopes.get(path)

    def covers(self, path: str) -> bool:
        """Returns True for Airflow's own name space, and for packages that are read like it."""
        return path == "airflow" or path.startswith("airflow.") or path.partition(".")[0] in self.extensions

    def has_module(self, path: str) -> bool:
        """Returns True when importing the path works."""
        try:
            self.require_module(path)
        except ModuleRaisesError:
            return False
        return True

    def require_module(self, path: str) -> None:
        """Raises ModuleRaisesError when importing the path certainly fails."""
        if not self.covers(path):
            missing = self.installed.lacking(path) if self.installed is not None else None
            if missing is not None:
                raise ModuleRaisesError("ModuleNotFoundError", f"No module named '{missing}'")
            return  # of a line alone nobody knows what else is installed
        parts = path.split(".")
        for depth in range(1, len(parts) + 1):
            self._require_one(".".join(parts[:depth]))

    def _require_one(self, path: str) -> None:
        if path in self.namespaces or path in self.virtual:
            return
        scope = self.scope(path)
        if path in self.virtual:
            return
        if scope is None:
            raise ModuleRaisesError("ModuleNotFoundError", f"No module named '{path}'")
        if scope.finished and scope.import_error:
            kind, _, message = scope.import_error.partition(": ")
            raise ModuleRaisesError(kind, message)

    def has_name(self, module: str, name: str) -> bool:
        """Returns True when ``from module import name`` works, as far as the text tells."""
        try:
            self.require_module(module)
            self.require_name(module, name, "")
        except ModuleRaisesError:
            return False
        return True

    def require_name(self, module: str, name: str, importer: str) -> None:
        """Raises ModuleRaisesError when the module certainly lacks the name."""
        if not self.covers(module):
            return
        if module in self.virtual:
            record = self.virtual[module]
            found = name in record["n"] or "w" in record
        elif (scope := self.scope(module)) is None:
            found = module in self.namespaces and self.has_module(f"{module}.{name}")
        else:
            found = self._scope_has(scope, name, importer)
        if not found:
            raise ModuleRaisesError("ImportError", f"cannot import name '{name}' from '{module}'")

    def _scope_has(self, scope: ModuleScope, name: str, importer: str) -> bool:
        entry = scope.entries.get(name)
        if entry is not None:
            return bool(entry[0] != "t")
        if not scope.finished or scope.is_dynamic:
            return True
        if name.startswith("__") and name in {"__name__", "__file__", "__path__", "__doc__", "__all__"}:
            return True
        if scope.wildcard:
            return self.has_name(scope.wildcard[0], name)
        submodule = f"{scope.path}.{name}"
        return submodule != importer and self.has_module(submodule)

    def exports(self, module: str) -> list[str]:
        """Returns what ``from module import *`` binds, for modules of the line."""
        scope = self.scope(module)
        if scope is None:
            return []
        exported = scope.values.get("__all__")
        if isinstance(exported, list | tuple | set):
            return sorted(str(name) for name in exported)
        return sorted(
            name for name, entry in scope.entries.items() if not name.startswith("_") and entry[0] not in "tl"
        )

    # --- values -------------------------------------------------------------------------------

    def value(self, module: str, name: str) -> Any:
        """Returns the value of ``module.name``; raises UnresolvedError, ModuleRaisesError when missing."""
        if module == "sys" and name == "version_info":
            return (*self.python, 0, "final", 0)
        if module == "sys" and name == "platform":
            return "linux"
        if module in {"typing", "typing_extensions"} and name == "TYPE_CHECKING":
            return False
        if not self.covers(module):
            return SymbolRef(f"{module}.{name}")
        if (module == "airflow" and name == "__version__") or (module, name) == (
            "airflow.version",
            "version",
        ):
            return self.version
        self.require_module(module)
        if module in self.virtual:
            self.require_name(module, name, "")
            entry = self.virtual[module]["n"].get(name)
            return self.value_at(entry[1]) if entry is not None else SymbolRef(f"{module}.{name}")
        scope = self.scope(module)
        if scope is not None and (name in scope.values or name in scope.entries):
            return scope.lookup(name)
        if self._is_module(f"{module}.{name}"):
            return ModuleRef(f"{module}.{name}")
        self.require_name(module, name, "")
        return SymbolRef(f"{module}.{name}")

    def _is_module(self, path: str) -> bool:
        return path in self.sources or path in self.namespaces or path in self.virtual

    def value_at(self, path: str) -> Any:
        """Returns the value at a dotted path, a module or a name of one."""
        if self._is_module(path):
            return ModuleRef(path)
        module, _, name = path.rpartition(".")
        return self.value(module, name)


def _parsed(source: bytes) -> ast.Module | None:
    """Returns the tree; None where this Python cannot read it, as it may be written for a newer one."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None

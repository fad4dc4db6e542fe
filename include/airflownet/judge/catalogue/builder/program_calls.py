"""The calls that reading modules as data carries out: import machinery, versions, small functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.catalogue.builder.interpret import call_function
from airflownet.judge.catalogue.builder.values import (
    InstanceRef,
    ModuleRaisesError,
    ModuleRef,
    SymbolRef,
    UnresolvedError,
)

if TYPE_CHECKING:
    from airflownet.judge.catalogue.builder.module_names import ModuleNames
    from airflownet.judge.catalogue.builder.program import Program

MAX_CALL_DEPTH = 8
VERSION_CALLS = ("importlib.metadata.version", "importlib_metadata.version")


class ProgramCalls:
    """Carries out calls for the modules of one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.depth = 0

    def call(self, scope: ModuleNames, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Carries out a call: import machinery, versions, attribute look-ups, and small functions."""
        match path:
            case "importlib.import_module" | "__import__":
                return self._import_call(scope, args)
            case "__from_import__":
                return self._from_import(scope, *args)
            case "getattr" | "hasattr":
                return self._getattr_call(path, args)
            case "globals":
                raise UnresolvedError
            case "os.environ.get" | "os.getenv":
                return args[1] if len(args) > 1 else None
            case _ if path in VERSION_CALLS:
                if args and args[0] in self.program.versions:
                    return self.program.versions[args[0]]
                raise UnresolvedError
        return self._function_call(path, args, kwargs)

    def _import_call(self, scope: ModuleNames, args: list[Any]) -> Any:
        name = args[0]
        if not isinstance(name, str):
            raise UnresolvedError
        level = len(name) - len(name.lstrip("."))
        path = scope.absolute(name.lstrip("."), level) if level else name
        self.program.require_module(path)
        return ModuleRef(path)

    def _from_import(self, scope: ModuleNames, module: str, name: str) -> Any:
        level = len(module) - len(module.lstrip("."))
        path = scope.absolute(module.lstrip("."), level)
        self.program.require_module(path)
        self.program.require_name(path, name, scope.path)
        try:
            return self.program.value(path, name)
        except UnresolvedError:
            return SymbolRef(f"{path}.{name}")

    def _getattr_call(self, function: str, args: list[Any]) -> Any:
        owner, name = args[0], args[1]
        if not isinstance(owner, ModuleRef) or not isinstance(name, str):
            raise UnresolvedError
        found = self.program.has_name(owner.path, name)
        if function == "hasattr":
            return found
        if not found:
            if len(args) > 2:
                return args[2]
            raise ModuleRaisesError("AttributeError", f"module '{owner.path}' has no attribute '{name}'")
        return SymbolRef(f"{owner.path}.{name}")

    def _function_call(self, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        module, _, name = path.rpartition(".")
        owner = self.program.scopes.get(module)
        function = owner.functions.get(name) if owner is not None else None
        if owner is None or function is None or function.decorator_list or self.depth >= MAX_CALL_DEPTH:
            if path[:1].isalpha() and name[:1].isupper():
                return InstanceRef(path)
            raise UnresolvedError
        self.depth += 1
        try:
            return call_function(function, owner, args, kwargs)[0]
        finally:
            self.depth -= 1

"""Follows names: imports, aliases, lazy redirects, attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from airflownet.judge.catalogue.answers import ClassInfo, Deprecation, Kind, Resolution
from airflownet.judge.catalogue.bounded import Bounded
from airflownet.judge.catalogue.decode import Record, attribute, deprecation, function
from airflownet.judge.catalogue.flat import listed_entry
from airflownet.judge.catalogue.literals import NOT_LITERAL

MODULE_NAMES = frozenset(
    {
        *("__all__", "__doc__", "__file__", "__name__", "__path__", "__spec__", "__loader__"),
        *("__package__", "__dict__", "__builtins__"),
    }
)
"""What every module has."""
MAX_HOPS = 40


class Resolver:
    """Looks names up in module records.

    Args:
        record: module path -> record, None when there is no such module.
        class_at: final class path -> the class.
    """

    def __init__(self, record: Callable[[str], Record | None], class_at: Callable[[str], ClassInfo]) -> None:
        self.record = record
        self.class_at = class_at
        self._final: dict[str, str] = Bounded()
        self._class_records: dict[str, Record | None] = Bounded()

    def resolve(self, module: str, name: str) -> Resolution:
        """Returns what ``from module import name`` binds; ``name`` may be dotted."""
        first, _, rest = name.partition(".")
        found = self._name(module, first, 0)
        return self._attributes(self._with_target(found), rest)

    def resolve_path(self, path: str) -> Resolution:
        """Returns what a dotted path stands for."""
        module, name = self._split(path, 0)
        if not name:
            return Resolution(Kind.MODULE, path) if module else _outside(path)
        return self.resolve(module, name)

    def final_path(self, path: str) -> str:
        """Returns where the thing at a dotted path is defined; the path itself when it is outside."""
        if path not in self._final:
            found = self._path(path, 0)
            self._final[path] = found.path if found else path
        return self._final[path]

    def class_record(self, path: str) -> Record | None:
        """Returns the record of the class at a final path, None when it is not one of the catalogue."""
        if path not in self._class_records:
            self._class_records[path] = self._find_class_record(path)
        return self._class_records[path]

    def class_place(self, path: str) -> tuple[str, str]:
        """Returns the module and the name within it of the class at a final path that has a record."""
        parent, _, last = path.rpartition(".")
        return (parent, last) if self.record(parent) is not None else self._split(path, 0)

    def _find_class_record(self, path: str) -> Record | None:
        found: Record | None
        parent, _, last = path.rpartition(".")
        near = self.record(parent)
        if near is not None and (entry := near["n"].get(last)) is not None and entry[0] == "c":
            found = entry[1]
            return found
        module, name = self._split(path, 0)
        if not module or not name:
            return None
        parts = name.split(".")
        record = self.record(module)
        entry = record["n"].get(parts[0]) if record is not None else None
        if entry is None or entry[0] != "c":
            return None
        found = entry[1]
        for part in parts[1:]:
            found = found.get("n", {}).get(part) if found is not None else None
        return found

    def _split(self, path: str, hops: int) -> tuple[str, str]:
        """Returns (longest module prefix, the rest); a name of a package wins over its submodule."""
        del hops
        parts = path.split(".")
        for depth in range(len(parts), 0, -1):
            prefix = ".".join(parts[:depth])
            if self.record(prefix) is None:
                continue
            parent, _, last = prefix.rpartition(".")
            parent_record = self.record(parent) if parent else None
            if parent_record is not None and parent_record["n"].get(last, "m")[0] in "cfv":
                return parent, ".".join([last, *parts[depth:]])
            return prefix, ".".join(parts[depth:])
        return "", path

    def _path(self, path: str, hops: int) -> Resolution:
        module, name = self._split(path, hops)
        if not module:
            return _outside(path)
        if not name:
            return Resolution(Kind.MODULE, path)
        first, _, rest = name.partition(".")
        found = self._name(module, first, hops + 1)
        return self._attributes(self._with_target(found), rest) if rest else found

    def _name(self, module: str, name: str, hops: int) -> Resolution:
        """Returns what a plain name of a module is; class targets are filled in later."""
        path = f"{module}.{name}"
        record = self.record(module)
        if record is None:
            if module == "airflow" or module.startswith("airflow."):
                return Resolution(Kind.MISSING, module, reason=f"No module named '{module}'")
            return _outside(path)
        if hops > MAX_HOPS:
            return Resolution(Kind.VARIABLE, path, reason="too many redirections")
        if "err" in record:
            return Resolution(Kind.MISSING, path, reason=str(record["err"]))
        entry = record["n"].get(name)
        if entry is not None:
            return self._entry(module, name, entry, hops)
        if self.record(path) is not None:
            return Resolution(Kind.MODULE, path)
        if "w" in record and not name.startswith("__"):
            target = f"{record['w'][0]}.{name}"
            found = self._path(target, hops + 1)
            return replace(found, deprecated=found.deprecated or Deprecation(target, ""))
        if "dyn" in record or name in MODULE_NAMES:
            return Resolution(Kind.VARIABLE, path)
        return Resolution(Kind.MISSING, path, reason=f"cannot import name '{name}' from '{module}'")

    def _entry(self, module: str, name: str, packed: list[Any] | str, hops: int) -> Resolution:
        path = f"{module}.{name}"
        entry = listed_entry(packed)
        match entry[0]:
            case "m":
                return self._module_entry(str(entry[1]))
            case "i":
                return self._name(entry[1], entry[2], hops + 1)
            case "e":
                return self._path(entry[1], hops + 1) if entry[1] != path else Resolution(Kind.VARIABLE, path)
            case "l":
                return self._lazy(entry, path, hops)
            case "c":
                return Resolution(Kind.CLASS, path, deprecated=deprecation(entry[1].get("x")))
            case "f":
                info = function(path, entry[1])
                return Resolution(Kind.FUNCTION, path, info, deprecated=info.deprecated)
            case "t":
                reason = f"cannot import name '{name}' from '{module}' (it exists only for type checkers)"
                return Resolution(Kind.MISSING, path, reason=reason)
        return self._variable(path, entry[1:], hops)

    def _module_entry(self, path: str) -> Resolution:
        return Resolution(Kind.MODULE, path) if self.record(path) is not None else _outside(path)

    def _lazy(self, entry: list[Any], path: str, hops: int) -> Resolution:
        target = str(entry[1])
        found = Resolution(Kind.VARIABLE, path) if target == path else self._path(target, hops + 1)
        if len(entry) > 2 and entry[2]:
            replacement = str(entry[3]) if len(entry) > 3 else ""
            message = str(entry[4]) if len(entry) > 4 else ""
            return replace(found, deprecated=Deprecation(replacement or target, message))
        return found

    def _variable(self, path: str, rest: list[Any], hops: int) -> Resolution:
        target = attribute(rest)
        if target.value is not NOT_LITERAL:
            return Resolution(Kind.CONSTANT, path, target)
        built_with = ""
        if target.instance_of:
            found = self._path(target.instance_of, hops + 1)
            built_with = found.path if found.kind in {Kind.CLASS, Kind.EXTERNAL} else ""
        return Resolution(Kind.VARIABLE, path, target, instance_of=built_with)

    def _with_target(self, found: Resolution) -> Resolution:
        if found.kind is Kind.CLASS and found.target is None:
            target = self.class_at(found.path)
            return Resolution(
                found.kind, found.path, target, found.instance_of, found.deprecated, found.reason
            )
        return found

    def _attributes(self, found: Resolution, rest: str) -> Resolution:
        """Follows ``.name`` parts of a resolution."""
        while rest and found:
            name, _, rest = rest.partition(".")
            if found.kind is Kind.MODULE:
                found = self._with_target(self._name(found.path, name, 0))
            elif found.kind is Kind.EXTERNAL:
                found = replace(found, path=f"{found.path}.{name}")
            elif found.kind is Kind.CLASS and isinstance(found.target, ClassInfo):
                found = self._member(found.target, name)
            elif found.instance_of and (owner := self._class_of(found.instance_of)) is not None:
                found = self._member(owner, name)
            else:
                found = Resolution(Kind.VARIABLE, f"{found.path}.{name}")
        return found

    def _class_of(self, path: str) -> ClassInfo | None:
        return self.class_at(path) if self.class_record(path) is not None else None

    def _member(self, owner: ClassInfo, name: str) -> Resolution:
        path = f"{owner.path}.{name}"
        kind = owner.member_kind(name)
        match kind:
            case None:
                reason = f"'{owner.name}' has no attribute '{name}'"
                return Resolution(Kind.MISSING, path, reason=reason)
            case Kind.ENUM_MEMBER:
                return Resolution(kind, path, owner.enum_members[name], instance_of=owner.path)
            case Kind.FUNCTION:
                method = owner.methods[name]
                return Resolution(kind, path, method, deprecated=method.deprecated)
            case Kind.CLASS:
                nested = owner.nested_classes[name]
                return Resolution(kind, nested, self.class_at(nested))
        found = owner.attributes.get(name)
        return Resolution(kind, path, found, instance_of=found.instance_of if found is not None else "")


def _outside(path: str) -> Resolution:
    if path == "airflow" or path.startswith("airflow."):
        return Resolution(Kind.MISSING, path, reason=f"No module named '{path}'")
    return Resolution(Kind.EXTERNAL, path)

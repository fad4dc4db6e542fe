"""What is asked of a class, worked out over its MRO: merged ``__init__``, members, roles, checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from airflownet.judge.catalogue.decode import OwnSignatures, Record, deprecation
from airflownet.judge.catalogue.guards import Defaults, guards_of
from airflownet.judge.catalogue.inherited import (
    Attributes,
    Methods,
    Order,
    abstract_methods,
    enum_members,
    method_names,
)
from airflownet.judge.catalogue.members import Attribute, Deprecation, Guards
from airflownet.judge.catalogue.merged_init import InitMerger
from airflownet.judge.catalogue.mro import linearise
from airflownet.judge.catalogue.outside import EMPTY_BASES, ENUM_BASES, outside_class, outside_mro
from airflownet.judge.catalogue.signature import Signature

ROLES = {
    "BaseOperator": "operator",
    "BaseSensorOperator": "sensor",
    "BaseHook": "hook",
    "BaseTrigger": "trigger",
    "BaseNotifier": "notifier",
}
CORE = (
    "airflow.models.",
    "airflow.sdk.",
    "airflow.sensors.",
    "airflow.hooks.",
    "airflow.triggers.",
    "airflow.notifications.",
)
PLAIN_METACLASSES = frozenset({"", "abc.ABCMeta", "enum.EnumMeta", "builtins.type"})


class _OwnFacts(NamedTuple):
    """What one class of an MRO adds, whatever comes before and after it."""

    role: str
    replaces_call: bool
    """True when its metaclass replaces what a call of the class means."""
    is_dataclass: bool
    is_unknown: bool
    """True for a class from outside of which nothing is known."""


class ClassReader:
    """Reads classes of one line; ``ClassInfo`` keeps the answers.

    Args:
        record_of: final class path -> record, None for classes from outside the catalogue.
        methods_of: final class path -> the methods it defines, by name.
        locate: dotted path as written -> final path.
    """

    def __init__(
        self,
        record_of: Callable[[str], Record | None],
        methods_of: Callable[[str], Record],
        locate: Callable[[str], str],
    ) -> None:
        self.record_of = record_of
        self.methods_of = methods_of
        self.locate = locate
        self._mro: dict[str, tuple[str, ...]] = {}
        self._merged: dict[tuple[str, ...], Signature] = {}
        self._facts: dict[str, _OwnFacts] = {}
        self._defaults: Defaults = {}
        self._roles: dict[str, frozenset[str]] = {}
        self._orders: dict[str, Order] = {}

    def mro(self, path: str) -> tuple[str, ...]:
        """Returns the MRO of a class without ``object``."""
        if path not in self._mro:
            record = self.record_of(path)
            if record is None:
                self._mro[path] = (
                    tuple(outside_mro(path)) if path not in {"object", "builtins.object"} else ()
                )
            else:
                self._mro[path] = (path,)  # ends a circular definition
                bases = [self.locate(base) for base in record["b"]]
                bases = [base for base in dict.fromkeys(bases) if base != "builtins.object"]
                self._mro[path] = linearise(path, bases, self.mro)
        return self._mro[path]

    def init(self, path: str) -> Signature:
        """Returns what a call of the class takes."""
        if self.is_enum(path):
            return Signature(accepts_args=True, accepts_kwargs=True)
        merged = InitMerger(self.mro(path), self.record_of, self.locate, self._merged).merged()
        if "operator" in self.roles(path):
            parameters = merged.parameters
            if n_positional := len(merged.by_position):
                first = [item.passed_by_name for item in parameters[:n_positional]]
                parameters = (*first, *parameters[n_positional:])
            return Signature(
                parameters, False, merged.accepts_kwargs, merged.taken, merged.is_known, rest=merged.rest
            )
        if any(self._own(item).replaces_call for item in self.mro(path)):
            return Signature(merged.parameters, True, True, merged.taken, is_known=False)
        return merged

    def own_init(self, path: str) -> OwnSignatures:
        """Returns class path -> ``__init__`` for the classes of the MRO that define one."""
        return OwnSignatures(
            {item: record["i"] for item, record in self._order(path) if record is not None and "i" in record}
        )

    def methods(self, path: str) -> Methods:
        """Returns methods and properties, inherited ones included."""
        return Methods(self._order(path), self.methods_of)

    def attributes(self, path: str) -> Attributes:
        """Returns attributes, inherited ones included."""
        return Attributes(self._order(path))

    def nested_classes(self, path: str) -> dict[str, str]:
        """Returns name -> dotted path of the classes within the class, inherited ones included."""
        return {
            name: f"{item}.{name}"
            for item, record in reversed(self._order(path))
            if record is not None and "n" in record
            for name in record["n"]
        }

    def enum_members(self, path: str) -> dict[str, Attribute]:
        """Returns the members in order of definition; none unless it is an enumeration."""
        return enum_members(self._record(path)) if self.is_enum(path) else {}

    def unknown_bases(self, path: str) -> tuple[str, ...]:
        """Returns the bases of which nothing is known."""
        return tuple([item for item in self.mro(path) if self._own(item).is_unknown])

    def roles(self, path: str) -> frozenset[str]:
        """Returns which of the well-known base classes it has, as roles."""
        found = self._roles.get(path)
        if found is None:
            inherited = self.mro(path)[1:]
            own = self._own(path).role
            if not inherited:
                found = frozenset([own] if own else ())
            elif self.mro(inherited[0]) == inherited:
                found = self.roles(inherited[0]) | {own} if own else self.roles(inherited[0])
            else:
                found = frozenset([role for item in self.mro(path) if (role := self._own(item).role)])
            self._roles[path] = found
        return found

    def is_enum(self, path: str) -> bool:
        """Tells whether it is an enumeration."""
        return not ENUM_BASES.isdisjoint(self.mro(path))

    def is_dataclass(self, path: str) -> bool:
        """Tells whether a class of the MRO is a dataclass."""
        return any(self._own(item).is_dataclass for item in self.mro(path))

    def deprecated(self, path: str) -> Deprecation | None:
        """Returns what to use instead, None when it is not deprecated."""
        return deprecation(self._record(path).get("x"))

    def guards(self, path: str) -> tuple[Guards, ...]:
        """Returns the checks of the ``__init__`` methods that a call runs."""
        return guards_of(self._order(path), self._defaults)

    def abstract_methods(self, path: str) -> frozenset[str]:
        """Returns what must be implemented first; only a class whose metaclass is ``ABCMeta`` refuses."""
        found = abstract_methods(self._order(path))
        return found if found and self._has_abc(self.mro(path)) else frozenset()

    def _order(self, path: str) -> Order:
        found = self._orders.get(path)
        if found is None:
            mro = self.mro(path)
            found = self._orders[path] = tuple([(item, self.record_of(item)) for item in mro])
        return found

    def _record(self, path: str) -> Record:
        record = self.record_of(path)
        if record is None:
            raise KeyError(path)
        return record

    def _own(self, path: str) -> _OwnFacts:
        found = self._facts.get(path)
        if found is None:
            record = self.record_of(path)
            if record is None:
                found = _OwnFacts("", False, False, not _is_known_outside(path))
            else:
                role = ROLES[path.rpartition(".")[2]] if _is_core_base(path) else ""
                is_dataclass = "dataclasses.dataclass" in record.get("d", ())
                found = _OwnFacts(role, self._calls_otherwise(record), is_dataclass, False)
            self._facts[path] = found
        return found

    def _calls_otherwise(self, record: Record) -> bool:
        """True when the metaclass replaces what a call of the class means."""
        metaclass = record.get("g", "")
        if metaclass in PLAIN_METACLASSES:
            return False
        found = self.record_of(self.locate(metaclass))
        return found is None or "__call__" in method_names(found)

    def _has_abc(self, mro: tuple[str, ...]) -> bool:
        if "abc.ABC" in mro or "typing.Protocol" in mro:
            return True
        for item in mro:
            metaclass = (self.record_of(item) or {}).get("g", "")
            if metaclass and (
                metaclass == "abc.ABCMeta" or "abc.ABCMeta" in self.mro(self.locate(metaclass))
            ):
                return True
        return False


def _is_core_base(path: str) -> bool:
    return path.rpartition(".")[2] in ROLES and path.startswith(CORE)


def _is_known_outside(path: str) -> bool:
    return path in EMPTY_BASES or outside_class(path) is not None

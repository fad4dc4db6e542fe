"""What is asked of a class, worked out over its MRO: merged ``__init__``, members, roles, checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from airflownet.judge.catalogue.decode import OwnSignatures, Record, deprecation
from airflownet.judge.catalogue.guards import Defaults, guards_of, has_checks, kept_from
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


class _Facts(NamedTuple):
    """What one class of an MRO adds, whatever comes before and after it; or what a whole MRO adds up to."""

    roles: frozenset[str] = frozenset()
    replaces_call: bool = False
    """True when a metaclass replaces what a call of the class means."""
    is_dataclass: bool = False
    has_checks: bool = False
    """True when an ``__init__`` checks its arguments."""
    unknown: tuple[str, ...] = ()
    """Classes from outside of which nothing is known."""

    def with_more(self, other: _Facts) -> _Facts:
        """Returns what both add up to."""
        if self == _NOTHING:
            return other
        return _Facts(
            self.roles | other.roles,
            self.replaces_call or other.replaces_call,
            self.is_dataclass or other.is_dataclass,
            self.has_checks or other.has_checks,
            self.unknown + other.unknown,
        )


_NOTHING = _Facts()


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
        self._own_facts: dict[str, _Facts] = {}
        self._facts: dict[str, _Facts] = {}
        self._defaults: Defaults = {}
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
        facts = self.facts(path)
        if "operator" in facts.roles:
            parameters = merged.parameters
            n_positional = len(merged.by_position)
            if not n_positional and not merged.accepts_args:
                return merged
            first = [item.passed_by_name for item in parameters[:n_positional]]
            parameters = (*first, *parameters[n_positional:])
            return Signature(
                parameters, False, merged.accepts_kwargs, merged.taken, merged.is_known, rest=merged.rest
            )
        if facts.replaces_call:
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
        return self.facts(path).unknown

    def roles(self, path: str) -> frozenset[str]:
        """Returns which of the well-known base classes it has, as roles."""
        return self.facts(path).roles

    def facts(self, path: str) -> _Facts:
        """Returns what the classes of the MRO add up to."""
        found = self._facts.get(path)
        if found is None:
            mro = self.mro(path)
            found = self._own(path) if mro else _NOTHING
            if len(mro) > 1 and self.mro(mro[1]) == mro[1:]:
                found = found.with_more(self.facts(mro[1]))
            else:
                for item in mro[1:]:
                    found = found.with_more(self._own(item))
            self._facts[path] = found
        return found

    def is_enum(self, path: str) -> bool:
        """Tells whether it is an enumeration."""
        return not ENUM_BASES.isdisjoint(self.mro(path))

    def is_dataclass(self, path: str) -> bool:
        """Tells whether a class of the MRO is a dataclass."""
        return self.facts(path).is_dataclass

    def deprecated(self, path: str) -> Deprecation | None:
        """Returns what to use instead, None when it is not deprecated."""
        return deprecation(self._record(path).get("x"))

    def guards(self, path: str) -> tuple[Guards, ...]:
        """Returns the checks of the ``__init__`` methods that a call runs."""
        return guards_of(self._order(path), self._defaults) if self.facts(path).has_checks else ()

    def kept_from_sensor(self, path: str) -> frozenset[str]:
        """Returns the arguments that ``BaseSensorOperator`` takes and a class before it keeps for itself."""
        return kept_from("BaseSensorOperator", self._order(path), self._defaults)

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

    def _own(self, path: str) -> _Facts:
        found = self._own_facts.get(path)
        if found is None:
            record = self.record_of(path)
            if record is None:
                found = _NOTHING if _is_known_outside(path) else _Facts(unknown=(path,))
            else:
                name = path.rpartition(".")[2]
                is_core = name in ROLES and path.startswith(CORE)
                found = _Facts(
                    frozenset([ROLES[name]]) if is_core else _NOTHING.roles,
                    "g" in record and self._calls_otherwise(record),
                    "dataclasses.dataclass" in record.get("d", ()),
                    has_checks(path, record),
                )
            self._own_facts[path] = found
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


def _is_known_outside(path: str) -> bool:
    return path in EMPTY_BASES or outside_class(path) is not None

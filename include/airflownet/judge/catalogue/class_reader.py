"""Puts a class together: record, MRO, merged ``__init__``, inherited members."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from airflownet.judge.catalogue.decode import Methods, OwnSignatures, Record, deprecation
from airflownet.judge.catalogue.guards import Defaults, guards_of
from airflownet.judge.catalogue.inherited import Members, abstract_methods, enum_members, merged_members
from airflownet.judge.catalogue.merged_init import InitMerger
from airflownet.judge.catalogue.model import ClassInfo
from airflownet.judge.catalogue.mro import linearise
from airflownet.judge.catalogue.outside import EMPTY_BASES, ENUM_BASES, outside_class, outside_mro
from airflownet.judge.catalogue.signature import Parameter, Signature, Style

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

    path: str
    record: Record | None
    """None for a class from outside the catalogue."""
    role: str
    replaces_call: bool
    """True when its metaclass replaces what a call of the class means."""
    is_dataclass: bool
    is_unknown: bool
    """True for a class from outside of which nothing is known."""


class ClassReader:
    """Reads classes of one line; results are cached by the caller.

    Args:
        record_of: final class path -> record, None for classes from outside the catalogue.
        locate: dotted path as written -> final path.
    """

    def __init__(self, record_of: Callable[[str], Record | None], locate: Callable[[str], str]) -> None:
        self.record_of = record_of
        self.locate = locate
        self._mro: dict[str, tuple[str, ...]] = {}
        self._merged: dict[tuple[str, ...], Signature] = {}
        self._facts: dict[str, _OwnFacts] = {}
        self._members: dict[tuple[str, ...], Members] = {}
        self._abstract: dict[tuple[str, ...], frozenset[str]] = {}
        self._defaults: Defaults = {}

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

    def read(self, path: str) -> ClassInfo:
        """Returns the class at a final path that has a record."""
        mro = self.mro(path)
        facts = [self._own(item) for item in mro]
        inside = [(own.path, own.record) for own in facts if own.record is not None]
        roles = {own.role for own in facts if own.role}
        merger = InitMerger(mro, self.record_of, self.locate, self._merged)
        own = inside[0][1]
        is_enum = bool(ENUM_BASES & set(mro))
        methods, attributes = merged_members(mro, self.record_of, self._members)
        return ClassInfo(
            path=path,
            mro=(*mro, "object"),
            init=self._init(merger, facts, roles, is_enum),
            own_init=OwnSignatures({item: record["i"] for item, record in inside if "i" in record}),
            methods=Methods(methods),
            attributes=attributes,
            nested_classes={
                name: f"{item}.{name}"
                for item, record in inside[::-1]
                if "n" in record
                for name in record["n"]
            },
            enum_members=enum_members(own) if is_enum else {},
            unknown_bases=tuple([base.path for base in facts if base.is_unknown]),
            is_operator="operator" in roles,
            is_sensor="sensor" in roles,
            is_hook="hook" in roles,
            is_trigger="trigger" in roles,
            is_notifier="notifier" in roles,
            is_enum=is_enum,
            is_dataclass=any(base.is_dataclass for base in facts),
            abstract_methods=self._abstract_methods(mro),
            has_dynamic_attributes="__getattr__" in methods or "__getattribute__" in methods,
            deprecated=deprecation(own.get("x")),
            guards=guards_of([(own.path, own.record) for own in facts], self._defaults),
        )

    def _init(self, merger: InitMerger, facts: list[_OwnFacts], roles: set[str], is_enum: bool) -> Signature:
        if is_enum:
            return Signature(accepts_args=True, accepts_kwargs=True)
        merged = merger.merged()
        if "operator" in roles:
            parameters = merged.parameters
            if merged.by_position:
                parameters = tuple([_by_keyword(item) for item in parameters])
            return Signature(parameters, False, merged.accepts_kwargs, merged.taken, merged.is_known)
        if any(own.replaces_call for own in facts):
            return Signature(merged.parameters, True, True, merged.taken, is_known=False)
        return merged

    def _own(self, path: str) -> _OwnFacts:
        found = self._facts.get(path)
        if found is None:
            record = self.record_of(path)
            if record is None:
                found = _OwnFacts(path, None, "", False, False, not _is_known_outside(path))
            else:
                role = ROLES[path.rpartition(".")[2]] if _is_core_base(path) else ""
                is_dataclass = "dataclasses.dataclass" in record.get("d", ())
                found = _OwnFacts(path, record, role, self._calls_otherwise(record), is_dataclass, False)
            self._facts[path] = found
        return found

    def _calls_otherwise(self, record: Record) -> bool:
        """True when the metaclass replaces what a call of the class means."""
        metaclass = record.get("g", "")
        if metaclass in PLAIN_METACLASSES:
            return False
        found = self.record_of(self.locate(metaclass))
        return found is None or "__call__" in found.get("m", {})

    def _abstract_methods(self, mro: tuple[str, ...]) -> frozenset[str]:
        """Only a class whose metaclass is ``ABCMeta`` refuses to be called."""
        found = abstract_methods(mro, self.record_of, self._abstract)
        return found if found and self._has_abc(mro) else frozenset()

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


def _by_keyword(item: Parameter) -> Parameter:
    if item.style is Style.KEYWORD_ONLY:
        return item
    return Parameter(item.name, Style.KEYWORD_ONLY, item.default_text, item.annotation, item.owner)


def _is_core_base(path: str) -> bool:
    return path.rpartition(".")[2] in ROLES and path.startswith(CORE)


def _is_known_outside(path: str) -> bool:
    return path in EMPTY_BASES or outside_class(path) is not None

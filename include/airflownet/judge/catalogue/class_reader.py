"""Puts a class together: record, MRO, merged ``__init__``, inherited members."""

from __future__ import annotations

from collections.abc import Callable

from airflownet.judge.catalogue.decode import Methods, Record, deprecation
from airflownet.judge.catalogue.inherited import Members, abstract_methods, enum_members, merged_members
from airflownet.judge.catalogue.merged_init import InitMerger
from airflownet.judge.catalogue.model import ClassInfo
from airflownet.judge.catalogue.mro import linearise
from airflownet.judge.catalogue.outside import EMPTY_BASES, ENUM_BASES, outside_class, outside_mro
from airflownet.judge.catalogue.signature import Signature, Style

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
        self._members: dict[tuple[str, ...], Members] = {}

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
        records = [(item, self.record_of(item)) for item in mro]
        inside = [(item, record) for item, record in records if record is not None]
        roles = {ROLES[item.rpartition(".")[2]] for item, _ in inside if _is_core_base(item)}
        merger = InitMerger(mro, self.record_of, self.locate, self._merged)
        own = inside[0][1]
        is_enum = bool(ENUM_BASES & set(mro))
        methods, attributes = merged_members(mro, self.record_of, self._members)
        return ClassInfo(
            path=path,
            mro=(*mro, "object"),
            init=self._init(merger, inside, roles, is_enum),
            own_init=merger.own_signatures(),
            methods=Methods(methods),
            attributes=attributes,
            nested_classes={
                name: f"{item}.{name}" for item, record in inside[::-1] for name in record.get("n", ())
            },
            enum_members=enum_members(own) if is_enum else {},
            unknown_bases=tuple(
                item for item, record in records if record is None and not _is_known_outside(item)
            ),
            is_operator="operator" in roles,
            is_sensor="sensor" in roles,
            is_hook="hook" in roles,
            is_trigger="trigger" in roles,
            is_notifier="notifier" in roles,
            is_enum=is_enum,
            is_dataclass=any("dataclasses.dataclass" in record.get("d", ()) for _, record in inside),
            abstract_methods=abstract_methods(inside, self._has_abc(mro)),
            has_dynamic_attributes="__getattr__" in methods or "__getattribute__" in methods,
            deprecated=deprecation(own.get("x")),
        )

    def _init(
        self, merger: InitMerger, inside: list[tuple[str, Record]], roles: set[str], is_enum: bool
    ) -> Signature:
        if is_enum:
            return Signature(accepts_args=True, accepts_kwargs=True)
        merged = merger.merged()
        if "operator" in roles:
            parameters = tuple(
                item
                if item.keyword_only
                else type(item)(item.name, Style.KEYWORD_ONLY, item.default_text, item.annotation, item.owner)
                for item in merged.parameters
            )
            return Signature(parameters, False, merged.accepts_kwargs, merged.taken, merged.is_known)
        if any(self._calls_otherwise(record) for _, record in inside):
            return Signature(merged.parameters, True, True, merged.taken, is_known=False)
        return merged

    def _calls_otherwise(self, record: Record) -> bool:
        """True when the metaclass replaces what a call of the class means."""
        metaclass = record.get("g", "")
        if metaclass in PLAIN_METACLASSES:
            return False
        found = self.record_of(self.locate(metaclass))
        return found is None or "__call__" in found.get("m", {})

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

"""Functions, attributes and classes, with everything inherited merged in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from airflownet.judge.catalogue.literals import NOT_LITERAL, literal
from airflownet.judge.catalogue.remembered import remembered
from airflownet.judge.catalogue.signature import Signature

if TYPE_CHECKING:
    from airflownet.judge.catalogue.class_reader import ClassReader


class Kind(StrEnum):
    """What a name stands for."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    CONSTANT = "constant"
    """A module variable or class attribute with a literal value."""
    ENUM_MEMBER = "enum_member"
    VARIABLE = "variable"
    """Exists, value unknown; ``Resolution.instance_of`` names its class when that is known."""
    EXTERNAL = "external"
    """Re-export of something outside Airflow and its providers; ``path`` names it."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """The name still works, and Airflow says what to use instead."""

    replacement: str
    """Dotted path, empty when Airflow names none."""
    message: str


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """A function, method, property, or decorator."""

    path: str
    """Dotted path of the definition, ``module.Class.name`` for a method."""
    signature: Signature
    """Without ``self`` or ``cls``."""
    role: str = "function"
    """``function``, ``method``, ``classmethod``, ``staticmethod`` or ``property``."""
    is_async: bool = False
    decorators: tuple[str, ...] = ()
    """Dotted paths of the decorators, outermost first, with import aliases resolved."""
    returns: str = ""
    """Text of the return annotation."""
    decorated_operator: str = ""
    """For a TaskFlow decorator: path of the operator class it builds tasks with."""
    deprecated: Deprecation | None = None

    @property
    def parameters(self) -> Signature:
        """The signature (iterable over its parameters)."""
        return self.signature


@dataclass(frozen=True, slots=True)
class Attribute:
    """A class or instance attribute, or a module variable."""

    value_text: str | None
    """Source text of the value when short, else None."""
    instance_of: str = ""
    """Dotted path of the class it is built with (``X = Y(...)``), when known."""

    @property
    def value(self) -> object:
        """The literal value, or ``NOT_LITERAL``."""
        return literal(self.value_text)


class Guards(NamedTuple):
    """What the ``__init__`` of one class of an MRO refuses by its own checks."""

    owner: str
    """Path of the class."""
    rows: tuple[tuple[str, str, str, str], ...]
    """Exception, condition, message, and the method that holds the check (empty for ``__init__`` itself).
    Condition and message are source text over ``parameters``; ``_`` stands for what is not known."""
    parameters: Mapping[str, str | None]
    """Name -> source text of the default, None when a call must give it."""
    hidden: frozenset[str]
    """Parameters that a subclass gives or changes: a caller's value says nothing about them."""


class ClassInfo:
    """A class with everything inherited from the classes of the catalogue merged in.

    What a property says is worked out when it is first asked for: a file imports many classes and asks
    little of most of them.

    Attributes:
        path: dotted path of the definition.
    """

    def __init__(self, path: str, reader: ClassReader) -> None:
        self.path = path
        self._reader = reader

    def __repr__(self) -> str:
        return f"ClassInfo({self.path!r})"

    @remembered
    def name(self) -> str:
        """The last part of ``path``."""
        return self.path.rpartition(".")[2]

    @remembered
    def mro(self) -> tuple[str, ...]:
        """Dotted paths from the class itself to ``object``; classes from outside by their import path."""
        return (*self._reader.mro(self.path), "object")

    @remembered
    def init(self) -> Signature:
        """What a call of the class takes.

        ``**kwargs`` passed up through ``super().__init__`` is replaced by what the next class takes.
        Operators take keywords only.
        """
        return self._reader.init(self.path)

    @remembered
    def own_init(self) -> Mapping[str, Signature]:
        """Class path -> signature of the ``__init__`` that this class of the MRO defines, unmerged.

        For ``partial`` and ``expand``, which look at all of them.
        """
        return self._reader.own_init(self.path)

    @remembered
    def methods(self) -> Mapping[str, FunctionInfo]:
        """Methods and properties by name, inherited ones included."""
        return self._reader.methods(self.path)

    @remembered
    def attributes(self) -> Mapping[str, Attribute]:
        """Class attributes, annotated fields and ``self.x`` attributes, inherited ones included."""
        return self._reader.attributes(self.path)

    @remembered
    def nested_classes(self) -> Mapping[str, str]:
        """Name -> dotted path."""
        return self._reader.nested_classes(self.path)

    @remembered
    def enum_members(self) -> Mapping[str, Attribute]:
        """In order of definition; empty unless ``is_enum``."""
        return self._reader.enum_members(self.path)

    @remembered
    def unknown_bases(self) -> tuple[str, ...]:
        """Bases from outside the catalogue, other than the standard library's plain ones.

        Members and arguments that are not listed here may come from them.
        """
        return self._reader.unknown_bases(self.path)

    @remembered
    def roles(self) -> frozenset[str]:
        """Which of ``operator``, ``sensor``, ``hook``, ``trigger``, ``notifier`` the class is."""
        return self._reader.roles(self.path)

    @remembered
    def is_operator(self) -> bool:
        """True for a subclass of ``BaseOperator``."""
        return "operator" in self.roles

    @property
    def is_sensor(self) -> bool:
        """True for a subclass of ``BaseSensorOperator``."""
        return "sensor" in self.roles

    @property
    def is_hook(self) -> bool:
        """True for a subclass of ``BaseHook``."""
        return "hook" in self.roles

    @property
    def is_trigger(self) -> bool:
        """True for a subclass of ``BaseTrigger``."""
        return "trigger" in self.roles

    @property
    def is_notifier(self) -> bool:
        """True for a subclass of ``BaseNotifier``."""
        return "notifier" in self.roles

    @remembered
    def is_enum(self) -> bool:
        """True for an enumeration."""
        return self._reader.is_enum(self.path)

    @remembered
    def is_dataclass(self) -> bool:
        """True when a class of the MRO is one."""
        return self._reader.is_dataclass(self.path)

    @remembered
    def abstract_methods(self) -> frozenset[str]:
        """Abstract methods that nothing in the MRO implements: a call of the class raises TypeError."""
        return self._reader.abstract_methods(self.path)

    @remembered
    def has_dynamic_attributes(self) -> bool:
        """True when a class of the MRO defines ``__getattr__``: any attribute may exist."""
        return "__getattr__" in self.methods or "__getattribute__" in self.methods

    @property
    def deprecated(self) -> Deprecation | None:
        """What to use instead, None when it is not deprecated."""
        return self._reader.deprecated(self.path)

    @remembered
    def guards(self) -> tuple[Guards, ...]:
        """Checks of the ``__init__`` methods that a call runs, the class's own first."""
        return self._reader.guards(self.path)

    @remembered
    def kept_from_sensor(self) -> frozenset[str]:
        """Arguments that ``BaseSensorOperator`` takes too, of which it does not see what the caller gives."""
        return self._reader.kept_from_sensor(self.path) if self.is_sensor else frozenset()

    def member_kind(self, name: str) -> Kind | None:
        """Returns what ``Class.name`` or ``instance.name`` is; None when certainly absent.

        A name that only an unknown base or ``__getattr__`` could bring is ``VARIABLE``.
        """
        if name in self.enum_members:
            return Kind.ENUM_MEMBER
        if name in self.methods:
            return Kind.FUNCTION
        if name in self.nested_classes:
            return Kind.CLASS
        if name in self.attributes:
            known = self.attributes[name].value is not NOT_LITERAL
            return Kind.CONSTANT if known else Kind.VARIABLE
        if self.unknown_bases or self.has_dynamic_attributes or name.startswith("__"):
            return Kind.VARIABLE
        return None

"""Functions, attributes and classes, with everything inherited merged in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from airflownet.judge.catalogue.literals import NOT_LITERAL, literal
from airflownet.judge.catalogue.signature import Signature


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


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """A class with everything inherited from the classes of the catalogue merged in."""

    path: str
    # field() because a class has an attribute of that name, which would be taken as the default.
    mro: tuple[str, ...] = field()
    """Dotted paths from the class itself to ``object``; classes from outside by their import path."""
    init: Signature
    """What a call of the class takes: ``**kwargs`` passed up through ``super().__init__`` is replaced by
    what the next class takes. Operators take keywords only."""
    own_init: Mapping[str, Signature]
    """Class path -> signature of the ``__init__`` that this class of the MRO defines, unmerged, for
    ``partial``/``expand``, which look at all of them."""
    methods: Mapping[str, FunctionInfo]
    """Methods and properties by name, inherited ones included."""
    attributes: Mapping[str, Attribute]
    """Class attributes, annotated fields and ``self.x`` attributes, inherited ones included."""
    nested_classes: Mapping[str, str]
    """Name -> dotted path."""
    enum_members: Mapping[str, Attribute]
    """In order of definition; empty unless ``is_enum``."""
    unknown_bases: tuple[str, ...]
    """Bases from outside the catalogue (other than the standard library's plain ones): members and
    arguments that are not listed here may come from them."""
    is_operator: bool = False
    is_sensor: bool = False
    is_hook: bool = False
    is_trigger: bool = False
    is_notifier: bool = False
    is_enum: bool = False
    is_dataclass: bool = False
    abstract_methods: frozenset[str] = frozenset()
    """Abstract methods that nothing in the MRO implements: a call of the class raises TypeError."""
    has_dynamic_attributes: bool = False
    """True when a class of the MRO defines ``__getattr__``: any attribute may exist."""
    deprecated: Deprecation | None = None
    guards: tuple[Guards, ...] = ()
    """Checks of the ``__init__`` methods that a call runs, the class's own first."""

    @property
    def name(self) -> str:
        """The last part of ``path``."""
        return self.path.rpartition(".")[2]

    @property
    def accepts_any_kwargs(self) -> bool:
        """True when a call takes keywords beyond ``init``'s."""
        return self.init.accepts_kwargs

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

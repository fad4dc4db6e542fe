"""Abstract values: what the interpreter computes with instead of running the file.

Numbers, strings, dates and the like stand for themselves. Containers are Python's own, as subclasses
that remember whether all their items are known. Everything else is one of the classes below, and
``UNKNOWN`` is a value that only running the file would tell. Every value but ``UNKNOWN`` is exact.
"""

from __future__ import annotations

import ast
import datetime
import importlib
import uuid
import zoneinfo
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.unknown import UNKNOWN, ShownByKind

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter
    from airflownet.judge.interpreter.scope import Scope

MAX_NESTED = 2_000
"""Containers looked at when a value is taken apart."""
MAX_PENDING = 50_000
_MOST_CHARACTERS = 1_000_000
"""Of all the texts in one value: one long text may be in a list many times."""
VERSION = "packaging.version.Version"
"""Path of a version whose numbers are known."""
SCALARS: frozenset[type] = frozenset(
    {
        str,
        int,
        float,
        bool,
        type(None),
        bytes,
        complex,
        type(Ellipsis),
        datetime.datetime,
        datetime.date,
        datetime.time,
        datetime.timedelta,
        datetime.timezone,
        PurePosixPath,
        Decimal,
        Fraction,
        uuid.UUID,
        zoneinfo.ZoneInfo,
    }
)


class ListValue(list[Any]):
    """A list; ``exact`` is False when items may be missing or extra."""

    __slots__ = ("attributes", "cls", "exact", "kind", "owner")
    owner: Any
    """Of a view of a dict, the dict; of any other, not set."""

    def __init__(self, items: Iterable[Any] = (), *, exact: bool = True) -> None:
        super().__init__(items)
        self.exact = exact
        self.kind = "list"
        """Python's name of the type: ``list``, or ``generator``, ``map``, ``dict_keys`` ..."""

    __hash__ = object.__hash__  # type: ignore[assignment]


def of_kind(kind: str, items: Iterable[Any], *, exact: bool) -> ListValue:
    """Returns the items as Python's ``zip``, ``dict_keys`` or the like would hold them."""
    found = ListValue(items, exact=exact)
    found.kind = kind
    return found


@dataclass(eq=False, slots=True, repr=False)
class LazyValue(ShownByKind):
    """An iterator that makes its items when they are asked for (``interpreter/lazy.py``)."""

    kind: str
    """Python's name of the type: ``generator``, ``map`` ..."""
    module: Scope | None = None
    """Whose code makes the items; None for none of the file's."""
    source: Iterator[Any] | None = None
    """Makes them; None after the last."""
    exact: bool = True
    """Whether those made so far are all there are up to here."""
    taken: ListValue = field(init=False)
    """Items that were made, and are still to be taken."""
    is_running: bool = False
    call: Any = None
    """Of a generator function that has not started: what runs it, given what is called where it yields."""

    def __post_init__(self) -> None:
        self.taken = of_kind(self.kind, (), exact=True)


class DictValue(dict[Any, Any]):
    """A dict with known keys; ``exact`` is False when keys may be missing or extra."""

    __slots__ = ("attributes", "cls", "exact", "factory")

    def __init__(
        self,
        items: Iterable[tuple[Any, Any]] | dict[Any, Any] = (),
        *,
        exact: bool = True,
        factory: Any = None,
    ) -> None:
        super().__init__(items)
        self.exact = exact
        self.factory = factory
        """What makes the value of a missing key: a ``defaultdict``'s first argument."""

    __hash__ = object.__hash__  # type: ignore[assignment]


@dataclass(eq=False, slots=True, repr=False)
class DictFlavour(ShownByKind):
    """What a library's own kind of dict does otherwise, as ``DictValue.factory``: ``collections.Counter``."""

    missing_item: Callable[[DictValue], Any]
    """``value[key]`` of a key that is not there."""
    method: Callable[[DictValue, str], Any]
    """A method it has beside or instead of a dict's, None for any other name."""
    combined: Callable[[type[ast.operator], DictValue, DictValue], Any]
    """``left | right`` and the like of two of them."""
    item: Callable[[Interpreter, DictValue, Any], Any] | None = None
    """``value[key]`` of a key that is there, where it is not what is kept."""
    kept: Callable[[Interpreter, DictValue, Any, Any], Any] | None = None
    """What ``value[key] = item`` keeps, where it is not the item."""


class SetValue(dict[Any, None]):
    """A set in insertion order; ``exact`` as for lists."""

    __slots__ = ("attributes", "cls", "exact", "is_frozen")

    def __init__(self, items: Iterable[Any] = (), *, exact: bool = True) -> None:
        super().__init__((item, None) for item in items)
        self.exact = exact
        self.is_frozen = False
        """Whether it is a ``frozenset``, which may be a key."""

    __hash__ = object.__hash__  # type: ignore[assignment]


@dataclass(eq=False, slots=True, repr=False)
class ModuleValue(ShownByKind):
    """A module by its dotted name."""

    name: str


@dataclass(eq=False, slots=True, repr=False)
class PythonValue(ShownByKind):
    """A class or function of Python itself: builtins and the standard library."""

    path: str
    object: Any

    @classmethod
    def unloaded(cls, path: str) -> PythonValue:
        """Returns a name whose module is imported when the object itself is asked for."""
        value = cls.__new__(cls)
        value.path = path
        return value

    def __getattr__(self, name: str) -> Any:
        """Loads ``object``; only called for what is not there yet."""
        if name != "object":
            raise AttributeError(name)
        module, _, last = self.path.rpartition(".")
        self.object = getattr(importlib.import_module(module), last, None)
        return self.object


@dataclass(eq=False, slots=True, repr=False)
class ApiValue(ShownByKind):
    """A name of Airflow, a provider or a third-party library, known by its path."""

    path: str
    """Dotted path as imported, for example ``airflow.operators.bash.BashOperator``."""
    definition: Any = None
    """What the catalogue knows of it; None when nothing."""
    canonical: str = ""
    """Where it is defined, when the catalogue knows."""
    owner: Any = None
    """For a method: the class of the instance it was taken from."""


@dataclass(eq=False, slots=True, repr=False)
class ApiInstance(ShownByKind):
    """The result of calling an ``ApiValue`` or an opaque ``PythonValue``."""

    path: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    definition: Any = None


@dataclass(eq=False, slots=True, repr=False)
class StandardObject(ShownByKind):
    """An object of the standard library that the judge itself holds: an INI parser, a match."""

    object: Any
    exact: bool = True
    """False when the file did something with it that could not be followed."""
    n_characters: int = 0
    """Of all that was put into it."""
    n_references: int = 0
    """``%(name)s`` in what was put into it."""
    owner: StandardObject | None = None
    """The object it is a part of: the parser of a section."""


@dataclass(eq=False, slots=True, repr=False)
class FunctionValue(ShownByKind):
    """A function or lambda of the file."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    """Where it was defined; its closure."""
    defaults: tuple[Any, ...] = ()
    keyword_defaults: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    owner: Any = None
    """The class it is a method of."""


@dataclass(eq=False, slots=True, repr=False)
class ClassValue(ShownByKind):
    """A class of the file."""

    name: str
    bases: tuple[Any, ...]
    attributes: dict[str, Any]
    node: ast.ClassDef
    keywords: dict[str, Any] = field(default_factory=dict)
    mro_cache: tuple[Any, ...] | None = None


@dataclass(eq=False, slots=True, repr=False)
class Instance(ShownByKind):
    """An instance of a class of the file."""

    cls: ClassValue
    attributes: dict[str, Any] = field(default_factory=dict)
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    plain: Any = None
    """What it also is: the text or number of an enumeration's member, the tuple of a frozen record."""

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if self.plain is None:
            return False
        return bool(self.plain == (other.plain if type(other) is Instance else other))

    def __hash__(self) -> int:
        return id(self) >> 4 if self.plain is None else hash(self.plain)


@dataclass(eq=False, slots=True, repr=False)
class EndlessValue(ShownByKind):
    """An iterator that never ends by itself: ``itertools.count``, ``cycle`` and ``repeat``."""

    path: str
    items: Iterator[Any]


@dataclass(eq=False, slots=True, repr=False)
class MethodValue(ShownByKind):
    """A function bound to its first argument."""

    function: Any
    receiver: Any


@dataclass(eq=False, slots=True, repr=False)
class NativeMethod(ShownByKind):
    """A method the interpreter itself implements; called with (interpreter, args, kwargs)."""

    name: str
    call: Callable[..., Any]
    takes_open: bool = False
    """Whether it is told, by ``is_open``, that a ``**`` of unknown content was passed too."""
    is_function: bool = False
    """Whether it stands for a function of the file."""


@dataclass(eq=False, slots=True, repr=False)
class GeneratorContext(ShownByKind):
    """What calling a function made by ``contextlib.contextmanager`` gives: its body waits for ``with``."""

    function: FunctionValue
    args: list[Any]
    kwargs: dict[str, Any]


@dataclass(eq=False, slots=True, repr=False)
class GlobalsValue(ShownByKind):
    """``globals()``, and the module itself as ``sys.modules[__name__]``."""

    module: Scope


@dataclass(eq=False, slots=True, repr=False)
class SuperValue(ShownByKind):
    """``super()`` within a method: attributes after ``cls`` in the receiver's method order."""

    cls: ClassValue
    receiver: Any


def is_concrete(value: Any) -> bool:
    """Whether the value is a scalar that stands for itself."""
    return type(value) in SCALARS


def is_exact(value: Any) -> bool:
    """Whether the value and everything in it stands for itself; False for what is too big to look at."""
    if type(value) in SCALARS:
        return True
    pending = [value]
    n_seen = n_characters = 0
    while pending:
        item = pending.pop()
        kind = type(item)
        if kind in SCALARS:
            if kind is str or kind is bytes:
                n_characters += len(item)
            continue
        n_seen += 1
        if n_seen > MAX_NESTED:
            return False
        if kind is tuple or ((kind is ListValue or kind is SetValue) and item.exact):
            pending.extend(item)
        elif kind is DictValue and item.exact:
            pending.extend(item)
            pending.extend(item.values())
        else:
            return False
        if len(pending) > MAX_PENDING:
            return False
    return n_characters <= _MOST_CHARACTERS


def is_key(value: Any) -> bool:
    """Whether the value can be looked up as a key in bounded time: no tuples within tuples within tuples."""
    if type(value) is SetValue:
        return not value.is_frozen
    if type(value) is tuple:
        return len(value) <= 100 and all(
            not isinstance(item, tuple) or all(not isinstance(part, tuple) for part in item) for item in value
        )
    return True


TRUTH: dict[type, Callable[[Any], bool | None]] = {}
"""What ``bool(value)`` is of kinds of values that are made of others."""


def truth(value: Any) -> bool | None:
    """Returns what ``bool(value)`` is, or None when it cannot be known."""
    kind = type(value)
    if kind in SCALARS or kind is tuple:
        return bool(value)
    if kind is ListValue and value.kind != "list" and not value.kind.startswith("dict_"):
        return True
    if kind in (ListValue, DictValue, SetValue):
        return bool(value) if value.exact else None
    if kind is ApiValue:  # classes, functions and modules; a false constant is imported under no condition
        return True
    if kind is Instance:
        return TRUTH[kind](value)
    if kind is StandardObject:
        return bool(value.object) if value.exact else None
    return None if value is UNKNOWN or kind is ApiInstance else True

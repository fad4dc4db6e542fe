"""What each kind of value does: one table an operation, keyed by ``type(value)``, as Python's own slots.

The file that defines a kind of value fills in what it does; the function that carries out an operation looks
up one entry, and ``UNKNOWN`` is the answer where there is none. So the interpreter knows no library and
nothing of Airflow, and a new kind of value is one file.

A value of a library that is known by its path alone (``ApiInstance``) has tables of its own, keyed by the
path: ``PATH_ATTRIBUTE`` and the like. A slot that has nothing to say of this value answers ``MISSING``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol

from airflownet.judge.interpreter.values import (
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    LazyValue,
    ListValue,
    MethodValue,
    ModuleValue,
    NativeMethod,
    SetValue,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


class Call(Protocol):
    """How a value is called."""

    def __call__(
        self,
        interpreter: Interpreter,
        function: Any,
        args: list[Any],
        kwargs: dict[str, Any],
        /,
        *,
        is_open: bool,
    ) -> Any:
        """Returns what the call gives; ``is_open``: a ``*`` or ``**`` of unknown content was passed too."""


class Construct(Protocol):
    """How an instance of a class of the file is made whose base is outside the file."""

    def __call__(
        self,
        interpreter: Interpreter,
        cls: ClassValue,
        base: Any,
        args: list[Any],
        kwargs: dict[str, Any],
        /,
        *,
        is_open: bool,
    ) -> Any:
        """Returns the instance, its ``__init__`` run."""


Attribute = Callable[["Interpreter", Any, str], Any]
Item = Callable[["Interpreter", Any, Any], Any]
Items = Callable[["Interpreter", Any], tuple[list[Any], bool]]

ATTRIBUTE: Final[dict[type, Attribute]] = {}
"""``value.name``."""
CLASS_ATTRIBUTE: Final[dict[type, Callable[[Interpreter, ClassValue, Any, str], Any]]] = {}
"""``Class.name`` of a class of the file, by the kind of a base that is outside the file."""
OWN_CLASS: Final[dict[type, Callable[[Any], Any]]] = {Instance: lambda value: value.cls}
"""The class of the file that a value is of."""
BASE_ATTRIBUTE: Final[dict[type, Attribute]] = {}
"""``value.name`` of a kind that the file's classes may derive from, without what the class adds."""
SET_ATTRIBUTE: Final[dict[type, Callable[[Interpreter, Any, str, Any], None]]] = {}
"""``value.name = item``."""
CALL: Final[dict[type, Call]] = {}
"""``value(...)``."""
CONSTRUCT: Final[dict[type, Callable[[Interpreter, Any], Construct | None]]] = {}
"""Kind of a base -> how a class of the file that derives from it is called, None as any other class."""
INITIALISE: Final[dict[type, Construct]] = {}
"""``Base.__init__(value, ...)``: takes the value in place of the class."""
BASE_METHOD: Final[dict[type, Attribute]] = {}
"""``super().name`` by the kind of ``self``; takes the ``super()`` itself."""
ITEM: Final[dict[type, Item]] = {}
"""``value[index]``."""
SET_ITEM: Final[dict[type, Callable[[Interpreter, Any, Any, Any], None]]] = {}
"""``value[index] = item``."""
DELETE_ITEM: Final[dict[type, Callable[[Interpreter, Any, Any], None]]] = {}
"""``del value[index]``."""
ITEMS: Final[dict[type, Items]] = {}
"""``for item in value``: the items, and whether they are all there are."""
CONTAINS: Final[dict[type, Callable[[Interpreter, Any, Any], bool | None]]] = {}
"""``left in value``; None when it cannot be known."""
SHIFT: Final[dict[type, Callable[..., Any]]] = {}
"""``left >> right`` and ``left << right``, where one of both is such a value."""
BINARY: Final[dict[type, Callable[[type[ast.operator], Any, Any], Any]]] = {}
"""Any other operator, where one of both is such a value."""
ORDER_OF: Final[dict[type, Callable[[ast.cmpop, Any, Any], None]]] = {}
"""What ``<``, ``>`` and the like refuse, where one of both is such a value."""
EQUAL: Final[dict[type, Callable[[Any, Any], Any]]] = {}
"""``value == other``."""
ENTER: Final[dict[type, Callable[[Interpreter, Any], Any]]] = {}
"""``with value``."""
EXIT: Final[dict[type, Callable[[Interpreter, Any], None]]] = {}
"""The end of ``with value``."""
COPY: Final[dict[type, Callable[[Any, bool], Any]]] = {}
"""``copy.copy(value)``, or ``copy.deepcopy(value)`` where the second is true, of an object of the host."""
IS_OF_API: Final[dict[type, Callable[[Any, str], bool | None]]] = {}
"""``isinstance(value, SomeClass)`` of a class from outside by its name; None when it cannot be known."""

PATH_ATTRIBUTE: Final[dict[str, Attribute]] = {}
PATH_ITEM: Final[dict[str, Item]] = {}
PATH_BINARY: Final[dict[str, Callable[[type[ast.operator], Any, Any], Any]]] = {}
PATH_COMPARE: Final[dict[str, Callable[[Interpreter, ast.cmpop, Any, Any], Any]]] = {}
PATH_FORMAT: Final[dict[str, Callable[[Any, Any], Any]]] = {}
"""``format(value, specification)``."""
LIBRARY_BASES: Final[dict[str, LibraryBase]] = {}
"""Path of a class of a library -> what its instances get that a class of the file makes."""


class LibraryBase(Protocol):
    """A class of a library that gives the file's classes fields or methods: pydantic's ``BaseModel``."""

    def fill(
        self,
        interpreter: Interpreter,
        instance: Instance,
        args: list[Any],
        kwargs: dict[str, Any],
        *,
        is_open: bool,
    ) -> None:
        """Does what its ``__init__`` does."""

    def method(self, instance: Instance, name: str) -> Any:
        """Returns a method of an instance, None for any other name."""

    def constructor(self, cls: ClassValue, name: str) -> Any:
        """Returns a class method, None for any other name."""


TYPE_NAME: Final[dict[type, str | Callable[[Any], str]]] = {
    ListValue: lambda value: value.kind,
    LazyValue: lambda value: value.kind,
    DictValue: "dict",
    SetValue: "set",
    FunctionValue: "function",
    MethodValue: "method",
    ModuleValue: "module",
    Instance: lambda value: value.cls.name,
}
"""What Python calls the value's type."""
DERIVABLE: Final[set[type]] = {ListValue, DictValue, SetValue}
"""A value of a class of the file that derives from such a base is the base's value, the class beside it."""
SETTABLE: Final[set[type]] = {Instance, ClassValue}
"""Keeps what ``setattr`` gives it."""
ONE_OBJECT: Final[set[type]] = {LazyValue, FunctionValue, ClassValue, ModuleValue}
"""Is one object, equal to itself alone."""
CALLABLE: Final[set[type]] = {FunctionValue, MethodValue, NativeMethod, ClassValue}
NOT_CALLABLE: Final[set[type]] = {LazyValue, ListValue, DictValue, SetValue, tuple, ModuleValue}
NOT_SUBSCRIPTED: Final[set[type]] = {LazyValue, SetValue, FunctionValue}
NOT_ITERATED: Final[set[type]] = {FunctionValue}
NO_OPERATORS: Final[set[type]] = {
    LazyValue,
    ListValue,
    DictValue,
    SetValue,
    tuple,
    FunctionValue,
    MethodValue,
}
"""Has no operators but those that were carried out."""
NO_SIGN: Final[set[type]] = {LazyValue, tuple}
"""Has no ``-value``, ``+value`` and ``~value``."""
NO_INDEX: Final[set[type]] = {LazyValue, ListValue, DictValue}
"""Is no index of a sequence."""
NO_LENGTH: Final[set[type]] = {LazyValue, FunctionValue}
NO_MAPPING: Final[set[type]] = {LazyValue, ListValue, SetValue, tuple, FunctionValue}
NEVER_A_KEY: Final[set[type]] = set()
"""Is refused as a key where Python refuses it, beside lists, dicts and sets."""
NOT_HASHABLE: Final[set[type]] = {ListValue, DictValue, SetValue}
NOT_FORMATTED: Final[set[type]] = {ListValue, DictValue, SetValue, tuple, FunctionValue, type(None)}
"""Takes no format specification."""
NO_CONTEXT: Final[set[type]] = {LazyValue, ListValue, DictValue, FunctionValue, ClassValue, tuple}
BARE: Final[set[type]] = set()
"""Is for Python's own functions an object that has none of the methods they look for."""
DEFINITIONS: Final[set[type]] = {FunctionValue, ClassValue, Instance}
"""What a class decorator may give that is followed in place of the class."""
PLAIN_FUNCTIONS: Final[set[type]] = set()
"""Is a plain function in a class: bound to the instance it is taken from."""
PREFERRED: Final[set[type]] = set()
"""Stands for both values of ``a if c else b`` where the condition is not known."""
MEMBER_TEXTS: Final[set[object]] = set()
"""Texts that are members of an enumeration of texts outside the file: they have ``name`` and ``value``."""
HOST_OBJECT: Final[set[type]] = set()
"""Is an object of the program that the file configures: no text, number or container, and not called."""


def type_name(value: Any) -> str:
    """Returns what Python calls the value's type."""
    name = TYPE_NAME.get(type(value))
    if name is None:
        return type(value).__name__
    return name if isinstance(name, str) else name(value)

"""Classes whose ``__init__`` Python writes: dataclasses, ``NamedTuple`` and ``namedtuple``."""

# ruff: noqa: ARG001 - handlers of one table share one signature

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.scope import MISSING
from airflownet.judge.loader.values import (
    ApiInstance,
    ClassValue,
    DictValue,
    Instance,
    ListValue,
    NativeMethod,
    PythonValue,
    SetValue,
    truth,
)

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter

FIELDS = "__record_fields__"
"""Key in ``ClassValue.keywords``: the field names of a record class."""
FROZEN = "__record_is_frozen__"
"""Key in ``ClassValue.keywords``: the fields cannot be set afterwards."""
TUPLE = "__record_is_tuple__"
"""Key in ``ClassValue.keywords``: the class was made by ``namedtuple``."""


def dataclass_decorator(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@dataclass`` and ``@dataclass(frozen=True)``.

    Raises:
        Raised: a list, dict or set as a default, or a field without a default after one with a default.
    """
    if not args:
        return NativeMethod(
            "dataclass", lambda interpreter, more, _: dataclass_decorator(interpreter, more, kwargs)
        )
    cls = args[0]
    if isinstance(cls, ClassValue):
        _check_defaults(cls, keyword_only=kwargs.get("kw_only") is not None)
        fields: list[str] = []
        for base in reversed(cls.bases):
            inherited = base.keywords.get(FIELDS, []) if isinstance(base, ClassValue) else []
            fields.extend(name for name in inherited if name not in fields)
        fields.extend(name for name in annotated_names(cls) if name not in fields)
        cls.keywords[FIELDS] = fields
        if truth(kwargs.get("frozen", False)):
            cls.keywords[FROZEN] = True
    return cls


def _check_defaults(cls: ClassValue, *, keyword_only: bool) -> None:
    types: dict[type, str] = {ListValue: "list", DictValue: "dict", SetValue: "set"}
    has_default = False
    for name in annotated_names(cls):
        default = cls.attributes.get(name, MISSING)
        if type(default) in types:
            raise Raised(
                "ValueError",
                f"mutable default <class '{types[type(default)]}'> for field {name} is not allowed: "
                "use default_factory",
                "bad-value",
                name,
            )
        if isinstance(default, ApiInstance) and default.path == "dataclasses.field":
            if not {"default", "default_factory"} & set(default.kwargs):
                return  # ``init=False`` and ``kw_only=True`` are not followed
        elif default is MISSING and has_default and not keyword_only:
            raise Raised(
                "TypeError", f"non-default argument {name!r} follows default argument", "bad-value", name
            )
        has_default = has_default or default is not MISSING


def dataclass_field(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``field(default=..., default_factory=...)``."""
    return ApiInstance("dataclasses.field", tuple(args), kwargs)


def annotated_names(cls: ClassValue) -> list[str]:
    """Returns the names that the class body annotates, ``ClassVar`` left out."""
    return [
        statement.target.id
        for statement in cls.node.body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and "ClassVar" not in ast.dump(statement.annotation)
    ]


def named_tuple(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``namedtuple("Point", "x y")``."""
    if len(args) < 2 or not isinstance(args[0], str):
        return UNKNOWN
    names = args[1].replace(",", " ").split() if isinstance(args[1], str) else args[1]
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        return UNKNOWN
    node = ast.ClassDef(args[0], [], [], [], [])
    defaults = kwargs.get("defaults") or ()
    if not isinstance(defaults, (list, tuple)) or len(defaults) > len(names):
        return UNKNOWN
    attributes = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    return ClassValue(args[0], (), attributes, node, {FIELDS: list(names), TUPLE: True})


def is_named_tuple(cls: ClassValue, depth: int = 10) -> bool:
    """Whether the class is a ``NamedTuple`` or ``namedtuple``, or derives from one."""
    if TUPLE in cls.keywords:
        return True
    for base in cls.bases:
        if isinstance(base, PythonValue) and base.path == "typing.NamedTuple":
            return True
        if isinstance(base, ClassValue) and depth and is_named_tuple(base, depth - 1):
            return True
    return False


def record_fields(cls: ClassValue, depth: int = 10) -> list[str] | None:
    """Returns the fields of a record class, None for any other."""
    if FIELDS in cls.keywords:
        fields: list[str] = cls.keywords[FIELDS]
        return fields
    if any(isinstance(base, PythonValue) and base.path == "typing.NamedTuple" for base in cls.bases):
        return annotated_names(cls)
    for base in cls.bases:
        if isinstance(base, ClassValue) and depth:
            return record_fields(base, depth - 1)
    return None


def fill_record(
    interpreter: Interpreter, instance: Instance, fields: list[str], args: list[Any], kwargs: dict[str, Any]
) -> None:
    """Does what the written ``__init__`` does.

    Raises:
        Raised: TypeError, for arguments that do not fit.
    """
    name = instance.cls.name
    if len(args) > len(fields):
        raise Raised(
            "TypeError",
            f"{name}.__init__() takes {len(fields) + 1} positional arguments but {len(args) + 1} were given",
            "too-many-arguments",
            str(len(args)),
        )
    values = dict(zip(fields, args, strict=False))
    for key, value in kwargs.items():
        if key not in fields:
            raise Raised(
                "TypeError",
                f"{name}.__init__() got an unexpected keyword argument '{key}'",
                "unknown-argument",
                key,
            )
        values[key] = value
    for field in fields:
        if field not in values:
            values[field] = _default(interpreter, instance.cls, field)
    instance.attributes.update(values)


def _default(interpreter: Interpreter, cls: ClassValue, field: str) -> Any:
    from airflownet.judge.loader.attributes import mro

    for base in mro(cls):
        if isinstance(base, ClassValue) and field in base.attributes:
            value = base.attributes[field]
            if not isinstance(value, ApiInstance) or value.path != "dataclasses.field":
                return value
            if "default" in value.kwargs:
                return value.kwargs["default"]
            if "default_factory" in value.kwargs:
                return interpreter.call(value.kwargs["default_factory"], [])
            if value.kwargs.get("init") is False:
                return UNKNOWN
            break
    raise Raised(
        "TypeError",
        f"{cls.name}.__init__() missing 1 required positional argument: '{field}'",
        "missing-argument",
        field,
    )

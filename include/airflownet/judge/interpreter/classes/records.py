"""Classes whose ``__init__`` Python writes: dataclasses, ``NamedTuple`` and ``namedtuple``."""

# ruff: noqa: ARG001 - handlers of one table share one signature

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NamedTuple

from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
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
    from airflownet.judge.interpreter.interpreter import Interpreter

FIELDS = "__record_fields__"
"""Key in ``ClassValue.keywords``: the field names of a record class."""
FROZEN = "__record_is_frozen__"
"""Key in ``ClassValue.keywords``: the fields cannot be set afterwards."""
PARAMETERS = "__record_parameters__"
"""Key in ``ClassValue.keywords``: the parameters of a dataclass's ``__init__``."""
ORDER = "__record_is_ordered__"
"""Key in ``ClassValue.keywords``: instances compare by their fields."""
HASHED = "__record_is_hashed__"
"""Key in ``ClassValue.keywords``: whether instances of a dataclass have a hash, by its options."""
TUPLE = "__record_is_tuple__"
"""Key in ``ClassValue.keywords``: the class was made by ``namedtuple``."""


class Parameter(NamedTuple):
    """One parameter of the ``__init__`` that ``dataclass`` writes."""

    name: str
    is_keyword_only: bool = False
    is_only_initial: bool = False
    """An ``InitVar``: given to ``__post_init__``, no field."""
    is_set: bool = True
    """False for ``field(init=False)``, which is no parameter."""


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
        parameters = _parameters(cls, fields, is_keyword_only=truth(kwargs.get("kw_only", False)) is True)
        cls.keywords[PARAMETERS] = parameters
        initial = {parameter.name for parameter in parameters if parameter.is_only_initial}
        cls.keywords[FIELDS] = [name for name in fields if name not in initial and name != "_"]
        if truth(kwargs.get("order", False)) is not False:
            cls.keywords[ORDER] = True
        if truth(kwargs.get("slots", False)) and not any(isinstance(base, ApiValue) for base in mro(cls)):
            cls.attributes.setdefault("__slots__", tuple(cls.keywords[FIELDS]))
        if truth(kwargs.get("eq", True)) is not False:
            options = (kwargs.get(name, False) for name in ("frozen", "unsafe_hash"))
            cls.keywords[HASHED] = any(truth(option) is not False for option in options)
        if truth(kwargs.get("frozen", False)):
            cls.keywords[FROZEN] = True
    return cls


def _parameters(cls: ClassValue, fields: list[str], *, is_keyword_only: bool) -> list[Parameter]:
    """The own parameters of a dataclass after those of its bases."""
    inherited: dict[str, Parameter] = {}
    for base in reversed(cls.bases):
        for parameter in base.keywords.get(PARAMETERS, ()) if isinstance(base, ClassValue) else ():
            inherited[parameter.name] = parameter
    annotations = {
        statement.target.id: ast.unparse(statement.annotation)
        for statement in cls.node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }
    found: list[Parameter] = []
    for name in fields:
        annotation = annotations.get(name, "")
        if annotation.endswith("KW_ONLY"):
            is_keyword_only = True
        elif name not in annotations:
            found.append(inherited.get(name, Parameter(name)))
        else:
            options = field_options(cls, name)
            only = truth(options.get("kw_only", is_keyword_only)) is True
            is_set = truth(options.get("init", True)) is not False
            found.append(Parameter(name, only, "InitVar" in annotation, is_set))
    return found


def _first_keyword_only(cls: ClassValue) -> str | None:
    """The name that a class body annotates with ``KW_ONLY``: what follows is given by keyword."""
    for statement in cls.node.body:
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.annotation).endswith("KW_ONLY"):
            return statement.target.id if isinstance(statement.target, ast.Name) else None
    return None


def field_options(cls: ClassValue, name: str) -> dict[str, Any]:
    """Returns the arguments of the ``field(...)`` call of a field, none where it has none."""
    value = cls.attributes.get(name)
    return value.kwargs if isinstance(value, ApiInstance) and value.path == "dataclasses.field" else {}


def _check_defaults(cls: ClassValue, *, keyword_only: bool) -> None:
    types: dict[type, str] = {ListValue: "list", DictValue: "dict", SetValue: "set"}
    has_default = False
    only = _first_keyword_only(cls)
    for name in annotated_names(cls):
        keyword_only = keyword_only or name == only
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
    interpreter.charge(8 * len(names))
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
) -> list[Any]:
    """Does what the written ``__init__`` does; returns what ``__post_init__`` gets.

    Raises:
        Raised: TypeError, for arguments that do not fit.
    """
    cls = instance.cls
    name = f"{cls.name}.{'__new__' if is_named_tuple(cls) else '__init__'}"
    parameters = parameters_of(cls, fields)
    by_position = [p.name for p in parameters if p.is_set and not p.is_keyword_only]
    names = {p.name for p in parameters if p.is_set}
    if len(args) > len(by_position):
        raise Raised(
            "TypeError",
            f"{name}() takes {len(by_position) + 1} positional arguments but {len(args) + 1} were given",
            "too-many-arguments",
            str(len(args)),
        )
    values = dict(zip(by_position, args, strict=False))
    for key, value in kwargs.items():
        if key not in names:
            raise Raised(
                "TypeError", f"{name}() got an unexpected keyword argument '{key}'", "unknown-argument", key
            )
        values[key] = value
    for parameter in parameters:
        if parameter.name not in values and parameter.is_set:
            values[parameter.name] = _default(interpreter, cls, parameter.name)
        elif not parameter.is_set and (own := default_of(interpreter, cls, parameter.name)) is not UNKNOWN:
            values[parameter.name] = own
    only_initial = [p.name for p in parameters if p.is_only_initial]
    instance.attributes.update({key: item for key, item in values.items() if key not in only_initial})
    if is_named_tuple(cls) and not any(type(item) in (ListValue, DictValue) for item in values.values()):
        instance.plain = tuple(values[field] for field in fields)
    return [values[key] for key in only_initial]


def parameters_of(cls: ClassValue, fields: list[str]) -> list[Parameter]:
    """Returns the parameters of the ``__init__`` that Python writes for a record class."""
    for part in mro(cls):
        if isinstance(part, ClassValue) and PARAMETERS in part.keywords:
            found: list[Parameter] = part.keywords[PARAMETERS]
            return found
    return [Parameter(field) for field in fields]


def _default(interpreter: Interpreter, cls: ClassValue, field: str) -> Any:
    value = default_of(interpreter, cls, field)
    if value is MISSING:
        method = "__new__" if is_named_tuple(cls) else "__init__"
        raise Raised(
            "TypeError",
            f"{cls.name}.{method}() missing 1 required positional argument: '{field}'",
            "missing-argument",
            field,
        )
    return value


def default_of(interpreter: Interpreter, cls: ClassValue, field: str) -> Any:
    """Returns the value a field has when none is given, ``MISSING`` when one must be."""
    for base in mro(cls):
        if isinstance(base, ClassValue) and field in base.attributes:
            return _made_default(interpreter, base.attributes[field])
    return MISSING


_FIELD_CALLS = frozenset(
    {"dataclasses.field", "attr.ib", "attr.attrib", "attr.field", "attrs.field", "pydantic.Field"}
)


def _made_default(interpreter: Interpreter, value: Any) -> Any:
    """What ``field(...)`` and its like in attrs and pydantic stand for."""
    if not isinstance(value, ApiInstance) or value.path not in _FIELD_CALLS:
        return value
    default = value.kwargs.get("default", MISSING)
    if default is MISSING and value.args and value.path != "dataclasses.field":
        default = value.args[0]
    if isinstance(default, ApiInstance) and default.path in ("attr.Factory", "attrs.Factory"):
        return interpreter.call(default.args[0], []) if len(default.args) == 1 else UNKNOWN
    if default is not MISSING and default is not Ellipsis:
        return default
    for name in ("default_factory", "factory"):
        if name in value.kwargs:
            return interpreter.call(value.kwargs[name], [])
    return UNKNOWN if value.kwargs.get("init") is False else MISSING

"""``pydantic``: what its models make of values, and the methods they give."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.classes.enumerations import member_of_value
from airflownet.judge.interpreter.classes.lookup import is_enum, library_base, mro
from airflownet.judge.interpreter.classes.records import annotated_names, default_of
from airflownet.judge.interpreter.kinds import LIBRARY_BASES
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ClassValue,
    DictValue,
    Instance,
    ListValue,
    NativeMethod,
    is_concrete,
    is_exact,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_MODELS: Final = frozenset(
    {"pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic_settings.BaseSettings"}
)
_PLAIN: Final[dict[str, type]] = {"str": str, "int": int, "float": float, "bool": bool}
_MOST_NESTED: Final = 8


def is_model(cls: ClassValue) -> bool:
    """Whether the class derives from pydantic's ``BaseModel``."""
    return isinstance(library_base(cls), _Model)


def model_fields(cls: ClassValue) -> list[str]:
    """Returns the fields of a model, those of its bases first."""
    fields: dict[str, None] = {}
    for part in reversed(mro(cls)):
        if isinstance(part, ClassValue):
            fields.update(dict.fromkeys(n for n in annotated_names(part) if not n.startswith("_")))
    fields.pop("model_config", None)
    return list(fields)


def _fill(
    interpreter: Interpreter, instance: Instance, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> None:
    """Does what ``Model(**values)`` does.

    Raises:
        Raised: positional arguments, or a required field is missing.
    """
    cls = instance.cls
    if args:
        message = f"BaseModel.__init__() takes 1 positional argument but {len(args) + 1} were given"
        raise Raised("TypeError", message, "too-many-arguments", str(len(args)))
    is_plain = _is_plain(cls)
    for name in model_fields(cls):
        refused = ""
        value = kwargs.get(name, MISSING)
        if value is MISSING:
            value = UNKNOWN if is_open or not is_plain else default_of(interpreter, cls, name)
        elif is_plain:
            value = converted(interpreter, _annotation(cls, name), value, _MOST_NESTED)
            refused = _refused(cls, name, value)
        if value is MISSING or refused:
            what = refused or ("Input should be valid" if name in kwargs else "Field required")
            message = f"1 validation error for {cls.name}: {name}: {what}"
            raise Raised("ValidationError", message, "bad-value", name)
        instance.attributes[name] = value if is_plain else UNKNOWN


_BOUNDS: Final[dict[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "ge": ("greater than or equal to", operator.ge),
    "gt": ("greater than", operator.gt),
    "le": ("less than or equal to", operator.le),
    "lt": ("less than", operator.lt),
}
_LENGTHS: Final[dict[str, tuple[str, Callable[[int, int], bool]]]] = {
    "min_length": ("at least", operator.ge),
    "max_length": ("at most", operator.le),
}


def _refused(cls: ClassValue, name: str, value: Any) -> str:
    """Returns what ``Field(ge=1)`` and the like say of a value, empty where they let it pass."""
    parts = (part.attributes for part in mro(cls) if isinstance(part, ClassValue))
    field = next((attributes[name] for attributes in parts if name in attributes), None)
    if not isinstance(field, ApiInstance) or field.path != "pydantic.Field":
        return ""
    for key, (words, holds) in _BOUNDS.items():
        limit = field.kwargs.get(key)
        if _is_number(limit) and _is_number(value) and not holds(value, limit):
            return f"Input should be {words} {limit}"
    for key, (words, holds) in _LENGTHS.items():
        limit = field.kwargs.get(key)
        if type(limit) is int and isinstance(value, str) and not holds(len(value), limit):
            return f"String should have {words} {limit} characters"
    return ""


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _is_plain(cls: ClassValue) -> bool:
    """Whether no validator, alias or setting of the class changes what its fields take."""
    for part in mro(cls):
        if not isinstance(part, ClassValue):
            continue
        for statement in part.node.body:
            decorators = getattr(statement, "decorator_list", ())
            if any("valid" in ast.unparse(decorator) for decorator in decorators):
                return False
        for value in part.attributes.values():
            if isinstance(value, ApiInstance) and {"alias", "validation_alias"} & set(value.kwargs):
                return False
    return True


def _annotation(cls: ClassValue, name: str) -> ast.expr | None:
    for part in mro(cls):
        for statement in part.node.body if isinstance(part, ClassValue) else ():
            if isinstance(statement, ast.AnnAssign) and getattr(statement.target, "id", "") == name:
                return statement.annotation
    return None


def converted(interpreter: Interpreter, annotation: ast.expr | None, value: Any, depth: int) -> Any:
    """Returns what a model keeps of a value for a field with that annotation, UNKNOWN when not known."""
    interpreter.charge(8)
    if value is UNKNOWN or annotation is None or not depth:
        return UNKNOWN
    if isinstance(annotation, ast.BinOp) or _name(annotation) == "Optional":
        parts = _parts(annotation)
        if value is None:
            return None
        found = [converted(interpreter, part, value, depth - 1) for part in parts]
        return value if any(item is value for item in found) else UNKNOWN
    if isinstance(annotation, ast.Subscript):
        return _converted_items(interpreter, annotation, value, depth)
    name = _name(annotation)
    if name in _PLAIN:
        return _coerced(_PLAIN[name], value)
    if name in ("Any", "dict", "Dict", "list", "List"):
        return value
    kind = interpreter.module.names.get(name)
    if not isinstance(kind, ClassValue):
        return value if name == "object" else UNKNOWN
    if isinstance(value, Instance):
        return value
    if is_enum(kind):
        return member_of_value(kind, [value])
    if is_model(kind) and isinstance(value, DictValue) and value.exact:
        given = {key: item for key, item in value.items() if isinstance(key, str)}
        return interpreter.call(kind, [], given)
    return UNKNOWN


_TRUTHS: Final[dict[Any, bool]] = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1", 1), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0", 0), False),
}


def _coerced(kind: type, value: Any) -> Any:
    """What pydantic 2 makes of a value for a plain type, ``MISSING`` for one that it refuses."""
    if type(value) is kind:
        return value
    if value is None or isinstance(value, (ListValue, DictValue, tuple)) or kind is str:
        return MISSING if is_exact(value) else UNKNOWN
    if type(value) not in (str, int, float, bool):
        return UNKNOWN
    if kind is bool:
        return _TRUTHS.get(value.lower() if isinstance(value, str) else value, MISSING)
    try:
        found = kind(value)
    except (ValueError, OverflowError):
        return MISSING
    return MISSING if kind is int and isinstance(value, float) and found != value else found


def _converted_items(interpreter: Interpreter, annotation: ast.Subscript, value: Any, depth: int) -> Any:
    name = _name(annotation.value)
    if name in ("list", "List") and isinstance(value, ListValue):
        items = [_within(interpreter, annotation.slice, item, depth) for item in value]
        return ListValue(items, exact=value.exact)
    if name in ("dict", "Dict") and isinstance(value, DictValue) and isinstance(annotation.slice, ast.Tuple):
        part = annotation.slice.elts[-1]
        pairs = [(key, _within(interpreter, part, item, depth)) for key, item in value.items()]
        return DictValue(pairs, exact=value.exact)
    if name == "Literal" and is_concrete(value):
        return value
    if name == "Annotated" and isinstance(annotation.slice, ast.Tuple):
        return converted(interpreter, annotation.slice.elts[0], value, depth - 1)
    return UNKNOWN


def _within(interpreter: Interpreter, annotation: ast.expr, value: Any, depth: int) -> Any:
    """An item of a list or dict; what pydantic may refuse within one is left unknown."""
    found = converted(interpreter, annotation, value, depth - 1)
    return UNKNOWN if found is MISSING else found


def _name(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Subscript):
        return _name(annotation.value)
    if isinstance(annotation, ast.Attribute):
        return annotation.attr
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.strip()
    return annotation.id if isinstance(annotation, ast.Name) else ""


def _parts(annotation: ast.expr) -> list[ast.expr]:
    if isinstance(annotation, ast.BinOp):
        return [*_parts(annotation.left), *_parts(annotation.right)]
    return [annotation.slice] if isinstance(annotation, ast.Subscript) else [annotation]


def _method(instance: Instance, name: str) -> Any:
    """Returns a method that pydantic gives an instance, None for any other name."""

    def dump(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return _dumped(interpreter, instance, _MOST_NESTED) if not args and not kwargs else UNKNOWN

    def copied(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        changes = kwargs.get("update", DictValue())
        if args or set(kwargs) - {"update", "deep"} or not isinstance(changes, DictValue):
            return UNKNOWN
        return Instance(instance.cls, {**instance.attributes, **changes})

    methods = {"model_dump": dump, "dict": dump, "model_copy": copied, "copy": copied}
    return NativeMethod(name, methods[name]) if name in methods else None


def _dumped(interpreter: Interpreter, value: Any, depth: int) -> Any:
    interpreter.charge(8)
    if not depth:
        return UNKNOWN
    if isinstance(value, Instance) and is_model(value.cls):
        names = model_fields(value.cls)
        return DictValue(
            (n, _dumped(interpreter, value.attributes.get(n, UNKNOWN), depth - 1)) for n in names
        )
    if isinstance(value, ListValue):
        return ListValue((_dumped(interpreter, item, depth - 1) for item in value), exact=value.exact)
    if isinstance(value, DictValue):
        pairs = [(key, _dumped(interpreter, item, depth - 1)) for key, item in value.items()]
        return DictValue(pairs, exact=value.exact)
    return value


def _constructor(cls: ClassValue, name: str) -> Any:
    """Returns ``Model.model_validate`` and the like, None for any other name."""
    if name not in ("model_validate", "parse_obj"):
        return None

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if len(args) != 1 or kwargs or not isinstance(args[0], DictValue):
            return UNKNOWN
        given = {key: item for key, item in args[0].items() if isinstance(key, str)}
        return interpreter.call(cls, [], given, is_open=not args[0].exact)

    return NativeMethod(name, call)


class _Model:
    """``BaseModel`` as a base of the file's classes."""

    fill = staticmethod(_fill)
    method = staticmethod(_method)
    constructor = staticmethod(_constructor)


LIBRARY_BASES.update(dict.fromkeys(_MODELS, _Model()))

"""Functions of the standard library that take or make functions: ``functools``, ``operator``, ``object``."""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter import enumerations
from airflownet.judge.interpreter.class_creation import new_object
from airflownet.judge.interpreter.comparisons import compare
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.operations import binary
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    NativeMethod,
    is_key,
    truth,
)
from airflownet.judge.libraries.cached_functions import cached
from airflownet.judge.libraries.dispatch import single_dispatch

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

TOTAL_ORDERING: Final = "__total_ordering__"
"""Key in ``ClassValue.keywords`` of a class that ``functools.total_ordering`` decorates."""
Call = Callable[["Interpreter", list[Any], dict[str, Any]], Any]

_BINARY: Final[dict[str, type[ast.operator]]] = {
    "add": ast.Add, "sub": ast.Sub, "mul": ast.Mult, "truediv": ast.Div, "floordiv": ast.FloorDiv,
    "mod": ast.Mod, "rshift": ast.RShift, "lshift": ast.LShift, "or_": ast.BitOr, "and_": ast.BitAnd,
    "concat": ast.Add, "xor": ast.BitXor, "pow": ast.Pow,
}  # fmt: skip
_HASHES: Final = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s")
_COMPARED: Final[dict[str, type[ast.cmpop]]] = {
    "eq": ast.Eq, "ne": ast.NotEq, "lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE,
    "is_": ast.Is, "is_not": ast.IsNot,
}  # fmt: skip


def same(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A decorator that leaves what it decorates as it is; with arguments, it gives such a decorator."""
    if args and isinstance(args[0], (FunctionValue, ClassValue, NativeMethod)):
        return args[0]
    return NativeMethod("decorator", lambda interpreter, more, _: more[0] if more else UNKNOWN)


def _operator(name: str) -> Call:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if len(args) != 2:
            message = f"{name} expected 2 arguments, got {len(args)}"
            raise Raised("TypeError", message, "missing-argument", name)
        if name in _BINARY:
            return binary(interpreter, _BINARY[name](), *args)
        return compare(interpreter, _COMPARED[name](), *args)

    return call


def _negation(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    known = truth(args[0]) if args else None
    return UNKNOWN if known is None else not known


def _method_caller(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``operator.methodcaller(name, ...)``."""
    if not args or not isinstance(args[0], str):
        return UNKNOWN

    def call(interpreter: Interpreter, more: list[Any], _: dict[str, Any]) -> Any:
        return (
            interpreter.call(interpreter.attribute(more[0], args[0]), args[1:], kwargs) if more else UNKNOWN
        )

    return NativeMethod("methodcaller", call)


def _cached_property(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return interpreter.call(interpreter.builtin("property"), args, kwargs)


def _total_ordering(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@functools.total_ordering``: ``compare`` derives the operators that the class does not define."""
    if args and isinstance(args[0], ClassValue):
        args[0].keywords[TOTAL_ORDERING] = True
    return args[0] if args else UNKNOWN


def _unique(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@enum.unique`` refuses aliases."""
    cls = args[0] if args else UNKNOWN
    if not isinstance(cls, ClassValue):
        return cls
    names = {name: member.attributes["name"] for name, member in enumerations.members_of(cls).items()}
    aliases = [f"{alias} -> {name}" for alias, name in names.items() if alias != name]
    if aliases:
        message = f"duplicate values found in <enum {cls.name!r}>: {', '.join(aliases)}"
        raise Raised("ValueError", message, "bad-value", cls.name)
    return cls


def _set_attribute(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> None:
    """``object.__setattr__(instance, name, value)``: how a frozen record sets its own fields."""
    if len(args) == 3 and isinstance(args[0], Instance) and isinstance(args[1], str):
        args[0].attributes[args[1]] = args[2]


def _from_keys(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``dict.fromkeys(keys, value)``."""
    items, exact = items_of(interpreter, args[0]) if args else ([], False)
    value = args[1] if len(args) > 1 else None
    keys = [item for item in items if item is not UNKNOWN and is_key(item)]
    return DictValue(((key, value) for key in keys), exact=exact and len(keys) == len(items))


def hashed(name: str) -> Call:
    """``hashlib.md5(b"...")``: bytes, no text; the digest of known bytes is known."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return _checksum(interpreter, name, list(args), kwargs)

    return call


_MOST_HASHED = 1_000_000
"""Bytes."""


def _checksum(interpreter: Interpreter, name: str, parts: list[Any], kwargs: dict[str, Any]) -> ApiInstance:
    """``parts`` grow with ``update``; one that is not bytes makes the digest unknown."""
    found = ApiInstance(f"hashlib.{name}", tuple(parts), kwargs)

    def add(interpreter: Interpreter, args: list[Any], _: dict[str, Any]) -> None:
        if args and isinstance(args[0], str):
            raise Raised("TypeError", "Strings must be encoded before hashing", "wrong-type", name)
        part = args[0] if args and not interpreter.maybe_depth else UNKNOWN
        if isinstance(part, bytes):
            interpreter.charge(min(len(part) >> 3, MAX_ITEMS))
        parts.append(part)

    def digest(interpreter: Interpreter, args: list[Any], _: dict[str, Any]) -> Any:
        interpreter.charge(len(parts))
        if not all(isinstance(part, bytes) for part in parts) or set(kwargs) - {"usedforsecurity"}:
            return UNKNOWN
        if sum(map(len, parts)) > _MOST_HASHED:
            return UNKNOWN
        text = b"".join(parts)
        interpreter.charge(min(len(text) >> 3, MAX_ITEMS))
        return hashlib.new(name, text)

    def copied(interpreter: Interpreter, args: list[Any], _: dict[str, Any]) -> Any:
        interpreter.charge(8 * len(parts))
        return _checksum(interpreter, name, list(parts), kwargs)

    def shown(method: str) -> NativeMethod:
        def call(interpreter: Interpreter, args: list[Any], more: dict[str, Any]) -> Any:
            made = digest(interpreter, args, more)
            return UNKNOWN if made is UNKNOWN else getattr(made, method)()

        return NativeMethod(method, call)

    if parts:
        add(interpreter, [parts.pop(0)], {})
    found.attributes.update(
        update=NativeMethod("update", add), copy=NativeMethod("copy", copied), name=name,
        hexdigest=shown("hexdigest"), digest=shown("digest"),
    )  # fmt: skip
    return found


def _new_hash(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``hashlib.new("md5", data)``."""
    if not args or args[0] not in _HASHES:
        return UNKNOWN
    return _checksum(interpreter, args[0], args[1:], kwargs)


def _enumeration(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``Enum("Name", ["A", "B"])``."""
    if len(args) != 2 or not isinstance(args[0], str):
        return UNKNOWN
    cls = enumerations.enumeration_of(args[0], args[1])
    if isinstance(cls, ClassValue):
        enumerations.build_members(interpreter, cls)
    return cls


FUNCTION_TOOLS: Final[dict[str, Call]] = {
    **{f"operator.{name}": _operator(name) for name in (*_BINARY, *_COMPARED)},
    **{f"hashlib.{name}": hashed(name) for name in _HASHES},
    "hashlib.new": _new_hash,
    "operator.not_": _negation,
    "operator.methodcaller": _method_caller,
    "functools.lru_cache": cached,
    "functools.singledispatch": single_dispatch,
    "functools.cache": cached,
    "functools.total_ordering": _total_ordering,
    "functools.cached_property": _cached_property,
    "enum.unique": _unique,
    "enum.Enum": _enumeration,
    "typing.final": same,
    "typing.override": same,
    "typing.runtime_checkable": same,
    "object.__setattr__": _set_attribute,
    "object.__new__": new_object,
    "type.__new__": new_object,
    "dict.fromkeys": _from_keys,
}

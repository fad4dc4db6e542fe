"""``hashlib``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, NativeMethod
from airflownet.judge.libraries.registry import Model, models, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_HASHES: Final = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s")


def hashed(name: str) -> Model:
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


@models("hashlib.new")
def _new_hash(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``hashlib.new("md5", data)``."""
    if not args or args[0] not in _HASHES:
        return UNKNOWN
    return _checksum(interpreter, args[0], args[1:], kwargs)


register_all({f"hashlib.{name}": hashed(name) for name in _HASHES})

"""Base classes from outside Airflow: the standard library's are looked at, others stay unknown."""

from __future__ import annotations

import importlib
from functools import lru_cache

from airflownet.judge.catalogue.signature import Signature

PLAIN_MODULES = frozenset(
    {
        *("abc", "argparse", "builtins", "collections", "collections.abc", "configparser", "contextlib"),
        *("dataclasses", "datetime", "enum", "io", "json", "json.decoder", "json.encoder", "logging"),
        *("logging.config", "logging.handlers", "os", "string", "threading", "types", "typing", "weakref"),
    }
)
"""Modules of the standard library that are imported to look at a class; importing them does nothing else."""

TYPING_FORMS = frozenset({"typing.Generic", "typing.Protocol", "typing_extensions.Protocol"})
ENUM_BASES = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
EMPTY_BASES = TYPING_FORMS | {"abc.ABC", "builtins.object", "object"}


@lru_cache(maxsize=256)
def outside_class(path: str) -> type | None:
    """Returns the standard library's class at the path, None for anything else."""
    module, _, name = path.rpartition(".")
    if module not in PLAIN_MODULES:
        return None
    found = getattr(importlib.import_module(module), name, None)
    return found if isinstance(found, type) else None


def outside_mro(path: str) -> list[str]:
    """Returns the dotted paths of an outside class's MRO, without ``object``."""
    if path in TYPING_FORMS:
        return ["typing.Generic"] if path.endswith("Generic") else ["typing.Protocol", "typing.Generic"]
    found = outside_class(path)
    if found is None:
        return [path]
    return [
        path if klass is found else f"{klass.__module__}.{klass.__qualname__}"
        for klass in found.__mro__
        if klass is not object
    ]


def outside_signature(path: str) -> Signature:
    """Returns what calling an outside class takes, as far as it matters."""
    if path in EMPTY_BASES:
        return Signature()
    found = outside_class(path)
    if found is not None and issubclass(found, BaseException):
        return Signature(accepts_args=True)
    return Signature(accepts_args=True, accepts_kwargs=True, is_known=found is not None)

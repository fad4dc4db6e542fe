"""``packaging``: versions whose numbers are known."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import VERSION, ApiInstance
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_FINAL: Final = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,3}\Z")


@models("packaging.version.Version", "packaging.version.parse", takes_open=True)
def _version(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any], *, is_open: bool) -> Any:
    """A final release such as ``3.3.2``; ``compare`` compares what is under ``release``."""
    text = args[0] if args else UNKNOWN
    if not isinstance(text, str) or not _FINAL.match(text):
        return MISSING
    release = tuple(int(part) for part in text.split("."))
    major, minor, micro = (*release, 0, 0)[:3]
    names = {"release": release, "major": major, "minor": minor, "micro": micro, "base_version": text}
    return ApiInstance(VERSION, (text,), attributes=names)

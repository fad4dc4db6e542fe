"""``string``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, DictValue, NativeMethod, is_concrete
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("string.Template")
def _template(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``string.Template``: its text with the known values put in."""
    text = args[0] if args else UNKNOWN

    def substitute(name: str) -> NativeMethod:
        def call(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
            values = {**(more[0] if more and isinstance(more[0], DictValue) else {}), **more_kwargs}
            if not isinstance(text, str) or len(text) > 5_000 or not all(map(is_concrete, values.values())):
                return UNKNOWN
            longest = max((len(str(value)) for value in values.values()), default=0)
            if text.count("$") * longest > limits.MAX_CHARACTERS:
                return UNKNOWN
            try:
                result = getattr(string.Template(text), name)(values)
            except (KeyError, ValueError) as error:
                raise Raised(type(error).__name__, str(error), "bad-value", str(error)) from None
            return result if len(result) <= 100_000 else UNKNOWN

        return NativeMethod(name, call)

    methods = {name: substitute(name) for name in ("substitute", "safe_substitute")}
    return ApiInstance("string.Template", tuple(args), kwargs, {**methods, "template": text})

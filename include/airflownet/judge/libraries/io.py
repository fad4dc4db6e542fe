"""``io``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.values import ApiInstance, StandardObject
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("io.StringIO")
def _text_stream(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``io.StringIO(text)``."""
    if (
        kwargs
        or len(args) > 1
        or (args and (not isinstance(args[0], str) or len(args[0]) > _MOST_CHARACTERS))
    ):
        return ApiInstance("io.StringIO", tuple(args), kwargs)
    return StandardObject(io.StringIO(*args))


_MOST_CHARACTERS = 20_000

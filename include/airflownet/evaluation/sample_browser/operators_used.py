"""Which operators a piece of code calls, by their names in the text; also of code that does not parse."""

from __future__ import annotations

import re
from typing import Final

_CALL: Final = re.compile(r"\b([A-Z]\w*(?:Operator|Sensor))(?:\.partial)?\s*\(")
_DECORATOR: Final = re.compile(r"^[ \t]*(@task(?:\.[a-z_]+)*)\b", re.MULTILINE)


def operators_used(code: str) -> tuple[str, ...]:
    """Returns the class names of operators and sensors that are called, and task decorators, sorted."""
    return tuple(sorted({*_CALL.findall(code), *_DECORATOR.findall(code)}))

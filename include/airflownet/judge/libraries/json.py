"""``json``: what ``dumps`` writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.conversion import from_python_error, from_result, to_python
from airflownet.judge.interpreter.stand_ins import refuse_wrong_types
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import PythonValue, is_exact
from airflownet.judge.libraries.real_call_cost import pays
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("json.dumps")
def _dumps(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``json.dumps``: with ``default=str`` too, and with the file's own members of ``str`` enumerations."""
    options = dict(kwargs)
    if args and isinstance(args[0], (list, tuple, dict)):
        interpreter.charge(len(args[0]))
    writer = options.pop("default", None)
    is_text = isinstance(writer, PythonValue) and writer.object is str
    if (
        "cls" in options
        or not (writer is None or is_text)
        or not all(map(is_exact, (*args, *options.values())))
    ):
        refuse_wrong_types(json.dumps, args, kwargs)
        return UNKNOWN
    if isinstance(indent := options.get("indent"), int) and indent > 100:
        return UNKNOWN
    plain: dict[str, Any] = {name: to_python(value) for name, value in options.items()}
    if is_text:
        plain["default"] = str
    write: Any = json.dumps
    values = list(map(to_python, args))
    if not pays(interpreter, "json", values, plain):
        return UNKNOWN
    try:
        return from_result(write(*values, **plain))
    except (RecursionError, MemoryError):
        return UNKNOWN
    except Exception as error:
        raise from_python_error(error) from None

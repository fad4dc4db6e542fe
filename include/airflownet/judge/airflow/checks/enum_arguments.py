"""Arguments that an operator's ``__init__`` turns into a member of an enumeration of text.

The table is made by ``benchmarks/catalogue/enum_arguments.py`` from the sources of Airflow and its providers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from airflownet.judge import catalogue
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import python_type, shown

_TABLE: Final = Path(catalogue.__file__).parent / "data" / "enum_arguments.json"


@cache
def enum_arguments() -> dict[str, dict[str, tuple[str, frozenset[str]]]]:
    """Returns class -> argument -> (name of the enumeration, its values)."""
    rows: dict[str, dict[str, list[str]]] = json.loads(_TABLE.read_text())
    return {
        cls: {argument: (values[0], frozenset(values[1:])) for argument, values in arguments.items()}
        for cls, arguments in rows.items()
    }


def check_enum_arguments(cls: str, arguments: Mapping[str, Any]) -> None:
    """Raises what ``SomeEnum(argument)`` raises for a text that no member has."""
    for name, (enumeration, values) in enum_arguments()[cls].items():
        given = arguments.get(name)
        if isinstance(given, str):
            if given not in values:
                raise Raised("ValueError", f"{given!r} is not a valid {enumeration}", "bad-value", given)
        elif given is not None and python_type(given) is not None:
            raise Raised("ValueError", f"{shown(given)} is not a valid {enumeration}", "bad-value", name)

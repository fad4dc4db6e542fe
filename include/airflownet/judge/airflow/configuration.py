"""``conf.get("core", "dags_folder")``: which options have a value when nothing is configured.

The table is made by ``benchmarks/catalogue/config_options.py`` for one line of Airflow 2 and one of 3; other
lines are asked for both, so that only what neither knows is refused.
"""

# ruff: noqa: ARG001 - slots of one table share one signature
from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge import catalogue
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, NativeMethod

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

CONFIGURATION: Final = "airflow.configuration.conf"
_TABLE: Final = Path(catalogue.__file__).parent / "data" / "config_options.json"
_READERS: Final = frozenset(
    {"get", "getboolean", "getint", "getfloat", "getmandatory_value", "get_mandatory_value"}
)


@cache
def _options(line: str) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Returns the methods of ``conf`` and the (section, option) pairs with a value."""
    table: dict[str, Any] = json.loads(_TABLE.read_text())
    rows = [table[line]] if line in table else list(table.values())
    methods = frozenset(name for row in rows for name in row["methods"].split())
    pairs = (
        (section, name) for row in rows for section, names in row["options"].items() for name in names.split()
    )
    return methods, frozenset(pairs)


def configuration() -> ApiInstance:
    """Returns ``conf``."""
    return ApiInstance(CONFIGURATION)


def configuration_attribute(interpreter: Interpreter, value: ApiInstance, name: str) -> Any:
    """Returns ``conf.<name>``.

    Raises:
        Raised: AttributeError for a method that ``conf`` does not have.
    """
    methods, _ = _options(interpreter.world.line)
    if name not in methods and not name.startswith("_"):
        message = f"'AirflowConfigParser' object has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)
    if name not in _READERS:
        return UNKNOWN

    def read(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return _read(interpreter, args, kwargs)

    return NativeMethod(name, read)


def _read(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    section = args[0] if args else kwargs.get("section", UNKNOWN)
    option = args[1] if len(args) > 1 else kwargs.get("key", UNKNOWN)
    if not isinstance(section, str) or not isinstance(option, str):
        return UNKNOWN
    pair = (section.lower(), option.lower())
    if pair in _options(interpreter.world.line)[1]:
        return UNKNOWN
    if f"AIRFLOW__{section.upper()}__{option.upper()}" in interpreter.environment:
        return UNKNOWN
    if "fallback" in kwargs:
        return kwargs["fallback"]
    message = f"section/key [{pair[0]}/{pair[1]}] not found in config"
    raise Raised("AirflowConfigException", message, "bad-value", f"{pair[0]}/{pair[1]}")

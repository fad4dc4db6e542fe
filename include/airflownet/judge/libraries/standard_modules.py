"""Modules of the standard library: taken from the running Python, which is trusted.

A few that do something when they are imported are not touched.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import sys
import types
from functools import lru_cache
from importlib.abc import InspectLoader
from typing import Any, Final

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, ApiValue, ModuleValue, PythonValue, is_concrete
from airflownet.judge.libraries.surroundings import ENVIRONMENT, PYTHON_VERSION

NOT_IMPORTED: Final = frozenset(
    {
        "antigravity",
        "this",
        "idlelib",
        "turtledemo",
        "tkinter",
        "turtle",
        "test",
        "lib2to3",
        "__main__",
        "site",
    }
)
"""Standard library modules with effects on import, or that need a display."""
_CALENDAR: Final = frozenset(
    {"calendar.day_name", "calendar.day_abbr", "calendar.month_name", "calendar.month_abbr"}
)


@lru_cache(maxsize=4096)
def standard_module(name: str) -> Any:
    """Returns the module of the standard library, None when it is not one or must not be imported."""
    top = name.partition(".")[0]
    if top not in sys.stdlib_module_names or top in NOT_IMPORTED:
        return None
    try:
        return importlib.import_module(name)
    except Exception:
        return None


@lru_cache(maxsize=4096)
def is_standard(name: str) -> bool:
    """Whether the standard library has a module of that name; only its parents are imported to tell."""
    if name in sys.modules or name.partition(".")[0] in NOT_IMPORTED:
        return standard_module(name) is not None
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False  # what stands before the last dot is no package


@lru_cache(maxsize=4096)
def builtin_value(name: str) -> Any:
    """Returns the builtin of that name, None when there is none."""
    value = getattr(builtins, name, None)
    return None if value is None else PythonValue(name, value)


def from_python(path: str, value: Any) -> Any:
    """Returns the abstract value of an object of the standard library."""
    if path == "os.environ":
        return ENVIRONMENT
    if path == "sys.modules":
        return ApiInstance(path)
    if is_concrete(value):
        return value
    if path in _CALENDAR:
        return tuple(value)
    if path == PYTHON_VERSION:
        return ApiInstance(path, attributes={"major": 3})
    if path.startswith("re.") and isinstance(value, int):
        return int(value)
    if type(value) is type(sys):
        return ModuleValue(value.__name__)
    return PythonValue(path, value) if callable(value) else UNKNOWN


def find_standard(name: str) -> ModuleValue:
    """Returns the module.

    Raises:
        Raised: the standard library has no such module.
    """
    if name.partition(".")[0] not in NOT_IMPORTED and not is_standard(name):
        parts = name.split(".")
        missing = next(
            (p for i in range(1, len(parts)) if standard_module(p := ".".join(parts[:i])) is None), name
        )
        raise Raised("ModuleNotFoundError", f"No module named '{missing}'", "unknown-module", missing)
    return ModuleValue(name)


def standard_attribute(module: str, name: str) -> Any:
    """Returns what ``module.name`` is, None when it certainly does not exist; any name of a library does."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names and top not in NOT_IMPORTED and name in defined_in(module):
        return PythonValue.unloaded(f"{module}.{name}")
    found = standard_module(module)
    if found is None:
        return UNKNOWN if top in NOT_IMPORTED else ApiValue(f"{module}.{name}")
    if hasattr(found, name):
        value = getattr(found, name)
        return UNKNOWN if value is None else from_python(f"{module}.{name}", value)
    if standard_module(f"{module}.{name}") is not None:
        return ModuleValue(f"{module}.{name}")
    return None


def standard_exports(module: str) -> tuple[str, ...] | None:
    """Returns what ``from module import *`` binds, None when it cannot be known."""
    found = standard_module(module)
    if found is None:
        return None
    names = getattr(found, "__all__", None)
    return tuple(names) if names is not None else tuple(n for n in vars(found) if not n.startswith("_"))


@lru_cache(maxsize=4096)
def defined_in(module: str) -> frozenset[str]:
    """Returns the names of the functions and classes that the module's own code defines at its top level.

    Empty for a module that is loaded already, and for one that is not Python code: both can be looked at.
    """
    if module in sys.modules:
        return frozenset()
    try:
        spec = importlib.util.find_spec(module)
        loader = None if spec is None else spec.loader
        code = loader.get_code(module) if isinstance(loader, InspectLoader) else None
    except (ImportError, ValueError, SyntaxError, OSError):
        return frozenset()
    constants = () if code is None else code.co_consts
    return frozenset(item.co_name for item in constants if isinstance(item, types.CodeType))

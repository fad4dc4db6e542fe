"""What exists outside the file: Python itself, and Airflow as a catalogue knows it.

Standard library modules are taken from the running Python: they are trusted, and a few that do
something when imported are not touched. Nothing of Airflow or of third parties is ever imported.
This base answers without a catalogue: every module outside Python exists and has every name.
"""

# ruff: noqa: ARG002, ARG005 - handlers of one table share one signature
from __future__ import annotations

import builtins
import importlib.util
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow.objects import DagValue, TaskDecoratorValue, TaskValue
from airflownet.judge.airflow.roles import looks_like_operator, role_of
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    ModuleValue,
    NativeMethod,
    PythonValue,
    is_concrete,
)
from airflownet.judge.libraries.standard_names import defined_in

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

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


PYTHON_VERSION: Final = "sys.version_info"
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
    from airflownet.judge.libraries.surroundings import ENVIRONMENT

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


class World:
    """Answers without a catalogue."""

    line = "3.3"

    catalogue: Any = None

    def builtin(self, name: str) -> Any:
        """Returns the builtin of that name."""
        return builtin_value(name)

    def is_known_top(self, top: str) -> bool:
        """Whether a top-level module is Python's or Airflow's own, whatever lies beside the file."""
        return top == "airflow" or top in sys.stdlib_module_names

    def is_installed(self, name: str) -> bool:
        """Whether Airflow or a provider installs that module."""
        return False

    def find_module(self, interpreter: Interpreter, name: str) -> Any:
        """Returns the module, or raises ModuleNotFoundError when it certainly does not exist."""
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names and top not in NOT_IMPORTED and not is_standard(name):
            parts = name.split(".")
            missing = next(
                (p for i in range(1, len(parts)) if standard_module(p := ".".join(parts[:i])) is None), name
            )
            raise Raised("ModuleNotFoundError", f"No module named '{missing}'", "unknown-module", missing)
        return ModuleValue(name)

    def attribute(self, module: str, name: str) -> Any:
        """Returns what ``module.name`` is, None when it certainly does not exist."""
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names and top not in NOT_IMPORTED and name in defined_in(module):
            return PythonValue.unloaded(f"{module}.{name}")
        found = standard_module(module)
        if found is None:
            return UNKNOWN if module.partition(".")[0] in NOT_IMPORTED else ApiValue(f"{module}.{name}")
        if hasattr(found, name):
            return from_python(f"{module}.{name}", getattr(found, name))
        if standard_module(f"{module}.{name}") is not None:
            return ModuleValue(f"{module}.{name}")
        return None

    def exports(self, module: str) -> tuple[str, ...] | None:
        """Returns what ``from module import *`` binds, None when it cannot be known."""
        found = standard_module(module)
        if found is None:
            return None
        names = getattr(found, "__all__", None)
        return tuple(names) if names is not None else tuple(n for n in vars(found) if not n.startswith("_"))

    def canonical(self, value: ApiValue) -> str:
        """Returns the path by which roles are told."""
        return value.path

    def member(self, value: ApiValue, name: str) -> Any:
        """Returns ``value.name`` for a name of Airflow or a library."""
        if role_of(value.path) == "task" and not name.startswith("_"):
            return TaskDecoratorValue(f"@task.{name}", value.path.rpartition(".")[0])
        if name == "partial" and self.is_operator(value):
            from airflownet.judge.airflow.operators import partial_method

            return partial_method(value)
        return ApiValue(f"{value.path}.{name}")

    def instance_member(self, value: ApiInstance, name: str) -> Any:
        """Returns ``value.name`` for an instance."""
        return UNKNOWN

    def task_attribute(self, interpreter: Interpreter, task: TaskValue, name: str) -> Any:
        """Returns an attribute of a task that is no part of the graph."""
        return task.arguments.get(name, UNKNOWN)

    def dag_attribute(self, interpreter: Interpreter, dag: DagValue, name: str) -> Any:
        """Returns an attribute of a DAG that is no part of the graph."""
        if name in ("task", "tree_view"):
            return TaskDecoratorValue("@task", "airflow.sdk", {"dag": dag})
        return NativeMethod(name, lambda interpreter, args, kwargs: UNKNOWN)

    def is_operator(self, value: ApiValue) -> bool:
        """Whether calling the name builds a task."""
        return looks_like_operator(value.path)

    def parameter_names(self, value: Any) -> frozenset[str] | None:
        """Returns the names an operator takes, None when any."""
        return None

    def positional_names(self, value: ApiValue) -> tuple[str, ...]:
        """Returns the names of DAG's parameters in order, empty when not known."""
        return ()

    def group_parameters(self) -> frozenset[str] | None:
        """Returns what ``@task_group`` takes, None when any."""
        return None

    def check_class_values(self, definition: Any, arguments: dict[str, Any]) -> None:
        """Raises what well-known operator classes raise for values they refuse."""

    def check_guards(self, definition: Any, arguments: dict[str, Any], *, is_open: bool) -> None:
        """Raises what the class's own ``__init__`` raises for values it refuses."""

    def operator_member(self, base: ApiValue, operator: str, name: str) -> Any:
        """Returns what an operator class of Airflow gives its instances."""
        return UNKNOWN

    def group_class(self) -> Any:
        """Returns the class of task groups, None when not known."""
        return None

    def group_attribute(self, name: str) -> Any:
        """Returns an attribute of a task group that is no part of the graph."""
        return UNKNOWN

    def dag_class(self) -> Any:
        """Returns the class of DAG objects, None when not known."""
        return None

    def trigger_rules(self) -> frozenset[str]:
        """Returns the trigger rules of the line, empty when not known."""
        return frozenset()

    def check_decorated(self, definition: Any, arguments: dict[str, Any]) -> None:
        """Raises what a TaskFlow decorator's operator raises when the function is called."""

    def decorator_class(self, name: str) -> Any:
        """Returns the operator class behind ``@task.<name>``, None when not known."""
        return None

    def template_fields(self, definition: Any) -> frozenset[str] | None:
        """Returns the templated arguments of an operator class, None when not known."""
        return None

    def check_call(self, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool) -> None:
        """Raises what the call of a class or function raises for wrong arguments."""

    def check_operator(
        self,
        interpreter: Interpreter,
        value: ApiValue,
        arguments: dict[str, Any],
        kwargs: dict[str, Any],
        *,
        is_open: bool,
    ) -> None:
        """Raises what an operator raises for wrong arguments; ``arguments`` include default_args."""
        if "task_id" not in arguments and not is_open:
            raise Raised(
                "AirflowException", "missing keyword argument 'task_id'", "missing-argument", "task_id"
            )

    def check_partial(
        self, interpreter: Interpreter, value: ApiValue, kwargs: dict[str, Any], method: str
    ) -> None:
        """Raises what ``partial`` or ``expand`` raises for wrong arguments."""

    def call(
        self,
        interpreter: Interpreter,
        value: ApiValue,
        args: list[Any],
        kwargs: dict[str, Any],
        *,
        is_open: bool,
    ) -> Any:
        """Returns what calling any other name gives."""
        return ApiInstance(value.path, tuple(args), kwargs, {}, value.definition)

"""The world of one Airflow line, answered from its catalogue."""

# ruff: noqa: ARG002 - handlers of one table share one signature
from __future__ import annotations

import re
import sys
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow.checks.assets import check_asset_values, is_asset
from airflownet.judge.airflow.checks.call_arguments import (
    check_enum,
    check_partial_names,
    check_signature,
    raise_operator_problem,
    refuse_abstract,
)
from airflownet.judge.airflow.checks.init_conditions import check_guards
from airflownet.judge.airflow.checks.operators import check_class_values
from airflownet.judge.airflow.configuration import configuration
from airflownet.judge.airflow.connections import external_call
from airflownet.judge.airflow.enum_texts import ENUM_TEXTS
from airflownet.judge.airflow.objects import DagValue, TaskDecoratorValue, TaskValue, XComArgValue
from airflownet.judge.airflow.opaque_packages import note_opaque_dag
from airflownet.judge.airflow.operators import partial_method
from airflownet.judge.airflow.roles import role_of
from airflownet.judge.airflow.taskflow import condition_decorator
from airflownet.judge.catalogue import (
    NOT_LITERAL,
    Attribute,
    Catalogue,
    ClassInfo,
    FunctionInfo,
    Kind,
    Module,
    Resolution,
)
from airflownet.judge.catalogue.bounded import Bounded
from airflownet.judge.interpreter.conversion import from_result
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, ApiValue, ModuleValue, NativeMethod, is_concrete
from airflownet.judge.libraries.library_calls import library_call, library_names
from airflownet.judge.libraries.standard_modules import (
    builtin_value,
    find_standard,
    from_python,
    standard_attribute,
    standard_exports,
    standard_module,
)

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

HARNESS: Final = frozenset({"tests", "tests_common", "system", "providers_tests"})
"""Top-level modules of Airflow's own test suite; no distribution that Airflow installs brings them."""
_BUILT_IN: Final = frozenset({"task_id", "python_callable", "op_args", "op_kwargs", "multiple_outputs"})
"""What a TaskFlow decorator itself gives its operator."""
_NOT_LOADED: Final = frozenset({"airflow.operators", "airflow.sensors", "airflow.hooks"})
"""Packages of shims that Airflow 3 itself never imports: no attributes of ``airflow`` until a file does."""
_API_VERSION = re.compile(r"_v\d[a-z0-9]*(\..*)?$")
_IMPORT_ERROR = re.compile(r"^(\w+(?:Error|Exception|Warning)): (.*)$", re.DOTALL)


class CatalogueWorld:
    """Answers from the catalogue of one line; what a file did never changes it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue: Catalogue = catalogue
        self.line = catalogue.line
        self.is_environment = catalogue.installed is not None
        installed = catalogue.installed
        self._standard = sys.stdlib_module_names if installed is None else installed.standard
        self._is_newer_python = installed is not None and installed.is_newer_python
        self._is_3 = not catalogue.line.startswith("2.")
        self._names: dict[tuple[str, str], Any] = Bounded()
        self._modules: dict[str, Any] = Bounded()
        self._importable: set[str] = set()
        self._required: dict[str, tuple[frozenset[str], frozenset[str], bool]] = {}
        self._trigger_rules: frozenset[str] | None = None
        self._template_fields: dict[str, frozenset[str] | None] = {}

    def builtin(self, name: str) -> Any:
        """Returns the builtin of that name."""
        return builtin_value(name)

    def is_known_top(self, top: str) -> bool:
        """Whether a top-level module is Python's or Airflow's own, whatever lies beside the file."""
        return top == "airflow" or top in self._standard

    def hides(self, top: str) -> bool:
        """Whether what is certainly installed hides a package of the project's of that name."""
        return self.catalogue.installed is not None and self.catalogue.installed.hides(top)

    def is_loaded(self, path: str, imports: AbstractSet[str]) -> bool:
        """Whether a module is there as an attribute of its package after these imports."""
        return path not in _NOT_LOADED or not self._is_3 or any(name.startswith(path) for name in imports)

    def closed_class(self, value: ApiInstance) -> str:
        """Returns the class of an asset, which is neither called nor subscripted."""
        return value.path.rpartition(".")[2] if is_asset(value) else ""

    def find_module(self, interpreter: Interpreter, name: str) -> Any:
        """Returns the module.

        Raises:
            Raised: it does not exist, or importing it fails; uncertain for what Airflow does not install.
        """
        if name not in self._modules:
            try:
                self._modules[name] = self._find_module(interpreter, name)
            except Raised as error:
                # Without the frames it came through, which hold the file it was met in.
                self._modules[name] = error.with_traceback(None)
        found = self._modules[name]
        if isinstance(found, Raised):
            raise Raised(found.exception, found.message, found.kind, found.subject, uncertain=found.uncertain)
        return found

    def _find_module(self, interpreter: Interpreter, name: str) -> Any:
        top = name.partition(".")[0]
        if self.catalogue.covers(name):
            return self._airflow_module(name)
        if top in self._standard:
            is_opaque = self._is_newer_python or top not in sys.stdlib_module_names
            return ModuleValue(name) if is_opaque else find_standard(name)
        if self.catalogue.installed is not None:
            lacking = self.catalogue.installed.lacking(name)
            if lacking is not None:
                raise Raised("ModuleNotFoundError", f"No module named '{lacking}'", "unknown-module", lacking)
            return ModuleValue(name)
        if self.is_installed(name):
            return ModuleValue(name)
        if top in HARNESS:
            missing = ".".join(name.split(".")[:2]) if top == "tests" else top
            raise Raised("ModuleNotFoundError", f"No module named '{missing}'", "test-harness", missing)
        shown = name if self.is_installed(top) else top
        raise Raised(
            "ModuleNotFoundError",
            f"No module named '{shown}': it does not come with Airflow {self.line} or its providers",
            "third-party-module",
            shown,
            uncertain=True,
        )

    def is_installed(self, name: str) -> bool:
        """Whether Airflow or a provider installs it; ``google.cloud.x_v2`` comes with ``google.cloud.x``."""
        if self.catalogue.installed is not None:
            return self.catalogue.installed.lacking(name) is None
        packages = self.catalogue.packages_of(name) or self.catalogue.packages_of(_API_VERSION.sub("", name))
        return any(package.installed for package in packages)

    def is_known_module(self, name: str) -> bool:
        """Whether Airflow or an official provider has a module of that name."""
        return self.catalogue.has_module(name)

    def _airflow_module(self, name: str) -> Any:
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            path = ".".join(parts[:end])
            if path in self._importable:
                continue
            if not self.catalogue.has_module(path):
                raise Raised("ModuleNotFoundError", f"No module named '{path}'", "unknown-module", path)
            self._check_import_error(path)
            self._importable.add(path)
        return ModuleValue(name)

    def _check_import_error(self, path: str) -> None:
        message = self.catalogue.import_error(path)
        if message:
            match = _IMPORT_ERROR.match(message)
            exception, text = (match[1], match[2]) if match else ("ImportError", message)
            kind = "unknown-module" if exception == "ModuleNotFoundError" else "unknown-name"
            raise Raised(exception, text, kind, path)

    def attribute(self, module: str, name: str) -> Any:
        """Returns what ``module.name`` is, None when it certainly does not exist."""
        key = (module, name)
        if key not in self._names:
            self._names[key] = self._attribute(module, name)
        found = self._names[key]
        if isinstance(found, Attribute):
            value = found.value
            return UNKNOWN if value is NOT_LITERAL else from_result(value)
        return found

    def _attribute(self, module: str, name: str) -> Any:
        if not self.catalogue.covers(module):
            is_of_line = (
                self.catalogue.installed is None
            )  # of an environment's packages the names were not read
            names = library_names().get(module) if is_of_line else None
            if names is not None and name not in names and not name.startswith("_") and self.line != "2.7":
                return None
            if f"{module}.{name}" in library_names():
                return ModuleValue(f"{module}.{name}")
            value = standard_attribute(module, name)
            return ApiValue(f"{module}.{name}") if value is None and self._is_newer_python else value
        if (module, name) in (("airflow", "__version__"), ("airflow.version", "version")):
            return self.catalogue.version
        if name.startswith("__"):
            return UNKNOWN
        if module.partition(".")[0] in self.catalogue.extensions:
            return self._of_extension(module, name)
        found = self.catalogue.resolve(module, name)
        if not found:
            record = self.catalogue.module(module)
            return UNKNOWN if record is not None and record.has_dynamic_names else None
        return self._value_of(found, f"{module}.{name}")

    def _of_extension(self, module: str, name: str) -> Any:
        """Returns what a package that builds on Airflow has of a name; of its content only operators count.

        Its functions and other classes may do anything, so they stay opaque, as those of other packages.
        """
        path, found = f"{module}.{name}", self.catalogue.resolve(module, name)
        if not found:
            record = self.catalogue.module(module)
            return ApiValue(path) if record is not None and record.has_dynamic_names else None
        target = found.target
        if found.kind is Kind.MODULE or found.path.startswith("airflow."):
            return self._value_of(found, path)
        if isinstance(target, ClassInfo) and not target.unknown_bases:
            is_told = target.is_operator or target.is_enum
            return ApiValue(path, target, found.path) if is_told else ApiValue(path)
        return ApiValue(path)

    def _value_of(self, found: Resolution, path: str) -> Any:
        if found.kind is Kind.MODULE and role_of(path) in ("task_group", "setup", "teardown", "chain"):
            return ApiValue(path, None, found.path)  # a function that has the name of its module
        if found.kind is Kind.MODULE:
            target = found.target
            return ModuleValue(target.path if isinstance(target, Module) else found.path)
        if found.kind is Kind.CONSTANT and isinstance(found.target, Attribute):
            value = found.target.value
            return value if is_concrete(value) else found.target
        if found.kind is Kind.EXTERNAL:
            return self._external(found.path, path)
        if found.path.endswith(".configuration.conf"):
            return configuration()
        if found.kind is Kind.VARIABLE and role_of(found.path) == "":
            if not found.instance_of:
                return UNKNOWN
            return ApiInstance(found.instance_of, definition=self.catalogue.class_(found.instance_of))
        return ApiValue(path, found.target, found.path)

    def _external(self, target: str, path: str) -> Any:
        module, _, name = target.rpartition(".")
        python = standard_module(module) if module else standard_module(target)
        if python is not None:
            if not module:
                return ModuleValue(target)
            return from_python(target, getattr(python, name)) if hasattr(python, name) else UNKNOWN
        return ApiValue(target if module else path)

    def exports(self, module: str) -> tuple[str, ...] | None:
        """Returns what ``from module import *`` binds."""
        if self.catalogue.covers(module):
            record = self.catalogue.module(module)
            return None if record is None or record.has_dynamic_names else record.exports
        return standard_exports(module)

    def canonical(self, value: ApiValue) -> str:
        """Returns where the thing is defined."""
        return value.canonical or value.path

    def member(self, value: ApiValue, name: str) -> Any:
        """Returns ``value.name``.

        Raises:
            Raised: AttributeError, when certain.
        """
        role = role_of(self.canonical(value))
        if role == "task":
            return self._task_decorator(value, name)
        definition = value.definition
        if not isinstance(definition, ClassInfo):
            return ApiValue(f"{value.path}.{name}")
        if name == "partial" and definition.is_operator:
            return partial_method(value)
        if name in ("__name__", "__qualname__"):
            return definition.name
        kind = definition.member_kind(name)
        if kind is None:
            raise Raised(
                "AttributeError",
                f"type object '{definition.name}' has no attribute '{name}'",
                "unknown-attribute",
                name,
            )
        if kind is Kind.FUNCTION:
            return ApiValue(f"{value.path}.{name}", definition.methods[name])
        if kind is Kind.CONSTANT and name in definition.attributes:
            constant = definition.attributes[name].value
            return from_result(constant) if constant is not NOT_LITERAL else UNKNOWN
        if kind is Kind.ENUM_MEMBER:
            member = definition.enum_members[name].value
            is_text = "builtins.str" in definition.mro and isinstance(member, str)
            if is_text:  # of a text alone it could not be told that it has ``value`` and ``name``
                return member if member in ENUM_TEXTS else UNKNOWN
            return ApiValue(f"{value.path}.{name}")
        return UNKNOWN

    def _task_decorator(self, value: ApiValue, name: str) -> Any:
        if name.startswith("_"):
            return UNKNOWN
        found = self.catalogue.task_decorators.get(name)
        if found is None:
            raise Raised("AttributeError", f"task decorator {name!r} not found", "unknown-attribute", name)
        if name in ("run_if", "skip_if"):
            return NativeMethod(name, condition_decorator)
        return TaskDecoratorValue(
            f"@task.{name}", value.path.rpartition(".")[0], definition=self.catalogue.class_(found.operator)
        )

    def decorator_class(self, name: str) -> Any:
        """Returns the operator class behind ``@task.<name>``, None when not known."""
        found = self.catalogue.task_decorators.get(name)
        return None if found is None else self.catalogue.class_(found.operator)

    def instance_member(self, value: ApiInstance, name: str) -> Any:
        """Returns ``value.name`` for an instance.

        Raises:
            Raised: AttributeError, when certain.
        """
        definition = value.definition
        if not isinstance(definition, ClassInfo):
            return UNKNOWN
        kind = definition.member_kind(name)
        if kind is None:
            raise Raised(
                "AttributeError",
                f"'{definition.name}' object has no attribute '{name}'",
                "unknown-attribute",
                name,
            )
        if kind is Kind.FUNCTION:
            method = definition.methods[name]
            if method.role == "property":
                return UNKNOWN
            return ApiValue(f"{value.path}.{name}", method, owner=definition)
        return value.kwargs.get(name, UNKNOWN)

    def task_attribute(self, interpreter: Interpreter, task: TaskValue, name: str) -> Any:
        """Returns an attribute of a task that is no part of the graph."""
        definition = task.definition
        if name in task.arguments:
            return task.arguments[name]
        if isinstance(definition, ClassInfo):
            kind = definition.member_kind(name)
            if kind is None:
                raise Raised(
                    "AttributeError",
                    f"'{definition.name}' object has no attribute '{name}'",
                    "unknown-attribute",
                    name,
                )
            if kind is Kind.FUNCTION and definition.methods[name].role != "property":
                return ApiValue(f"{definition.path}.{name}", definition.methods[name])
            if kind is Kind.FUNCTION and definition.methods[name].returns == "XComArg":
                return XComArgValue((task,))
        return UNKNOWN

    def mapped_attribute(self, task: TaskValue, name: str) -> Any:
        """Returns an attribute of a mapped task: those of its operator's class are not there.

        Raises:
            Raised: AttributeError, when certain.
        """
        place = "sdk.definitions" if self.line.startswith("3") else "models"
        definition = self.catalogue.class_(f"airflow.{place}.mappedoperator.MappedOperator")
        kind = UNKNOWN if definition is None else definition.member_kind(name)
        if kind is None and not task.operator.startswith("@"):
            message = f"'MappedOperator' object has no attribute '{name}'"
            raise Raised("AttributeError", message, "unknown-attribute", name)
        if definition is None or kind is not Kind.FUNCTION or name in task.mapped:
            return UNKNOWN
        if definition.methods[name].role == "property":
            return task.arguments.get(name, UNKNOWN)
        return ApiValue(f"{definition.path}.{name}", definition.methods[name])

    def dag_attribute(self, interpreter: Interpreter, dag: DagValue, name: str) -> Any:
        """Returns an attribute of a DAG that is no part of the graph."""
        definition = self.dag_class()
        if definition is not None and definition.member_kind(name) is None:
            raise Raised(
                "AttributeError", f"'DAG' object has no attribute '{name}'", "unknown-attribute", name
            )
        if name == "task":
            return TaskDecoratorValue("@task", "airflow.sdk", {"dag": dag})
        if definition is not None and name in definition.methods and name not in ("default_args", "params"):
            method = definition.methods[name]
            return UNKNOWN if method.role == "property" else ApiValue(f"{definition.path}.{name}", method)
        return UNKNOWN

    def dag_class(self) -> ClassInfo | None:
        """Returns the class of DAG objects on this line."""
        return self.catalogue.class_("airflow.DAG")

    def is_operator(self, value: ApiValue) -> bool:
        """Whether calling the name builds a task."""
        return isinstance(value.definition, ClassInfo) and value.definition.is_operator

    def parameter_names(self, value: Any) -> frozenset[str] | None:
        """Returns the names an operator takes, None when any."""
        definition = value.definition if isinstance(value, ApiValue) else value
        if not isinstance(definition, ClassInfo):
            return None
        return definition.init.name_set if definition.init.is_known else None

    def positional_names(self, value: ApiValue) -> tuple[str, ...]:
        """Returns the names of DAG's parameters in order."""
        if isinstance(value.definition, ClassInfo):
            return value.definition.init.by_position
        return ()

    def check_class_values(self, definition: Any, arguments: dict[str, Any], *, is_open: bool) -> None:
        """Raises what well-known operator classes raise for values they refuse."""
        if isinstance(definition, ClassInfo):
            if kept := definition.kept_from_sensor:
                arguments = {name: item for name, item in arguments.items() if name not in kept}
            check_class_values(definition.mro, arguments, self.line, is_open=is_open)

    def check_guards(self, definition: Any, arguments: dict[str, Any], *, is_open: bool) -> None:
        """Raises what the class's own ``__init__`` raises for values it refuses."""
        if isinstance(definition, ClassInfo) and definition.guards:
            check_guards(definition, arguments, is_open=is_open)

    def operator_member(self, base: ApiValue, operator: str, name: str) -> Any:
        """Returns what an operator class of Airflow gives its instances.

        Raises:
            Raised: AttributeError, when certain.
        """
        definition = base.definition
        if isinstance(definition, ClassInfo) and definition.member_kind(name) is None:
            raise Raised(
                "AttributeError", f"'{operator}' object has no attribute '{name}'", "unknown-attribute", name
            )
        return UNKNOWN

    def group_class(self) -> ClassInfo | None:
        """Returns the class of task groups."""
        return self.catalogue.class_("airflow.utils.task_group.TaskGroup")

    def group_attribute(self, name: str) -> Any:
        """Returns an attribute of a task group that is no part of the graph."""
        definition = self.group_class()
        if definition is not None and definition.member_kind(name) is None:
            raise Raised(
                "AttributeError", f"'TaskGroup' object has no attribute '{name}'", "unknown-attribute", name
            )
        return UNKNOWN

    def group_parameters(self) -> frozenset[str] | None:
        """Returns what ``@task_group`` takes: the arguments of ``TaskGroup`` and the function."""
        definition = self.group_class()
        return None if definition is None else frozenset({*definition.init.names, "python_callable"})

    def trigger_rules(self) -> frozenset[str]:
        """Returns the trigger rules of the line."""
        if self._trigger_rules is None:
            found = self.catalogue.class_("airflow.utils.trigger_rule.TriggerRule")
            members = () if found is None else found.enum_members.values()
            values = {member.value for member in members}
            older = {"dummy", "none_failed_or_skipped"} if not self._is_3 else set()
            self._trigger_rules = frozenset(str(value) for value in values if isinstance(value, str)) | (
                older if values else set()
            )
        return self._trigger_rules

    def template_fields(self, definition: Any) -> frozenset[str] | None:
        """Returns the templated arguments of an operator class, None when not known."""
        if not isinstance(definition, ClassInfo):
            return None
        if definition.path not in self._template_fields:
            attribute = definition.attributes.get("template_fields")
            value = NOT_LITERAL if attribute is None else attribute.value
            fields = None
            if isinstance(value, (tuple, list)):
                fields = frozenset(str(item) for item in value)
            self._template_fields[definition.path] = fields
        return self._template_fields[definition.path]

    def check_call(self, value: ApiValue, args: list[Any], kwargs: dict[str, Any], *, is_open: bool) -> None:
        """Raises what the call of a class or function raises for wrong arguments."""
        definition = value.definition
        if isinstance(definition, ClassInfo):
            refuse_abstract(definition)
            check_signature(definition.init, f"{definition.name}.__init__", args, kwargs, is_open=is_open)
            if definition.guards:
                given = dict(zip(definition.init.by_position, args, strict=False)) | kwargs
                check_guards(definition, given, is_open=is_open)
        elif isinstance(definition, FunctionInfo):
            name = definition.path.rpartition(".")[2]
            check_signature(definition.signature, name, args, kwargs, is_open=is_open)

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
        definition = value.definition
        if isinstance(definition, ClassInfo):
            if "Base" in definition.name or definition.name[0] == "_":  # as abstract operators are named
                refuse_abstract(definition)
            self.check_operator_class(definition, arguments, is_open=is_open)

    def check_operator_class(
        self,
        definition: ClassInfo,
        arguments: dict[str, Any],
        *,
        is_open: bool,
        given: frozenset[str] = frozenset(),
    ) -> None:
        """Raises what an operator class raises for these arguments and those ``given`` by a decorator."""
        if not is_open and self._fits(definition, arguments, given):
            return
        names = [*arguments, *sorted(given - arguments.keys())]  # in the order of the call
        problems = definition.init.problems(0, names, more_keywords=is_open)
        if not problems:
            return
        raise_operator_problem(definition, problems, arguments.get("task_id"), is_3=self._is_3)

    def _fits(self, definition: ClassInfo, arguments: dict[str, Any], given: frozenset[str]) -> bool:
        """The usual case, quickly: every name is known and nothing is missing."""
        if definition.path not in self._required:
            init = definition.init
            self._required[definition.path] = (
                init.name_set,
                frozenset(init.required),
                bool(init.taken),
            )
        names, required, has_taken = self._required[definition.path]
        keys = arguments.keys()
        return not has_taken and keys <= names and required <= (keys | given)

    def check_decorated(self, definition: Any, arguments: dict[str, Any]) -> None:
        """Raises what a TaskFlow decorator's operator raises when the function is called."""
        if isinstance(definition, ClassInfo):
            self.check_operator_class(
                definition, arguments, is_open=False, given=_BUILT_IN & set(definition.init.names)
            )

    def check_partial(self, value: ApiValue, kwargs: dict[str, Any], method: str, name: str) -> None:
        """Raises what ``partial`` or ``expand`` raises for names that no ``__init__`` of the class has."""
        if isinstance(value.definition, ClassInfo) and not value.definition.unknown_bases:
            check_partial_names(value.definition, kwargs, method, name)

    def _is_foreign_dag(self, definition: Any) -> bool:
        """Whether a provider of an environment derives a class from DAG."""
        is_asked = self.catalogue.installed is not None and isinstance(definition, ClassInfo)
        return is_asked and any(path.endswith(".DAG") for path in definition.mro)

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
        definition = value.definition
        is_dag = self._is_foreign_dag(definition)
        if interpreter.project is not None and (definition is None or is_dag):
            note_opaque_dag(interpreter, value.path, is_dag=is_dag)
        known = library_call(interpreter, value.path, args, kwargs, is_open=is_open)
        if known is not MISSING:
            return known
        self.check_call(value, args, kwargs, is_open=is_open)
        if isinstance(definition, ClassInfo) and definition.name in ("Asset", "Dataset"):
            check_asset_values(definition.name, args, kwargs)
        external = external_call(interpreter, self, value, args, kwargs)
        if external is not MISSING:
            return external
        if isinstance(definition, ClassInfo) and definition.is_enum and len(args) == 1:
            check_enum(definition, args[0])
        if isinstance(definition, FunctionInfo) and role_of(self.canonical(value)) != "days_ago":
            return ApiInstance(value.path, tuple(args), kwargs)
        return ApiInstance(
            value.path, tuple(args), kwargs, {}, definition if isinstance(definition, ClassInfo) else None
        )

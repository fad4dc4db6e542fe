"""The abstract interpreter: walks module-level code as Python would, on abstract values.

It never runs the file's code. What it cannot know is ``UNKNOWN``; a branch on an unknown condition is
walked in "maybe" mode, where a failure is a possibility and not a fact. After a failure it goes on with
the next statement, so that one walk tells every independent fault; only the first decides.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.classes.lookup import find_in_class
from airflownet.judge.interpreter.dispatch import base_attribute, call_value, get_attribute
from airflownet.judge.interpreter.local_modules import find_in_project
from airflownet.judge.interpreter.raised import Exhausted, Failure, ModulePlace, Raised
from airflownet.judge.interpreter.scope import Scope
from airflownet.judge.interpreter.source.compile_check import PLAIN_STATEMENTS
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import FunctionValue, GlobalsValue, is_concrete
from airflownet.judge.interpreter.world import Host, World
from airflownet.judge.project.project import Project

EXPRESSIONS: dict[type[ast.AST], Any] = {}
STATEMENTS: dict[type[ast.AST], Any] = {}

_STEPS_OF_IMPORT = 100
_MOST_CHARACTERS = 1_000
"""Of a message that the file itself may have made."""
_CONSTANT, _NAME = ast.Constant, ast.Name
Signal = tuple[str, Any] | None
"""None at the end of a block, else ``("return", value)``, ``("break", None)`` or ``("continue", None)``."""
_ALWAYS_SET = ("HOME", "PATH")
"""Environment variables that every process of Airflow has."""


class Interpreter:
    """The state of one walk over one file."""

    def __init__(
        self, world: World, host: Host, tree: ast.Module, path: str = "", project: Project | None = None
    ) -> None:
        self.world = world
        self.host: Any = host
        """What the file builds in the program that it configures; its own storey knows what it is."""
        self.tree = tree
        self.path = path
        self.project = project
        """What lies around the file; None for a file alone."""
        self.assumptions: dict[tuple[str, str], tuple[str, int]] = {}
        """(kind, subject) of what is taken to be there -> why, and the line that needs it."""
        self.opaque_dags: dict[str, None] = {}
        """Calls into packages of unknown content that by their name build DAGs."""
        self.uses: dict[str, None] = {}
        """Modules and files of the project that were read, by their paths below it."""
        self.project_bytes_left = limits.MAX_PROJECT_BYTES
        self.unset: dict[str, str] = {}
        """Environment variables and Airflow's Variables that were taken as not set, though nothing says so ->
        ``environment`` or ``variable``."""
        self.local_modules: dict[str, Any] = {}
        self.package = ""
        self.module = Scope()
        self.home = self.module
        """The module whose code is walked: the file itself, or one of the project that it imports."""
        self.outer_node: ast.AST = tree
        """Where the walk left the file for another module."""
        self.module_files: dict[Scope, tuple[str, str]] = {}
        """Modules of the project -> path, and the path below its root."""
        self.steps_left = limits.MAX_STEPS
        self.call_depth = 0
        self.maybe_depth = 0
        self.try_depth = 0
        self.node: ast.AST = tree
        self.handled: list[Raised] = []
        self.failures: list[Failure] = []
        self.possible_failures: list[Failure] = []
        self.uncertain: list[Failure] = []
        self.unknowns: dict[str, int] = {}
        self.imports: set[str] = set()
        self.environment: dict[str, Any] = {}
        """Environment variables that the file itself set."""
        self.identities: dict[int, tuple[Any, Any]] = {}
        """``id`` of an object here -> the object, and what stands for its ``id`` in the file."""
        self.postponed_annotations = False
        self.seen: set[ast.AST] = set()
        """Plain statements and items of ``with`` at module level of which every part was evaluated."""
        self.has_lazy = False
        """Whether there is an iterator that makes its items when asked."""
        self.n_loose = 0
        """Expressions met so far of which a part may not have been evaluated."""
        self.closures: list[Scope] = []
        """Scopes other than the module's that functions were defined in."""

    def run(self) -> None:
        """Walks the module; afterwards the state tells what was found."""
        self.module.names.update(
            __name__="unusual_prefix_dag_file",
            __file__=self.path or UNKNOWN,
            __doc__=ast.get_docstring(self.tree, clean=False),
        )
        try:
            self.execute_block(self.tree.body, self.module)
        except Exhausted as reason:
            self.unknown(str(reason))
        except RecursionError:
            self.unknown("the code is nested too deeply to follow")

    def release(self) -> None:
        """Breaks the cycles of the state, which would leave the syntax tree to the cycle collector.

        What was exported keeps its values: it holds arguments and task ids, no DAGs and no edges.
        """
        for scope in self.closures:
            scope.names.clear()
        self.module.names.clear()
        del self.module.module
        self.host.release()

    def is_closed_over(self, scope: Scope) -> None:
        """Notes that a function keeps the scope, and perhaps the scope the function."""
        if scope is not self.module and (not self.closures or self.closures[-1] is not scope):
            self.closures.append(scope)

    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        """Returns the abstract value of an expression.

        Raises:
            Raised: the file would raise here.
            Exhausted: a limit is reached.
        """
        self.steps_left -= 1
        if self.steps_left < 0:
            raise Exhausted(f"more than {limits.MAX_STEPS:,} steps of module-level code")
        kind = type(node)
        if kind is _NAME:
            names, name = scope.names, node.id  # type: ignore[attr-defined]
            if name in names and not scope.globals:
                return names[name]
        elif kind is _CONSTANT:
            return node.value  # type: ignore[attr-defined]
        return EXPRESSIONS[kind](self, node, scope)

    def execute_block(self, body: Iterable[ast.stmt], scope: Scope) -> Signal:
        """Executes statements; a failure that nothing handles is recorded and the next one follows."""
        is_module = scope is self.module
        for statement in body:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise Exhausted(f"more than {limits.MAX_STEPS:,} steps of module-level code")
            self.node = statement
            n_loose, kind = self.n_loose, type(statement)
            try:
                signal: Signal = STATEMENTS[kind](self, statement, scope)
                if is_module and n_loose == self.n_loose and kind in PLAIN_STATEMENTS:
                    self.seen.add(statement)
            except Raised as error:
                self.locate(error)
                if self.try_depth:
                    raise
                self.record(error)
                self.bind_unknown(statement, scope)
                continue
            if signal is not None:
                return signal
        return None

    def charge(self, n_items: int) -> None:
        """Pays for work on many items at once.

        Raises:
            Exhausted: one container is over the limit, or the budget is used up.
        """
        if n_items > limits.MAX_ITEMS:
            raise Exhausted(f"more than {limits.MAX_ITEMS:,} items in one container")
        self.steps_left -= n_items >> 3
        if self.steps_left < 0:
            raise Exhausted(f"more than {limits.MAX_STEPS:,} steps of module-level code")

    def charge_text(self, text: str) -> None:
        """Pays for a long text: many of them would fill the memory.

        Raises:
            Exhausted: the budget is used up.
        """
        self.charge(min(len(text) >> 3, limits.MAX_ITEMS))

    def locate(self, error: Raised) -> None:
        """Fills in where the error is, once."""
        if error.line:
            return
        error.line = getattr(self.node, "lineno", 0)
        error.column = getattr(self.node, "col_offset", -1) + 1
        if self.home is not self.module:
            self.locate_in_module(error, self.home, error.line, error.column)

    def locate_in_module(self, error: Raised, module: Scope, line: int, column: int) -> None:
        """Fills in that the error is in another module, and the line of the file that leads there."""
        path, shown = self.module_files.get(module, ("", ""))
        if path:
            error.module = ModulePlace(path, shown, line, column)
            error.line, error.column = getattr(self.outer_node, "lineno", 0), 0

    def line_here(self) -> int:
        """The line of the file that is walked, or that leads to the module which is."""
        node = self.node if self.home is self.module else self.outer_node
        return getattr(node, "lineno", 0)

    def enter(self, module: Scope) -> tuple[Scope, ast.AST]:
        """Goes to the code of another module; returns what ``leave`` needs."""
        saved = self.home, self.outer_node
        if self.home is self.module:
            self.outer_node = self.node
        self.home = module
        return saved

    def leave(self, saved: tuple[Scope, ast.AST]) -> None:
        """Comes back from another module."""
        self.home, self.outer_node = saved

    def record(self, error: Raised) -> None:
        """Notes a failure that would end the import, or may end it in maybe mode."""
        if error.uncertain and self.maybe_depth:
            return  # ``if path.exists(): open(path)``: neither is known, and the one tells of the other
        place = f" (in {error.module.shown}, line {error.module.line})" if error.module else ""
        message, subject = error.message[:_MOST_CHARACTERS] + place, error.subject[:_MOST_CHARACTERS]
        failure = Failure(
            error.kind, error.exception, message, subject, error.line, error.column, error.module
        )
        if error.uncertain:
            self.unknown(f"{error.exception}: {message} (line {error.line})")
            self.uncertain.append(failure)
            return
        target = self.possible_failures if self.maybe_depth else self.failures
        if failure not in target and len(target) < limits.MAX_FAILURES:
            target.append(failure)

    def enter_module(self, module: Scope, package: str) -> tuple[Any, ...]:
        """Goes into a local module to import it; returns what ``leave_module`` needs."""
        saved = (self.package, self.try_depth, self.postponed_annotations, self.node, self.enter(module))
        self.package, self.try_depth, self.postponed_annotations = package, 0, False
        return saved

    def leave_module(self, saved: tuple[Any, ...]) -> None:
        """Comes back from a local module."""
        self.package, self.try_depth, self.postponed_annotations, self.node, outside = saved
        self.leave(outside)

    def assume(self, kind: str, subject: str, why: str) -> None:
        """Notes that the outcome holds provided that something is there."""
        if len(self.assumptions) < limits.MAX_FAILURES:
            self.assumptions.setdefault((kind, subject[:_MOST_CHARACTERS]), (why, self.line_here()))

    def unknown(self, reason: str) -> Any:
        """Notes why the outcome may not be known; returns UNKNOWN."""
        self.unknowns.setdefault(reason, getattr(self.node, "lineno", 0))
        return UNKNOWN

    def bind_unknown(self, statement: ast.stmt, scope: Scope) -> None:
        """Binds the names a failed statement would have bound, so that later code can be followed."""
        for name in bound_names(statement):
            if name not in scope.names:
                scope.assign(name, UNKNOWN)

    @contextmanager
    def maybe(self) -> Iterator[None]:
        """Within the block nothing is certain to happen; a failure ends the block, not the walk."""
        self.maybe_depth += 1
        try:
            yield
        except Raised as error:
            self.locate(error)
            self.record(error)
        finally:
            self.maybe_depth -= 1

    def builtin(self, name: str) -> Any:
        """Returns the builtin of that name."""
        return self.world.builtin(name)

    def attribute(self, value: Any, name: str) -> Any:
        """Returns ``value.name``."""
        return get_attribute(self, value, name)

    def attribute_of_base(self, value: Any, name: str) -> Any:
        """Returns ``value.name`` without what the file's own class adds."""
        return base_attribute(self, value, name)

    def call(
        self, function: Any, args: list[Any], kwargs: dict[str, Any] | None = None, *, is_open: bool = False
    ) -> Any:
        """Returns what calling the value gives."""
        return call_value(self, function, args, kwargs or {}, is_open=is_open)

    def has_method(self, instance: Any, name: str) -> bool:
        """Whether a class of the file gives the instance that method."""
        return isinstance(find_in_class(instance.cls, name), FunctionValue)

    def call_method(
        self,
        instance: Any,
        name: str,
        args: list[Any],
        kwargs: dict[str, Any] | None = None,
        *,
        is_open: bool = False,
    ) -> Any:
        """Returns ``instance.name(...)`` for a method of the file, else UNKNOWN."""
        if not self.has_method(instance, name):
            return UNKNOWN
        return self.call(self.attribute(instance, name), args, kwargs, is_open=is_open)

    def environment_item(self, name: Any) -> Any:
        """``os.environ[name]``: whether it is set is not in the file, unless the file itself set it."""
        if isinstance(name, str) and name in self.environment:
            return self.environment[name]
        if name in _ALWAYS_SET:
            return UNKNOWN
        shown = name if isinstance(name, str) else "(computed)"
        if self.project is not None:
            if shown in self.project.environment:
                return self.project.environment[shown]
            if "environment" in self.project.assume:
                self.assume("environment", shown, "said to be assumed")
                return UNKNOWN
        raise Raised(
            "KeyError", f"{shown!r} (is the environment variable set?)", "environment", shown, uncertain=True
        )

    def set_environment_item(self, name: Any, value: Any) -> None:
        """``os.environ[name] = value``.

        Raises:
            Raised: TypeError for anything but text.
        """
        for item in (name, value):
            if is_concrete(item) and not isinstance(item, str):
                message = f"str expected, not {type(item).__name__}"
                raise Raised("TypeError", message, "wrong-type", str(name))
        if isinstance(name, str):
            self.environment[name] = UNKNOWN if self.maybe_depth else value

    def global_names(self) -> Any:
        """``globals()``: writing to it binds module names."""
        return GlobalsValue(self.module)

    def find_module(self, name: str) -> Any:
        """Returns the module, or raises ModuleNotFoundError; what cannot be known is noted."""
        self.charge(_STEPS_OF_IMPORT << 3)
        if self.project is not None:
            return find_in_project(self, self.project, name)
        return self.world.find_module(self, name)

    def is_installed(self, name: str) -> bool:
        """Whether Airflow, a provider or the project installs a module."""
        if self.world.is_installed(name):
            return True
        if self.project is None:
            return False
        # Airflow's full images bring virtualenv.
        is_in_image = name == "virtualenv" and self.project.is_whole_image
        return is_in_image or self.project.package_of(name) is not None

    def may_be_newer(self, module: str) -> bool:
        """Whether a module of Python may hold more than here: the project runs a newer Python."""
        top = module.partition(".")[0]
        if self.project is None or top not in sys.stdlib_module_names:
            return False
        return self.project.python_numbers > sys.version_info[:2]

    def import_name(self, module: str, name: str) -> Any:
        """Returns what ``from module import name`` binds, or raises ImportError."""
        found = self.world.attribute(module, name)
        if found is None and self.may_be_newer(module):
            return UNKNOWN
        if found is None:
            raise Raised(
                "ImportError",
                f"cannot import name '{name}' from '{module}'",
                "unknown-name",
                f"{module}.{name}",
            )
        return found


def bound_names(statement: ast.stmt) -> Iterator[str]:
    """Yields the names a statement binds in its own scope."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def run_maybe(interpreter: Interpreter, body: list[ast.stmt], scope: Scope) -> Signal:
    """Executes a block that may not run, a branch or a handler; its ``return`` is one of several."""
    signal: Signal = None
    is_whole = False
    with interpreter.maybe():
        signal = interpreter.execute_block(body, scope)
        is_whole = True
    for skipped in () if is_whole else body:
        interpreter.bind_unknown(skipped, scope)
    if signal is not None and signal[0] == "return":
        scope.maybe_returns = [*(scope.maybe_returns or ()), signal[1]]
    return signal

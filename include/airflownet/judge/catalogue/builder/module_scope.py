"""Walks the top level of one module and records what it binds.

Entries: ``["m", path]`` a module, ``["i", module, name]`` an import, ``["c", class record]``,
``["f", function record]``, ``["v", text, class it is built with]`` a variable, ``["e", path]`` an alias
of a dotted path, ``["l", path, deprecated, replacement, message]`` a lazy name, ``["t"]`` a name that
exists only for type checkers.
"""

from __future__ import annotations

import ast

from airflownet.judge.catalogue.builder.call_frame import catches
from airflownet.judge.catalogue.builder.class_scope import class_record
from airflownet.judge.catalogue.builder.comprehensions import bind_target
from airflownet.judge.catalogue.builder.evaluate import evaluate
from airflownet.judge.catalogue.builder.module_assignments import ModuleAssignments
from airflownet.judge.catalogue.builder.module_getattr import apply_getattr
from airflownet.judge.catalogue.builder.shims import apply_call
from airflownet.judge.catalogue.builder.signatures import function_record, text_of, warning_in
from airflownet.judge.catalogue.builder.values import ModuleRaisesError, UnresolvedError

TYPE_CHECKING_NAMES = ("typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING")


class ModuleScope(ModuleAssignments):
    """One module while it is being read; ``entries`` and ``values`` grow statement by statement."""

    def read(self) -> None:
        """Walks the module; a raise at top level becomes ``import_error``."""
        try:
            self.walk(self.tree.body)
        except ModuleRaisesError as raised:
            self.import_error = f"{raised.kind}: {raised.message}"
        apply_getattr(self)
        self._forget_reassigned()
        for name in self.type_checking_only - self.entries.keys():
            self.entries[name] = ["t"]
        self.finished = True
        self.tree = ast.Module([], [])  # a line's trees together would not fit a small machine

    def _forget_reassigned(self) -> None:
        """Names that a function assigns exist, with any value: ``airflow.settings.Session``."""
        annotated = {
            statement.target.id
            for statement in self.tree.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        }
        for function in self.functions.values():
            for statement in ast.walk(function):
                for name in statement.names if isinstance(statement, ast.Global) else ():
                    if name in annotated | self.entries.keys() and self.entries.get(name, ["v"])[0] == "v":
                        self.bind(name, ["v", None])

    def walk(self, body: list[ast.stmt]) -> None:
        """Walks statements in order.

        Raises:
            ModuleRaisesError: a statement certainly raises.
        """
        for statement in body:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import():
                self._import(node)
            case ast.ImportFrom():
                self._import_from(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node)
            case ast.ClassDef():
                self.bind(node.name, ["c", class_record(node, self.dotted, self.test, self.literal)])
            case ast.Assign():
                self.assign(node.targets, node.value)
            case ast.AnnAssign():
                if node.value is not None:
                    self.assign([node.target], node.value)
            case ast.AugAssign():
                self.augmented(node)
            case ast.If():
                self._if(node)
            case ast.Try() | ast.TryStar():
                self._try(node)
            case ast.With():
                self._with(node)
            case ast.For():
                self._for(node)
            case ast.While():
                self.walk(node.body)
            case ast.Delete():
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self.entries.pop(target.id, None)
                        self.values.pop(target.id, None)
            case ast.Raise():
                self._raise(node)
            case ast.Expr():
                apply_call(self, node.value)
            case _:
                pass

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.program.require_module(alias.name)
            if alias.asname:
                self.bind(alias.asname, ["m", alias.name])
            else:
                top = alias.name.partition(".")[0]
                self.bind(top, ["m", top])

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = self.absolute(node.module or "", node.level)
        if module == "__future__":
            return
        self.program.require_module(module)
        for alias in node.names:
            if alias.name == "*":
                for name in self.program.exports(module):
                    self.bind(name, ["i", module, name])
                continue
            self.program.require_name(module, alias.name, self.path)
            self.bind(alias.asname or alias.name, ["i", module, alias.name])

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        decorators = {
            self.dotted(d.func if isinstance(d, ast.Call) else d).rpartition(".")[2]
            for d in node.decorator_list
        }
        if "overload" in decorators:
            return
        if isinstance(node, ast.FunctionDef):
            self.functions[node.name] = node
        record = function_record(node, self.dotted, in_class=False)
        if "x" not in record and (note := warning_in(node.body)) is not None:
            record["x"] = note
        self.bind(node.name, ["f", record])

    def _if(self, node: ast.If) -> None:
        outcome = self.test(node.test)
        if self.dotted(node.test) in TYPE_CHECKING_NAMES or text_of(node.test) == "TYPE_CHECKING":
            self._note_type_checking(node.body)
            outcome = False
        if outcome is not None:
            self.walk(node.body if outcome else node.orelse)
            return
        if _only_raises(node.body):
            self.walk(node.orelse)
            return
        self._tolerantly(node.orelse)
        self._tolerantly(node.body)

    def literal(self, node: ast.expr) -> ast.expr | None:
        """Returns an expression as a literal, None when the text does not tell its value."""
        try:
            value = evaluate(node, self)
        except (UnresolvedError, ModuleRaisesError):
            return None
        if isinstance(value, set | frozenset | dict):  # what is in them is asked, in an order that is kept
            value = sorted(value, key=repr)
        try:
            ast.literal_eval(text := repr(value))
        except (ValueError, SyntaxError, RecursionError):
            return None
        return ast.parse(text, mode="eval").body

    def _tolerantly(self, body: list[ast.stmt]) -> None:
        """Walks a branch that may or may not run: what raises in it does not stop the module."""
        try:
            self.walk(body)
        except ModuleRaisesError:
            return

    def _note_type_checking(self, body: list[ast.stmt]) -> None:
        for statement in body:
            for inner in ast.walk(statement):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    self.type_checking_only |= {(a.asname or a.name).partition(".")[0] for a in inner.names}
                elif isinstance(inner, ast.ClassDef | ast.FunctionDef):
                    self.type_checking_only.add(inner.name)
            if isinstance(statement, ast.Assign):
                self.type_checking_only |= {t.id for t in statement.targets if isinstance(t, ast.Name)}

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        try:
            self.walk(node.body)
        except ModuleRaisesError as raised:
            for handler in node.handlers:
                if catches(handler, raised.kind):
                    self.walk(handler.body)
                    break
            else:
                raise
        else:
            self.walk(node.orelse)
        self.walk(node.finalbody)

    def _with(self, node: ast.With) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self.assign_target(item.optional_vars, self.entry_of(item.context_expr), None, False)
        suppressed = any("suppress" in ast.unparse(item.context_expr) for item in node.items)
        if suppressed:
            self._tolerantly(node.body)
        else:
            self.walk(node.body)

    def _for(self, node: ast.For) -> None:
        try:
            items = list(evaluate(node.iter, self))
        except (UnresolvedError, TypeError):
            self.assign_target(node.target, ["v", None], None, False)
            self._tolerantly(node.body)
            return
        for item in items[:500]:
            names = bind_target(node.target, item)
            for name, value in names.items():
                self.bind(name, ["v", None])
                self.values[name] = value
            self.walk(node.body)

    def _raise(self, node: ast.Raise) -> None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        kind = ast.unparse(raised).rpartition(".")[2] if raised is not None else "ImportError"
        message = ""
        if isinstance(node.exc, ast.Call) and node.exc.args:
            try:
                message = str(evaluate(node.exc.args[0], self))
            except UnresolvedError:
                message = text_of(node.exc.args[0], 200)
        raise ModuleRaisesError(kind, message)


def _only_raises(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Raise)

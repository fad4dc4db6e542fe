"""Classes as compact records.

Record keys: ``b`` bases, ``m`` methods, ``a`` attributes ``{name: [text, class it is built with]}``,
``s`` names assigned on ``self``, ``n`` nested classes, ``i`` own ``__init__`` (signature and forwards),
``f`` fields of a generated ``__init__``, ``d`` decorators, ``g`` metaclass, ``x`` deprecation.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from airflownet.judge.catalogue.builder.generated_init import fields_record
from airflownet.judge.catalogue.builder.init_checks.init_forwards import forwards_record
from airflownet.judge.catalogue.builder.init_checks.init_guards import guard_rows
from airflownet.judge.catalogue.builder.signatures import (
    Dotted,
    FunctionNode,
    Record,
    deprecation,
    function_record,
    signature_record,
    text_of,
    warning_in,
)

Test = Callable[[ast.expr], bool | None]
"""Returns the value of a condition, None when the text does not tell it."""


Constant = Callable[[ast.expr], ast.expr | None]
"""Returns the literal that a name of the module stands for, None when the text does not tell it."""


def class_record(node: ast.ClassDef, dotted: Dotted, test: Test, constant: Constant) -> Record:
    """Returns the record of a class; ``test`` settles the conditions inside its body."""
    builder = _ClassBody(node, dotted, test, constant)
    builder.walk(node.body)
    record: Record = {"b": [_base(base, dotted) for base in node.bases]}
    decorators = [dotted(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list]
    fields = fields_record(node, builder.annotated, decorators, record["b"], dotted)
    for keyword in node.keywords:
        if keyword.arg == "metaclass":
            record["g"] = dotted(keyword.value)
    note = deprecation(node.decorator_list, dotted) or builder.warning
    parts: list[tuple[str, Any]] = [
        ("m", builder.methods),
        ("a", builder.attributes),
        ("s", sorted(builder.assigned_on_self - set(builder.attributes))),
        ("n", builder.nested),
        ("i", builder.init),
        ("w", builder.new),
        ("f", fields),
        ("d", [d for d in decorators if d]),
        ("x", note),
    ]
    record.update({key: value for key, value in parts if value or (key in "iwf" and value is not None)})
    return record


def _base(node: ast.expr, dotted: Dotted) -> str:
    if isinstance(node, ast.Subscript):
        return _base(node.value, dotted)
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    return dotted(node) or "?"


BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def _attributes_of(target: ast.expr, owner: str) -> list[str]:
    if isinstance(target, ast.Tuple | ast.List):
        return [name for element in target.elts for name in _attributes_of(element, owner)]
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == owner:
        return [target.attr]
    return []


class _ClassBody:
    def __init__(self, node: ast.ClassDef, dotted: Dotted, test: Test, constant: Constant) -> None:
        self.node = node
        self.dotted = dotted
        self.test = test
        self.constant = constant
        self.methods: dict[str, Record] = {}
        self.attributes: dict[str, list[Any]] = {}
        self.annotated: list[ast.stmt] = []
        self.assigned_on_self: set[str] = set()
        self.nested: dict[str, Record] = {}
        self.init: Record | None = None
        self.new: Record | None = None
        self.warning: list[str] | None = None

    def walk(self, body: list[ast.stmt]) -> None:
        for statement in body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._function(statement)
                case ast.ClassDef():
                    self.nested[statement.name] = class_record(
                        statement, self.dotted, self.test, self.constant
                    )
                case ast.Assign():
                    self.annotated.append(statement)
                    for target in statement.targets:
                        self._assign(target, statement.value)
                case ast.AnnAssign():
                    self.annotated.append(statement)
                    self._assign(statement.target, statement.value)
                case ast.If():
                    self._branch(statement)
                case ast.Try():
                    self.walk([*statement.body, *statement.orelse, *statement.finalbody])
                case ast.With() | ast.For():
                    self.walk(statement.body)
                case _:
                    pass

    def _branch(self, node: ast.If) -> None:
        outcome = self.test(node.test)
        if outcome is not False:
            self.walk(node.body)
        if outcome is not True:
            self.walk(node.orelse)

    def _function(self, node: FunctionNode) -> None:
        decorators = [self.dotted(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list]
        if any(d.rpartition(".")[2] == "overload" for d in decorators):
            return
        accessors = {d.rpartition(".")[2] for d in decorators}
        if accessors & {"setter", "deleter", "expression", "inplace", "comparator", "update_expression"}:
            return
        self._note_self_attributes(node)
        if node.name == "__init__":
            self.init = signature_record(node.args, skip_first=True) | forwards_record(node, self.dotted)
            self.warning = warning_in(node.body)
            if guards := guard_rows(node, self._own_methods(), self.dotted, self.test, self._literal):
                self.init["c"] = guards
        elif node.name == "__new__":
            self.new = signature_record(node.args, skip_first=True)
        self.methods[node.name] = function_record(node, self.dotted, in_class=True)

    def _own_methods(self) -> dict[str, FunctionNode]:
        return {item.name: item for item in self.node.body if isinstance(item, FunctionNode)}

    def _literal(self, node: ast.expr) -> ast.expr | None:
        """Returns what ``NAME`` of the module or ``self.NAME`` of the class stands for."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id not in ("self", "cls", self.node.name):
                return self.constant(node)
            for item in self.node.body:
                targets = item.targets if isinstance(item, ast.Assign) else [getattr(item, "target", None)]
                names = {target.id for target in targets if isinstance(target, ast.Name)}
                value = getattr(item, "value", None)
                if node.attr in names and value is not None:
                    return self.constant(value)
            return None
        return self.constant(node)

    def _note_self_attributes(self, node: FunctionNode) -> None:
        first = node.args.args[0].arg if node.args.args else ""
        pending: list[ast.AST] = list(node.body)
        while pending:
            inner = pending.pop()
            match inner:
                case ast.Assign():
                    targets = inner.targets
                case ast.AnnAssign() | ast.AugAssign():
                    targets = [inner.target]
                case ast.With() | ast.AsyncWith():
                    targets = [item.optional_vars for item in inner.items if item.optional_vars is not None]
                    pending += inner.body
                case _:
                    for block in BLOCKS:
                        pending += getattr(inner, block, ())
                    continue
            for target in targets:
                self.assigned_on_self.update(_attributes_of(target, first))

    def _assign(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Tuple):
            for element in target.elts:
                self._assign(element, None)
        if not isinstance(target, ast.Name):
            return
        built_with = self.dotted(value.func) if isinstance(value, ast.Call) else ""
        text = text_of(value) if value is not None else ""
        entry: list[Any] = [text or None]
        if built_with:
            entry.append(built_with)
        self.attributes[target.id] = entry
        if value is not None:
            self.methods.pop(target.id, None)

"""Expressions rewritten over the parameters of a function alone.

What cannot be said that way becomes ``_``, which the reader takes for unknown. Local names and attributes
of ``self`` are replaced by what was assigned to them, names of the module or class by their literals,
and a comprehension over a written-out list by its items.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

NOTHING = ast.Name("_", ast.Load())
"""What the text does not tell."""
REST = ast.Name("__rest__", ast.Load())
"""The ``**kwargs`` of the function."""
BASE_BUILT = "self.()"
"""Among the names once ``super().__init__(**kwargs)`` has run."""
CONVERTED = frozenset(
    {
        "dag", "task_group", "task_id", "params", "retries", "retry_delay", "max_retry_delay", "start_date",
        "end_date", "timeout", "poke_interval", "max_wait", "execution_timeout", "trigger_rule", "log",
        "hook",
    }
)  # fmt: skip
"""Attributes of a task that are not what was given under their name."""
Names = dict[str, ast.expr]
"""Local name, or ``self.name`` -> closed expression."""
FUNCTIONS = frozenset(
    {"isinstance", "callable", "len", "any", "all", "sum", "bool", "exactly_one", "at_most_one", "set"}
)
METHODS = frozenset({"lower", "upper", "strip", "startswith", "endswith"})
MAX_TEXT = 500


def is_open(node: ast.expr) -> bool:
    """Whether nothing is known of the expression."""
    return isinstance(node, ast.Name) and node.id == "_"


def negated(node: ast.expr) -> ast.expr:
    """Returns ``not node``."""
    if is_open(node):
        return NOTHING
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    return ast.UnaryOp(ast.Not(), node)


def both(path: list[ast.expr]) -> ast.expr | None:
    """Returns the conjunction, None when it can never be known to hold."""
    parts: list[ast.expr] = []
    for node in path:
        if _never_known(node):
            return None
        parts.append(node)
    if not parts:
        return ast.Constant(True)
    return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)


def _never_known(node: ast.expr) -> bool:
    if is_open(node) or (isinstance(node, ast.Constant) and not node.value):
        return True
    if isinstance(node, ast.List) and not node.elts:
        return True
    if isinstance(node, ast.BoolOp):
        choose = any if isinstance(node.op, ast.And) else all
        return choose(_never_known(part) for part in node.values)
    return False


def close(
    node: ast.expr, names: Names, receiver: str, constant: Callable[[ast.expr], ast.expr | None]
) -> ast.expr:
    """Returns the expression over the parameters, ``_`` where it cannot be told."""
    closed = _Closing(names, receiver, constant).visit(node)
    try:
        return closed if len(ast.unparse(closed)) <= MAX_TEXT else NOTHING
    except (ValueError, RecursionError):
        return NOTHING


class _Closing:
    def __init__(self, names: Names, receiver: str, constant: Callable[[ast.expr], ast.expr | None]) -> None:
        self.names = names
        self.receiver = receiver
        self.constant = constant

    def visit(self, node: ast.expr) -> ast.expr:
        match node:
            case ast.Constant():
                return node
            case ast.Name():
                return self.names[node.id] if node.id in self.names else self._constant(node)
            case ast.Attribute(ast.Name(owner), name) if owner == self.receiver:
                return self.names.get(f"self.{name}") or self._inherited(node)
            case ast.Attribute():
                return self._constant(node)
            case ast.BoolOp():
                return ast.BoolOp(node.op, [self.visit(value) for value in node.values])
            case ast.UnaryOp(ast.Not()):
                return negated(self.visit(node.operand))
            case ast.UnaryOp(ast.USub(), ast.Constant()):
                return node
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp():
                return ast.IfExp(self.visit(node.test), self.visit(node.body), self.visit(node.orelse))
            case ast.Tuple() | ast.List() | ast.Set():
                return self._items(node.elts)
            case ast.GeneratorExp() | ast.ListComp():
                return self._unrolled(node)
            case ast.Call():
                return self._call(node)
            case ast.JoinedStr():
                return ast.JoinedStr([self._part(part) for part in node.values])
            case ast.BinOp(op=ast.Add()):
                left, right = self.visit(node.left), self.visit(node.right)
                return NOTHING if is_open(left) or is_open(right) else ast.BinOp(left, node.op, right)
            case _:
                return NOTHING

    def _inherited(self, node: ast.Attribute) -> ast.expr:
        """``self.name``: of the class, or what a base class was given as ``name``."""
        found = self._constant(node)
        is_plain = node.attr not in CONVERTED and node.attr not in self.names and node.attr[0] != "_"
        if is_open(found) and BASE_BUILT in self.names and is_plain:
            return ast.Name(node.attr, ast.Load())
        return found

    def _constant(self, node: ast.expr) -> ast.expr:
        return self.constant(node) or NOTHING

    def _compare(self, node: ast.Compare) -> ast.expr:
        match node:
            case ast.Compare(ast.expr() as left, [ast.In() | ast.NotIn() as op], [ast.Name(rest)]) if (
                self.names.get(rest) is REST
            ):
                asked = self._given(self.visit(left))
                return asked if isinstance(op, ast.In) else negated(asked)
        if any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
            other = node.comparators[0]
            if isinstance(other, ast.Name) and other.id in ("NOTSET", "SET_DURING_EXECUTION"):
                left = self.visit(node.left)
                return NOTHING if is_open(left) else ast.Compare(left, node.ops, [other])
        sides = [self.visit(side) for side in (node.left, *node.comparators)]
        if any(is_open(side) for side in sides):
            return NOTHING
        return ast.Compare(sides[0], node.ops, sides[1:])

    def _given(self, name: ast.expr) -> ast.expr:
        """Whether the caller gave an argument that is no parameter of this function."""
        is_text = isinstance(name, ast.Constant) and isinstance(name.value, str)
        return ast.Call(ast.Name("given", ast.Load()), [name], []) if is_text else NOTHING

    def _items(self, nodes: list[ast.expr]) -> ast.expr:
        if any(isinstance(item, ast.Starred) for item in nodes):
            return NOTHING
        return ast.List([self.visit(item) for item in nodes], ast.Load())

    def _unrolled(self, node: ast.GeneratorExp | ast.ListComp) -> ast.expr:
        loop = node.generators[0]
        items = loop.iter
        if isinstance(items, ast.Name) and items.id in self.names:
            items = self.names[items.id]
        if len(node.generators) > 1 or loop.ifs or not isinstance(loop.target, ast.Name):
            return NOTHING
        if not isinstance(items, ast.Tuple | ast.List):
            return NOTHING
        own = self.names.get(loop.target.id)
        unrolled: list[ast.expr] = []
        for item in items.elts:
            closed = self.visit(item)
            self.names[loop.target.id] = closed
            unrolled.append(self.visit(node.elt))
            if own is None:
                del self.names[loop.target.id]
            else:
                self.names[loop.target.id] = own
        return ast.List(unrolled, ast.Load())

    def _call(self, node: ast.Call) -> ast.expr:
        if node.keywords:
            return NOTHING
        if any(isinstance(arg, ast.Starred) for arg in node.args):
            return self._with_items(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop"):
            return self._looked_up(node.func.value, node.args)
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            receiver = self.visit(node.func.value)
            args = [self.visit(arg) for arg in node.args]
            if is_open(receiver) or any(is_open(arg) for arg in args):
                return NOTHING
            return ast.Call(ast.Attribute(receiver, node.func.attr, ast.Load()), args, [])
        match node:
            case ast.Call(ast.Name("getattr"), [ast.Name(owner), attribute, *_]) if owner == self.receiver:
                name = self.visit(attribute)
                is_text = isinstance(name, ast.Constant) and isinstance(name.value, str)
                own = self.names.get(f"self.{name.value}") if is_text else None  # type: ignore[attr-defined]
                return NOTHING if own is None else own
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.func.id in self.names:
            return NOTHING
        if node.func.id == "isinstance" and len(node.args) == 2:
            return self._isinstance(node)
        if node.func.id == "len" and len(node.args) == 1 and isinstance(node.args[0], ast.ListComp):
            return self._counted(node.args[0])
        args = [self.visit(arg) for arg in node.args]
        if node.func.id == "set":
            return args[0] if len(args) == 1 and isinstance(args[0], ast.List) else NOTHING
        if len(args) == 1 and is_open(args[0]):
            return NOTHING
        return ast.Call(node.func, args, [])

    def _with_items(self, node: ast.Call) -> ast.expr:
        """``exactly_one(*items)`` where the items are written out."""
        args: list[ast.expr] = []
        for arg in node.args:
            closed = self.visit(arg.value if isinstance(arg, ast.Starred) else arg)
            if not isinstance(arg, ast.Starred):
                args.append(closed)
            elif isinstance(closed, ast.List):
                args.extend(closed.elts)
            else:
                return NOTHING
        is_count = isinstance(node.func, ast.Name) and node.func.id in ("exactly_one", "at_most_one")
        return ast.Call(node.func, args, []) if is_count else NOTHING

    def _looked_up(self, owner: ast.expr, args: list[ast.expr]) -> ast.expr:
        """``kwargs.get("x", default)``."""
        if not (isinstance(owner, ast.Name) and self.names.get(owner.id) is REST) or not args:
            return NOTHING
        match self._given(self.visit(args[0])):
            case ast.Call(_, [ast.Constant(str(name))]) as asked if name.isidentifier():
                default = self.visit(args[1]) if len(args) > 1 else ast.Constant(None)
                return ast.IfExp(asked, ast.Name(name, ast.Load()), default)
        return NOTHING

    def _counted(self, node: ast.ListComp) -> ast.expr:
        """``len([x for x in (a, b) if test(x)])`` as a sum of tests."""
        loop = node.generators[0]
        if len(node.generators) > 1 or len(loop.ifs) != 1:
            return NOTHING
        bare = ast.comprehension(loop.target, loop.iter, [], 0)
        tests = self._unrolled(ast.ListComp(loop.ifs[0], [bare]))
        return NOTHING if is_open(tests) else ast.Call(ast.Name("sum", ast.Load()), [tests], [])

    def _isinstance(self, node: ast.Call) -> ast.expr:
        value = self.visit(node.args[0])
        kinds = node.args[1]
        parts: list[ast.expr] = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
        while len(parts) == 1 and isinstance(parts[0], ast.BinOp) and isinstance(parts[0].op, ast.BitOr):
            parts = [parts[0].left, parts[0].right]
        if is_open(value) or not all(isinstance(part, ast.Name | ast.Attribute) for part in parts):
            return NOTHING
        names: list[ast.expr] = [ast.Name(ast.unparse(part).rpartition(".")[2], ast.Load()) for part in parts]
        return ast.Call(node.func, [value, ast.Tuple(names, ast.Load())], [])

    def _part(self, part: ast.expr) -> ast.expr:
        if isinstance(part, ast.FormattedValue):
            return ast.FormattedValue(self.visit(part.value), part.conversion, None)
        return part

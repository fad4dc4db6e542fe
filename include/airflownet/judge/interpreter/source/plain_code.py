"""``is_plain``: syntax of which Python's compiler refuses nothing, told without compiling it.

Only kinds of syntax whose every rule is known are plain: what is not listed here is compiled. Names that
change meaning by a declaration (``global``, ``nonlocal``, ``__debug__``) are for the caller to rule out.
The rules are those of CPython's ``symtable.c`` and ``compile.c``.
"""

from __future__ import annotations

import ast
from operator import attrgetter
from typing import Any

MOST_NODES = 2_000
"""The compiler has a limit on nesting, some 3,000 deep; no tree of fewer nodes can be near it."""
MOST_BLOCKS = 9
"""Loops, ``with`` and ``try`` of one statement; the compiler takes 20 within each other."""

_LEAVES = frozenset({ast.Name, ast.Constant, ast.Pass, ast.Import, type(None)})
_BLOCKS = frozenset({ast.For, ast.While, ast.With, ast.Try})
_CHILDREN: dict[type[ast.AST], attrgetter[Any]] = {
    kind: attrgetter(*names.split())
    for kind, names in {
        ast.AnnAssign: "target annotation value",
        ast.Assert: "test msg",
        ast.Assign: "targets value",
        ast.AugAssign: "target value",
        ast.BinOp: "left right",
        ast.Compare: "left comparators",
        ast.Dict: "keys values",
        ast.DictComp: "key value generators",
        ast.ExceptHandler: "type body",
        ast.For: "target iter body orelse",
        ast.FormattedValue: "value format_spec",
        ast.GeneratorExp: "elt generators",
        ast.If: "test body orelse",
        ast.IfExp: "test body orelse",
        ast.ListComp: "elt generators",
        ast.Raise: "exc cause",
        ast.SetComp: "elt generators",
        ast.Slice: "lower upper step",
        ast.Subscript: "value slice",
        ast.Try: "body handlers orelse finalbody",
        ast.While: "test body orelse",
        ast.With: "items body",
        ast.withitem: "context_expr optional_vars",
    }.items()
}
_CHILD: dict[type[ast.AST], attrgetter[Any]] = {
    kind: attrgetter(name)
    for kind, name in {
        ast.Attribute: "value",
        ast.BoolOp: "values",
        ast.Expr: "value",
        ast.JoinedStr: "values",
        ast.List: "elts",
        ast.Set: "elts",
        ast.Tuple: "elts",
        ast.UnaryOp: "operand",
        ast.keyword: "value",
    }.items()
}


def is_plain(*roots: ast.AST | None) -> bool:
    """Tells whether the compiler certainly takes the syntax, at module level or within a plain function."""
    return _are_plain(list(roots), MOST_NODES, in_function=False) > 0


def _are_plain(stack: list[Any], n_left: int, *, in_function: bool) -> int:
    """Returns how many nodes may still follow; 0 when something is not plain."""
    n_blocks = 0
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind in _LEAVES:
            continue
        n_left -= 1
        if n_left <= 0:
            return 0
        if kind is ast.Call:
            if not _are_arguments(node, stack):
                return 0
        elif (child := _CHILD.get(kind)) is not None:
            below = child(node)
            if type(below) is list:
                stack += below
            else:
                stack.append(below)
        elif (children := _CHILDREN.get(kind)) is not None:
            if kind in _BLOCKS:
                n_blocks += 1
                if n_blocks > MOST_BLOCKS or (kind is ast.Try and not _is_order_of_handlers(node)):
                    return 0
            for below in children(node):
                if type(below) is list:
                    stack += below
                else:
                    stack.append(below)
        elif kind is ast.FunctionDef:
            if not _is_header(node, stack):
                return 0
            n_left = _are_plain(list(node.body), n_left, in_function=True)
            if not n_left:
                return 0
        elif not _is_special(node, kind, stack, in_function=in_function):
            return 0
    return n_left


def _are_arguments(node: ast.Call, stack: list[Any]) -> bool:
    """No keyword twice; ``*`` may stand before an argument."""
    keywords = node.keywords
    if len(keywords) > 1:
        names = [keyword.arg for keyword in keywords if keyword.arg is not None]
        if len(set(names)) != len(names):
            return False
    stack.append(node.func)
    stack += [keyword.value for keyword in keywords]
    stack += [item.value if type(item) is ast.Starred else item for item in node.args]
    return True


def _is_header(node: ast.FunctionDef, stack: list[Any]) -> bool:
    """No parameter twice, no type parameters."""
    if getattr(node, "type_params", None):
        return False
    stack += node.decorator_list
    stack.append(node.returns)
    return _are_parameters(node.args, stack)


def _are_parameters(node: ast.arguments, stack: list[Any]) -> bool:
    parameters = [*node.posonlyargs, *node.args, *node.kwonlyargs]
    parameters += [item for item in (node.vararg, node.kwarg) if item is not None]
    stack += [item.annotation for item in parameters]
    stack += node.defaults
    stack += node.kw_defaults
    return len({item.arg for item in parameters}) == len(parameters)


def _is_order_of_handlers(node: ast.Try) -> bool:
    """``except:`` comes last."""
    return all(handler.type is not None for handler in node.handlers[:-1])


def _is_special(node: Any, kind: type[Any], stack: list[Any], *, in_function: bool) -> bool:
    """The kinds that are plain in some places or forms only."""
    if kind is ast.Return:
        stack.append(node.value)
        return in_function
    if kind is ast.ImportFrom:
        return node.module != "__future__" and (not in_function or node.names[0].name != "*")
    if kind is ast.comprehension:
        stack += (node.target, node.iter)
        stack += node.ifs
        return not node.is_async
    if kind is ast.Lambda:
        stack.append(node.body)
        return _are_parameters(node.args, stack)
    return False

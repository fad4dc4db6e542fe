"""Operations of an ``__init__`` on its parameters that Python refuses for values of some types.

``for x in p`` needs an iterable, ``p.items()`` a value with that method, ``int(p)`` a number or text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from airflownet.judge.catalogue.builder.init_checks.closed_expressions import both, is_open
from airflownet.judge.catalogue.builder.init_checks.guard_calls import done_when

METHODS = frozenset(
    {
        "items", "keys", "values", "get", "copy", "pop", "update", "setdefault", "append", "extend", "lower",
        "upper", "strip", "lstrip", "rstrip", "split", "rsplit", "startswith", "endswith", "replace",
        "format", "join", "encode", "total_seconds", "isoformat", "partition", "rpartition", "title",
    }
)  # fmt: skip
"""Methods of Python's own types; others may be those of a provider's object."""
BUILTINS_THAT_ITERATE = frozenset({"list", "tuple", "set", "frozenset", "sorted", "enumerate"})


@dataclass(frozen=True)
class Operation:
    """One operation: the condition under which it raises, and what is raised."""

    condition: ast.expr
    exception: str
    message: ast.expr


def needs_of(node: ast.expr, close: Callable[[ast.expr], ast.expr]) -> Iterator[Operation]:
    """Yields what evaluating the expression asks of a parameter, with the conditions inside it."""
    for under, inner in done_when(node):
        for operation in _asked(inner, close):
            condition = both([*map(close, under), operation.condition])
            if condition is not None:
                yield Operation(condition, operation.exception, operation.message)


def iteration(subject: ast.expr) -> Iterator[Operation]:
    """Yields what a ``for`` over the closed expression asks."""
    yield from _iterated(subject)


def comparison(test: ast.expr) -> Iterator[Operation]:
    """Yields what evaluating a closed condition asks: an order between its sides, a container."""
    kinds = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
    nodes = [node for node in ast.walk(test) if isinstance(node, ast.Compare)]
    if any(isinstance(op, kinds) for node in nodes for op in node.ops) or _calls_method(test):
        yield Operation(_call("tried", test), "TypeError", ast.Constant(""))


def _calls_method(test: ast.expr) -> bool:
    calls = [node for node in ast.walk(test) if isinstance(node, ast.Call)]
    return any(isinstance(node.func, ast.Attribute) for node in calls)


def _asked(node: ast.AST, close: Callable[[ast.expr], ast.expr]) -> Iterator[Operation]:
    match node:
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            yield from _iterated(close(node.generators[0].iter))
        case ast.Call(ast.Name(name), [subject], []) if name in BUILTINS_THAT_ITERATE:
            yield from _iterated(close(subject))
        case ast.Call(ast.Attribute(ast.Constant(str()), "join"), [subject], []):
            yield from _iterated(close(subject))
        case ast.Call(ast.Name("int" | "float" as name), [subject], []):
            yield from _number(close(subject), name)
        case ast.Call(ast.Name("abs"), [subject], []):
            yield from _lacking(close(subject), "__abs__", "bad operand type for abs(): '")
        case ast.Call(ast.Attribute(subject, method)) if method in METHODS:
            yield from _attribute(close(subject), method)


def _iterated(subject: ast.expr) -> Iterator[Operation]:
    if _is_parameter(subject):
        message = [_type_of(subject), ast.Constant("' object is not iterable")]
        yield Operation(_call("no_iter", subject), "TypeError", _text("'", *message))


def _attribute(subject: ast.expr, name: str) -> Iterator[Operation]:
    if _is_parameter(subject):
        message = [_type_of(subject), ast.Constant(f"' object has no attribute '{name}'")]
        yield Operation(_call("lacks", subject, ast.Constant(name)), "AttributeError", _text("'", *message))


def _lacking(subject: ast.expr, method: str, said: str) -> Iterator[Operation]:
    if _is_parameter(subject):
        message = _text(said, _type_of(subject), ast.Constant("'"))
        yield Operation(_call("lacks", subject, ast.Constant(method)), "TypeError", message)


def _number(subject: ast.expr, name: str) -> Iterator[Operation]:
    if _is_parameter(subject):
        message = _text(f"{name}() argument must be a number, not '", _type_of(subject), ast.Constant("'"))
        yield Operation(_call("no_number", subject, ast.Constant(name)), "TypeError", message)


def _is_parameter(node: ast.expr) -> bool:
    """A parameter, maybe with something put in for an empty one."""
    match node:
        case ast.Name():
            return not is_open(node) and not node.id.startswith("__")
        case ast.BoolOp(ast.Or(), [first, _]):
            return _is_parameter(first)
        case ast.IfExp(_, first, second):
            return _is_parameter(first) or _is_parameter(second)
    return False


def _type_of(subject: ast.expr) -> ast.FormattedValue:
    return ast.FormattedValue(_call("type_name", subject), -1, None)


def _call(function: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(function, ast.Load()), list(args), [])


def _text(start: str, *parts: ast.expr) -> ast.JoinedStr:
    return ast.JoinedStr([ast.Constant(start), *parts])

"""How each kind of expression is evaluated."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.calls import call_function_node
from airflownet.judge.interpreter.classes.instance_text import text_of
from airflownet.judge.interpreter.classes.instances import is_unhashable
from airflownet.judge.interpreter.comparisons import compare, distinct
from airflownet.judge.interpreter.comprehensions import evaluate_comprehension
from airflownet.judge.interpreter.dispatch import call_value, get_attribute
from airflownet.judge.interpreter.exception_values import TEXT
from airflownet.judge.interpreter.formatting import formatted
from airflownet.judge.interpreter.interpreter import EXPRESSIONS, Interpreter
from airflownet.judge.interpreter.iteration import items_of, stream
from airflownet.judge.interpreter.kinds import NO_MAPPING, NOT_HASHABLE, PATH_FORMAT, PREFERRED, type_name
from airflownet.judge.interpreter.operations import binary, unary
from airflownet.judge.interpreter.raised import EnoughYielded, Raised
from airflownet.judge.interpreter.scope import MISSING, UNBOUND, Scope
from airflownet.judge.interpreter.standard_objects import WITH_KEYS, mapping_of
from airflownet.judge.interpreter.subscripts import get_item
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    DictValue,
    Instance,
    ListValue,
    PythonValue,
    SetValue,
    SuperValue,
    is_concrete,
    is_key,
    truth,
)

Evaluator = Callable[[Interpreter, Any, Scope], Any]


def expression(*kinds: type[ast.AST], is_loose: bool = False) -> Callable[[Evaluator], Evaluator]:
    """Registers the evaluator of some kinds of expression; a loose one may not evaluate every part of it."""

    def register(evaluator: Evaluator) -> Evaluator:
        def counted(interpreter: Interpreter, node: Any, scope: Scope) -> Any:
            interpreter.n_loose += 1
            return evaluator(interpreter, node, scope)

        for kind in kinds:
            EXPRESSIONS[kind] = counted if is_loose else evaluator
        return evaluator

    return register


@expression(ast.Constant)
def constant(interpreter: Interpreter, node: ast.Constant, scope: Scope) -> Any:
    """A literal stands for itself."""
    return node.value


@expression(ast.Name)
def name(interpreter: Interpreter, node: ast.Name, scope: Scope) -> Any:
    """Looks a name up as Python would."""
    value = scope.lookup(node.id)
    if value is UNBOUND:
        return _unbound(interpreter, node)
    if value is not MISSING:
        return value
    found = interpreter.builtin(node.id)
    if found is not None:
        return found
    if scope.is_star_unknown():
        return UNKNOWN
    interpreter.node = node
    raise Raised("NameError", f"name '{node.id}' is not defined", "undefined-name", node.id)


def _unbound(interpreter: Interpreter, node: ast.Name) -> Any:
    """A local name without a value; one that a failed or unfollowed statement may have set is unknown."""
    interpreter.node = node
    raise Raised(
        "UnboundLocalError",
        f"cannot access local variable '{node.id}' where it is not associated with a value",
        "undefined-name",
        node.id,
    )


@expression(ast.Attribute)
def attribute(interpreter: Interpreter, node: ast.Attribute, scope: Scope) -> Any:
    """Looks an attribute up."""
    value = interpreter.evaluate(node.value, scope)
    return get_attribute(interpreter, value, node.attr)


@expression(ast.Call)
def call(interpreter: Interpreter, node: ast.Call, scope: Scope) -> Any:
    """Evaluates function and arguments in Python's order, then calls."""
    function = interpreter.evaluate(node.func, scope)
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    is_open = False
    # Most arguments are literals: a call of ``evaluate`` for each of them is what these loops would cost.
    interpreter.steps_left -= len(node.args) + len(node.keywords)
    for argument in node.args:
        if type(argument) is ast.Constant:
            args.append(argument.value)
        elif type(argument) is ast.Starred:
            items, exact = items_of(interpreter, interpreter.evaluate(argument.value, scope))
            args.extend(items)
            is_open = is_open or not exact
        else:
            args.append(interpreter.evaluate(argument, scope))
    for keyword in node.keywords:
        given = keyword.value
        value = given.value if type(given) is ast.Constant else interpreter.evaluate(given, scope)
        name = keyword.arg
        if name is not None:
            if name in kwargs:
                raise _repeated(name)
            kwargs[name] = value
            continue
        if type(value) in WITH_KEYS:
            value = mapping_of(interpreter, value) or value
        if isinstance(value, DictValue):
            interpreter.charge(len(value))
            for key, item in value.items():
                if isinstance(key, str):
                    if key in kwargs:
                        raise _repeated(key)
                    kwargs[key] = item
                elif is_concrete(key):
                    raise Raised("TypeError", "keywords must be strings", "wrong-type", str(key))
            is_open = is_open or not value.exact
        else:
            refuse_as_mapping(value)
            is_open = True
    interpreter.node = node
    if not args and type(function) is PythonValue and function.path == "super":
        return implicit_super(scope)
    if not args and type(function) is PythonValue and function.path in ("locals", "vars"):
        return interpreter.global_names() if scope is scope.module else DictValue(scope.names)
    try:
        found = call_value(interpreter, function, args, kwargs, is_open=is_open)
    except Raised as error:
        return _if_it_is_there(interpreter, error)
    if type(found) in _CONTAINERS and len(found) > _FEW:
        interpreter.charge(len(found))  # a loop may keep every one
    return found


def _if_it_is_there(interpreter: Interpreter, error: Raised) -> Any:
    """A variable, file or server that may not be there is noted; where it is there, the walk goes on.

    What follows must not be judged as if the statement had not run: a function would return None, a dict
    would lack a key.
    """
    if not error.uncertain or interpreter.try_depth:
        raise error
    interpreter.locate(error)
    interpreter.record(error)
    return UNKNOWN


_CONTAINERS = frozenset({ListValue, DictValue, SetValue})
_FEW = 500


def implicit_super(scope: Scope) -> Any:
    """``super()``: the class and the first argument of the method it is written in."""
    inner: Scope | None = scope
    while inner is not None and inner.function is None:
        inner = inner.parent
    owner = getattr(getattr(inner, "function", None), "owner", None)
    if inner is None or owner is None or not inner.function.node.args.args:
        return UNKNOWN
    return SuperValue(owner, inner.names.get(inner.function.node.args.args[0].arg, UNKNOWN))


def _repeated(name: str) -> Raised:
    return Raised("TypeError", f"got multiple values for keyword argument '{name}'", "argument-twice", name)


@expression(ast.BinOp)
def binary_operation(interpreter: Interpreter, node: ast.BinOp, scope: Scope) -> Any:
    """Long chains (``a >> b >> c``) are walked without recursion."""
    spine = [node]
    left_node = node.left
    while isinstance(left_node, ast.BinOp):
        spine.append(left_node)
        left_node = left_node.left
    value = interpreter.evaluate(left_node, scope)
    for operation in reversed(spine):
        right = interpreter.evaluate(operation.right, scope)
        interpreter.node = operation
        value = binary(interpreter, operation.op, value, right)
    return value


@expression(ast.UnaryOp)
def unary_operation(interpreter: Interpreter, node: ast.UnaryOp, scope: Scope) -> Any:
    """``not``, ``-``, ``+``, ``~``."""
    return unary(interpreter, node.op, interpreter.evaluate(node.operand, scope))


@expression(ast.BoolOp, is_loose=True)
def boolean_operation(interpreter: Interpreter, node: ast.BoolOp, scope: Scope) -> Any:
    """``and`` and ``or`` with short circuit; after an unknown operand the rest may not run."""
    is_and = isinstance(node.op, ast.And)
    value: Any = UNKNOWN
    for index, operand in enumerate(node.values):
        value = interpreter.evaluate(operand, scope)
        if index == len(node.values) - 1:
            return value
        known = truth(value)
        if known is None:
            rest: list[Any] = []
            with interpreter.maybe():
                rest.extend(interpreter.evaluate(part, scope) for part in node.values[index + 1 :])
            known_rest = [part for part in rest if isinstance(part, bool)]
            return not is_and if (not is_and) in known_rest else UNKNOWN  # one that decides alone
        if known is not is_and:
            return value
    return value


@expression(ast.Compare, is_loose=True)
def comparison(interpreter: Interpreter, node: ast.Compare, scope: Scope) -> Any:
    """Chained comparisons."""
    left = interpreter.evaluate(node.left, scope)
    result: Any = True
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        right = interpreter.evaluate(right_node, scope)
        result = compare(interpreter, operator, left, right)
        if result is UNKNOWN or not truth(result):
            return result
        left = right
    return result


@expression(ast.IfExp, is_loose=True)
def conditional(interpreter: Interpreter, node: ast.IfExp, scope: Scope) -> Any:
    """``a if c else b``; both sides in maybe mode when ``c`` is unknown."""
    known = truth(interpreter.evaluate(node.test, scope))
    if known is not None:
        return interpreter.evaluate(node.body if known else node.orelse, scope)
    values: list[Any] = []
    for branch in (node.body, node.orelse):
        with interpreter.maybe():
            values.append(interpreter.evaluate(branch, scope))
    if len(values) == 2 and is_concrete(values[0]) and values[0] == values[1]:
        return values[0]
    return next((value for value in values if type(value) in PREFERRED), UNKNOWN)


@expression(ast.List)
def list_display(interpreter: Interpreter, node: ast.List, scope: Scope) -> Any:
    """``[a, *b]``."""
    items, exact = _elements(interpreter, node.elts, scope)
    return ListValue(items, exact=exact)


@expression(ast.Tuple)
def tuple_display(interpreter: Interpreter, node: ast.Tuple, scope: Scope) -> Any:
    """``(a, *b)``; unknown as a whole when its length is."""
    items, exact = _elements(interpreter, node.elts, scope)
    return tuple(items) if exact else UNKNOWN


@expression(ast.Set)
def set_display(interpreter: Interpreter, node: ast.Set, scope: Scope) -> Any:
    """``{a, b}``."""
    items, exact = _elements(interpreter, node.elts, scope)
    hashable = [item for item in items if item is not UNKNOWN and is_key(item)]
    for item in hashable:
        require_hashable(item)
    kept, is_known = distinct(interpreter, hashable)
    return SetValue(kept, exact=exact and is_known and len(hashable) == len(items))


def require_hashable(value: Any) -> None:
    """Raises what Python raises for a list, dict or set as a key."""
    if type(value) in NOT_HASHABLE or (type(value) is Instance and is_unhashable(value)):
        raise Raised("TypeError", f"unhashable type: '{type_name(value)}'", "wrong-type")
    if type(value) is tuple:
        for item in value:
            require_hashable(item)


def _elements(interpreter: Interpreter, nodes: list[ast.expr], scope: Scope) -> tuple[list[Any], bool]:
    items: list[Any] = []
    exact = True
    interpreter.steps_left -= len(nodes)
    for node in nodes:
        if type(node) is ast.Constant:
            items.append(node.value)
        elif type(node) is ast.Starred:
            more, known = items_of(interpreter, interpreter.evaluate(node.value, scope))
            items.extend(more)
            exact = exact and known
        else:
            items.append(interpreter.evaluate(node, scope))
    return items, exact


@expression(ast.Dict)
def dict_display(interpreter: Interpreter, node: ast.Dict, scope: Scope) -> Any:
    """``{k: v, **d}``; unknown keys make it inexact."""
    result = DictValue()
    interpreter.steps_left -= len(node.keys)
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        if key_node is None:
            merged = interpreter.evaluate(value_node, scope)
            if type(merged) in WITH_KEYS:
                merged = mapping_of(interpreter, merged) or merged
            if isinstance(merged, DictValue):
                interpreter.charge(len(merged))
                result.update(merged)
                result.exact = result.exact and merged.exact
            elif is_concrete(merged) or isinstance(merged, ListValue):
                raise Raised("TypeError", f"'{type_name(merged)}' object is not a mapping", "wrong-type")
            else:
                result.exact = False
            continue
        key = key_node.value if type(key_node) is ast.Constant else interpreter.evaluate(key_node, scope)
        is_literal = type(value_node) is ast.Constant
        value = value_node.value if is_literal else interpreter.evaluate(value_node, scope)  # type: ignore[attr-defined]
        if type(key) is str:
            result[key] = value
        elif key is UNKNOWN or not is_key(key):
            result.exact = False
        else:
            require_hashable(key)
            result[key] = value
    return result


def refuse_as_mapping(value: Any) -> None:
    """Raises what Python raises for ``f(**value)`` with something that has no keys."""
    if is_concrete(value) or type(value) in NO_MAPPING:
        name = type_name(value)
        message = f"argument after ** must be a mapping, not {name}"
        raise Raised("TypeError", message, "wrong-type", name)


@expression(ast.Subscript)
def subscript(interpreter: Interpreter, node: ast.Subscript, scope: Scope) -> Any:
    """``a[b]``."""
    value = interpreter.evaluate(node.value, scope)
    index = interpreter.evaluate(node.slice, scope)
    try:
        return get_item(interpreter, value, index)
    except Raised as error:
        return _if_it_is_there(interpreter, error)


@expression(ast.Slice)
def slice_bounds(interpreter: Interpreter, node: ast.Slice, scope: Scope) -> Any:
    """``a:b:c`` as Python's own slice object, UNKNOWN when a bound is."""
    bounds = [
        None if part is None else interpreter.evaluate(part, scope)
        for part in (node.lower, node.upper, node.step)
    ]
    if all(bound is None or type(bound) is int for bound in bounds):
        return slice(*bounds)
    return UNKNOWN


@expression(ast.JoinedStr)
def formatted_string(interpreter: Interpreter, node: ast.JoinedStr, scope: Scope) -> Any:
    """An f-string: text when every part is known."""
    parts: list[Any] = []
    is_known = True
    for value in node.values:
        if type(value) is ast.Constant:
            parts.append(value.value)
            continue
        part = formatted_value(interpreter, value, scope)
        is_known = is_known and type(part) is str
        parts.append(part)
    if not is_known:
        return UNKNOWN
    text = "".join(parts)
    if len(text) > limits.LONG_TEXT:
        interpreter.charge_text(text)
    return text if len(text) <= limits.MAX_CHARACTERS else UNKNOWN


@expression(ast.FormattedValue)
def formatted_value(interpreter: Interpreter, node: ast.FormattedValue, scope: Scope) -> Any:
    """One ``{value!r:spec}``."""
    value = interpreter.evaluate(node.value, scope)
    if node.format_spec is None and (type(value) is str or value is UNKNOWN) and node.conversion in (-1, 115):
        return value
    is_instance = type(value) is Instance
    if is_instance and node.conversion <= 0 and interpreter.has_method(value, "__format__"):
        given = "" if node.format_spec is None else interpreter.evaluate(node.format_spec, scope)
        return interpreter.call_method(value, "__format__", [given])
    if type(value) is Instance and type(value.plain) in (int, float) and node.format_spec is not None:
        value = value.plain
    elif type(value) is Instance:
        value = text_of(interpreter, value, chr(node.conversion) if node.conversion > 0 else "s")
    elif type(value) is ApiInstance and TEXT in value.attributes:
        value = value.attributes[TEXT]
    specification = "" if node.format_spec is None else interpreter.evaluate(node.format_spec, scope)
    if type(value) is ApiInstance and value.path in PATH_FORMAT:
        return PATH_FORMAT[value.path](value, specification)
    is_shown = node.conversion <= 0 or (is_instance and type(value) is str)
    return formatted(value, specification, "" if is_shown else chr(node.conversion))


@expression(ast.Lambda, is_loose=True)
def anonymous_function(interpreter: Interpreter, node: ast.Lambda, scope: Scope) -> Any:
    """A lambda; its body runs when it is called."""
    return call_function_node(interpreter, "<lambda>", node, scope)


@expression(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, is_loose=True)
def comprehension(interpreter: Interpreter, node: Any, scope: Scope) -> Any:
    """Comprehensions and generator expressions."""
    return evaluate_comprehension(interpreter, node, scope)


@expression(ast.NamedExpr, is_loose=True)
def walrus(interpreter: Interpreter, node: ast.NamedExpr, scope: Scope) -> Any:
    """``name := value``; within a comprehension it binds the name around it (PEP 572)."""
    value = interpreter.evaluate(node.value, scope)
    while scope.is_comprehension and scope.parent is not None:
        scope = scope.parent
    scope.assign(node.target.id, value)
    return value


@expression(ast.Starred, is_loose=True)
def starred(interpreter: Interpreter, node: ast.Starred, scope: Scope) -> Any:
    """A lone star where none is expected."""
    interpreter.evaluate(node.value, scope)
    return UNKNOWN


@expression(ast.Await, is_loose=True)
def awaited(interpreter: Interpreter, node: ast.Await, scope: Scope) -> Any:
    """What a coroutine returns is not followed."""
    interpreter.evaluate(node.value, scope)
    return UNKNOWN


@expression(ast.Yield, is_loose=True)
def yielded(interpreter: Interpreter, node: ast.Yield, scope: Scope) -> Any:
    """Collects what a generator function yields."""
    value = None if node.value is None else interpreter.evaluate(node.value, scope)
    if scope.yield_hook is not None:
        return scope.yield_hook(value)
    if isinstance(scope.yields, ListValue):
        if len(scope.yields) >= limits.MAX_YIELDS:
            raise EnoughYielded(scope)
        scope.yields.append(value)
        if interpreter.maybe_depth:
            scope.yields.exact = False
    return UNKNOWN


@expression(ast.YieldFrom, is_loose=True)
def yielded_from(interpreter: Interpreter, node: ast.YieldFrom, scope: Scope) -> Any:
    """Collects what a generator function yields from another."""
    if scope.yield_hook is not None:
        items_here, is_exact = stream(interpreter, interpreter.evaluate(node.value, scope))
        for item in items_here:
            scope.yield_hook(item)
        if not is_exact():
            with interpreter.maybe():
                scope.yield_hook(UNKNOWN)
        return UNKNOWN
    items, exact = items_of(interpreter, interpreter.evaluate(node.value, scope))
    if isinstance(scope.yields, ListValue):
        scope.yields.extend(items)
        scope.yields.exact = scope.yields.exact and exact
    return UNKNOWN

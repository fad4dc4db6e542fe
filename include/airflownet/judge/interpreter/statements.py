"""How each kind of statement is executed."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from airflownet.judge.interpreter.assignment import assign_target, forget_target
from airflownet.judge.interpreter.attributes import delete_attribute
from airflownet.judge.interpreter.calls import call_function
from airflownet.judge.interpreter.contexts import enter_context, exit_context, leave_with_error, may_suppress
from airflownet.judge.interpreter.definitions import define_class, define_function
from airflownet.judge.interpreter.dispatch import get_attribute, set_attribute
from airflownet.judge.interpreter.exceptions import execute_raise, execute_try, matches
from airflownet.judge.interpreter.imports import execute_import, execute_import_from
from airflownet.judge.interpreter.in_place import in_place
from airflownet.judge.interpreter.interpreter import STATEMENTS, Interpreter, Signal, run_maybe
from airflownet.judge.interpreter.iteration import stream
from airflownet.judge.interpreter.matching import execute_match
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import Scope
from airflownet.judge.interpreter.subscripts import delete_item, get_item, set_item
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import GeneratorContext, LazyValue, ListValue, is_concrete, truth

Executor = Callable[[Interpreter, Any, Scope], Signal]


def statement(*kinds: type[ast.AST]) -> Callable[[Executor], Executor]:
    """Registers the executor of some kinds of statement."""

    def register(executor: Executor) -> Executor:
        for kind in kinds:
            STATEMENTS[kind] = executor
        return executor

    return register


statement(ast.Import)(execute_import)
statement(ast.ImportFrom)(execute_import_from)
statement(ast.FunctionDef, ast.AsyncFunctionDef)(define_function)
statement(ast.ClassDef)(define_class)
statement(ast.Try, getattr(ast, "TryStar", ast.Try))(execute_try)
statement(ast.Raise)(execute_raise)
statement(ast.Match)(execute_match)


@statement(ast.Expr)
def expression_statement(interpreter: Interpreter, node: ast.Expr, scope: Scope) -> Signal:
    """An expression for its effects; string literals are skipped."""
    if not isinstance(node.value, ast.Constant):
        interpreter.evaluate(node.value, scope)
    return None


@statement(ast.Assign)
def assign(interpreter: Interpreter, node: ast.Assign, scope: Scope) -> Signal:
    """``a = b = value``."""
    value = interpreter.evaluate(node.value, scope)
    for target in node.targets:
        if isinstance(target, (ast.Tuple, ast.List)):
            interpreter.n_loose += 1
        if interpreter.maybe_depth and isinstance(target, ast.Name):
            value = _joined(scope, target.id, value)
        assign_target(interpreter, target, value, scope)
    return None


def _joined(scope: Scope, name: str, value: Any) -> Any:
    """A plain name that is set in maybe mode is known only when both values agree."""
    if name in scope.names and is_concrete(scope.names[name]) and is_concrete(value):
        return value if scope.names[name] == value else UNKNOWN
    return value


@statement(ast.AnnAssign)
def annotated_assign(interpreter: Interpreter, node: ast.AnnAssign, scope: Scope) -> Signal:
    """``a: T = value``; the annotation is evaluated outside functions."""
    if scope.function is None and not interpreter.postponed_annotations:
        interpreter.evaluate(node.annotation, scope)
    if node.value is not None:
        assign_target(interpreter, node.target, interpreter.evaluate(node.value, scope), scope)
    return None


@statement(ast.AugAssign)
def augmented_assign(interpreter: Interpreter, node: ast.AugAssign, scope: Scope) -> Signal:
    """``a += b``; lists grow in place."""
    target = node.target
    index: Any = None
    holder: Any = None
    if isinstance(target, ast.Name):
        old = interpreter.evaluate(target, scope)
    else:
        holder = interpreter.evaluate(target.value, scope)
        if isinstance(target, ast.Subscript):
            index = interpreter.evaluate(target.slice, scope)
            old = get_item(interpreter, holder, index)
        else:
            old = get_attribute(interpreter, holder, target.attr)
    value = interpreter.evaluate(node.value, scope)
    interpreter.node = node
    result = in_place(interpreter, node.op, old, value)
    if isinstance(target, ast.Name):
        scope.assign(target.id, result)
    elif isinstance(target, ast.Subscript):
        set_item(interpreter, holder, index, result)
    else:
        set_attribute(interpreter, holder, target.attr, result)
    return None


@statement(ast.If)
def conditional(interpreter: Interpreter, node: ast.If, scope: Scope) -> Signal:
    """``if``; both branches in maybe mode when the condition is unknown."""
    while True:
        known = truth(interpreter.evaluate(node.test, scope))
        if known:
            return interpreter.execute_block(node.body, scope)
        if known is None:
            return _either(interpreter, node.body, node.orelse, scope)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]
            interpreter.node = node
            continue
        return interpreter.execute_block(node.orelse, scope)


def _either(interpreter: Interpreter, body: list[ast.stmt], orelse: list[ast.stmt], scope: Scope) -> Signal:
    before = dict(scope.names)
    signals = [run_maybe(interpreter, body, scope)]
    after_body = dict(scope.names)
    for name, value in after_body.items():
        if name in before and before[name] is not value:
            scope.names[name] = before[name]
    signals.append(run_maybe(interpreter, orelse, scope) if orelse else None)
    for name, value in after_body.items():
        other = scope.names.get(name, value)
        same = other is value or (is_concrete(other) and is_concrete(value) and other == value)
        if not same:
            scope.names[name] = _join(other, value)
    if signals[0] is not None and signals[1] is not None and signals[0][0] == signals[1][0]:
        return signals[0] if signals[0][0] != "return" else ("return", _join(signals[0][1], signals[1][1]))
    return None


def _join(one: Any, other: Any) -> Any:
    if one is other or (is_concrete(one) and is_concrete(other) and one == other):
        return one
    if one is None or other is None or is_concrete(one) or is_concrete(other):
        return UNKNOWN
    return (
        one
        if type(one) is type(other) and not isinstance(one, (tuple, ListValue, LazyValue, dict))
        else UNKNOWN
    )


@statement(ast.For, ast.AsyncFor)
def loop(interpreter: Interpreter, node: ast.For, scope: Scope) -> Signal:
    """``for``; once in maybe mode when the items are unknown."""
    value = interpreter.evaluate(node.iter, scope)
    if type(value) is LazyValue and value.call is not None and not interpreter.maybe_depth:
        return _loop_within(interpreter, node, value, scope)
    items, is_exact = stream(interpreter, value)
    for item in items:
        assign_target(interpreter, node.target, item, scope)
        signal = interpreter.execute_block(node.body, scope)
        if signal is None or signal[0] == "continue":
            continue
        return None if signal[0] == "break" else signal
    if not is_exact():
        with interpreter.maybe():
            assign_target(interpreter, node.target, UNKNOWN, scope)
            interpreter.host.loop_is_open()
        run_maybe(interpreter, node.body, scope)
    return interpreter.execute_block(node.orelse, scope) if node.orelse else None


class _LoopLeft(Exception):  # noqa: N818 - nothing is wrong: the generator is closed where it yields
    """The loop over a generator function has ended before the function."""


def _loop_within(interpreter: Interpreter, node: ast.For, value: LazyValue, scope: Scope) -> Signal:
    """``for`` over a generator function: the loop's body runs where the function yields."""
    run, value.call, value.source = value.call, None, None
    left: list[Any] = []
    try_depth, home = interpreter.try_depth, interpreter.home

    def body(item: Any) -> None:
        if left:
            raise _LoopLeft
        inner_depth, interpreter.try_depth = interpreter.try_depth, try_depth
        outside = interpreter.enter(home) if interpreter.home is not home else None
        try:
            assign_target(interpreter, node.target, item, scope)
            signal = interpreter.execute_block(node.body, scope)
        except Raised as error:  # the function never sees it
            interpreter.locate(error)
            left.append(error)
            raise _LoopLeft from None
        finally:
            interpreter.try_depth = inner_depth
            if outside is not None:
                interpreter.leave(outside)
        if signal is not None and signal[0] != "continue":
            left.append(signal)
            raise _LoopLeft

    try:
        run(body)
    except _LoopLeft:
        if isinstance(left[0], Raised):
            raise left[0] from None
        return None if left[0][0] == "break" else left[0]
    return interpreter.execute_block(node.orelse, scope) if node.orelse else None


@statement(ast.While)
def while_loop(interpreter: Interpreter, node: ast.While, scope: Scope) -> Signal:
    """``while``; once in maybe mode when the condition is unknown."""
    while True:
        known = truth(interpreter.evaluate(node.test, scope))
        if known is None:
            interpreter.host.loop_is_open()
            run_maybe(interpreter, node.body, scope)
            return None
        if not known:
            return interpreter.execute_block(node.orelse, scope)
        signal = interpreter.execute_block(node.body, scope)
        if signal is not None and signal[0] != "continue":
            return None if signal[0] == "break" else signal


@statement(ast.With, ast.AsyncWith)
def with_block(interpreter: Interpreter, node: ast.With, scope: Scope) -> Signal:
    """``with``: DAGs, groups and setups are entered, everything else passes through."""
    return _with(interpreter, node.items, node.body, scope)


def _with(interpreter: Interpreter, items: list[ast.withitem], body: list[ast.stmt], scope: Scope) -> Signal:
    entered: list[Any] = []
    n_suppressing = 0
    try:
        for index, item in enumerate(items):
            n_loose = interpreter.n_loose
            manager = interpreter.evaluate(item.context_expr, scope)
            is_whole = n_loose == interpreter.n_loose and isinstance(item.optional_vars, ast.Name | None)
            if is_whole and scope is interpreter.module:
                interpreter.seen.add(item)
            if isinstance(manager, GeneratorContext):
                return _within_generator(interpreter, manager, items[index:], body, scope)
            value = enter_context(interpreter, manager)
            entered.append(manager)
            if getattr(manager, "path", "") == "contextlib.suppress" or may_suppress(interpreter, manager):
                n_suppressing += 1
                interpreter.try_depth += 1
            if item.optional_vars is not None:
                assign_target(interpreter, item.optional_vars, value, scope)
        return interpreter.execute_block(body, scope)
    except Raised as error:
        interpreter.locate(error)
        if any(suppresses(manager, error) for manager in entered):
            return None
        if n_suppressing and leave_with_error(interpreter, entered, error):
            return None
        raise
    finally:
        interpreter.try_depth -= n_suppressing
        for manager in reversed(entered):
            exit_context(interpreter, manager)


def _within_generator(
    interpreter: Interpreter,
    manager: GeneratorContext,
    items: list[ast.withitem],
    body: list[ast.stmt],
    scope: Scope,
) -> Signal:
    """``with`` on a function made by ``@contextmanager``: the block runs where the function yields."""
    signals: list[Signal] = []

    def block(value: Any) -> None:
        if signals:
            raise Raised("RuntimeError", "generator didn't stop", "raises", "RuntimeError")
        signals.append(None)
        target = items[0].optional_vars
        if target is not None:
            assign_target(interpreter, target, value, scope)
        signals[0] = _with(interpreter, items[1:], body, scope)

    call_function(interpreter, manager.function, manager.args, manager.kwargs, yield_hook=block)
    if not signals and not interpreter.maybe_depth:
        raise Raised("RuntimeError", "generator didn't yield", "raises", "RuntimeError")
    return signals[0] if signals else None


def suppresses(manager: Any, error: Raised) -> bool:
    """Whether the manager is ``contextlib.suppress`` of the error's class."""
    if getattr(manager, "path", "") != "contextlib.suppress":
        return False
    return any(matches(kind, error) for kind in manager.args)


@statement(ast.Return)
def return_value(interpreter: Interpreter, node: ast.Return, scope: Scope) -> Signal:
    """``return``."""
    return ("return", None if node.value is None else interpreter.evaluate(node.value, scope))


@statement(ast.Break)
def break_loop(interpreter: Interpreter, node: ast.Break, scope: Scope) -> Signal:
    """``break``."""
    return ("break", None)


@statement(ast.Continue)
def continue_loop(interpreter: Interpreter, node: ast.Continue, scope: Scope) -> Signal:
    """``continue``."""
    return ("continue", None)


@statement(ast.Pass)
def nothing(interpreter: Interpreter, node: ast.Pass, scope: Scope) -> Signal:
    """``pass``."""
    return None


@statement(ast.Global)
def global_names(interpreter: Interpreter, node: ast.Global, scope: Scope) -> Signal:
    """``global``."""
    if scope is not scope.module:
        scope.globals = (scope.globals or set()) | set(node.names)
    return None


@statement(ast.Nonlocal)
def nonlocal_names(interpreter: Interpreter, node: ast.Nonlocal, scope: Scope) -> Signal:
    """``nonlocal``."""
    scope.nonlocals = (scope.nonlocals or set()) | set(node.names)
    return None


@statement(ast.Delete)
def delete(interpreter: Interpreter, node: ast.Delete, scope: Scope) -> Signal:
    """``del``."""
    for target in node.targets:
        if isinstance(target, ast.Name):
            if interpreter.maybe_depth:
                forget_target(interpreter, ast.copy_location(ast.Name(target.id, ast.Store()), target), scope)
            elif not scope.delete(target.id) and not scope.is_star_unknown():
                raise Raised("NameError", f"name '{target.id}' is not defined", "undefined-name", target.id)
        elif isinstance(target, ast.Attribute):
            delete_attribute(interpreter, interpreter.evaluate(target.value, scope), target.attr)
        elif isinstance(target, ast.Subscript):
            container = interpreter.evaluate(target.value, scope)
            delete_item(interpreter, container, interpreter.evaluate(target.slice, scope))
    return None


@statement(ast.Assert)
def assertion(interpreter: Interpreter, node: ast.Assert, scope: Scope) -> Signal:
    """``assert``."""
    if truth(interpreter.evaluate(node.test, scope)) is False:
        message = "" if node.msg is None else interpreter.evaluate(node.msg, scope)
        raise Raised(
            "AssertionError", message if isinstance(message, str) else "", "raises", "AssertionError"
        )
    return None

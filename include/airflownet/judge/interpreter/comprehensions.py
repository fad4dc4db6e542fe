"""List, set and dict comprehensions, evaluated at once; generator expressions, as far as they are asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.assignment import assign_target
from airflownet.judge.interpreter.interpreter import Interpreter
from airflownet.judge.interpreter.iteration import items_of, refuse_uniterable, stream
from airflownet.judge.interpreter.lazy import lazy
from airflownet.judge.interpreter.raised import Exhausted
from airflownet.judge.interpreter.scope import Scope
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    DictValue,
    EndlessValue,
    LazyValue,
    ListValue,
    SetValue,
    is_key,
    truth,
)

ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def evaluate_comprehension(interpreter: Interpreter, node: ComprehensionNode, scope: Scope) -> Any:
    """Returns the container; inexact when an iterable or a condition is unknown."""
    first = interpreter.evaluate(node.generators[0].iter, scope)  # the rest does not see a class body's names
    inner = Scope(scope)
    inner.is_comprehension = True
    if isinstance(node, ast.GeneratorExp):
        if type(first) is EndlessValue and len(node.generators) == 1:
            return EndlessValue("generator", _elements(interpreter, node, inner, first))
        refuse_uniterable(first)
        interpreter.is_closed_over(scope)
        steps = _Steps(interpreter, node, inner, first)
        return lazy(interpreter, "generator", steps.loop, scope.module)
    walk = _Walk(interpreter, node, inner, first)
    walk.loop(0)
    return walk.result


def _elements(
    interpreter: Interpreter, node: ast.GeneratorExp, scope: Scope, first: EndlessValue
) -> Iterator[Any]:
    """Yields the elements over an endless iterator as they are asked for."""
    generator = node.generators[0]
    for item in first.items:
        interpreter.charge(8)
        assign_target(interpreter, generator.target, item, scope)
        known = [truth(interpreter.evaluate(condition, scope)) for condition in generator.ifs]
        if None in known:
            yield UNKNOWN
        elif all(known):
            yield interpreter.evaluate(node.elt, scope)


class _Steps:
    """The nested loops of one generator expression, each element made when it is asked for."""

    def __init__(self, interpreter: Interpreter, node: ast.GeneratorExp, scope: Scope, first: Any) -> None:
        self.interpreter = interpreter
        self.node = node
        self.scope = scope
        self.first = first

    def loop(self, value: LazyValue, index: int = 0) -> Iterator[Any]:
        """Yields what the generator of that index and those within give."""
        interpreter, generator = self.interpreter, self.node.generators[index]
        iterable = interpreter.evaluate(generator.iter, self.scope) if index else self.first
        items, is_exact = stream(interpreter, iterable)
        for item in items:
            assign_target(interpreter, generator.target, item, self.scope)
            yield from self._where(value, index, 0)
        if not is_exact():
            value.exact = False
            found: list[Any] = []
            with interpreter.maybe():
                assign_target(interpreter, generator.target, UNKNOWN, self.scope)
                found.extend(self._where(value, index, 0))
            yield from found

    def _where(self, value: LazyValue, index: int, position: int) -> Iterator[Any]:
        """Yields what is within, where the conditions from ``position`` hold or may hold."""
        conditions = self.node.generators[index].ifs
        if position < len(conditions):
            known = truth(self.interpreter.evaluate(conditions[position], self.scope))
            if known:
                yield from self._where(value, index, position + 1)
            elif known is None:
                value.exact = False
                found: list[Any] = []
                with self.interpreter.maybe():
                    found.extend(self._where(value, index, position + 1))
                yield from found
        elif index + 1 < len(self.node.generators):
            yield from self.loop(value, index + 1)
        else:
            yield self.interpreter.evaluate(self.node.elt, self.scope)


class _Walk:
    """The nested loops of one comprehension."""

    def __init__(self, interpreter: Interpreter, node: ComprehensionNode, scope: Scope, first: Any) -> None:
        self.interpreter = interpreter
        self.node = node
        self.scope = scope
        self.first = first
        kinds: dict[type, Any] = {ast.DictComp: DictValue, ast.SetComp: SetValue}
        self.result = kinds.get(type(node), ListValue)()

    def loop(self, index: int) -> None:
        """Runs the generator of that index and those within."""
        if index == len(self.node.generators):
            self.add_element()
            return
        generator = self.node.generators[index]
        iterable = self.interpreter.evaluate(generator.iter, self.scope) if index else self.first
        items, exact = items_of(self.interpreter, iterable)
        for item in items:
            assign_target(self.interpreter, generator.target, item, self.scope)
            self.condition(index, 0)
        if not exact:
            self.result.exact = False
            with self.interpreter.maybe():
                assign_target(self.interpreter, generator.target, UNKNOWN, self.scope)
                self.condition(index, 0)

    def condition(self, index: int, position: int) -> None:
        """Goes on when the conditions from ``position`` hold, or may hold."""
        conditions = self.node.generators[index].ifs
        if position == len(conditions):
            self.loop(index + 1)
            return
        known = truth(self.interpreter.evaluate(conditions[position], self.scope))
        if known:
            self.condition(index, position + 1)
        elif known is None:
            self.result.exact = False
            with self.interpreter.maybe():
                self.condition(index, position + 1)

    def add_element(self) -> None:
        """Evaluates the element and adds it."""
        node, result = self.node, self.result
        if isinstance(node, ast.DictComp):
            key = self.interpreter.evaluate(node.key, self.scope)
            value = self.interpreter.evaluate(node.value, self.scope)
            if key is UNKNOWN or isinstance(key, (ListValue, DictValue, SetValue)) or not is_key(key):
                result.exact = False
            else:
                result[key] = value
        else:
            item = self.interpreter.evaluate(node.elt, self.scope)
            if not isinstance(result, SetValue):
                result.append(item)
            elif item is UNKNOWN or not is_key(item):
                result.exact = False
            else:
                dict.__setitem__(result, item, None)
        if len(result) > limits.MAX_ITEMS:
            raise Exhausted(f"more than {limits.MAX_ITEMS:,} items in one container")

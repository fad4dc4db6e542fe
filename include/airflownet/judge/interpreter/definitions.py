"""``def`` and ``class``."""

from __future__ import annotations

import ast
from typing import Any

from airflownet.judge.interpreter.calls import call_function_node
from airflownet.judge.interpreter.classes.enumerations import build_members, number_members
from airflownet.judge.interpreter.classes.instantiation import by_metaclass
from airflownet.judge.interpreter.classes.lookup import check_bases, find_in_class, is_enum, mro
from airflownet.judge.interpreter.dispatch import call_value
from airflownet.judge.interpreter.interpreter import Interpreter, Signal
from airflownet.judge.interpreter.kinds import DEFINITIONS
from airflownet.judge.interpreter.scope import Scope
from airflownet.judge.interpreter.values import ClassValue, FunctionValue, Instance


def define_function(
    interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope
) -> Signal:
    """Evaluates decorators, defaults and annotations as Python does; the body waits for a call."""
    decorators = [(part, interpreter.evaluate(part, scope)) for part in node.decorator_list]
    function = call_function_node(interpreter, node.name, node, scope)
    if not interpreter.postponed_annotations:
        _evaluate_annotations(interpreter, node, scope)
    scope.assign(node.name, _decorate(interpreter, decorators, function))
    return None


def _evaluate_annotations(
    interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope
) -> None:
    spec = node.args
    for parameter in (*spec.posonlyargs, *spec.args, spec.vararg, *spec.kwonlyargs, spec.kwarg):
        if parameter is not None and parameter.annotation is not None:
            interpreter.evaluate(parameter.annotation, scope)
    if node.returns is not None:
        interpreter.evaluate(node.returns, scope)


def _decorate(interpreter: Interpreter, decorators: list[tuple[ast.expr, Any]], value: Any) -> Any:
    for node, decorator in reversed(decorators):
        interpreter.node = node
        value = call_value(interpreter, decorator, [value], {})
    return value


def define_class(interpreter: Interpreter, node: ast.ClassDef, scope: Scope) -> Signal:
    """Runs the class body in its own namespace."""
    decorators = [(part, interpreter.evaluate(part, scope)) for part in node.decorator_list]
    bases = tuple(interpreter.evaluate(base, scope) for base in node.bases)
    keywords = {keyword.arg or "": interpreter.evaluate(keyword.value, scope) for keyword in node.keywords}
    body = Scope(scope, is_class=True)
    body.names.update(__qualname__=node.name, __module__="")
    interpreter.execute_block(node.body, body)
    cls = ClassValue(node.name, bases, body.names, node, keywords)
    interpreter.charge(2 * len(mro(cls)))
    check_bases(cls)
    if is_enum(cls):
        number_members(cls)
        build_members(interpreter, cls)
    for value in body.names.values():
        if isinstance(value, FunctionValue) and value.owner is None:
            value.owner = cls
    cls = by_metaclass(interpreter, cls)
    _name_descriptors(interpreter, cls)
    _announce(interpreter, cls)
    decorated = _decorate(interpreter, decorators, cls) if decorators else cls
    is_followed = type(decorated) in DEFINITIONS
    scope.assign(node.name, decorated if is_followed else cls)
    return None


def _name_descriptors(interpreter: Interpreter, cls: ClassValue) -> None:
    """Tells the descriptors of a class body their names; tells the bases of their subclass."""
    for name, value in list(cls.attributes.items()):
        if type(value) is Instance and interpreter.has_method(value, "__set_name__"):
            interpreter.call_method(value, "__set_name__", [cls, name])
    for base in cls.bases:
        if isinstance(base, ClassValue):
            base.keywords.setdefault("__subclasses__", []).append(cls)


def _announce(interpreter: Interpreter, cls: ClassValue) -> None:
    """A base class of the file may note its subclasses with ``__init_subclass__``."""
    for base in cls.bases:
        hook = find_in_class(base, "__init_subclass__") if isinstance(base, ClassValue) else None
        if isinstance(hook, FunctionValue):
            keywords = {name: item for name, item in cls.keywords.items() if name and name != "metaclass"}
            interpreter.call(hook, [cls], keywords)
            return

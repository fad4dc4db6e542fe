"""Operators and arguments as the line has them: nearest names, what is missing marked to be filled in."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from airflownet.judge.catalogue import ClassInfo, Parameter, Signature
from airflownet.plans.catalogue_names import CatalogueNames
from airflownet.plans.expressions import is_known
from airflownet.plans.model import Expression, Placeholder, PlanError, TaskPlan, Value
from airflownet.plans.reading.plan_of import AS_DECORATOR
from airflownet.plans.reconciling.lenient import Tell
from airflownet.plans.rendering.functions import body_tree

_GIVEN_BY_US: Final = frozenset({"task_id", "dag", "task_group", "python_callable", "op_args", "op_kwargs"})
_NEAR: Final = 0.8
_MEANT: Final[Mapping[str, Value]] = {"week_day": "Monday"}
"""Arguments whose values only code that runs later knows."""


def with_known_operator(task: TaskPlan, names: CatalogueNames, tell: Tell) -> TaskPlan:
    """Returns the task with an operator that the line has.

    Without a near name the task becomes an ``EmptyOperator`` that holds its place, and that is told.
    """
    operator = task.operator
    short = operator.rpartition(".")[2] if not operator.startswith("@") else operator
    if short in AS_DECORATOR and names.decorator(AS_DECORATOR[short]):
        return _as_decorated(replace(task, operator=AS_DECORATOR[short]))
    if operator.startswith("@"):
        if names.decorator(operator):
            return task
    elif names.operator_place(operator) is not None:
        return task
    nearest = names.nearest_operator(operator)
    if nearest:
        tell(f"{task.task_id}: Airflow {names.line} has no {operator}; {nearest} has the nearest name.")
        found = replace(task, operator=nearest)
        return with_known_operator(found, names, tell) if nearest in AS_DECORATOR else found
    tell(f"{task.task_id}: Airflow {names.line} has no {operator}; an EmptyOperator holds its place.")
    return TaskPlan(task.task_id, "EmptyOperator", after=task.after)


def _as_decorated(task: TaskPlan) -> TaskPlan:
    words = task.arguments.get("op_kwargs")
    kept = {n: v for n, v in task.arguments.items() if n not in ("python_callable", "op_args", "op_kwargs")}
    return replace(task, arguments=kept, call={**(words if isinstance(words, dict) else {}), **task.call})


def with_known_arguments(task: TaskPlan, names: CatalogueNames, tell: Tell) -> TaskPlan:
    """Returns the task with arguments that its operator takes, those it must be given among them."""
    found = _class_of(task, names)
    if found is None or not found.init.is_known:
        return task
    signature = found.init
    arguments = known_arguments(task.arguments, signature, task.task_id, names, tell)
    mapped = dict(task.mapped)  # of a function's own parameters
    if not task.is_decorated:
        mapped = known_arguments(task.mapped, signature, task.task_id, names, tell)
    mapped = {name: value for name, value in mapped.items() if name not in arguments}
    done = replace(task, arguments=arguments, mapped=mapped)
    for name in signature.required:
        if name not in _GIVEN_BY_US and name not in arguments and name not in mapped:
            done = filled(done, name, signature, tell, allowed_values(found, name))
    return done


def filled(
    task: TaskPlan, name: str, signature: Signature | None, tell: Tell, allowed: Sequence[Value] = ()
) -> TaskPlan:
    """Returns the task with a marked constant for an argument that the plan does not give.

    Args:
        task: of the plan.
        name: of the argument.
        signature: of its operator.
        tell: gets the sentence.
        allowed: values that the operator's own checks admit; the first one stands there.
    """
    parameter = signature[name] if signature is not None and name in signature else None
    value = allowed[0] if allowed else placeholder_value(name, parameter)
    placeholder = Placeholder(_constant(task, name), value)
    tell(f"{task.task_id}: {name} must be given and is not said; fill in {placeholder.name}.")
    return replace(task, arguments={**task.arguments, name: placeholder})


def _constant(task: TaskPlan, name: str) -> str:
    return re.sub(r"\W+", "_", f"{task.own_id}_{name}", flags=re.ASCII).strip("_").upper()


def placeholder_value(name: str, parameter: Parameter | None) -> Value:
    """Returns a value of the kind that the parameter's annotation asks for."""
    text = (parameter.annotation if parameter is not None else "").replace(" ", "").lower()
    first = re.split(r"[|\[]", text.removeprefix("optional["))[0]
    kinds: dict[str, Value] = {"dict": {}, "mapping": {}, "int": 1, "float": 1.0, "bool": False}
    if first in kinds:
        return kinds[first]
    if first in ("list", "sequence", "iterable", "collection", "tuple", "set") and "str|" not in text:
        return [f"<{name}>"]
    if first.endswith("timedelta"):
        return Expression("timedelta(minutes=5)")
    if first.endswith("datetime"):
        return Expression("datetime(2026, 1, 1)")
    return _MEANT.get(name, f"<{name}>")


def known_arguments(
    given: Mapping[str, Value], signature: Signature, where: str, names: CatalogueNames, tell: Tell
) -> dict[str, Value]:
    """Returns the arguments that a call takes, misspelt names put right, what cannot be written left out."""
    done: dict[str, Value] = {}
    for name, value in given.items():
        known = _name(name, signature, given)
        if not known or known in done or name in _GIVEN_BY_US:
            tell(f"{where}: the argument {name[:60]} is not known and was left out.")
            continue
        if known != name:
            tell(f"{where}: {name[:60]} is called {known}.")
        if bad := next((e for e in expressions(value) if not is_known(e.text, names)), None):
            tell(f"{where}: {known} cannot be {bad.text[:60]} and was left out.")
            continue
        done[known] = value
    return done


def expressions(value: Value) -> list[Expression]:
    """Returns the expressions in a value."""
    if isinstance(value, Expression):
        return [value]
    inner = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    return [one for item in inner for one in expressions(item)]


def _name(name: str, signature: Signature, taken: Collection[str]) -> str:
    if name in signature.by_keyword and name not in signature.taken:
        return name
    if signature.accepts_kwargs and name.isidentifier() and name not in signature.taken:
        return name
    free = [one for one in signature.by_keyword if one not in taken and not one.startswith("_")]
    return next(iter(difflib.get_close_matches(name, sorted(free), 1, _NEAR)), "")


def allowed_values(found: ClassInfo | None, name: str) -> list[Value]:
    """Returns the values that an operator's own checks admit for an argument; none where they name none."""
    for guards in found.guards if found is not None else ():
        for _, condition, *_ in guards.rows:
            match = re.search(rf"\b{re.escape(name)} not in (\[[^\]]*\])", condition)
            if match is None:
                continue
            try:
                values = ast.literal_eval(match[1])
            except (ValueError, SyntaxError):
                continue
            if values and all(isinstance(value, (str, int, float)) for value in values):
                return list(values)
    return []


def _class_of(task: TaskPlan, names: CatalogueNames) -> ClassInfo | None:
    if not task.is_decorated:
        return names.operator(task.operator)
    decorator = names.catalogue.task_decorators.get(task.operator.removeprefix("@task.") or "python")
    if task.operator in ("@task", "@setup", "@teardown"):
        decorator = names.catalogue.task_decorators.get("python")
    return (
        names.catalogue.class_(decorator.operator) if decorator is not None and decorator.operator else None
    )


def with_readable_code(task: TaskPlan, tell: Tell) -> TaskPlan:
    """Returns the task with a body that parses: its last lines are left out until it does."""
    if not task.is_decorated:
        return replace(task, code="", call={}) if task.code or task.call else task
    call = {name: value for name, value in task.call.items() if name.isidentifier()}
    mapped = {name: value for name, value in task.mapped.items() if name.isidentifier() and name not in call}
    lines = task.code.splitlines()
    while lines:
        try:
            body_tree("\n".join(lines))
            break
        except PlanError:
            lines.pop()
    if len(lines) < len(task.code.splitlines()):
        tell(f"{task.task_id}: the end of its function is no Python and was left out.")
    if not lines:
        tell(f"{task.task_id}: its function is empty; write its body.")
    return replace(task, code="\n".join(lines), call=call, mapped=mapped)

"""What the judge refuses of a rendered plan, found again in the plan and put right, one by one."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from airflownet.judge.loader import Failure, load_source
from airflownet.judge.verdict import judge_loaded
from airflownet.plans.catalogue_names import CatalogueNames
from airflownet.plans.model import DagPlan, Placeholder, Plan, TaskPlan, Value
from airflownet.plans.reconciling.lenient import Tell
from airflownet.plans.reconciling.operators import allowed_values, filled
from airflownet.plans.rendering.imports import identifier
from airflownet.plans.rendering.render import render
from airflownet.records import Outcome, Verdict

MAX_ROUNDS: Final = 16
_NOT_OF_ENUM: Final = re.compile(r"'([^']*)' is not a valid (\w+)")
_NAME: Final = re.compile(r"[A-Za-z_]\w*")


def put_right(plan: Plan, names: CatalogueNames, tell: Tell) -> tuple[Plan, str, Verdict]:
    """Returns the plan, its file and the verdict, after at most sixteen things were put right.

    Raises:
        PlanError: the plan cannot be rendered.
    """
    for _ in range(MAX_ROUNDS):
        code = render(plan, names.line)
        loaded = load_source(code, names.line)
        verdict = judge_loaded(loaded)
        if verdict.outcome is not Outcome.FAILS or not loaded.failures:
            break
        changed = _without(plan, loaded.failures[0], code, names, tell)
        if changed == plan:
            break
        plan = changed
    return plan, code, verdict


def _without(plan: Plan, failure: Failure, code: str, names: CatalogueNames, tell: Tell) -> Plan:
    place = _place(plan, failure.line, code)
    if place is None:
        return plan
    dag, task = place
    if task is None:
        changed = replace(dag, arguments=_left(dag.arguments, failure, "the DAG", tell))
    else:
        one = _task(task, failure, names, tell)
        changed = replace(dag, tasks=tuple(one if t.task_id == task.task_id else t for t in dag.tasks))
    return Plan(tuple(changed if d.dag_id == dag.dag_id else d for d in plan.dags))


def _task(task: TaskPlan, failure: Failure, names: CatalogueNames, tell: Tell) -> TaskPlan:
    if failure.kind == "missing-argument" and failure.subject.isidentifier():
        found = None if task.is_decorated else names.operator(task.operator)
        if failure.subject not in task.arguments:
            signature = found.init if found is not None else None
            return filled(task, failure.subject, signature, tell, allowed_values(found, failure.subject))
    if (name := _asked_by_a_check(task, failure, names)) and (found := names.operator(task.operator)):
        return filled(task, name, found.init, tell, allowed_values(found, name))
    if failure.subject in task.mapped:
        return replace(task, mapped={n: v for n, v in task.mapped.items() if n != failure.subject})
    if (known := _of_enum(task, failure, names)) is not None:
        return known
    held = task.arguments.get(failure.subject)
    if isinstance(held, Placeholder) and (other := _other_kind(held)) is not None:
        return replace(task, arguments={**task.arguments, failure.subject: other})
    if task.arguments:
        return replace(task, arguments=_left(task.arguments, failure, task.task_id, tell))
    if task.mapped:
        tell(f"{task.task_id} is not mapped: {_short(failure)}.")
        return replace(task, mapped={})
    if task.call:
        tell(f"{task.task_id}: what its function was given was left out: {_short(failure)}.")
        return replace(task, call={})
    if task.operator != "EmptyOperator":
        tell(
            f"{task.task_id}: {task.operator} could not be built ({_short(failure)}); "
            "an EmptyOperator holds its place."
        )
        return TaskPlan(task.task_id, "EmptyOperator", after=task.after)
    return task


def _of_enum(task: TaskPlan, failure: Failure, names: CatalogueNames) -> TaskPlan | None:
    """Returns the task with the first value of the enumeration that a marked constant was no value of."""
    match = _NOT_OF_ENUM.search(failure.message)
    if match is None:
        return None
    for module in names.catalogue.places_of(match[2]):
        found = names.catalogue.class_(f"{module}.{match[2]}")
        for member in found.enum_members.values() if found is not None else ():
            try:
                value = ast.literal_eval(member.value_text or "")
            except (ValueError, SyntaxError):
                continue
            for name, held in task.arguments.items():
                if isinstance(held, Placeholder) and held.value == match[1] and isinstance(value, (str, int)):
                    return replace(task, arguments={**task.arguments, name: replace(held, value=value)})
    return None


def _asked_by_a_check(task: TaskPlan, failure: Failure, names: CatalogueNames) -> str:
    """Returns an argument that is not given and that the operator's own check, which failed, speaks of."""
    found = None if task.is_decorated else names.operator(task.operator)
    for guards in found.guards if found is not None else ():
        for exception, condition, message, *_ in guards.rows:
            plain = message.strip("f'\"").partition("{")[0]
            if exception != failure.exception or (plain[:30] or condition) not in failure.message:
                continue
            for name in _NAME.findall(condition):
                if name in guards.parameters and name not in task.arguments and name not in task.mapped:
                    return str(name)
    return ""


def _other_kind(held: Placeholder) -> Placeholder | None:
    """Returns the same constant with a value of another kind; None when all were tried."""
    text = f"<{held.name.lower()}>"
    kinds: list[Value] = [text, {}, [text], 1, None]
    order = [type(kind) for kind in kinds]
    if type(held.value) not in order:
        return None
    n = order.index(type(held.value)) + 1
    return replace(held, value=kinds[n]) if n < len(kinds) else None


def _left(arguments: Mapping[str, Value], failure: Failure, where: str, tell: Tell) -> dict[str, Value]:
    """Returns the arguments without the one that fails; without the last one where it is not told which."""
    guilty = [name for name, value in arguments.items() if failure.subject in (name, value)]
    guilty = guilty or [name for name in arguments if f"{name}" in failure.message.split()]
    name = (guilty or list(arguments) or [""])[-1]
    if name:
        tell(f"{where}: {name} was left out: {_short(failure)}.")
    return {n: v for n, v in arguments.items() if n != name}


def _short(failure: Failure) -> str:
    return " ".join(f"{failure.exception}: {failure.message}".split())[:100].rstrip(".")


def _place(plan: Plan, line: int, code: str) -> tuple[DagPlan, TaskPlan | None] | None:
    """Returns the DAG and, where it is one, the task that a line of the rendered file belongs to."""
    tree = ast.parse(code)
    blocks = [node for node in tree.body if isinstance(node, ast.With)]
    within = next((n for n, node in enumerate(blocks) if node.lineno <= line <= (node.end_lineno or 0)), -1)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            start = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if start <= line <= (node.end_lineno or 0):
                for dag in plan.dags:
                    for task in dag.tasks:
                        if task.is_decorated and identifier(task.own_id, "task") == node.name:
                            return dag, task
    if within < 0 or within >= len(plan.dags):
        return (plan.dags[0], None) if plan.dags else None
    dag = plan.dags[within]
    if line < blocks[within].body[0].lineno:
        return dag, None
    found = _call_at(blocks[within], line)
    own = [task for task in dag.tasks if found and found in (task.own_id, identifier(task.own_id, "task"))]
    return (dag, own[0]) if own else (dag, None)


def _call_at(block: ast.With, line: int) -> str:
    """Returns the task id, or the function's name, of the innermost call on a line."""
    best: tuple[int, str] = (1 << 30, "")
    for node in ast.walk(block):
        if not isinstance(node, ast.Call) or not node.lineno <= line <= (node.end_lineno or 0):
            continue
        names = [
            w.value.value for w in node.keywords if w.arg == "task_id" and isinstance(w.value, ast.Constant)
        ]
        name = str(names[0]) if names else ""
        root: ast.expr = node.func
        while isinstance(root, (ast.Attribute, ast.Call)):
            root = root.func if isinstance(root, ast.Call) else root.value
        if not name and isinstance(root, ast.Name) and root.id.islower():
            name = root.id
        size = (node.end_lineno or 0) - node.lineno
        if name and size < best[0]:
            best = (size, name)
    return best[1]

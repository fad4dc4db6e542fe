"""A file by way of a plan: a quarter of the tokens, no import and no syntax to get wrong.

The model writes the plan under a grammar whose operators are those that the request names or implies;
``plans.reconcile`` makes a file of it. What the request says in so many words (the DAG's id, its schedule, an
operator by name) needs no model: where the plan says otherwise it is put right, and told.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from airflownet.generation.card_index import card_index
from airflownet.generation.not_built import left_values
from airflownet.generation.outline.along_outline import along_outline
from airflownet.generation.outline.model import Outline
from airflownet.generation.outline.stated_values import stated_values
from airflownet.generation.plan_cards import plan_cards, with_cards
from airflownet.generation.wanted import Wanted
from airflownet.plans.model import DagPlan, Expression, Plan, TaskPlan, Value
from airflownet.plans.prompt import DESCRIPTION, SYSTEM_PROMPT
from airflownet.plans.reconciling.reconcile import reconcile

_MOST_OPERATORS: Final = 24
_ADDRESSES: Final = ("email", "channel", "url", "object")
"""Kinds of stated values that are said to be used, also where no step was read."""
_ALWAYS: Final = ("BashOperator", "EmptyOperator")
_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """What became of a model's plan."""

    code: str
    assumptions: tuple[str, ...]
    """What was put right, assumed or left out, a sentence each."""


def plan_messages(
    wanted: Wanted, line: str, *, knows_plans: bool, card_tokens: int = 0
) -> list[dict[str, str]]:
    """Returns the messages that ask for a plan; a model that was not trained on plans is told the form."""
    target = f"Target: Apache Airflow {line}."
    text = wanted.text.strip()
    asked = text if target in text else f"{text}\n\n{target}"
    system = with_cards(
        SYSTEM_PROMPT if knows_plans else DESCRIPTION, plan_cards(text, wanted.airflow, card_tokens)
    )
    return [{"role": "system", "content": system}, {"role": "user", "content": asked}]


def plan_operators(wanted: Wanted) -> tuple[str, ...] | None:
    """Returns the operators that a plan may choose from, sorted; None for all: the request implies none."""
    index = card_index(wanted.airflow)
    named = [one.name for one in wanted.operators]
    implied = [one.name for one in index.implied(wanted.text, _MOST_OPERATORS)]
    chosen = [name for name in (*named, *implied) if not name.endswith("Notifier")]
    if not chosen:
        return None
    return tuple(sorted({*chosen, *_ALWAYS}))


def file_of_plan(text: str, wanted: Wanted) -> PlannedFile:
    """Returns the file that a model's plan stands for, with what the request states.

    Never raises for any text; an answer without a plan gives an empty file.
    """
    found = reconcile(text, wanted.airflow)
    if found.plan is None:
        return PlannedFile("", (f"the model's answer holds no plan ({found.reason})",))
    plan, told = with_stated(found.plan, wanted)
    if told:
        again = reconcile(plan, wanted.airflow)
        if again.plan is not None and again.outcome == "loads":
            found = replace(again, assumptions=(*found.assumptions, *told, *again.assumptions))
    to_fill = (
        (f"to be filled in, at the head of the file: {', '.join(found.to_fill)}",) if found.to_fill else ()
    )
    return PlannedFile(found.code, tuple(dict.fromkeys((*found.assumptions, *to_fill))))


def file_of_outline(text: str, outline: Outline, wanted: Wanted) -> PlannedFile:
    """Returns the file of a model's plan that was written along an outline; of the outline alone for no text.

    Never raises for any text.
    """
    found = reconcile(text, wanted.airflow) if text else None
    plan, told = along_outline(found.plan if found is not None else None, outline, wanted)
    plan, stated = with_stated(plan, wanted)
    again = reconcile(plan, wanted.airflow)
    to_fill = (
        (f"to be filled in, at the head of the file: {', '.join(again.to_fill)}",) if again.to_fill else ()
    )
    left = left_values(_to_be_used(outline, wanted), again.code)
    unused = (f"stated, and no argument has it: {', '.join(left)}",) if left else ()
    return PlannedFile(
        again.code, tuple(dict.fromkeys((*told, *stated, *again.assumptions, *unused, *to_fill)))
    )


def _to_be_used(outline: Outline, wanted: Wanted) -> list[str]:
    """Returns the stated values of steps that are no functions, and addresses anywhere in the request."""
    steps = [step for step in outline.steps if not step.operators[0].startswith("@")]
    found = [value.value for step in steps for value in step.values]
    return found + [value.value for value in stated_values(wanted.text) if value.kind in _ADDRESSES]


def with_stated(plan: Plan, wanted: Wanted) -> tuple[Plan, tuple[str, ...]]:
    """Returns the plan with the id, schedule and operators that the request states, and what was changed."""
    if len(plan.dags) != 1:
        return plan, ()
    dag, told = plan.dags[0], list[str]()
    if wanted.dag_id and dag.dag_id != wanted.dag_id:
        told.append(f"the request states the DAG id {wanted.dag_id}; the model wrote {dag.dag_id}")
        dag = replace(dag, dag_id=wanted.dag_id)
    if wanted.schedule and wanted.header_fits(dag.arguments):
        told.append(f"the request states the schedule {wanted.schedule}; it was set")
        dag = replace(dag, arguments=_with(dag.arguments, "schedule", ast.literal_eval(wanted.schedule)))
    stated = wanted.request.schedule
    if stated is not None and stated.kind == "assets" and stated.assets and wanted.header_fits(dag.arguments):
        told.append(f"the request states the schedule: {stated.words}; it was set")
        assets: list[Value] = [Expression(f"Asset({name!r})") for name in sorted(stated.assets)]
        dag = replace(dag, arguments=_with(dag.arguments, "schedule", assets))
    dag, added = _with_operators(dag, wanted)
    return Plan((dag,)), (*told, *added)


def _with_operators(dag: DagPlan, wanted: Wanted) -> tuple[DagPlan, list[str]]:
    told = []
    for one in wanted.operators:
        if one.name.endswith("Notifier") or any(task.operator.endswith(one.name) for task in dag.tasks):
            continue
        ids = {task.task_id for task in dag.tasks}
        task_id = "_".join(_WORD.findall(one.name.removesuffix("Operator"))).lower() or "task"
        while task_id in ids:
            task_id += "_2"
        last = (dag.tasks[-1].task_id,) if dag.tasks else ()
        dag = replace(dag, tasks=(*dag.tasks, TaskPlan(task_id, one.name, after=last)))
        told.append(
            f"the request names {one.name}, the model left it out; it was put at the end as {task_id}"
        )
    return dag, told


def _with(arguments: Mapping[str, Value], name: str, value: Value) -> dict[str, Value]:
    return {name: value, **{key: given for key, given in arguments.items() if key != name}}

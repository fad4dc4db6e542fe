"""``reconcile(answer, airflow="3.3")``: what a model wrote, as a plan that the line knows, and its file.

Models write operators that do not exist, give an argument twice, stop in the middle, or leave out what must
be given. Here each of these is put right in the one way that invents nothing: the nearest name of the
catalogue, the first of two values, an end, a constant that is marked to be filled in. Everything that was
done is told, in sentences for the person who asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from airflownet.plans.catalogue_names import CatalogueNames, names_of
from airflownet.plans.model import DagPlan, Placeholder, Plan, PlanError, Value
from airflownet.plans.reconciling.judged import put_right
from airflownet.plans.reconciling.lenient import Tell, lenient_plan
from airflownet.plans.reconciling.operators import (
    known_arguments,
    with_known_arguments,
    with_known_operator,
    with_readable_code,
)
from airflownet.plans.reconciling.order import with_sound_order
from airflownet.plans.reconciling.unfinished_json import json_in
from airflownet.plans.rendering.values import DATE, DATE_ARGUMENTS
from airflownet.records import Outcome


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of an answer."""

    plan: Plan | None
    """None when no plan could be read in it."""
    code: str
    """The rendered file; empty without a plan."""
    outcome: str
    """The judge's: ``loads``, ``fails``, ``unknown``; ``unreadable`` without a plan."""
    reason: str
    """Why it does not load, or cannot be read: ``not-json``, ``no-dag`` ...; empty when it loads."""
    assumptions: tuple[str, ...]
    """What was put right, assumed or left out, a sentence each, without repeats."""
    to_fill: tuple[str, ...]
    """Names of the constants at the head of the file that the user must fill in."""


def reconcile(answer: str | Plan, airflow: str = "3.3") -> Reconciled:
    """Returns the plan, the file and what was assumed. Never raises for any answer; deterministic.

    Args:
        answer: the text of a model, whole or cut, with or without words around it; or a plan.
        airflow: line or version to write for.

    Raises:
        InputError: there is no catalogue for the line.
    """
    names = names_of(airflow)
    told: dict[str, None] = {}

    def tell(sentence: str) -> None:
        told[sentence] = None

    try:
        plan = answer if isinstance(answer, Plan) else _read(answer, tell)
        plan = Plan(tuple(_dag(dag, names, tell) for dag in plan.dags))
        plan, code, verdict = put_right(plan, names, tell)
    except PlanError as error:
        return Reconciled(None, "", "unreadable", error.reason, tuple(told), ())
    outcome, reason = verdict.outcome.value, verdict.reason
    return Reconciled(
        plan, code, outcome, "" if verdict.outcome is Outcome.LOADS else reason, tuple(told), _to_fill(plan)
    )


def _read(answer: str, tell: Tell) -> Plan:
    found, was_cut = json_in(answer)
    if was_cut:
        tell("The model's answer did not end; it was ended after its last whole value.")
    return lenient_plan(found, tell)


def _dag(dag: DagPlan, names: CatalogueNames, tell: Tell) -> DagPlan:
    tasks = []
    for task in dag.tasks:
        known = with_readable_code(with_known_operator(task, names, tell), tell)
        tasks.append(with_known_arguments(known, names, tell))
    return with_sound_order(
        replace(dag, arguments=_dag_arguments(dag, names, tell), tasks=tuple(tasks)), tell
    )


def _dag_arguments(dag: DagPlan, names: CatalogueNames, tell: Tell) -> dict[str, Value]:
    place = names.place("DAG")
    found = names.catalogue.class_(f"{place[0]}.{place[1]}") if place is not None else None
    given = dict(dag.arguments)
    for old in ("schedule_interval", "timetable"):
        if old in given and "schedule" not in given:
            given["schedule"] = given.pop(old)
    given.pop("dag_id", None)
    for name in DATE_ARGUMENTS & given.keys():
        value = given[name]
        if isinstance(value, str) and DATE.fullmatch(value.strip()) is None:
            tell(f"the DAG: {name} is no date and was left out.")
            del given[name]
    if found is not None:
        given = known_arguments(given, found.init, "the DAG", names, tell)
    if not names.is_airflow_3 and given.get("schedule") is not None and "start_date" not in given:
        given["start_date"] = "2024-01-01"
        tell(f"Airflow {names.line} wants a start date for a schedule; it is 2024-01-01.")
    return given


def _to_fill(plan: Plan) -> tuple[str, ...]:
    values = [v for dag in plan.dags for task in dag.tasks for v in task.arguments.values()]
    return tuple(dict.fromkeys(value.name for value in values if isinstance(value, Placeholder)))

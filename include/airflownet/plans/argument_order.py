"""The one order in which arguments stand in a plan that is trained on or written under the grammar.

A grammar in which each argument comes once is small when their order is fixed: the signature's, the
operator's own arguments before those that every operator has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from airflownet.judge.catalogue import ClassInfo, Parameter, Signature
from airflownet.plans.catalogue_names import CatalogueNames
from airflownet.plans.model import Plan, Value

NOT_ARGUMENTS: Final = frozenset(
    {"task_id", "dag", "dag_id", "task_group", "python_callable", "op_args", "op_kwargs",
     "after", "map", "call", "code", "role", "tasks", "self"}
)  # fmt: skip
"""Parameters that a plan says in another way, or not at all."""
SETTINGS_FIRST: Final = ("schedule", "start_date", "end_date", "catchup")


def operator_class(operator: str, names: CatalogueNames) -> ClassInfo | None:
    """Returns the class behind an operator or a decorator; None where the line has none."""
    if not operator.startswith("@"):
        return names.operator(operator)
    name = operator.removeprefix("@task").removeprefix(".")
    decorator = names.catalogue.task_decorators.get(
        name if operator.startswith("@task") and name else "python"
    )
    return (
        names.catalogue.class_(decorator.operator) if decorator is not None and decorator.operator else None
    )


def dag_signature(names: CatalogueNames) -> Signature | None:
    """Returns what ``DAG`` takes."""
    place = names.place("DAG")
    found = names.catalogue.class_(f"{place[0]}.{place[1]}") if place is not None else None
    return found.init if found is not None else None


def usable(parameters: Iterable[Parameter]) -> list[Parameter]:
    """Returns the parameters that a plan may give, in order."""
    return [p for p in parameters if p.name not in NOT_ARGUMENTS and not p.name.startswith("_")]


def dag_parameters(names: CatalogueNames) -> list[Parameter]:
    """Returns what a plan may say of a DAG: when it runs first, then as ``DAG`` takes it."""
    signature = dag_signature(names)
    found = {p.name: p for p in usable(signature)} if signature is not None else {}
    first = [found[name] for name in SETTINGS_FIRST if name in found]
    return [*first, *(p for name, p in found.items() if name not in SETTINGS_FIRST)]


def in_order(plan: Plan, names: CatalogueNames) -> Plan:
    """Returns the plan with its arguments in the order of the signatures; those unknown to them last."""
    of_dag = [parameter.name for parameter in dag_parameters(names)]
    dags = []
    for dag in plan.dags:
        tasks = []
        for task in dag.tasks:
            found = operator_class(task.operator, names)
            order = found.init.names if found is not None else ()
            tasks.append(replace(task, arguments=_sorted(task.arguments, order)))
        dags.append(replace(dag, arguments=_sorted(dag.arguments, of_dag), tasks=tuple(tasks)))
    return Plan(tuple(dags))


def _sorted(given: Mapping[str, Value], order: Iterable[str]) -> dict[str, Value]:
    place = {name: n for n, name in enumerate(order)}
    return dict(sorted(given.items(), key=lambda pair: place.get(pair[0], len(place))))

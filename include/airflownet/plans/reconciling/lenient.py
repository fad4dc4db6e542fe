"""JSON that is nearly a plan, read with forgiveness: what has no place is left out and told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from airflownet.plans.model import DagPlan, Plan, PlanError, TaskPlan, Value
from airflownet.plans.plan_text import (
    AFTER_KEY,
    CALL_KEY,
    CODE_KEY,
    DAG_KEY,
    MAP_KEY,
    ROLE_KEY,
    TASKS_KEY,
    Pairs,
    decoded,
)

Tell = Callable[[str], None]
MAX_TASKS: Final = 200
_MAX_ID_CHARS: Final = 200
_NOT_IN_AN_ID: Final = re.compile(r"[^\w.\-]+", re.ASCII)


def lenient_plan(found: Any, tell: Tell) -> Plan:
    """Returns the plan that decoded JSON says, as far as it says one.

    Args:
        found: decoded JSON, objects as ``Pairs``.
        tell: gets each thing that was assumed or left out, in a sentence.

    Raises:
        PlanError: no DAG with a task is in it.
    """
    objects = [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, dict)]
    dags: dict[str, DagPlan] = {}
    for item in objects:
        dag = _dag(item, tell)
        if dag is not None:
            dags.setdefault(dag.dag_id, dag)
    if not dags:
        raise PlanError("no-dag", "no object with tasks in the answer")
    return Plan(tuple(dags.values()))


def _dag(found: Mapping[str, Any], tell: Tell) -> DagPlan | None:
    listed = found.get(TASKS_KEY)
    if not isinstance(listed, list) or not listed:
        return None
    _tell_repeated(found, "the DAG", tell)
    dag_id = plain_id(found.get(DAG_KEY), "generated_dag").replace(".", "_")
    if dag_id != found.get(DAG_KEY):
        tell(f"The DAG's id is {dag_id}.")
    tasks: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for item in listed:
        parts = _parts(item)
        if parts is None:
            tell("A task without operator or id was left out.")
            continue
        operator, task_id, rest = parts
        if len(tasks) == MAX_TASKS:
            tell(f"Tasks after the first {MAX_TASKS} were left out.")
            break
        same = repr((operator, task_id, rest))
        if same in seen:  # a small model that goes round in circles
            tell(f"The task {task_id} stood there more than once.")
            continue
        seen.add(same)
        _tell_repeated(item, f"the task {task_id}", tell)
        known, number = task_id, 2
        while known in tasks:
            known, number = f"{task_id}_{number}", number + 1
        if known != task_id:
            tell(f"A second task {task_id} is called {known}.")
        tasks[known] = {"": operator, **rest}
    if not tasks:
        return None
    ids = set(tasks)
    arguments = _values({n: v for n, v in found.items() if n not in (DAG_KEY, TASKS_KEY)}, ids)
    return DagPlan(dag_id, arguments, tuple(_task(id_, parts, ids) for id_, parts in tasks.items()))


def _tell_repeated(found: Mapping[str, Any], where: str, tell: Tell) -> None:
    for name in dict.fromkeys(found.repeated) if isinstance(found, Pairs) else ():
        tell(f"Of {where}, {name} was given more than once; the first one counts.")


def _parts(found: Any) -> tuple[str, str, dict[str, Any]] | None:
    if not isinstance(found, dict) or not found:
        return None
    operator, task_id = next(iter(found.items()))
    if not operator or not isinstance(task_id, (str, int)):
        return None
    return operator, plain_id(task_id, "task"), {n: v for n, v in found.items() if n != operator}


def plain_id(given: Any, fallback: str) -> str:
    """Returns an id as Airflow takes it: letters, digits, ``_``, ``-``, ``.``, at most 200 of them."""
    parts = [_NOT_IN_AN_ID.sub("_", part).strip("_-") for part in str(given or "").split(".")]
    return ".".join(part for part in parts if part)[:_MAX_ID_CHARS].strip(".") or fallback


def _task(task_id: str, parts: dict[str, Any], ids: set[str]) -> TaskPlan:
    operator = parts.pop("")
    after = parts.pop(AFTER_KEY, [])
    after = after if isinstance(after, list) else [after]
    mapped, call = parts.pop(MAP_KEY, {}), parts.pop(CALL_KEY, {})
    role = parts.pop(ROLE_KEY, "") if parts.get(ROLE_KEY) in ("setup", "teardown") else ""
    code = parts.pop(CODE_KEY, "") if isinstance(parts.get(CODE_KEY, ""), str) else ""
    return TaskPlan(
        task_id,
        operator,
        _values(parts, ids),
        tuple(dict.fromkeys(plain_id(up, "task") for up in after if isinstance(up, (str, int)))),
        _values(call, ids) if isinstance(call, dict) else {},
        _values(mapped, ids) if isinstance(mapped, dict) else {},
        code,
        role,
    )


def _values(found: Mapping[str, Any], ids: set[str]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name, value in found.items():
        try:
            values[name] = decoded(value, ids)
        except PlanError:
            continue
    return values

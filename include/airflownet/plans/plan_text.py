"""The one text form of plans: compact JSON, a key for each thing that is said and none for what is not.

One DAG is one object; several are a list of such objects::

    {"dag":"nightly","schedule":"@daily","start_date":"2026-01-01","tasks":[
     {"BashOperator":"fetch","bash_command":"curl -O https://example.com/a.csv"},
     {"@task":"count","after":"fetch","code":"return 1"},
     {"@task":"tell","call":{"n":"$count"},"code":"print(n)"}]}

The first key of a task is its operator, the value its id; then ``after``, ``map``, ``call``, ``role``, then
the arguments, ``code`` last. A text that begins with ``=`` is an expression (``=timedelta(hours=1)``), one
that begins with ``$`` the output of a task (``$count``, ``$count[rows]``); ``==`` and ``$$`` stand for a text
that really begins with that sign.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from airflownet.plans.model import (
    MAX_DEPTH,
    DagPlan,
    Expression,
    Placeholder,
    Plan,
    PlanError,
    Reference,
    TaskPlan,
    Value,
)

DAG_KEY: Final = "dag"
TASKS_KEY: Final = "tasks"
AFTER_KEY: Final = "after"
MAP_KEY: Final = "map"
CALL_KEY: Final = "call"
ROLE_KEY: Final = "role"
CODE_KEY: Final = "code"
MAX_CHARS: Final = 400_000
_REFERENCE: Final = re.compile(r"\$(?P<task>[\w.\-]+)(?:\[(?P<key>[^\[\]]+)\])?")


def to_text(plan: Plan) -> str:
    """Returns the plan as text; the same plan gives the same text."""
    dags = [_dag_object(dag) for dag in plan.dags]
    return json.dumps(dags[0] if len(dags) == 1 else dags, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Plan:
    """Returns the plan that a text says.

    Raises:
        PlanError: it is no JSON, or not in the form above.
    """
    if len(text) > MAX_CHARS:
        raise PlanError("too-long", f"{len(text):,} characters, {MAX_CHARS:,} are the limit")
    try:
        pairs = json.loads(text, object_pairs_hook=Pairs)
    except (ValueError, RecursionError) as error:
        raise PlanError("not-json", str(error)) from None
    return from_json(pairs)


class Pairs(dict[str, Any]):
    """A JSON object that knows which keys were given more than once; the first one counts."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        super().__init__()
        self.repeated: list[str] = []
        for name, value in pairs:
            if name in self:
                self.repeated.append(name)
            else:
                self[name] = value


def from_json(found: Any) -> Plan:
    """Returns the plan that decoded JSON says.

    Raises:
        PlanError: it is not in the form above.
    """
    objects = found if isinstance(found, list) else [found]
    if not objects or not all(isinstance(item, dict) for item in objects):
        raise PlanError("no-object", "a plan is an object, or a list of objects")
    return Plan(tuple(_dag(item) for item in objects))


def _dag(found: Mapping[str, Any]) -> DagPlan:
    dag_id = found.get(DAG_KEY)
    if not isinstance(dag_id, str) or not dag_id:
        raise PlanError("no-dag", f'the key "{DAG_KEY}" names the DAG')
    tasks = found.get(TASKS_KEY, [])
    if not isinstance(tasks, list):
        raise PlanError("tasks-no-list", f'the key "{TASKS_KEY}" holds a list')
    parts = [_parts(item) for item in tasks]
    ids = {task_id for _, task_id, _ in parts}
    arguments = {
        name: decoded(value, ids) for name, value in found.items() if name not in (DAG_KEY, TASKS_KEY)
    }
    return DagPlan(dag_id, arguments, tuple(_task(*part, ids) for part in parts))


def _parts(found: Any) -> tuple[str, str, dict[str, Any]]:
    """Returns operator, id and the other keys of a task."""
    if not isinstance(found, dict) or not found:
        raise PlanError("task-no-object", "a task is an object")
    operator, task_id = next(iter(found.items()))
    if not isinstance(task_id, str) or not task_id or not operator:
        raise PlanError("task-without-id", "the first key of a task is its operator, the value its id")
    return operator, task_id, {name: value for name, value in found.items() if name != operator}


def _task(operator: str, task_id: str, found: dict[str, Any], ids: set[str]) -> TaskPlan:
    after = found.pop(AFTER_KEY, [])
    after = [after] if isinstance(after, str) else after
    if not isinstance(after, list) or not all(isinstance(item, str) for item in after):
        raise PlanError("after-no-list", f'"{AFTER_KEY}" is an id or a list of ids')
    mapped = _mapping(found.pop(MAP_KEY, {}), MAP_KEY)
    call: Mapping[str, Any] = {}
    code = ""
    if operator.startswith("@"):
        call = _mapping(found.pop(CALL_KEY, {}), CALL_KEY)
        code = found.pop(CODE_KEY, "")
        if not isinstance(code, str):
            raise PlanError("code-no-text", f'"{CODE_KEY}" is the text of a function body')
    role = found.pop(ROLE_KEY, "") if found.get(ROLE_KEY) in ("setup", "teardown") else ""
    return TaskPlan(
        task_id,
        operator,
        {name: decoded(value, ids) for name, value in found.items()},
        tuple(dict.fromkeys(after)),
        {name: decoded(value, ids) for name, value in call.items()},
        {name: decoded(value, ids) for name, value in mapped.items()},
        code,
        role,
    )


def _mapping(found: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise PlanError(f"{key}-no-object", f'"{key}" is an object')
    return found


def decoded(value: Any, ids: set[str], depth: int = 0) -> Value:
    """Returns the value that JSON stands for; ``$x`` is a text unless ``x`` is a task.

    Raises:
        PlanError: it is nested too deeply.
    """
    if depth > MAX_DEPTH:
        raise PlanError("too-deep", f"more than {MAX_DEPTH} containers within each other")
    if isinstance(value, str):
        if value[:2] in ("==", "$$"):
            return value[1:]
        if value.startswith("=") and len(value) > 1:
            return Expression(value[1:])
        found = _REFERENCE.fullmatch(value)
        if found is not None and found["task"] in ids:
            return Reference(found["task"], found["key"] or "")
        return value
    if isinstance(value, list):
        return [decoded(item, ids, depth + 1) for item in value]
    if isinstance(value, dict):
        return {str(name): decoded(item, ids, depth + 1) for name, item in value.items()}
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise PlanError("odd-value", type(value).__name__)


def encoded(value: Value) -> Any:
    """Returns what stands for the value in JSON."""
    if isinstance(value, Expression):
        return f"={value.text}"
    if isinstance(value, Placeholder):
        return encoded(value.value)
    if isinstance(value, Reference):
        return f"${value.task_id}[{value.key}]" if value.key else f"${value.task_id}"
    if isinstance(value, str):
        is_sign = value[:2] == "$$" or (value[:1] == "=" and len(value) > 1)
        return value[0] + value if is_sign or _REFERENCE.fullmatch(value) else value
    if isinstance(value, list):
        return [encoded(item) for item in value]
    if isinstance(value, dict):
        return {name: encoded(item) for name, item in value.items()}
    return value


def _dag_object(dag: DagPlan) -> dict[str, Any]:
    return {
        DAG_KEY: dag.dag_id,
        **{name: encoded(value) for name, value in dag.arguments.items()},
        TASKS_KEY: [_task_object(task) for task in dag.tasks],
    }


def _task_object(task: TaskPlan) -> dict[str, Any]:
    found: dict[str, Any] = {task.operator: task.task_id}
    if task.after:
        found[AFTER_KEY] = task.after[0] if len(task.after) == 1 else list(task.after)
    if task.mapped:
        found[MAP_KEY] = {name: encoded(value) for name, value in task.mapped.items()}
    if task.call:
        found[CALL_KEY] = {name: encoded(value) for name, value in task.call.items()}
    if task.role:
        found[ROLE_KEY] = task.role
    found |= {name: encoded(value) for name, value in task.arguments.items()}
    if task.code:
        found[CODE_KEY] = task.code
    return found

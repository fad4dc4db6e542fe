"""``dag.tags = ...``, ``task.retries = ...``: what setting an attribute refuses or changes.

Sources: the properties and ``__setattr__`` of ``BaseOperator``, the ``attrs`` class ``DAG`` of the task SDK.
"""

# ruff: noqa: ARG001 - slots of one table share one signature
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.airflow.checks.dag_arguments import check_dag_values
from airflownet.judge.airflow.checks.dates import check_duration
from airflownet.judge.airflow.checks.ids import check_key
from airflownet.judge.airflow.checks.task_arguments import check_resources, check_retries
from airflownet.judge.airflow.objects import (
    DagValue,
    GroupValue,
    TaskValue,
    XComArgValue,
    add_to_dag,
)
from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.raised import Failure, Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of, python_type, shown_type
from airflownet.judge.interpreter.values import ClassValue

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_READ_ONLY: Final = frozenset(
    {
        "output", "label", "roots", "leaves", "dag_id", "node_id", "task_type", "operator_name",
        "operator_class", "upstream_list", "downstream_list", "log", "task_display_name", "is_mapped",
        "inherits_from_empty_operator",
    }
)  # fmt: skip
"""Properties of any operator without a setter."""
_FROZEN: Final = frozenset({"schedule", "task_group"})
_VALIDATED: Final = frozenset(
    {
        "description", "default_args", "max_active_tasks", "max_active_runs",
        "max_consecutive_failed_dag_runs", "dagrun_timeout", "deadline", "doc_md", "params",
        "access_control", "tags", "owner_links", "catchup", "allowed_run_types", "dag_display_name",
    }
)  # fmt: skip
"""Fields of the task SDK's ``DAG`` that are checked again when they are set."""


def set_of_dag(interpreter: Interpreter, dag: DagValue, name: str, item: Any) -> None:
    """Does ``dag.name = item``.

    Raises:
        Raised: the attribute is read-only, or the value is refused.
    """
    _set_of_dag(dag, name, item, interpreter.world.line)
    dag.attributes[name] = item
    if name in ("doc_md", "description"):
        dag.arguments[name] = item


_OF_GROUP: Final = frozenset({"group_id", "label", "node_id", "is_root", "roots", "leaves"})
"""Properties of a task group without a setter."""


def set_of_group(interpreter: Interpreter, group: GroupValue, name: str, item: Any) -> None:
    """Does ``group.name = item``.

    Raises:
        Raised: the attribute is read-only.
    """
    if name in _OF_GROUP and group.cls is None:
        message = f"property '{name}' of 'TaskGroup' object has no setter"
        raise Raised("AttributeError", message, "unknown-attribute", name)
    group.attributes[name] = item


def set_of_task(interpreter: Interpreter, task: TaskValue, name: str, item: Any) -> None:
    """Does ``task.name = item``.

    Raises:
        Raised: the attribute is read-only, or the value is refused.
    """
    _set_of_task(task, name, item, line_of(interpreter.world.line))
    task.attributes[name] = item
    if name == "dag" and isinstance(item, DagValue) and task.dag is None:
        add_to_dag(interpreter, task, item, None)
    if name == "doc_md":
        task.arguments[name] = item


def set_of_output(interpreter: Interpreter, output: XComArgValue, name: str, item: Any) -> None:
    """Does ``output.is_setup = item`` and the like, on the tasks; nothing for any other name."""
    if name in ("is_setup", "is_teardown", "on_failure_fail_dagrun"):
        for task in output.references:
            set_role(task, name, item)


def _set_of_dag(dag: DagValue, name: str, item: Any, airflow: str) -> None:
    if name == "tasks":
        message = "DAG.tasks can not be modified. Use dag.add_task() instead."
        raise Raised("AttributeError", message, "unknown-attribute", "tasks")
    if name == "dag_id" and isinstance(item, str):
        dag.dag_id = item
    if line_of(airflow) < (3, 0):
        if name == "schedule_interval":
            _check_schedule_of_2(dag, item)
        return
    if name in _FROZEN:
        raise Raised("FrozenAttributeError", "can't set attribute", "unknown-attribute", name)
    if name == "dag_id" and python_type(item) is not None:
        check_key(item, "dag_id")
    if name in _VALIDATED:
        check_dag_values({**dag.arguments, name: item}, airflow)


_CRON_OF_PRESET: Final = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *", "@yearly": "0 0 1 1 *",
}  # fmt: skip


def _check_schedule_of_2(dag: DagValue, item: Any) -> None:
    """Airflow 2 makes the timetable with the DAG; DagBag refuses a schedule that is set to another later."""
    made = dag.arguments.get("schedule", dag.arguments.get("schedule_interval", UNKNOWN))
    kinds = (str, datetime.timedelta, type(None))
    if not isinstance(made, kinds) or not isinstance(item, kinds):
        return
    old, new = (_CRON_OF_PRESET.get(str(value), value) for value in (made, item))
    if old != new:
        message = f"inconsistent schedule: timetable {old!r} does not match schedule_interval {item!r}"
        dag.late_problem = Failure(
            "invalid-schedule", "AirflowDagInconsistent", message, "schedule_interval", dag.line
        )


def _set_of_task(task: TaskValue, name: str, item: Any, line: tuple[int, int]) -> None:
    if name in _READ_ONLY and not _is_defined(task.definition, name):
        message = f"property '{name}' of '{task.operator}' object has no setter"
        raise Raised("AttributeError", message, "unknown-attribute", name)
    if name in ("is_setup", "is_teardown", "on_failure_fail_dagrun"):
        set_role(task, name, item)
    elif name == "dag":
        _set_dag(task, item, line)
    elif name == "task_id" and isinstance(item, str) and task.dag is not None:
        task.task_id = item
    elif line >= (3, 0) and not task.is_mapped:
        if name == "retries":
            check_retries(item, line)
        elif name in ("retry_delay", "max_retry_delay"):
            check_duration(item, name)
        elif name == "resources":
            check_resources(item, line)


def _is_defined(definition: Any, name: str) -> bool:
    """Whether the file's own class has the name, or one that is not looked at."""
    if isinstance(definition, ClassInfo):
        method = definition.methods.get(name)
        return method is None or method.role != "property" or not definition.path.startswith("airflow.")
    if not isinstance(definition, ClassValue):
        return True
    return any(isinstance(part, ClassValue) and name in part.attributes for part in mro(definition))


def _set_dag(task: TaskValue, item: Any, line: tuple[int, int]) -> None:
    kind = python_type(item)
    word = "dag" if line >= (3, 0) else "DAG"
    if kind is not None and item is not None:
        raise Raised("TypeError", f"Expected {word}; received {shown_type(item)}", "bad-value", "dag")
    if isinstance(item, DagValue) and task.dag is not None and item is not task.dag:
        raise_dag_change(task, line)


def raise_dag_change(task: TaskValue, line: tuple[int, int]) -> None:
    """Raises what moving a task to another DAG raises."""
    word = "dag" if line >= (3, 0) else "DAG"
    message = f"The {word} assigned to <Task({task.operator}): {task.task_id}> can not be changed."
    exception = "ValueError" if line >= (3, 0) else "AirflowException"
    raise Raised(exception, message, "mixed-dags", str(task.task_id))


def set_role(task: TaskValue, name: str, item: Any) -> None:
    """Marks a task as a setup or a teardown, or as one whose failure fails the run.

    Raises:
        Raised: it has the other role, or is no teardown.
    """
    if name == "on_failure_fail_dagrun":
        if item is True and not task.is_teardown:
            message = (
                f"Cannot set task on_failure_fail_dagrun for '{task.task_id}' "
                "because it is not a teardown task."
            )
            raise Raised("ValueError", message, "bad-value", str(task.task_id))
        return
    other, own = ("teardown", "setup") if name == "is_setup" else ("setup", "teardown")
    if item is True and getattr(task, f"is_{other}") and not task.is_mapped:
        message = f"Cannot mark task '{task.task_id}' as {own}; task is already a {other}."
        raise Raised("ValueError", message, "bad-value", str(task.task_id))
    if isinstance(item, bool):
        setattr(task, name, item)

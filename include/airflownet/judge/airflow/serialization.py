"""What loads, and then cannot be stored: the dag processor shows such a DAG as broken.

DagBag does not serialize, so that the outcome stays ``loads``. Only what is certain from the file is told: a
class that the file itself defines cannot be registered by a plugin, because Airflow imports a DAG file under
a name of its own.

Sources: ``airflow.serialization.encoders``, ``_encode_priority_weight_strategy`` in
``airflow.serialization.serialized_objects`` and their like of 2.7 to 3.3.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final

from airflownet.judge.airflow.objects import DagValue, TaskValue
from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.raised import Failure
from airflownet.judge.interpreter.value_types import shown_type
from airflownet.judge.interpreter.values import ApiInstance, ClassValue, DictValue, Instance, ListValue

_WEIGHT_RULES: Final = ("downstream", "upstream", "absolute")
_MAPPERS: Final = ("default_partition_mapper", "partition_mapper_config")
_WITH_TIMETABLE: Final = (".AssetOrTimeSchedule", ".DatasetOrTimeSchedule")
_MOST_NESTED: Final = 5
_NO_TEMPLATES: Final = frozenset(
    {
        "task_id", "owner", "email_on_retry", "email_on_failure", "retries", "retry_delay", "start_date",
        "end_date", "depends_on_past", "wait_for_downstream", "dag", "params", "default_args",
        "priority_weight", "weight_rule", "queue", "pool", "pool_slots", "execution_timeout",
        "on_failure_callback", "on_success_callback", "on_retry_callback", "trigger_rule", "resources",
        "run_as_user", "executor_config", "do_xcom_push", "inlets", "outlets", "task_group", "doc_md",
    }
)  # fmt: skip
"""Arguments of ``BaseOperator`` on every line; ``email`` may be a template."""
_COLLECTIONS: Final = (list, tuple, set, frozenset, dict, str, ListValue, DictValue)


def unserializable(dag: DagValue, tree: ast.Module) -> Iterator[Failure]:
    """Yields what keeps a DAG from being serialized, in the order in which Airflow meets it.

    Args:
        dag: one that DagBag would find.
        tree: of the file, which tells its own classes from those of modules that a plugin may register.
    """
    schedule = dag.arguments.get("schedule", dag.arguments.get("timetable"))
    for message, subject in _of_schedule(schedule, tree):
        yield _failure(f"Failed to serialize DAG '{dag.dag_id}': {message}", subject, dag.line)
    for task in dag.tasks:
        if task.is_mapped:  # Airflow keeps the arguments of a mapped task as text
            continue
        found = (*_of_template_fields(task), *_of_weight(task.arguments.get("weight_rule"), tree))
        for message, subject in found:
            yield _failure(f"Failed to serialize DAG '{dag.dag_id}': {message}", subject, task.line)


def _of_schedule(schedule: Any, tree: ast.Module) -> Iterator[tuple[str, str]]:
    if (own := _own_class(schedule, tree)) is not None:
        yield f"Timetable class '{own}' is not registered", own
    if not isinstance(schedule, ApiInstance):
        return
    if schedule.path.endswith(_WITH_TIMETABLE):
        inner = schedule.kwargs.get("timetable", schedule.args[0] if schedule.args else None)
        if (own := _own_class(inner, tree)) is not None:
            yield f"Timetable class '{own}' is not registered", own
    if not schedule.path.endswith(".PartitionedAssetTimetable"):
        return
    assets = schedule.kwargs.get("assets", schedule.args[0] if schedule.args else None)
    if assets is not None and isinstance(assets, _COLLECTIONS):
        yield f"serialization not implemented for '{shown_type(assets)}'", "assets"
    for name in _MAPPERS:
        given = schedule.kwargs.get(name)
        for mapper in given.values() if isinstance(given, DictValue) else (given,):
            yield from _of_mapper(mapper, tree, _MOST_NESTED)


def _of_mapper(mapper: Any, tree: ast.Module, depth: int) -> Iterator[tuple[str, str]]:
    """What a partition mapper, the mappers in it and its window are refused for."""
    if (own := _own_class(mapper, tree)) is not None:
        yield f"PartitionMapper class '{own}' could not be imported", own
    if not isinstance(mapper, ApiInstance) or not depth:
        return
    for name, value in mapper.kwargs.items():
        if name.endswith("mapper"):
            yield from _of_mapper(value, tree, depth - 1)
        elif name == "window" and (own := _own_class(value, tree)) is not None:
            yield f"Window class '{own}' is not registered", own


def _of_template_fields(task: TaskValue) -> Iterator[tuple[str, str]]:
    """Arguments that every operator has are no templates, where the file's own class says they are."""
    if not isinstance(task.definition, ClassValue):
        return
    parts = (part.attributes for part in mro(task.definition) if isinstance(part, ClassValue))
    fields = next((names["template_fields"] for names in parts if "template_fields" in names), ())
    for name in fields if isinstance(fields, (tuple, ListValue)) else ():
        if isinstance(name, str) and name in _NO_TEMPLATES:
            yield f"Cannot template BaseOperator field: {name!r}", name
            return


def _of_weight(weight: Any, tree: ast.Module) -> Iterator[tuple[str, str]]:
    is_unknown_text = isinstance(weight, str) and weight not in _WEIGHT_RULES and "." not in weight
    name = str(weight) if is_unknown_text else _own_class(weight, tree)
    if name is not None:
        yield f"Unknown priority strategy {name}", name


def _own_class(value: Any, tree: ast.Module) -> str | None:
    """Returns the name of a value's class, or of the class that it is, where the file defines it."""
    cls = value.cls if isinstance(value, Instance) else value
    if not isinstance(cls, ClassValue):
        return None
    return cls.name if any(node is cls.node for node in ast.walk(tree)) else None


def _failure(message: str, subject: str, line: int) -> Failure:
    return Failure("serialize", "SerializationError", message, subject, line)

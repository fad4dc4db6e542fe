"""From the interpreter's objects to the records that rules, describer and evaluation read."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from airflownet.judge.airflow.objects import DagValue, GroupValue, TaskFactory, TaskValue, XComArgValue
from airflownet.judge.airflow.world import state_of
from airflownet.judge.interpreter.interpreter import Interpreter
from airflownet.judge.interpreter.raised import Failure
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    ApiValue,
    ClassValue,
    DictValue,
    FunctionValue,
    Instance,
    ListValue,
    PythonValue,
    SetValue,
    is_concrete,
)
from airflownet.judge.loader.cycles import find_cycle
from airflownet.judge.loader.loaded_file import DagModel, Symbol, TaskModel

_MOST_PARTS = 3_000
"""Parts of one argument that are copied out."""


class ExportedArguments(Mapping[str, object]):
    """Arguments by name, copied out one by one when asked for: a verdict looks at few of them."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> object:
        return export_value(self._values[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


def export_dags(interpreter: Interpreter) -> tuple[DagModel, ...]:
    """Returns the DAGs that DagBag would find, and notes what its own checks would refuse."""
    found: list[DagModel] = []
    for dag in found_dags(interpreter):
        if dag.late_problem is not None:
            interpreter.failures.append(dag.late_problem)
        cycle_task = None if _note_stray(interpreter, dag) else find_cycle(dag.tasks)
        if cycle_task is not None:
            _note_cycle(interpreter, dag, cycle_task)
        _note_setups(interpreter, dag)
        found.append(export_dag(dag))
    return tuple(found)


def _note_setups(interpreter: Interpreter, dag: DagValue) -> None:
    """Airflow: what follows a setup directly must have the trigger rule ALL_SUCCESS, teardowns excepted."""
    for task in dag.tasks:
        for down in task.downstream if task.is_setup else ():
            rule = down.arguments.get("trigger_rule", "all_success")
            if isinstance(rule, str) and rule != "all_success" and not down.is_teardown:
                message = "Setup tasks must be followed with trigger rule ALL_SUCCESS."
                interpreter.failures.append(
                    Failure("bad-value", "ValueError", message, str(down.task_id), down.line)
                )
                return


def found_dags(interpreter: Interpreter) -> Iterator[DagValue]:
    """Yields DAGs entered with ``with`` or built by ``@dag``, and those that module-level names hold."""
    dags = state_of(interpreter).dags
    held: set[int] = set()
    if not all(dag.is_registered for dag in dags):
        held = {id(value) for value in interpreter.module.names.values() if type(value) is DagValue}
    for dag in dags:
        if dag.is_registered or id(dag) in held:
            yield dag


def _note_stray(interpreter: Interpreter, dag: DagValue) -> bool:
    """Airflow looks for cycles by ids: the copy of a task that was never added to the DAG has none there."""
    if not dag.is_complete or state_of(interpreter).possible_edges:
        return False
    for task in dag.tasks:
        for down in task.downstream:
            is_stray = isinstance(down.task_id, str) and down.task_id not in dag.task_ids and down.dag is dag
            if is_stray and down not in dag.tasks:
                message, line = repr(down.task_id), task.line
                failure = Failure("bad-value", "KeyError", message, str(down.task_id), line)
                interpreter.failures.append(failure)
                return True
    return False


def _note_cycle(interpreter: Interpreter, dag: DagValue, task: TaskValue) -> None:
    possible = state_of(interpreter).possible_edges
    is_certain = not possible or find_cycle(dag.tasks, possible) is not None
    found = interpreter.failures if is_certain else interpreter.possible_failures
    found.append(
        Failure(
            "cycle",
            "AirflowDagCycleException",
            f"Cycle detected in DAG: {dag.dag_id}. Faulty task: {task.task_id}",
            str(task.task_id),
            task.line,
        )
    )


def export_dag(dag: DagValue) -> DagModel:
    """Returns the record of one DAG."""
    edges: dict[tuple[str, str], None] = {}
    is_complete = dag.is_complete
    for task in dag.tasks:
        for down in task.downstream:
            if isinstance(task.task_id, str) and isinstance(down.task_id, str):
                edges[(task.task_id, down.task_id)] = None
            else:
                is_complete = False
    return DagModel(
        dag.dag_id,
        ExportedArguments(dag.arguments),
        tuple(export_task(task) for task in dag.tasks),
        tuple(edges),
        dag.line,
        dag.docstring,
        is_complete,
    )


def export_task(task: TaskValue) -> TaskModel:
    """Returns the record of one task."""
    documentation = task.docstring or task.arguments.get("doc_md", "")
    group = task.group.group_id if isinstance(task.group, GroupValue) else ""
    return TaskModel(
        task.task_id,
        task.operator,
        task.module,
        ExportedArguments(task.arguments),
        task.line,
        group if isinstance(group, str) else "",
        documentation if isinstance(documentation, str) else "",
        task.is_mapped,
        _function_of(task),
        ExportedArguments(task.call),
        ("*", *task.mapped) if _is_in_mapped_group(task) else task.mapped,
        "setup" if task.is_setup else "teardown" if task.is_teardown else "",
        ExportedArguments(_defaults_of(task)),
    )


def _is_in_mapped_group(task: TaskValue) -> bool:
    group = task.group
    while isinstance(group, GroupValue):
        if group.is_mapped:
            return True
        group = group.parent
    return False


def _function_of(task: TaskValue) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None:
    """Returns what the task runs where the file itself defines it."""
    function = _own_function(task)
    return None if function is None else function.node


def _own_function(task: TaskValue) -> FunctionValue | None:
    function = task.arguments.get("python_callable")
    if isinstance(task.result_of, TaskFactory):
        function = task.result_of.function
    return function if type(function) is FunctionValue else None


def _defaults_of(task: TaskValue) -> dict[str, Any]:
    function = _own_function(task)
    if function is None or not (function.defaults or function.keyword_defaults):
        return {}
    spec = function.node.args
    names = [parameter.arg for parameter in (*spec.posonlyargs, *spec.args)]
    placed = zip(names[len(names) - len(function.defaults) :], function.defaults, strict=True)
    return {**dict(placed), **function.keyword_defaults}


def _date_symbol(value: datetime.date | datetime.timedelta) -> Symbol:
    """A date or duration as the call that would make it."""
    if isinstance(value, datetime.timedelta):
        seconds = value.total_seconds()
        for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
            if seconds % size == 0:
                return Symbol("datetime.timedelta", (), ((unit, int(seconds // size)),), called=True)
        return Symbol("datetime.timedelta", (), (("seconds", seconds),), called=True)
    if not isinstance(value, datetime.datetime):
        return Symbol("datetime.date", (value.year, value.month, value.day), called=True)
    zone = value.tzinfo
    kwargs: tuple[tuple[str, object], ...] = ()
    if isinstance(zone, ZoneInfo):
        kwargs = (("tzinfo", Symbol("zoneinfo.ZoneInfo", (str(zone),), called=True)),)
    args: tuple[int, ...] = (value.year, value.month, value.day)
    if (value.hour, value.minute, value.second) != (0, 0, 0):
        args += (value.hour, value.minute, *((value.second,) if value.second else ()))
    return Symbol("datetime.datetime", args, kwargs, called=True)


_MADE_OF_TEXT: dict[type, str] = {
    Decimal: "decimal.Decimal", Fraction: "fractions.Fraction", UUID: "uuid.UUID",
    ZoneInfo: "zoneinfo.ZoneInfo",
}  # fmt: skip


def export_value(value: Any, depth: int = 6, budget: list[int] | None = None) -> object:
    """Returns literals as they are, things known by path as ``Symbol``, all else as ``UNKNOWN``."""
    budget = [_MOST_PARTS] if budget is None else budget
    budget[0] -= 1
    if value is UNKNOWN or depth == 0 or budget[0] < 0:
        return UNKNOWN
    if isinstance(value, (datetime.date, datetime.timedelta)):
        return _date_symbol(value)
    if isinstance(value, PurePosixPath):
        return str(value)
    if type(value) in _MADE_OF_TEXT:
        return Symbol(_MADE_OF_TEXT[type(value)], (str(value),), called=True)
    if is_concrete(value):
        return value

    def inner(item: Any) -> object:
        return export_value(item, depth - 1, budget)

    if isinstance(value, (ListValue, SetValue)):
        return [inner(item) for item in value] if value.exact else UNKNOWN
    if isinstance(value, tuple):
        return tuple(inner(item) for item in value)
    if isinstance(value, DictValue):
        return {key: inner(item) for key, item in value.items() if is_concrete(key)}
    if isinstance(value, (ApiValue, PythonValue)):
        return Symbol(value.path)
    if isinstance(value, ApiInstance):
        args = tuple(inner(item) for item in value.args)
        kwargs = tuple((name, inner(item)) for name, item in value.kwargs.items())
        return Symbol(value.path, args, kwargs, called=True)
    return _named(value)


def _named(value: Any) -> object:
    if isinstance(value, (FunctionValue, ClassValue)):
        return Symbol(value.name) if isinstance(value.name, str) else UNKNOWN
    if isinstance(value, Instance):
        return Symbol(value.cls.name, called=True)
    if isinstance(value, XComArgValue) and len(value.tasks) == 1:
        key = (("key", value.key),) if isinstance(value.key, str) and value.key != "return_value" else ()
        return Symbol("output", (value.tasks[0].task_id,), key, called=True)
    return UNKNOWN

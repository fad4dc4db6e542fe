"""What the tasks of an answer really do: operator, function body and arguments, task by task.

A task is hollow when it does nothing: an empty operator, ``echo``, a function that only prints. A hollow task
is no evidence of work, whatever its id says.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from airflownet.asked_for.operator_names import operator_name
from airflownet.asked_for.task_functions import FunctionsOfFile, literal_texts
from airflownet.asked_for.terms import Terms, terms_of
from airflownet.judge.loader.loaded_file import DagModel, LoadedFile, TaskModel
from airflownet.wording.operator_phrase import operator_phrase

_EMPTY: Final = frozenset({"EmptyOperator", "ExternalTaskMarker"})
_PLAIN_PYTHON: Final = frozenset(
    {"PythonOperator", "PythonVirtualenvOperator", "ExternalPythonOperator", "PythonSensor"}
)
_SHELL_TALK: Final = re.compile(r"(?:echo|printf|true|:|exit|sleep)\b[^|<>`]*|:|#.*|")
_SHELL_PARTS: Final = re.compile(r"\n|;|&&")
_SHELL: Final = frozenset({"bash_command", "command"})
_MODULE_PARTS: Final = frozenset(
    {"airflow", "providers", "operators", "sensors", "transfers", "hooks", "sdk"}
)


@dataclass(frozen=True, slots=True)
class BuiltTask:
    """One task of an answer."""

    task_id: str
    operator: str
    """Class name; that of the operator a TaskFlow decorator stands for."""
    terms: Terms
    """Of a hollow task: only what its operator says of itself."""
    is_hollow: bool
    dag: int
    """Index of its DAG."""


@dataclass(frozen=True, slots=True)
class Built:
    """What an answer builds."""

    dags: tuple[DagModel, ...]
    tasks: tuple[BuiltTask, ...]
    later: Mapping[tuple[int, str], frozenset[str]]
    """(DAG, task id) -> ids of every task that runs after it."""
    literals: frozenset[str]
    """Literal arguments and strings of the tasks' functions, in lower case."""


def built_by(loaded: LoadedFile) -> Built:
    """Returns what the tasks of a loaded file do; nothing for a file without DAGs."""
    if loaded.tree is None:
        return Built((), (), {}, frozenset())
    functions = FunctionsOfFile.of(loaded.tree)
    tasks: list[BuiltTask] = []
    later: dict[tuple[int, str], frozenset[str]] = {}
    literals: set[str] = set()
    for index, dag in enumerate(loaded.dags):
        seen: set[str] = set()
        for task in dag.tasks:
            if isinstance(task.task_id, str) and task.task_id not in seen:
                seen.add(task.task_id)
                tasks.append(_built(task, index, functions, literals))
        after: dict[str, list[str]] = {}
        for up, down in dag.edges:
            after.setdefault(up, []).append(down)
        later |= {(index, up): _reached(up, after) for up in after}
        literals |= set(literal_texts(dag.arguments))
    return Built(loaded.dags, tuple(tasks), later, frozenset(literals))


def _reached(start: str, after: Mapping[str, list[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = deque(after.get(start, ()))
    while waiting:
        one = waiting.popleft()
        if one not in found:
            found.add(one)
            waiting.extend(after.get(one, ()))
    return frozenset(found)


def _built(task: TaskModel, dag: int, functions: FunctionsOfFile, literals: set[str]) -> BuiltTask:
    operator = operator_name(task.operator)
    of_task = set(literal_texts({k: v for k, v in task.arguments.items() if k != "doc_md"}))
    own, is_hollow = _own_terms(task, operator)
    node = functions.of_task(task)
    work = functions.work_of(node) if node is not None else None
    if work is not None:
        if work.is_hollow and operator in _PLAIN_PYTHON:
            is_hollow = True
            own |= work.told
        of_task |= work.literals
    literals |= of_task
    if not is_hollow:
        own |= terms_of(task.task_id.rsplit(".", 1)[-1] if isinstance(task.task_id, str) else "")
        own |= terms_of(" ".join(sorted(of_task)))
        if work is not None:
            own |= work.terms
    return BuiltTask(str(task.task_id), operator, own, is_hollow, dag)


def _own_terms(task: TaskModel, operator: str) -> tuple[Terms, bool]:
    """Returns what the operator says of itself, and whether it does nothing."""
    clause = terms_of(operator_phrase(operator if operator[0].isupper() else task.operator).imperative())
    if operator in _EMPTY:
        return Terms(), True
    commands = [value for name in _SHELL if isinstance(value := task.arguments.get(name), str)]
    if commands and operator == "BashOperator" and all(map(_only_talks, commands)):
        return Terms(work=clause.work | {"print"}, things=clause.things), True
    if operator in _PLAIN_PYTHON:
        return clause, False
    module = " ".join(part for part in task.module.split(".") if part not in _MODULE_PARTS)
    return clause | terms_of(operator.removesuffix("Operator")) | terms_of(module), False


def _only_talks(command: str) -> bool:
    parts = (part.strip() for part in _SHELL_PARTS.split(command))
    return all(_SHELL_TALK.fullmatch(part) and "$(" not in part for part in parts)

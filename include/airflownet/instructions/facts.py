"""What the views are written from: the loaded file in phrases, safe to print.

``file_facts`` reads the loader's model once; no view looks at the code or at an argument again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Final

from airflownet.instructions.dag_settings_phrase import param_phrases, setting_phrases, tags
from airflownet.instructions.order_of_tasks import layers
from airflownet.instructions.purpose import Purpose, purpose
from airflownet.instructions.task_phrase import task_phrase
from airflownet.judge.loader.loaded_file import DagModel, LoadedFile, Symbol, TaskModel
from airflownet.wording.argument_phrase import argument_phrases, duration_text
from airflownet.wording.clause import Clause
from airflownet.wording.english import join_words
from airflownet.wording.schedule_phrase import SchedulePhrase, schedule_phrase
from airflownet.wording.untrusted_text import Guard

_HARNESS_TASK: Final = re.compile(
    r"watcher|test_context|env_?id|SystemTest|OpenLineageTest|get_test_run", re.IGNORECASE
)
_MOST_BRANCHES: Final = 5
_TRIGGER_RULES: Final = {
    "all_done": "even when earlier tasks failed",
    "all_done_setup_success": "even when earlier tasks failed",
    "always": "whatever happened before",
    "one_success": "as soon as one upstream task succeeds",
    "one_failed": "only when an upstream task fails",
    "all_failed": "only when everything upstream failed",
    "one_done": "as soon as one upstream task is done",
    "none_failed": "unless an upstream task failed",
    "none_failed_min_one_success": "unless an upstream task failed",
    "none_skipped": "unless an upstream task was skipped",
}


@dataclass(frozen=True, slots=True)
class TaskFact:
    """One task in phrases."""

    key: str
    """Its raw id, for the graph only; never printed."""
    name: str
    """Its id when it is safe to print, else empty."""
    operator: str
    """Class name or TaskFlow decorator, when it is safe to print."""
    clause: Clause
    details: tuple[str, ...]
    """Key arguments: ``bucket `sales```."""
    conditions: tuple[str, ...]
    """Trigger rule, mapping, branches, retries of its own, deferral."""
    rule: str
    """When it runs if not after success: ``even when earlier tasks failed``."""
    is_mapped: bool
    is_branch_target: bool
    """True when a branching task decides whether it runs."""
    group: str
    """Task group, when its name is safe to print."""


@dataclass(frozen=True, slots=True)
class DagFacts:
    """One DAG in phrases."""

    dag_id: str
    purpose: Purpose | None
    schedule: SchedulePhrase
    tasks: tuple[TaskFact, ...]
    """In the order of the file, without repeats."""
    layers: tuple[tuple[TaskFact, ...], ...]
    """In the order of running."""
    edges: tuple[tuple[str, str], ...]
    """Between printable ids only."""
    settings: tuple[str, ...]
    params: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file in phrases."""

    dags: tuple[DagFacts, ...]


def file_facts(loaded: LoadedFile, guard: Guard) -> FileFacts:
    """Returns the facts of every DAG that has a purpose or a task; DAGs without either are left out."""
    of_file = loaded.docstring if len(loaded.dags) == 1 else ""
    dags = [_dag_facts(dag, of_file, guard) for dag in loaded.dags]
    return FileFacts(tuple(dag for dag in dags if dag.tasks or dag.purpose))


def _dag_facts(dag: DagModel, of_file: str, guard: Guard) -> DagFacts:
    models = {str(task.task_id): task for task in reversed(dag.tasks) if isinstance(task.task_id, str)}
    kept = [
        task
        for task in dag.tasks
        if isinstance(task.task_id, str)
        and models[task.task_id] is task
        and not _HARNESS_TASK.search(f"{task.task_id} {task.operator} {task.module}")
    ]
    keys = {str(task.task_id) for task in kept}
    edges = tuple((up, down) for up, down in dag.edges if up in keys and down in keys)
    downstream: dict[str, list[str]] = {}
    for up, down in edges:
        downstream.setdefault(up, []).append(down)
    targets = {down for task in kept if _branches(task) for down in downstream.get(str(task.task_id), [])}
    tasks = {
        str(task.task_id): _task_fact(task, downstream, targets, dag.arguments.get("default_args"), guard)
        for task in kept
    }
    names = {key: fact.name for key, fact in tasks.items()}
    return DagFacts(
        dag_id=guard.name(dag.dag_id),
        purpose=_purpose(dag, of_file, guard),
        schedule=schedule_phrase(dag.arguments, guard),
        tasks=tuple(tasks.values()),
        layers=tuple(tuple(tasks[key] for key in layer) for layer in layers(list(tasks), edges)),
        edges=tuple((names[up], names[down]) for up, down in edges if names[up] and names[down]),
        settings=setting_phrases(dag.arguments, guard),
        params=param_phrases(dag.arguments, guard),
        tags=tags(dag.arguments, guard),
    )


def _purpose(dag: DagModel, of_file: str, guard: Guard) -> Purpose | None:
    topic = None
    texts = (dag.docstring, dag.arguments.get("description"), dag.arguments.get("doc_md"), of_file)
    for text in texts:
        if isinstance(text, str) and (found := purpose(text, guard)):
            if not found.is_topic:
                return found
            topic = topic or found
    return topic


def _branches(task: TaskModel) -> bool:
    return "branch" in task.operator.lower()


def _not_inherited(arguments: Mapping[str, object], defaults: object) -> Mapping[str, object]:
    """Returns the arguments that do not merely repeat the DAG's ``default_args``, which are told once."""
    if not isinstance(defaults, Mapping):
        return arguments
    return {name: value for name, value in arguments.items() if defaults.get(name) != value}


def _task_fact(
    task: TaskModel,
    downstream: Mapping[str, list[str]],
    targets: Set[str],
    defaults: object,
    guard: Guard,
) -> TaskFact:
    arguments = task.arguments
    clause = task_phrase(task, guard)
    if _branches(task):
        names = [f"`{name}`" for down in downstream.get(str(task.task_id), []) if (name := guard.name(down))]
        if 1 < len(names) <= _MOST_BRANCHES:
            clause = replace(clause, tail=f"{clause.tail} ({join_words(names, 'or')})".strip())
    rule = _TRIGGER_RULES.get(_rule_name(arguments.get("trigger_rule")), "")
    if not rule and "teardown" in task.operator:
        rule = "even when earlier tasks failed"
    conditions = [rule] if rule else []
    if task.is_mapped:
        conditions.append("mapped dynamically, one task instance per item")
    conditions += _own_settings(_not_inherited(arguments, defaults))
    details = [text for text in argument_phrases(arguments, guard) if text.split("`")[1] not in clause.object]
    return TaskFact(
        key=str(task.task_id),
        name=guard.name(task.task_id),
        operator=guard.name(task.operator.removeprefix("@").split("(")[0]) and task.operator.split("(")[0],
        clause=clause,
        details=tuple(details),
        conditions=tuple(conditions),
        rule=rule,
        is_mapped=task.is_mapped,
        is_branch_target=str(task.task_id) in targets,
        group=guard.name(task.group),
    )


def _rule_name(value: object) -> str:
    name = value.path.rsplit(".", 1)[-1] if isinstance(value, Symbol) else value
    return name.lower() if isinstance(name, str) else ""


def _own_settings(arguments: Mapping[str, object]) -> list[str]:
    found = []
    if arguments.get("deferrable") is True:
        found.append("deferrable")
    if arguments.get("mode") == "reschedule":
        found.append("in reschedule mode")
    retries = arguments.get("retries")
    if isinstance(retries, int) and not isinstance(retries, bool) and 0 < retries < 1000:
        found.append(f"{retries} retr{'y' if retries == 1 else 'ies'}")
    for name, form in (("poke_interval", "check every {}"), ("execution_timeout", "time out after {}")):
        if text := duration_text(arguments.get(name)):
            found.append(form.format(text))
    return found

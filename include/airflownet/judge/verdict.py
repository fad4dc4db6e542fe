"""The verdict: rules find, this decides.

``judge_code(code, airflow="3.3")`` answers ``loads``, ``fails`` or ``unknown`` for that Airflow line:
whether its DagBag would import the file without error and find at least one DAG.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airflownet.judge.interpreter.unknown import Unknown
from airflownet.judge.loader import LoadedFile, load_source
from airflownet.judge.loader.garbage import collector_paused
from airflownet.judge.loader.worlds import world_for
from airflownet.judge.project.project import Project
from airflownet.judge.rules.registry import JudgeContext, all_rules, rules_beyond_failures
from airflownet.records import Condition, DagGraph, Outcome, Verdict, Violation

NO_DAG = "no DAG in the file"
"""The reason where a file imports and builds nothing."""
_CAUSES = {"third-party-module": "package"}
UNKNOWN_ID = "<unknown>"
"""Stands for a dag_id that only running the file would tell."""
_HARMLESS = frozenset({"raises"})
"""Possible failures that leave the verdict alone: a ``raise`` behind a condition is a guard."""


def judge_code(
    code: str | bytes,
    *,
    airflow: str = "3.3",
    id: str = "",
    path: str = "",
    roots: Sequence[str | Path] = (),
    project: Project | None = None,
) -> Verdict:
    """Returns the verdict on one file, without running it.

    Never raises for any text or bytes, and takes at most about 2 s for the worst of them.

    Args:
        code: the file's text, or its bytes as they are on disk.
        airflow: line (``3.3``) or version (``3.3.1``); a version maps to its line.
        id: copied into the verdict.
        path: what ``__file__`` is in the file; empty when not known.
        roots: folders of the project from which local imports are resolved (read, never run).
        project: what the file lies in, by ``airflownet.judge.project.read_project``.

    Raises:
        InputError: there is no catalogue for that Airflow line.
    """
    with collector_paused():
        return judge_loaded(load_source(code, airflow, path=path, roots=roots, project=project), id=id)


def judge_loaded(file: LoadedFile, *, id: str = "") -> Verdict:
    """Returns the verdict on a file that is loaded already."""
    context = JudgeContext(file.airflow, world_for(file.airflow, file.catalogue_file).catalogue)
    rules = all_rules() if file.failures else rules_beyond_failures()
    found = [violation for rule in rules for violation in rule.check(file, context)]
    violations = tuple(sorted(set(found), key=lambda v: (v.line, v.column, v.code, v.message)))
    outcome, reason = decide(file, context)
    return Verdict(
        id,
        file.airflow,
        outcome,
        reason,
        _graphs(file),
        violations,
        _assumptions(file),
        _causes(file) if outcome is Outcome.UNKNOWN else (),
        file.uses,
    )


def _assumptions(file: LoadedFile) -> tuple[Condition, ...]:
    """Returns what the walk took to be there, a package's own call that builds a DAG included."""
    found = [Condition(kind, subject, why) for kind, subject, why, _ in file.assumptions]
    if not file.dags:
        found += [Condition("dag", path, "by its name it builds a DAG") for path in file.opaque_dags]
    return tuple(found)


def _causes(file: LoadedFile) -> tuple[Condition, ...]:
    """Returns why the outcome is unknown: what has to be known, then what else could not be followed."""
    found = {
        Condition(_CAUSES.get(failure.kind, failure.kind), failure.subject, failure.message): None
        for failure in file.uncertain
    }
    told = {failure.message for failure in file.uncertain}
    for reason in file.unknowns:
        if not any(message in reason for message in told):
            kind = "file" if reason.startswith("FileNotFoundError") else "code"
            found[Condition(kind, reason[:200], reason)] = None
    if not found:
        possible = [failure for failure in file.possible_failures if failure.kind not in _HARMLESS]
        found.update((Condition("code", f.message[:200], f.message), None) for f in possible[:1])
    return tuple(found)


def judge(source: str | bytes, airflow: str = "3.3") -> Verdict:
    """Returns the verdict on one file: the short form of ``judge_code``."""
    return judge_code(source, airflow=airflow)


def decide(file: LoadedFile, context: JudgeContext) -> tuple[Outcome, str]:
    """Returns the outcome and, unless the file loads, the reason."""
    if file.failures:
        first = file.failures[0]
        place = f" (line {first.line})" if first.line else ""
        return Outcome.FAILS, f"{first.exception}: {first.message}{place}"
    if not file.dags and not context.may_hold_dag(file):
        return Outcome.FAILS, NO_DAG
    may_build = bool(file.dags or file.opaque_dags)
    if file.unknowns:
        return Outcome.UNKNOWN, "; ".join(file.unknowns)
    possible = [failure for failure in file.possible_failures if failure.kind not in _HARMLESS]
    if possible:
        first = possible[0]
        return Outcome.UNKNOWN, f"may fail at line {first.line}: {first.exception}: {first.message}"
    if not may_build:
        return Outcome.FAILS, NO_DAG
    return Outcome.LOADS, ""


def _graphs(file: LoadedFile) -> tuple[DagGraph, ...]:
    graphs: dict[str, DagGraph] = {}
    for dag in file.dags:
        dag_id = UNKNOWN_ID if isinstance(dag.dag_id, Unknown) else dag.dag_id
        tasks = {task.task_id for task in dag.tasks if not isinstance(task.task_id, Unknown)}
        graphs[dag_id] = DagGraph(dag_id, tuple(sorted(tasks)), tuple(sorted(dag.edges)))
    return tuple(graphs[dag_id] for dag_id in sorted(graphs))


def load_violations(verdict: Verdict) -> tuple[Violation, ...]:
    """Returns the violations that keep the file from loading."""
    return tuple(violation for violation in verdict.violations if violation.severity == "load")

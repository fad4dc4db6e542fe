"""What an answer uses that is not there: invented, or of another Airflow line.

A name that no known line has is invented; one that another line has is outdated (or too new). Both keep a
file from loading, but they are different faults: the first is hallucination, the second an old memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.catalogue.store import known_lines
from airflownet.judge.interpreter.raised import Failure
from airflownet.judge.loader import LoadedFile

CLASSES: Final = ("package", "module", "name", "argument", "attribute", "outdated", "harness")
"""In the order of the report; ``attribute`` counts as a name in the totals of invented things."""
_KINDS: Final = {
    "unknown-argument": "argument",
    "unknown-attribute": "attribute",
    "test-harness": "harness",
}
_OUTDATED: Final = "outdated"
_OLD_ARGUMENTS: Final = frozenset(
    {"schedule_interval", "timetable", "concurrency", "task_concurrency", "default_view", "orientation"}
    | {"sla", "sla_miss_callback", "full_filepath", "provide_context", "fail_stop"}
)
"""Arguments of DAGs and operators that earlier lines take or took, and later ones refuse."""


def invented_in(file: LoadedFile) -> tuple[tuple[str, str], ...]:
    """Returns (class, subject) of what a file uses and the line does not have; sorted, without repeats."""
    found = {
        (kind, failure.subject)
        for failure in (*file.failures, *file.uncertain)
        if (kind := _class_of(failure, file.airflow))
    }
    return tuple(sorted(found))


def _class_of(failure: Failure, airflow: str) -> str:
    if failure.kind == "unknown-module":
        if _on_another_line(failure.subject, "", airflow):
            return _OUTDATED
        parts = failure.subject.split(".")
        package = ".".join(parts[:3]) if parts[:2] == ["airflow", "providers"] else parts[0]
        return "module" if load_catalogue(airflow).has_module(package) else "package"
    if failure.kind == "unknown-name":
        module, _, name = failure.subject.rpartition(".")
        return _OUTDATED if _on_another_line(module, name, airflow) else "name"
    if failure.kind == "unknown-argument" and failure.subject in _OLD_ARGUMENTS:
        return _OUTDATED
    return _KINDS.get(failure.kind, "")


def _on_another_line(module: str, name: str, airflow: str) -> bool:
    return any(_has(line, module, name) for line in _others(airflow))


def _has(line: str, module: str, name: str) -> bool:
    catalogue = load_catalogue(line)
    if not module or not catalogue.has_module(module):
        return False
    return not name or bool(catalogue.resolve(module, name))


def _others(airflow: str) -> Sequence[str]:
    own = ".".join(airflow.split(".")[:2])
    return [line for line in known_lines() if line != own]

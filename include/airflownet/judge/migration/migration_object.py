"""The way to another line, for machines: one JSON object."""

from __future__ import annotations

from typing import Any

from airflownet.judge.migration.file_migration import Fault, FileMigration, Mends, Migration, State
from airflownet.judge.migration.order_of_work import Cause, deprecations, order_of_work
from airflownet.judge.migration.text import place_of
from airflownet.records import Violation


def migration_object(migration: Migration) -> dict[str, Any]:
    """Returns ``from``, ``airflow``, ``counts``, ``mended``, ``order_of_work``, ``deprecated``, ``files``.

    ``mends`` is ``ruff``, ``migrate``, ``hand``, or null where it was not tried (``not_tried`` says why), and
    for what is deprecated where ruff has no fix.
    """
    return {
        "from": migration.old,
        "airflow": migration.new,
        "counts": {state.value: len(migration.of(state)) for state in State},
        "mended": {mends.value: migration.n_mended(mends) for mends in Mends},
        "not_tried": migration.not_tried,
        "order_of_work": [_cause(cause) for cause in order_of_work(migration)],
        "deprecated": [_cause(cause) for cause in deprecations(migration)],
        "files": [_file(file) for file in migration.files],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "code": cause.code,
        "message": cause.message,
        "module": cause.module,
        "n_files": len(cause.files),
        "n_alone": cause.n_alone,
        "mends": {who.value: number for who, number in cause.mends},
        "files": list(cause.files),
    }


def _file(file: FileMigration) -> dict[str, Any]:
    return {
        "id": file.id,
        "state": file.state.value,
        "before": file.before.outcome.value,
        "after": file.after.outcome.value,
        "note": file.note,
        "mends": file.mends.value if file.mends is not None else None,
        "changed_modules": list(file.changed_modules),
        "breaks": [_fault(file, fault) for fault in file.breaks],
        "deprecated": [_fault(file, fault) for fault in file.deprecated],
        "left": [{"code": violation.code, "message": violation.message} for violation in file.left],
    }


def _fault(file: FileMigration, fault: Fault) -> dict[str, Any]:
    violation: Violation = fault.violation
    return {
        "code": violation.code,
        "rule": violation.rule,
        "severity": violation.severity.value,
        "message": violation.message,
        "place": place_of(file, violation),
        "line": violation.line,
        "column": violation.column,
        "mends": fault.mends.value if fault.mends is not None else None,
    }

"""The order of work: what breaks files, by the number of files it blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from airflownet.judge.migration.compare import cause_of
from airflownet.judge.migration.file_migration import Fault, FileMigration, Mends, Migration


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that several files have in common."""

    code: str
    message: str
    module: str
    """The project's module that it is in; empty where it is in the files themselves."""
    files: tuple[str, ...]
    """Ids, in their order."""
    n_alone: int
    """Files that nothing else breaks."""
    mends: tuple[tuple[Mends, int], ...]
    """Who takes it away, and in how many files."""


def order_of_work(migration: Migration) -> list[Cause]:
    """Returns what breaks files, what blocks most of them first."""
    return _causes((file, file.breaks) for file in migration.files)


def deprecations(migration: Migration) -> list[Cause]:
    """Returns what is deprecated, what most files use first; of all files."""
    return _causes((file, file.deprecated) for file in migration.files)


def _causes(rows: Iterable[tuple[FileMigration, tuple[Fault, ...]]]) -> list[Cause]:
    files: dict[tuple[str, str, str], list[str]] = {}
    alone: Counter[tuple[str, str, str]] = Counter()
    mends: dict[tuple[str, str, str], Counter[Mends]] = {}
    for file, faults in rows:
        own = {cause_of(fault.violation): fault.mends for fault in faults}
        for cause, who in own.items():
            files.setdefault(cause, []).append(file.id)
            alone[cause] += len(own) == 1
            if who is not None:
                mends.setdefault(cause, Counter())[who] += 1
    causes = [
        Cause(
            *cause,
            tuple(ids),
            alone[cause],
            tuple((who, mends[cause][who]) for who in Mends if cause in mends and mends[cause][who]),
        )
        for cause, ids in files.items()
    ]
    return sorted(causes, key=lambda one: (-len(one.files), -one.n_alone, one.code, one.message, one.module))

"""Judges files for the old line and the new one, tells what is new, and who takes it away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from airflownet.errors import InputError
from airflownet.judge.air_rules import AirFinding, air_findings_of
from airflownet.judge.batch import Source, judge_sources
from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.migration.file_migration import (
    BREAKING,
    BROKEN,
    Fault,
    FileMigration,
    Mends,
    Migration,
    State,
)
from airflownet.judge.migration.mending import Mended, Menders, mended_verdicts
from airflownet.judge.project.project import Project
from airflownet.judge.rules.registry import ViolationInModule
from airflownet.judge.selection import is_only_without_dag
from airflownet.progress import progress
from airflownet.records import Outcome, Severity, Verdict, Violation

_PLACE: Final = re.compile(r" \(in [^()]*, line \d+\)")
"""Where in a module it is, as messages end: lines move when a module is mended."""


def check_lines(old: str, new: str) -> None:
    """Refuses lines between which there is nothing to migrate.

    Raises:
        InputError: one is not known, or the old one is not older.
    """
    first, second = (load_catalogue(line).line for line in (old, new))
    if _order(first) >= _order(second):
        raise InputError(
            f"--from {old} is not older than --airflow {new}", "give the line you run, then the one you go to"
        )


def _order(line: str) -> list[int]:
    return [int(part) for part in line.split(".")]


@dataclass(frozen=True, slots=True)
class _Judged:
    source: Source
    before: Verdict
    after: Verdict
    air: list[AirFinding]

    @property
    def state(self) -> State:
        if self.after.outcome is Outcome.UNKNOWN:
            return State.UNKNOWN
        if self.after.outcome is Outcome.FAILS:
            return State.FAILS_ALREADY if self.before.outcome is Outcome.FAILS else State.BREAKS
        if self.new_breaks():
            return State.BREAKS
        is_deprecated = self.air or any(v.severity is Severity.DEPRECATED for v in self.after.violations)
        return State.DEPRECATED if is_deprecated else State.READY

    def new_breaks(self) -> list[Violation]:
        old = {_identity(violation) for violation in self.before.violations}
        return [
            violation
            for violation in self.after.violations
            if violation.severity in BREAKING and _identity(violation) not in old
        ]


def compare(
    sources: Sequence[Source],
    old: str,
    new: str,
    project: Project | None = None,
    menders: Menders | None = None,
    not_tried: str = "",
) -> Migration:
    """Returns what the way from ``old`` to ``new`` does to each file, in their order.

    Files that build no DAG and that others import are modules: they are left out, and mended with the files
    that use them.

    Args:
        sources: the files.
        old: Airflow line they run on.
        new: Airflow line they go to.
        project: what they lie in.
        menders: what mends by rule; None to leave that out.
        not_tried: why it is left out.
    """
    before = _verdicts(sources, old, project)
    after = _verdicts(sources, new, project)
    findings = air_findings_of([source.code for source in sources], preview=True)
    is_for_ruff = _order(load_catalogue(new).line)[0] >= 3  # what ruff tells is about 3.0
    findings = [
        [one for one in found if is_for_ruff and one.violation.code.startswith("AIR3")] for found in findings
    ]
    judged = [_Judged(*row) for row in zip(sources, before, after, findings, strict=True)]
    modules = _modules(judged, project)
    judged = [one for one in judged if str(one.source.id) not in modules]
    to_mend = [one for one in judged if one.state in BROKEN] if menders is not None else []
    mended: dict[str, Mended] = {}
    if menders is not None and to_mend:
        uses = [_with_all_uses(one) for one in to_mend]
        targets = [replace(one.source, airflow=new) for one in to_mend]
        found = mended_verdicts(targets, uses, menders, project)
        mended = {str(one.source.id): result for one, result in zip(to_mend, found, strict=True)}
    files = [_file(one, mended.get(str(one.source.id))) for one in judged]
    return Migration(old, new, tuple(files), not_tried)


def _verdicts(sources: Sequence[Source], airflow: str, project: Project | None) -> list[Verdict]:
    targets = [replace(source, airflow=airflow) for source in sources]
    verdicts = []
    with progress(f"Judging for {airflow}", len(targets), "files") as bar:
        for verdict in judge_sources(targets, project=project):
            verdicts.append(verdict)
            bar.advance()
    return verdicts


def _modules(judged: Sequence[_Judged], project: Project | None) -> set[str]:
    """Returns the ids of files without a DAG that other files import, on either line."""
    if project is None:
        return set()
    used = {path for one in judged for path in (*one.before.uses, *one.after.uses)}
    return {
        str(one.source.id)
        for one in judged
        if (is_only_without_dag(one.before) or is_only_without_dag(one.after))
        and project.shown(one.source.path) in used
    }


def _with_all_uses(one: _Judged) -> Verdict:
    """The old line's look may have come further, and so met more modules."""
    return replace(one.after, uses=tuple(sorted({*one.before.uses, *one.after.uses})))


def _file(one: _Judged, mended: Mended | None) -> FileMigration:
    breaks = tuple(Fault(violation, _mends(violation, mended)) for violation in one.new_breaks())
    own = [v for v in one.after.violations if v.severity is Severity.DEPRECATED]
    lines_of_ruff = {found.violation.line for found in one.air}
    deprecated = [Fault(v, None) for v in own if v.line not in lines_of_ruff]
    deprecated += [Fault(found.violation, Mends.RUFF if found.fix else None) for found in one.air]
    deprecated.sort(key=lambda fault: (fault.violation.line, fault.violation.column, fault.violation.code))
    who: Mends | None = None
    left: tuple[Violation, ...] = ()
    if mended is not None:
        who = next(
            (
                mends
                for mends, verdict in ((Mends.RUFF, mended.by_ruff), (Mends.MIGRATE, mended.by_both))
                if verdict.outcome is Outcome.LOADS
                and not any(v.severity in BREAKING for v in verdict.violations)
            ),
            Mends.HAND,
        )
        if who is Mends.HAND:
            left = tuple(v for v in mended.by_both.violations if v.severity in BREAKING)
    return FileMigration(
        one.before,
        one.after,
        one.state,
        breaks if one.state in BROKEN else (),
        tuple(deprecated),
        who,
        left,
        mended.changed_modules if mended is not None else (),
    )


def _mends(violation: Violation, mended: Mended | None) -> Mends | None:
    """Returns who takes a violation away; lines move by mending, so the message is what is compared."""
    if mended is None:
        return None
    for mends, verdict in ((Mends.RUFF, mended.by_ruff), (Mends.MIGRATE, mended.by_both)):
        if cause_of(violation) not in {cause_of(one) for one in verdict.violations}:
            return mends
    return Mends.HAND


def _identity(violation: Violation) -> tuple[object, ...]:
    return (violation.code, violation.line, violation.column, *_module(violation))


def _module(violation: Violation) -> tuple[str, ...]:
    return (violation.module_path,) if isinstance(violation, ViolationInModule) else ()


def cause_of(violation: Violation) -> tuple[str, str, str]:
    """Returns what files have in common that one thing breaks: code, message, the module that it is in."""
    if not isinstance(violation, ViolationInModule):
        return violation.code, violation.message, ""
    return violation.code, _PLACE.sub("", violation.message), violation.shown_path()

"""Migrate rows: an older DAG and the same DAG on the target line, from one family and one file name.

The judge confirms each pair: the older file fails on the target line or uses what is deprecated there, and
loads on an older line; the newer one loads on the target line with nothing deprecated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from packaging.version import InvalidVersion, Version

from airflownet.dataset.kinds.context import Context
from airflownet.dataset.kinds.requests import MIGRATE, block, phrasing, target
from airflownet.dataset.row import Offer, Row, origin_of
from airflownet.judge.catalogue.store import known_lines
from airflownet.judge.verdict import judge_code
from airflownet.records import DagFile, Outcome, Severity, Verdict


def migrate_rows(context: Context) -> Iterator[Offer]:
    """Yields one offer for each older file that has a newer one, in the order of the newer files' ids."""
    newer = {file.id for file in context.usable}
    groups: dict[tuple[str, str], list[DagFile]] = defaultdict(list)
    for file in sorted(context.material.files, key=lambda file: file.id):
        if (member := context.members.get(file.id)) is not None:
            groups[member.family_id, PurePosixPath(file.path).name].append(file)
    for files in groups.values():
        for old in files:
            if not is_outdated(context.material.verdicts[old.id]):
                continue
            news = [file for file in files if file.id in newer and is_current_answer(context, file, old)]
            if news:
                yield _offer(context, old, max(news, key=lambda file: (_version(file.ref), file.id)))


def is_outdated(verdict: Verdict) -> bool:
    """Tells whether a file fails on the target line, or uses what is deprecated there."""
    return verdict.outcome is Outcome.FAILS or _has_deprecated(verdict)


def is_current_answer(context: Context, file: DagFile, old: DagFile) -> bool:
    """Tells whether a file is what the older one became: another text, not older, nothing deprecated."""
    if file.content_sha256 == old.content_sha256 or _has_deprecated(context.material.verdicts[file.id]):
        return False
    return file.repo != old.repo or _version(file.ref) >= _version(old.ref)


def older_line(context: Context, file: DagFile) -> str:
    """Returns the newest line before the target that the file loads on; empty when there is none."""
    target_line = Version(context.settings.airflow)
    label = context.material.labels.get(file.id)
    if label is not None:
        lines = [line for line in label.loads_on if Version(line) < target_line]
        return max(lines, key=Version, default="")
    for line in sorted(
        (one for one in known_lines() if Version(one) < target_line), key=Version, reverse=True
    ):
        if judge_code(file.content, airflow=line).outcome is Outcome.LOADS:
            return line
    return ""


def _offer(context: Context, old: DagFile, new: DagFile) -> Offer:
    line = older_line(context, old)
    if not line:
        return "old-loads-nowhere"
    airflow = context.settings.airflow
    words = phrasing(MIGRATE, old.id, new.id).format(old=line, new=airflow)
    return Row(
        kind="migrate",
        origin=origin_of(new),
        member=context.members[new.id],
        request=f"{words}\n\n{block(old.content, 'python')}\n\n{target(airflow)}",
        answer=new.content,
        code=new.content,
        outcome=Outcome.LOADS.value,
        view=f"from-{line}",
        source_id=old.id,
    )


def _has_deprecated(verdict: Verdict) -> bool:
    return any(violation.severity is Severity.DEPRECATED for violation in verdict.violations)


def _version(ref: str) -> Version:
    try:
        return Version(ref.removeprefix("v"))
    except InvalidVersion:
        return Version("0")

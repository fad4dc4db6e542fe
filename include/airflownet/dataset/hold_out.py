"""Families that are tested on for a reason: the newest line, providers never trained on, a time cut.

Only families that no earlier edition knew can be held out: a side never flips. Where an earlier edition
trained on such a family already, its rows are dropped, so that the hold-out stays what it says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from packaging.version import InvalidVersion, Version

from airflownet.dataset.code_facts import providers_of
from airflownet.dataset.mixture_settings import HoldOutSettings
from airflownet.errors import InputError
from airflownet.families.family_records import FamilyMember
from airflownet.records import DagFile, LabelRow, stable_id


def held_out_families(
    files: Sequence[DagFile],
    members: Sequence[FamilyMember],
    labels: Mapping[str, LabelRow],
    settings: HoldOutSettings,
    airflow: str,
    salt: str,
) -> dict[str, str]:
    """Returns family id -> why it is held out, for all families that the settings name.

    Raises:
        InputError: the newest line is to be held out and there is no label matrix.
    """
    if settings.newest_line and not labels:
        raise InputError(
            "hold_out.newest_line needs the label matrix: there is no labels.parquet beside the verdicts",
            "judge the files for several Airflow lines, or turn hold_out.newest_line off",
        )
    by_id = {file.id: file for file in files}
    families: dict[str, list[DagFile]] = defaultdict(list)
    for member in members:
        if member.dag_file_id in by_id:
            families[member.family_id].append(by_id[member.dag_file_id])
    found: dict[str, str] = {}
    for family_id, of_family in families.items():
        why = _why(of_family, labels, settings, airflow, salt)
        if why:
            found[family_id] = why
    return found


def with_hold_outs(
    members: Sequence[FamilyMember], held_out: Mapping[str, str], edition: int
) -> tuple[FamilyMember, ...]:
    """Returns the members with new held-out families in test; known families stay where they are."""
    return tuple(
        replace(member, split="test") if member.family_id in held_out and member.since == edition else member
        for member in members
    )


def _why(
    files: Sequence[DagFile],
    labels: Mapping[str, LabelRow],
    settings: HoldOutSettings,
    airflow: str,
    salt: str,
) -> str:
    if settings.newest_line:
        lines = {line for file in files for line in (labels[file.id].loads_on if file.id in labels else ())}
        if airflow in lines and not any(Version(line) < Version(airflow) for line in lines):
            return "newest-line"
    if settings.providers or settings.provider_share:
        used = sorted({provider for file in files for provider in providers_of(file.content)})
        for provider in used:
            place = int(stable_id("hold-out", salt, provider), 16) / 2**64
            if provider in settings.providers or place < settings.provider_share:
                return f"provider:{provider}"
    for file in files:
        limit = settings.after.get(file.repo, settings.after.get("*"))
        if limit is None or not _is_later(file.ref, limit):
            return ""
    return f"after:{settings.after.get(files[0].repo, settings.after.get('*'))}" if settings.after else ""


def _is_later(ref: str, limit: str) -> bool:
    """Versions compare as versions, dates (2026-11-22) as text; what is neither is not later."""
    try:
        return Version(ref.removeprefix("v")) > Version(limit.removeprefix("v"))
    except InvalidVersion:
        is_date = len(ref) >= 10 and ref[4:5] == limit[4:5] == "-" and ref[:4].isdigit()
        return is_date and ref > limit

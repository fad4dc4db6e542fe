"""Everything a dataset is made of, read once: what must be there, and what may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from airflownet.dataset.moved_files import read_moved_files
from airflownet.dataset.project_texts import Quotable, quotable_texts
from airflownet.dataset.settings import DatasetSettings
from airflownet.errors import ArtifactError
from airflownet.families.family_records import FamilyAlias, FamilyMember
from airflownet.families.links import Rename
from airflownet.records import (
    DagFile,
    Instruction,
    JudgedSample,
    LabelRow,
    SyntheticRow,
    Tombstone,
    Verdict,
)
from airflownet.tables import read_table


@dataclass(frozen=True, slots=True)
class Material:
    """The inputs as records; those with a default are empty where nothing was given."""

    files: Sequence[DagFile]
    verdicts: Mapping[str, Verdict]
    """By file id, of the target line."""
    instructions: Sequence[Instruction]
    labels: Mapping[str, LabelRow] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    """File id -> why it must not be in any dataset from now on (tombstones)."""
    renames: Sequence[Rename] = ()
    synthetic: Sequence[SyntheticRow] = ()
    answers: Sequence[JudgedSample] = ()
    previous: Sequence[FamilyMember] = ()
    aliases: Sequence[FamilyAlias] = ()
    quotable: Quotable = field(default_factory=dict)
    """Texts of projects that requests may show."""


def read_material(inputs: Mapping[str, Path], settings: DatasetSettings) -> Material:
    """Returns the records of the input folders.

    Beside the three stages that every dataset needs: ``labels.parquet`` beside the verdicts,
    ``tombstones.parquet`` and ``sources.json`` (files that moved) beside the files, ``rows.parquet`` of the
    input ``synthetic``, ``results.parquet`` of ``answers``, the families of ``previous``.

    Raises:
        ArtifactError: a table is missing, or the verdicts are not those of these files and this line.
    """
    mining, judging = inputs["dag_files"], inputs["verdicts"]
    files = list(read_table(mining / "dag_files.parquet", DagFile))
    moved = read_moved_files(mining)
    tombstones = _optional(mining / "tombstones.parquet")
    labels = _optional(judging / "labels.parquet")
    previous = inputs.get("previous")
    members = list(read_table(_required(previous / "families.parquet"), FamilyMember)) if previous else []
    aliases = _optional(previous / "family_aliases.parquet") if previous else None
    synthetic, answers = inputs.get("synthetic"), inputs.get("answers")
    return Material(
        files=files,
        verdicts=_verdicts(judging / "verdicts.parquet", files, settings.airflow),
        instructions=list(read_table(inputs["instructions"] / "instructions.parquet", Instruction)),
        labels={row.id: row for row in read_table(labels, LabelRow)} if labels else {},
        gone={row.id: row.reason for row in read_table(tombstones, Tombstone)} if tombstones else {},
        renames=moved.renames,
        synthetic=list(read_table(_required(synthetic / "rows.parquet"), SyntheticRow)) if synthetic else [],
        answers=list(read_table(_required(answers / "results.parquet"), JudgedSample)) if answers else [],
        previous=moved.relocated(members),
        aliases=list(read_table(aliases, FamilyAlias)) if aliases else [],
        quotable=quotable_texts(mining / "project_files.parquet", files, settings),
    )


def _optional(path: Path) -> Path | None:
    return path if path.exists() else None


def _required(path: Path) -> Path:
    if not path.exists():
        raise ArtifactError(f"{path} does not exist", "give the output folder of the stage that writes it")
    return path


def _verdicts(path: Path, files: Sequence[DagFile], airflow: str) -> dict[str, Verdict]:
    rows = list(read_table(path, Verdict))
    verdicts = {verdict.id: verdict for verdict in rows if verdict.airflow == airflow}
    missing = [file.id for file in files if file.id not in verdicts]
    if missing:
        lines = ", ".join(sorted({verdict.airflow for verdict in rows})) or "none"
        raise ArtifactError(
            f"{path} holds no Airflow {airflow} verdict for {len(missing)} of {len(files)} files (first: "
            f"{missing[0]}; it has verdicts for Airflow {lines})",
            "judge these files for this Airflow line first: `airflownet judge`",
        )
    return verdicts

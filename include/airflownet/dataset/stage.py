"""The dataset stage: mined files, verdicts and instructions in; samples in proven splits out.

Output: ``samples.parquet`` (Sample), ``dataset_dict/``, ``families.parquet`` (FamilyMember),
``leakage.json`` and ``README.md``, the dataset card. Same inputs: same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.dataset.card import dataset_card
from airflownet.dataset.dataset_dict import save_dataset_dict
from airflownet.dataset.families import FamilyMember, family_members
from airflownet.dataset.leakage import leakage_report
from airflownet.dataset.samples import build_samples
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.split import SPLITS, SplitShares
from airflownet.errors import ArtifactError, GateNotMet
from airflownet.progress import progress
from airflownet.records import DagFile, Instruction, Sample, Verdict
from airflownet.tables import read_table, write_table


def run(
    settings: DatasetSettings,
    dag_files: str,
    verdicts: str,
    instructions: str,
    output: str,
    *,
    previous: str | None = None,
    fresh: bool = False,
) -> StageResult:
    """Assembles the dataset into ``output`` (path or URL of a folder).

    Args:
        settings: see ``DatasetSettings``.
        dag_files: output of the mining stage.
        verdicts: output of the judging stage for these files.
        instructions: output of the instructions stage for these files.
        output: folder to write.
        previous: output of an earlier dataset run, elsewhere; its families keep their ids and splits.
        fresh: run even when a finished output is there.

    Raises:
        GateNotMet: a split would be empty, or the proof found a leak; nothing is published.
        ArtifactError: the verdicts are not those of these files and of this Airflow line.
    """
    inputs = {"dag_files": dag_files, "verdicts": verdicts, "instructions": instructions}
    if previous is not None:
        inputs["previous"] = previous
    return run_stage(
        "dataset",
        settings,
        inputs,
        output,
        lambda work: _assemble(work, settings),
        code=("dataset",),
        libraries=("datasets", "pyarrow"),
        fresh=fresh,
    )


def _assemble(work: StageWork, settings: DatasetSettings) -> None:
    files = list(read_table(work.inputs["dag_files"] / "dag_files.parquet", DagFile))
    verdicts = _verdicts(work.inputs["verdicts"] / "verdicts.parquet", files, settings.airflow)
    instructions = list(read_table(work.inputs["instructions"] / "instructions.parquet", Instruction))
    previous: list[FamilyMember] = []
    if "previous" in work.inputs:
        previous = list(read_table(work.inputs["previous"] / "families.parquet", FamilyMember))

    with progress("Assembling the dataset", 4, "steps") as bar:
        shares = SplitShares(settings.train_fraction, settings.validation_fraction, settings.split_salt)
        members = family_members(files, settings.family_threshold, settings.shingle_tokens, shares, previous)
        bar.advance(note="families")
        samples = build_samples(files, verdicts, instructions, members, settings, work.funnel)
        _require_samples_in_each_split(samples, settings)
        bar.advance(note="samples")
        leakage = leakage_report(samples, settings.leakage_threshold, settings.shingle_tokens)
        _require_clean(leakage)
        bar.advance(note="leakage proof")

        write_table(work.directory / "families.parquet", FamilyMember, members)
        write_table(work.directory / "samples.parquet", Sample, samples)
        save_dataset_dict(samples, work.directory / "dataset_dict")
        text = json.dumps(leakage, indent=1, ensure_ascii=False) + "\n"
        (work.directory / "leakage.json").write_text(text, encoding="utf-8")
        card = dataset_card(samples, members, work.funnel, leakage, settings)
        (work.directory / "README.md").write_text(card, encoding="utf-8")
        bar.advance(note="written")
    work.counts.update({name: sum(s.split == name for s in samples) for name in SPLITS})
    work.counts["samples"] = len(samples)
    work.counts["families"] = len({member.family_id for member in members})
    work.facts["max_cross_split_jaccard"] = leakage["max_jaccard"]


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


def _require_samples_in_each_split(samples: Sequence[Sample], settings: DatasetSettings) -> None:
    sizes = Counter(sample.split for sample in samples)
    if all(sizes[name] for name in SPLITS):
        return
    shown = ", ".join(f"{name} {sizes[name]}" for name in SPLITS)
    n_families = len({sample.family_id for sample in samples})
    raise GateNotMet(
        f"a split would be empty: {shown} samples from {n_families} families (each needs at least one)",
        "add sources or raise max_code_chars; with few families also change the fractions or split_salt "
        f"(now {settings.train_fraction:g}/{settings.validation_fraction:g}/{settings.test_fraction:g})",
    )


def _require_clean(leakage: dict[str, Any]) -> None:
    if leakage["clean"]:
        return
    worst = leakage["worst"][0] if leakage["worst"] else {"first": "", "second": ""}
    raise GateNotMet(
        f"the splits leak: {leakage['n_exact']} equal answers, {leakage['n_near']} pairs with Jaccard >= "
        f"{leakage['threshold']:g} (highest {leakage['max_jaccard']:.3f}: {worst['first']} and "
        f"{worst['second']}), {leakage['n_shared_keys']} families or paths in two splits",
        "nothing was published; if an earlier dataset was given as `previous`, run without it; otherwise "
        "this is a defect of the family join: report it with this message",
    )

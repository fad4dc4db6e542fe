"""From files, verdicts and instructions to samples: which are made, and why the others are not.

Every choice is by hash, so it is the same in every run: which phrasings of a DAG are used, and which test
samples stay when their number is limited.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from airflownet.dataset.families import FamilyMember
from airflownet.dataset.operators import operators_of
from airflownet.dataset.settings import DatasetSettings
from airflownet.funnel import Funnel
from airflownet.records import (
    DagFile,
    Instruction,
    Message,
    Outcome,
    Sample,
    Severity,
    Verdict,
    stable_id,
)

KIND = "create"


def why_dropped(file: DagFile, verdict: Verdict, has_instruction: bool, max_code_chars: int) -> str | None:
    """Returns why no sample is made of a file, for example ``fails:AFN301`` or ``too-long``; else None."""
    if verdict.outcome is Outcome.UNKNOWN:
        return "unknown"
    if verdict.outcome is Outcome.FAILS:
        codes = [violation.code for violation in verdict.violations if violation.severity is Severity.LOAD]
        return f"fails:{codes[0]}" if codes else "fails"
    if len(file.content) > max_code_chars:
        return "too-long"
    return None if has_instruction else "no-instruction"


def build_samples(
    files: Sequence[DagFile],
    verdicts: Mapping[str, Verdict],
    instructions: Sequence[Instruction],
    members: Sequence[FamilyMember],
    settings: DatasetSettings,
    funnel: Funnel,
) -> list[Sample]:
    """Returns the samples sorted by id and counts every file in ``funnel``.

    Args:
        files: all mined files.
        verdicts: one for each file, by file id, of the Airflow line of the settings.
        instructions: any number for each file.
        members: the family and split of each file.
        settings: limits, views and the system prompt.
        funnel: gets ``listed``, kept and dropped by reason, counted in files.
    """
    by_file: dict[str, list[Instruction]] = defaultdict(list)
    for instruction in instructions:
        by_file[instruction.dag_file_id].append(instruction)
    usable: list[DagFile] = []
    for file in sorted(files, key=lambda file: file.id):
        funnel.listed += 1
        reason = why_dropped(file, verdicts[file.id], file.id in by_file, settings.max_code_chars)
        if reason is None:
            usable.append(file)
        else:
            funnel.drop(reason)
    family = {member.dag_file_id: member for member in members}
    chosen = {
        file.id: _choose_views(
            by_file[file.id], _n_views(family[file.id].split, settings), settings.split_salt
        )
        for file in usable
    }
    capped = _over_test_limit(usable, family, chosen, settings)
    funnel.drop("over-max-test-samples", len(capped))
    samples = []
    for file in usable:
        if file.id not in capped:
            funnel.keep()
            operators = operators_of(file.content)
            samples += [
                _sample(file, instruction, verdicts[file.id], family[file.id], operators, settings)
                for instruction in chosen[file.id]
            ]
    return sorted(samples, key=lambda sample: sample.id)


def _n_views(split: str, settings: DatasetSettings) -> int:
    return settings.train_views if split == "train" else settings.heldout_views


def _choose_views(instructions: list[Instruction], count: int, salt: str) -> list[Instruction]:
    """Returns up to ``count`` phrasings; which views they are differs from DAG to DAG."""
    ranked = sorted(
        instructions, key=lambda i: (stable_id("view", salt, i.dag_file_id, i.view, i.writer), i.id)
    )
    return ranked[:count]


def _over_test_limit(
    files: Sequence[DagFile],
    family: Mapping[str, FamilyMember],
    chosen: Mapping[str, list[Instruction]],
    settings: DatasetSettings,
) -> set[str]:
    """Returns the test files beyond the limit; families take turns, since they are the unit of evidence."""
    if settings.max_test_samples is None:
        return set()
    test = [file for file in files if family[file.id].split == "test"]
    taken: Counter[str] = Counter()
    turns = []
    for file in sorted(test, key=lambda file: stable_id("test", settings.split_salt, file.id)):
        family_id = family[file.id].family_id
        turns.append((taken[family_id], stable_id("test", settings.split_salt, family_id), file.id))
        taken[family_id] += 1
    over, n_samples = set(), 0
    for _, _, file_id in sorted(turns):
        if n_samples + len(chosen[file_id]) > settings.max_test_samples:
            over.add(file_id)
        else:
            n_samples += len(chosen[file_id])
    return over


def _sample(
    file: DagFile,
    instruction: Instruction,
    verdict: Verdict,
    member: FamilyMember,
    operators: tuple[str, ...],
    settings: DatasetSettings,
) -> Sample:
    request = f"{instruction.text.rstrip()}\n\nTarget: Apache Airflow {settings.airflow}."
    return Sample(
        id=stable_id("sample", KIND, settings.airflow, file.id, instruction.id),
        family_id=member.family_id,
        split=member.split,
        kind=KIND,
        messages=(
            Message("system", settings.system_prompt),
            Message("user", request),
            Message("assistant", file.content),
        ),
        dag_file_id=file.id,
        instruction_id=instruction.id,
        view=instruction.view,
        repo=file.repo,
        ref=file.ref,
        path=file.path,
        licence=file.licence.spdx,
        airflow=settings.airflow,
        outcome=verdict.outcome.value,
        operators=operators,
    )

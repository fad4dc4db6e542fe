"""Create rows, from a request to a real DAG: which files make them, which phrasings, and why not the others.

Every choice is by hash, so it is the same in every run: which phrasings of a DAG are used, and which test
samples stay when their number is limited.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from airflownet.dataset.code_facts import CodeFacts
from airflownet.dataset.kinds.requests import target
from airflownet.dataset.limits import Limits
from airflownet.dataset.material import Material
from airflownet.dataset.near_requests import near_held_out
from airflownet.dataset.project_texts import shown_project
from airflownet.dataset.row import Row, chat, origin_of
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.turns import in_turns, owner_of, rarest
from airflownet.families.family_records import FamilyMember
from airflownet.funnel import Funnel
from airflownet.records import DagFile, Instruction, stable_id


@dataclass(frozen=True, slots=True)
class CreateRows:
    """What became of the mined files."""

    usable: list[DagFile]
    """Files that make a create row or could make one, but for the limits on number; by id."""
    rows: list[Row]
    """The create rows of the dataset."""
    possible: list[Row]
    """Every create row that could be made of the usable files, whatever the limits."""
    rows_dropped: dict[str, int]
    """Rows of kept files that were left out, by reason."""


def create_rows(
    material: Material,
    members: Mapping[str, FamilyMember],
    facts: Mapping[str, CodeFacts],
    limits: Limits,
    settings: DatasetSettings,
    funnel: Funnel,
) -> CreateRows:
    """Returns the create rows; counts every file in ``funnel``, listed and either kept or dropped."""
    by_file: dict[str, list[Instruction]] = defaultdict(list)
    for instruction in material.instructions:
        by_file[instruction.dag_file_id].append(instruction)
    usable: list[DagFile] = []
    possible: dict[str, list[Row]] = {}
    n_over = 0
    for file in sorted(material.files, key=lambda file: file.id):
        funnel.listed += 1
        reason = limits.why_dropped(file, file.id in by_file)
        if reason is None:
            shown = shown_project(file, material.quotable)
            rows = [_row(file, one, shown, members[file.id], settings) for one in by_file[file.id]]
            fitting = [row for row in rows if limits.fits(chat(row, settings))]
            n_over += len(rows) - len(fitting)
            reason = None if fitting else "too-many-tokens"
            possible[file.id] = fitting
        if reason is None:
            usable.append(file)
        else:
            funnel.drop(reason)
    chosen = {file.id: _choose_views(possible[file.id], settings) for file in usable}
    capped = _over_test_limit(usable, members, chosen, settings)
    funnel.drop("over-max-test-samples", len(capped))
    rows = [row for file in usable if file.id not in capped for row in chosen[file.id]]
    near = near_held_out(rows, settings.instruction_shingle_words, settings.leakage_threshold)
    rows = [row for row in rows if id(row) not in near]
    balanced = _balanced([row for row in rows if row.member.split == "train"], facts, settings)
    rows = [row for row in rows if row.member.split != "train" or id(row) in balanced]
    kept = {row.origin.id for row in rows}
    for file in usable:
        if file.id in kept:
            funnel.keep()
        elif file.id not in capped:
            funnel.drop("request-near-held-out" if all(id(r) in near for r in chosen[file.id]) else "balance")
    dropped = {"too-many-tokens": n_over, "request-near-held-out": len(near)}
    everything = [row for file in usable for row in possible[file.id]]
    return CreateRows(usable, rows, everything, {name: n for name, n in dropped.items() if n})


def _row(
    file: DagFile, instruction: Instruction, shown: str, member: FamilyMember, settings: DatasetSettings
) -> Row:
    parts = [instruction.text.rstrip(), *([shown] if shown else []), target(settings.airflow)]
    return Row(
        kind="create",
        origin=origin_of(file),
        member=member,
        request="\n\n".join(parts),
        answer=file.content,
        code=file.content,
        outcome="loads",
        view=instruction.view,
        instruction_id=instruction.id,
        source_id=instruction.writer,
    )


def _choose_views(rows: list[Row], settings: DatasetSettings) -> list[Row]:
    """Returns up to so many phrasings as the split has; which views they are differs from DAG to DAG."""
    count = settings.train_views if rows[0].member.split == "train" else settings.heldout_views
    ranked = sorted(
        rows,
        key=lambda row: (
            stable_id("view", settings.split_salt, row.origin.id, row.view, row.source_id),
            row.instruction_id,
        ),
    )
    return ranked[:count]


def _over_test_limit(
    files: Sequence[DagFile],
    family: Mapping[str, FamilyMember],
    chosen: Mapping[str, list[Row]],
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


def _balanced(rows: Sequence[Row], facts: Mapping[str, CodeFacts], settings: DatasetSettings) -> set[int]:
    """Returns the identities of the rows within the limits per family, owner and rarest operator."""
    balance = settings.balance
    limits = (balance.max_rows_per_family, balance.max_rows_per_operator, balance.max_rows_per_owner)
    if limits == (None, None, None):
        return {id(row) for row in rows}
    frequency = Counter(name for row in rows for name in facts[row.origin.id].operators)

    def keys(row: Row) -> tuple[str, str, str]:
        operator = rarest(facts[row.origin.id].operators, frequency)
        return row.member.family_id, operator, owner_of(row.origin.repo)

    taken: Counter[tuple[int, str]] = Counter()
    kept = set()
    for row in in_turns(rows, keys, lambda row: f"{row.origin.id}/{row.instruction_id}", settings.split_salt):
        places = list(enumerate(keys(row)))
        if all(limit is None or taken[place] < limit for limit, place in zip(limits, places, strict=True)):
            taken.update(places)
            kept.add(id(row))
    return kept

"""A row on its way into the dataset, and the record it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from airflownet.dataset.code_facts import CodeFacts
from airflownet.dataset.settings import DatasetSettings
from airflownet.families.family_records import FamilyMember
from airflownet.generation.cards import cards_for
from airflownet.generation.plan_cards import plan_cards, with_cards
from airflownet.records import DagFile, Message, Sample, SyntheticRow, stable_id


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer comes from."""

    id: str
    repo: str
    ref: str
    path: str
    commit: str
    blob_sha1: str
    licence: str
    licence_evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that could be made."""

    kind: str
    origin: Origin
    member: FamilyMember
    request: str
    answer: str
    code: str
    """The code whose facts describe the row; the answer, except where the answer is prose."""
    outcome: str
    view: str = ""
    instruction_id: str = ""
    source_id: str = ""


Offer = Row | str
"""A row, or the reason why there is none."""


def origin_of(file: DagFile) -> Origin:
    """Returns where a mined file comes from."""
    licence = file.licence
    return Origin(
        file.id, file.repo, file.ref, file.path, file.commit, file.blob_sha1, licence.spdx, licence.evidence
    )


def origin_of_generated(row: SyntheticRow, licence: str) -> Origin:
    """Returns where a row that a model wrote comes from; the model's terms decide its licence."""
    path = f"{row.kind}/{row.id}.py"
    return Origin(
        row.id, f"generated/{row.model}", row.arm, path, "", "", licence, (f"generated-by:{row.model}",)
    )


def chat(row: Row, settings: DatasetSettings) -> tuple[Message, ...]:
    """Returns the turns: system, user, assistant."""
    system = settings.mixture.system_prompt(row.kind) or settings.system_prompt
    system = settings.plan_system_prompt if row.kind == "plan" else system
    if settings.card_tokens and row.kind == "plan":
        system = with_cards(system, plan_cards(row.request, settings.airflow, settings.card_tokens))
    elif settings.card_tokens and row.kind == "create":
        cards = cards_for(row.request, settings.airflow, budget_tokens=settings.card_tokens)
        system = with_cards(system, cards.text)
    return (Message("system", system), Message("user", row.request), Message("assistant", row.answer))


def sample_of(
    row: Row,
    facts: CodeFacts,
    settings: DatasetSettings,
    *,
    valid_on: tuple[str, ...],
    held_out: str,
    n_tokens: int,
) -> Sample:
    """Returns the dataset's record of a row."""
    airflow = "" if row.kind == "replay" else settings.airflow
    by = row.instruction_id if row.kind in ("create", "plan") else f"{row.source_id}/{row.view}"
    return Sample(
        id=stable_id("sample", row.kind, settings.airflow, row.origin.id, by),
        family_id=row.member.family_id,
        split=row.member.split,
        kind=row.kind,
        messages=chat(row, settings),
        dag_file_id=row.origin.id,
        instruction_id=row.instruction_id,
        view=row.view,
        repo=row.origin.repo,
        ref=row.origin.ref,
        path=row.origin.path,
        licence=row.origin.licence,
        airflow=airflow,
        outcome=row.outcome,
        operators=facts.operators,
        providers=facts.providers,
        features=facts.features,
        valid_on=valid_on,
        commit=row.origin.commit,
        blob_sha1=row.origin.blob_sha1,
        licence_evidence=row.origin.licence_evidence,
        held_out=held_out,
        source_id=row.source_id,
        n_tokens=n_tokens,
    )

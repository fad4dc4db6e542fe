"""Rows that a model made up: Magpie requests with their judged answers, and general Python to replay."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.dataset.kinds.context import Context
from airflownet.dataset.kinds.requests import target
from airflownet.dataset.row import Offer, Row, origin_of_generated
from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome, SyntheticRow


def generated_rows(context: Context, kind: str) -> Iterator[Offer]:
    """Yields one offer for each generated row of ``magpie`` or ``replay``, by id.

    A DAG is judged again here, for the line of this dataset: a table that was made for another line, or by
    an older judge, teaches nothing that does not load.
    """
    for row in sorted(context.material.synthetic, key=lambda row: row.id):
        if row.kind == kind:
            yield _offer(context, row)


def _offer(context: Context, row: SyntheticRow) -> Offer:
    airflow = context.settings.airflow
    outcome, request = row.outcome, row.instruction.rstrip()
    if row.kind == "magpie":
        verdict = judge_code(row.code, airflow=airflow, id=row.id)
        if verdict.outcome is not Outcome.LOADS:
            return f"answer-{verdict.outcome.value}"
        outcome, request = verdict.outcome.value, f"{request}\n\n{target(airflow)}"
    if row.id not in context.members:
        return "bridges-splits"
    if len(row.code) > context.settings.max_code_chars:
        return "too-long"
    return Row(
        kind=row.kind,
        origin=origin_of_generated(row, context.settings.mixture.generated_licence),
        member=context.members[row.id],
        request=request,
        answer=row.code,
        code=row.code,
        outcome=outcome,
        view=row.arm,
        source_id=row.cell,
    )

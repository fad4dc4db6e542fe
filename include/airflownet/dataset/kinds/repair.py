"""Repair rows: a broken DAG, the error it gives, and the file that works.

Broken files are working ones with one planted fault, and answers of models that did not load. Every broken
file is judged: the error in the request is the one that Airflow would show for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from airflownet.dataset.faults.plant import FAULTS
from airflownet.dataset.faults.sites import Sites
from airflownet.dataset.kinds.context import Context
from airflownet.dataset.kinds.requests import REPAIR, block, phrasing, target
from airflownet.dataset.row import Offer, Row, origin_of
from airflownet.judge.verdict import judge_code
from airflownet.records import DagFile, Outcome, Sample, stable_id

_REPAIRABLE = sorted(FAULTS.keys() - {"no DAG"})  # what is cut off cannot be told from what is left


def planted_fault_rows(context: Context) -> Iterator[Offer]:
    """Yields up to ``faults_per_file`` offers for each usable file, which faults by a hash of the file."""
    for file in context.usable:
        sites = Sites.of(file.content)
        made = 0
        for name in sorted(_REPAIRABLE, key=lambda fault: stable_id("fault", file.id, fault)):
            if made == context.settings.mixture.faults_per_file:
                break
            broken = FAULTS[name][0](sites)
            if broken is None or broken == file.content:
                continue
            made += 1
            slug = name.lower().replace(" ", "-").replace("@", "")
            yield _offer(context, file, broken, FAULTS[name][1], f"fault:{slug}")


def failing_answer_rows(context: Context, create_rows: Mapping[str, Sample]) -> Iterator[Offer]:
    """Yields an offer for each answer of a model that failed on a request of this dataset.

    Args:
        context: what the create rows were made of.
        create_rows: every create row that could be made, by sample id.
    """
    usable = {file.id: file for file in context.usable}
    for answer in sorted(context.material.answers, key=lambda a: (a.sample_id, a.model, a.sample_index)):
        if answer.model == "ground_truth" or answer.outcome != Outcome.FAILS.value or not answer.code.strip():
            continue
        sample = create_rows.get(answer.sample_id)
        file = usable.get(sample.dag_file_id) if sample else None
        if sample is None or file is None:
            yield "answer-to-unknown-request"
            continue
        name = stable_id("answer", answer.sample_id, answer.model, str(answer.sample_index), answer.code)
        request = sample.messages[1].content.removesuffix(target(context.settings.airflow)).rstrip()
        yield _offer(context, file, answer.code, "", f"answer:{name}", f"I asked for this: {request}\n\n")


def _offer(
    context: Context, file: DagFile, broken: str, expected_code: str, source_id: str, before: str = ""
) -> Offer:
    airflow = context.settings.airflow
    verdict = judge_code(broken, airflow=airflow, id=file.id)
    if verdict.outcome is not Outcome.FAILS or not verdict.reason:
        return f"broken-file-{verdict.outcome.value}"
    if expected_code and expected_code not in {violation.code for violation in verdict.violations}:
        return "other-error-than-planted"
    words = phrasing(REPAIR, file.id, source_id)
    return Row(
        kind="repair",
        origin=origin_of(file),
        member=context.members[file.id],
        request=f"{before}{words}\n\n{block(verdict.reason)}\n\nThe file:\n\n{block(broken, 'python')}\n\n"
        f"{target(airflow)}",
        answer=file.content,
        code=file.content,
        outcome=Outcome.LOADS.value,
        source_id=source_id,
    )

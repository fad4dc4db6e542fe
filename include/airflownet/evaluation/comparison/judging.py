"""Every answer, every real file and the control arm, through the same extraction and the same judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from airflownet.asked_for import Request, read_request
from airflownet.asked_for.structure import Structure, structure_of
from airflownet.code_extraction import extract_code
from airflownet.evaluation.answer_facts import AnswerFacts, AnswerOnLine, facts_of, missing_facts
from airflownet.evaluation.comparison.answer_files import Answer
from airflownet.evaluation.comparison.prompts import Prompt
from airflownet.evaluation.judged_answers import GROUND_TRUTH
from airflownet.evaluation.project_of_sample import surroundings_of
from airflownet.evaluation.trivial_answers import MODEL as TRIVIAL
from airflownet.evaluation.trivial_answers import trivial_answers
from airflownet.judge.loader import load_source
from airflownet.judge.loader.garbage import collector_paused
from airflownet.judge.project.project import Project
from airflownet.judge.verdict import judge_loaded
from airflownet.parallel import in_parallel
from airflownet.records import JudgedSample, Verdict

ALONE: Final[tuple[Project | None, str]] = (None, "")
"""Judged in no project."""
_NO_ANSWER: Final = "no answer was recorded"


@dataclass(frozen=True, slots=True)
class PromptAnswers:
    """One prompt with the answers of every model."""

    prompt: Prompt
    lines: tuple[str, ...]
    """Airflow lines to judge for."""
    answers: Mapping[str, Sequence[Answer]]
    """Model -> its answers, in the order of samples; a model without any is missing."""
    with_trivial: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer on one line: its row of ``results.parquet`` and its row of ``answers.parquet``."""

    row: JudgedSample
    facts: AnswerFacts
    verdict: Verdict | None = None
    """None when there is no answer."""


def judged_answers(bundles: Iterable[PromptAnswers]) -> Iterator[list[Judged]]:
    """Yields the judged answers of each prompt, in order; on all cores where that saves time."""
    yield from in_parallel(judge_prompt, bundles)


def judge_prompt(bundle: PromptAnswers) -> list[Judged]:
    """Returns the judged answers of one prompt: models in order, ground truth, control arm; line by line.

    An answer is judged in the project of the real file, in its place, as the real file is; a trivial DAG,
    which is the same for everybody, by itself.
    """
    request = read_request(bundle.prompt.text if bundle.prompt.is_in_words else "")
    found: list[Judged] = []
    place = surroundings_of(bundle.prompt.mined)
    for line in bundle.lines:
        reference = structure_of(load_source(bundle.prompt.reference)) if bundle.prompt.reference else None
        for model, answers in bundle.answers.items():
            if not answers:
                found.append(_missing(bundle.prompt, model, 0, line, request, _NO_ANSWER))
            for answer in answers:
                if answer.error:
                    found.append(
                        _missing(bundle.prompt, model, answer.sample_index, line, request, answer.error)
                    )
                else:
                    found.append(_judged(bundle.prompt, answer, line, request, reference, place))
        texts = [(GROUND_TRUTH, 0, bundle.prompt.reference)] if bundle.prompt.reference else []
        if bundle.with_trivial:
            made = trivial_answers(bundle.prompt.text, line)
            texts += [(TRIVIAL, index, code) for index, code in enumerate(made)]
        for model, index, code in texts:
            answer = Answer(bundle.prompt.id, model, index, code, "", "", False, 0, "", is_code=True)
            own = ALONE if model == TRIVIAL else place
            found.append(_judged(bundle.prompt, answer, line, request, reference, own))
    return found


def _judged(
    prompt: Prompt,
    answer: Answer,
    line: str,
    request: Request,
    reference: Structure | None,
    place: tuple[Project | None, str],
) -> Judged:
    code = answer.text if answer.is_code else extract_code(answer.text).code
    with collector_paused():
        project, path = place
        loaded = load_source(code, line, path=path, project=project)
        verdict = judge_loaded(loaded, id=f"{prompt.id}:{answer.model}:{answer.sample_index}")
    facts = facts_of(
        AnswerOnLine(prompt.id, prompt.family_id, answer.model, answer.sample_index, line),
        loaded,
        verdict,
        request,
        reference=reference,
        is_truncated=answer.is_truncated,
        completion_tokens=answer.completion_tokens,
    )
    row = JudgedSample(
        sample_id=prompt.id,
        family_id=prompt.family_id,
        model=answer.model,
        sample_index=answer.sample_index,
        airflow=line,
        instruction=prompt.text,
        code=code,
        outcome=facts.outcome,
        reason=answer.unreadable or verdict.reason,
        codes=facts.codes,
        n_dags=len(verdict.dags),
        n_tasks=facts.n_tasks,
        n_edges=sum(len(dag.edges) for dag in verdict.dags),
        stop_type="limit" if answer.is_truncated else "",
        truncated=answer.is_truncated,
        completion_tokens=answer.completion_tokens,
    )
    return Judged(row, facts, verdict)


def _missing(prompt: Prompt, model: str, index: int, line: str, request: Request, error: str) -> Judged:
    key = AnswerOnLine(prompt.id, prompt.family_id, model, index, line)
    row = JudgedSample(
        sample_id=prompt.id,
        family_id=prompt.family_id,
        model=model,
        sample_index=index,
        airflow=line,
        instruction=prompt.text,
        code="",
        outcome="missing",
        reason=error,
        codes=(),
        n_dags=0,
        n_tasks=0,
        n_edges=0,
        stop_type="",
        truncated=False,
        completion_tokens=0,
        error=error,
    )
    return Judged(row, missing_facts(key, request, error, has_reference=bool(prompt.reference)))

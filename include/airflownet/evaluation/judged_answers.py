"""Every answer and every ground truth, through the same extraction and the same judge.

An answer that was never recorded, or whose request failed, is a row with outcome ``missing``: it counts
as a failure and is shown in a column of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from airflownet.asked_for import Request, read_request
from airflownet.asked_for.structure import Structure, structure_of
from airflownet.code_extraction import Extraction, extract_code
from airflownet.errors import InputError
from airflownet.evaluation.answer_facts import AnswerFacts, AnswerOnLine, facts_of, missing_facts
from airflownet.evaluation.project_of_sample import Projects, surroundings
from airflownet.evaluation.trivial_answers import MODEL as TRIVIAL
from airflownet.evaluation.trivial_answers import trivial_answers
from airflownet.judge.loader import load_source
from airflownet.judge.loader.garbage import collector_paused
from airflownet.plans.sample_code import code_of
from airflownet.records import Generation, JudgedSample, Sample, Verdict

MISSING: Final = "missing"
GENERATED_MODELS: Final = ("base", "tuned")
NO_PROJECTS: Final[Projects] = {}
GROUND_TRUTH: Final = "ground_truth"
_REQUESTS_IN_WORDS: Final = frozenset({"create", "plan", "magpie"})


@dataclass(frozen=True, slots=True)
class ExtractedAnswer:
    """How the code of one answer was found: the row of ``extraction.parquet``."""

    sample_id: str
    model: str
    sample_index: int
    method: str
    """See ``airflownet.code_extraction.Extraction``; ``missing`` when there is no answer."""
    n_fences: int
    answer_chars: int
    code_chars: int


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """One answer with everything that is known of it."""

    row: JudgedSample
    extracted: ExtractedAnswer
    verdict: Verdict | None
    """None when the answer is missing."""
    facts: AnswerFacts
    """What the comparison is made from."""


@dataclass
class AnswerIndex:
    """The generations of the test prompts, by prompt, model and index."""

    by_key: dict[tuple[str, str, int], Generation] = field(default_factory=dict)
    n_foreign: int = 0
    """Rows of prompts that are not in the test split; counted and left out."""
    n_samples: int = 1
    """Answers asked for per prompt and model."""


def index_generations(generations: Iterable[Generation], test_ids: set[str]) -> AnswerIndex:
    """Returns the generations by key.

    Raises:
        InputError: a model is neither base nor tuned, or an answer is there twice.
    """
    index = AnswerIndex()
    for generation in generations:
        key = (generation.sample_id, generation.model, generation.sample_index)
        if generation.model not in GENERATED_MODELS:
            raise InputError(
                f"generations name the model {generation.model!r}; known are {', '.join(GENERATED_MODELS)}",
                "run the inference stage again",
            )
        if key in index.by_key:
            raise InputError(
                f"generations hold {key} twice", "delete the inference folder and run that stage again"
            )
        if generation.sample_id not in test_ids:
            index.n_foreign += 1
            continue
        index.by_key[key] = generation
        index.n_samples = max(index.n_samples, generation.sample_index + 1)
    return index


def test_samples(samples: Iterable[Sample]) -> list[Sample]:
    """Returns the test split in stored order.

    Raises:
        InputError: the split is empty, or a sample lacks its user or assistant message.
    """
    chosen = [sample for sample in samples if sample.split == "test"]
    if not chosen:
        raise InputError(
            "the dataset has no test samples", "raise the test share in the recipe's dataset block"
        )
    for sample in chosen:
        for role in ("user", "assistant"):
            message_of(sample, role)
    return chosen


def message_of(sample: Sample, role: str) -> str:
    """Returns the last message of a role.

    Raises:
        InputError: the sample has none.
    """
    for message in reversed(sample.messages):
        if message.role == role:
            return message.content
    raise InputError(f"test sample {sample.id} has no {role} message", "run the dataset stage again")


def is_in_words(sample: Sample) -> bool:
    """Returns False for a request that holds a file (to migrate, to repair, to explain).

    It states its work in code, which is not read.
    """
    return sample.kind in _REQUESTS_IN_WORDS


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is read once for all answers to one prompt."""

    request: Request
    reference: Structure

    @classmethod
    def of(cls, sample: Sample) -> _Asked:
        """Returns what a sample's request states, nothing where it is not in words."""
        text = message_of(sample, "user") if is_in_words(sample) else ""
        return cls(read_request(text), structure_of(load_source(code_of(sample))))


def _judge(
    sample: Sample,
    model: str,
    index: int,
    text: str,
    airflow: str,
    answer: Generation | None,
    asked: _Asked,
    projects: Projects,
) -> JudgedAnswer:
    from airflownet.judge.verdict import judge_loaded

    extraction = extract_code(text)
    if answer is not None and answer.form == "plan":
        extraction = Extraction(answer.code, "unreadable_plan" if answer.unreadable else "plan", 0)
    with collector_paused():
        project, path = surroundings(sample, projects)
        loaded = load_source(extraction.code, airflow, path=path, project=project)
        verdict = judge_loaded(loaded, id=f"{sample.id}:{model}:{index}")
    row = JudgedSample(
        sample_id=sample.id,
        family_id=sample.family_id,
        model=model,
        sample_index=index,
        airflow=airflow,
        instruction=message_of(sample, "user"),
        code=extraction.code,
        outcome=verdict.outcome.value,
        reason=(answer.unreadable if answer else "") or verdict.reason,
        codes=tuple(sorted({violation.code for violation in verdict.violations})),
        n_dags=len(verdict.dags),
        n_tasks=sum(len(dag.tasks) for dag in verdict.dags),
        n_edges=sum(len(dag.edges) for dag in verdict.dags),
        stop_type=answer.stop_type if answer else "",
        truncated=answer.truncated if answer else False,
        completion_tokens=answer.completion_tokens if answer else 0,
    )
    extracted = ExtractedAnswer(
        sample.id, model, index, extraction.method, extraction.n_fences, len(text), len(extraction.code)
    )
    facts = facts_of(
        AnswerOnLine(sample.id, sample.family_id, model, index, verdict.airflow),
        loaded,
        verdict,
        asked.request,
        reference=asked.reference,
        is_truncated=row.truncated or row.stop_type == "limit",
        completion_tokens=row.completion_tokens,
    )
    return JudgedAnswer(row, extracted, verdict, facts)


def _missing(sample: Sample, model: str, index: int, airflow: str, error: str, asked: _Asked) -> JudgedAnswer:
    row = JudgedSample(
        sample_id=sample.id,
        family_id=sample.family_id,
        model=model,
        sample_index=index,
        airflow=airflow,
        instruction=message_of(sample, "user"),
        code="",
        outcome=MISSING,
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
    key = AnswerOnLine(sample.id, sample.family_id, model, index, airflow)
    facts = missing_facts(key, asked.request, error, has_reference=True)
    return JudgedAnswer(row, ExtractedAnswer(sample.id, model, index, MISSING, 0, 0, 0), None, facts)


def judged_answers(
    samples: Sequence[Sample], index: AnswerIndex, airflow: str, projects: Projects = NO_PROJECTS
) -> Iterator[JudgedAnswer]:
    """Yields base, tuned and ground truth of every test sample, in the order of the samples.

    Args:
        samples: the test split.
        index: the generations.
        airflow: line to judge for; ``sample`` for each sample's own.
        projects: of the files that need theirs; answers are judged in them.
    """
    for sample in samples:
        line = sample.airflow if airflow == "sample" else airflow
        asked = _Asked.of(sample)
        for model in GENERATED_MODELS:
            for number in range(index.n_samples):
                answer = index.by_key.get((sample.id, model, number))
                if answer is None or answer.error:
                    error = answer.error if answer else "no answer was recorded"
                    yield _missing(sample, model, number, line, error, asked)
                else:
                    yield _judge(sample, model, number, answer.completion, line, answer, asked, projects)
        yield _judge(sample, GROUND_TRUTH, 0, message_of(sample, "assistant"), line, None, asked, projects)


def further_answers(
    samples: Sequence[Sample],
    generations: Iterable[Generation],
    airflow: str,
    projects: Projects = NO_PROJECTS,
) -> Iterator[JudgedAnswer]:
    """Yields the answers of models beside base and tuned, in the order of the samples.

    One that is not there is missing.

    Args:
        samples: the test split.
        generations: of any models.
        airflow: line to judge for; ``sample`` for each sample's own.
        projects: as for ``judged_answers``.
    """
    found = {(one.model, one.sample_id, one.sample_index): one for one in generations}
    models = sorted({model for model, _, _ in found})
    n_samples = 1 + max((index for _, _, index in found), default=0)
    for sample in samples:
        line = sample.airflow if airflow == "sample" else airflow
        asked = _Asked.of(sample)
        for model in models:
            for number in range(n_samples):
                answer = found.get((model, sample.id, number))
                if answer is None or answer.error:
                    error = answer.error if answer else "no answer was recorded"
                    yield _missing(sample, model, number, line, error, asked)
                else:
                    yield _judge(sample, model, number, answer.completion, line, answer, asked, projects)


def control_arm(samples: Iterable[Sample], airflow: str) -> Iterator[AnswerFacts]:
    """Yields the facts of the trivial DAGs for every test sample: what loading alone is worth."""
    for sample in samples:
        line = sample.airflow if airflow == "sample" else airflow
        asked = _Asked.of(sample)
        for index, code in enumerate(trivial_answers(message_of(sample, "user"), line)):
            yield _judge(sample, TRIVIAL, index, code, line, None, asked, NO_PROJECTS).facts

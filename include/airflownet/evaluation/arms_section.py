"""Ways of writing side by side: how many files load and do what was asked, against tokens and seconds.

Every file is judged and scored here anew, by the rules of all other answers; what its maker thought of it
does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from airflownet.asked_for import asked_for_loaded
from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.judged_answers import GENERATED_MODELS, NO_PROJECTS, is_in_words, message_of
from airflownet.evaluation.number_format import MODEL_NAMES, count_of, interval, percent
from airflownet.evaluation.project_of_sample import Projects, surroundings
from airflownet.evaluation.statistics.proportion import IntervalSettings, Proportion, proportion
from airflownet.evaluation.summary import ReportTable
from airflownet.judge.loader import load_source
from airflownet.judge.verdict import judge_loaded
from airflownet.records import ArmAnswer, Outcome, Sample
from airflownet.tables import read_table

TABLE: Final = "arms.parquet"
ALONE: Final = "answer as asked"
"""The answers that the rest of the report is about."""
_TOLD: Final[Mapping[str, str]] = {
    "outline": "Outline of the request, no model",
    "plan": "plan along the outline",
    "plan4": "best of four plans",
    "plan-free": "plan, grammar of the catalogue",
    "plan-bare": "plan, no grammar",
    "greedy": "code",
    "best4": "best of four in code",
    "repair": "code, one repair round",
    "verified": "verified code",
    "verified-cards": "verified code, API cards",
    "verified-repair": "verified code, API cards, one repair round",
}


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One way of writing of one model."""

    model: str
    """Empty for a way that asks no model."""
    arm: str
    loads: Proportion
    asked: Proportion | None
    """Loads with an asked-for score of the threshold or more, of those that have one; None where none has."""
    tokens: float
    """Drawn per answer, on average."""
    seconds: float
    """Per answer, on average, beside the other answers of the same way; 0 where it was not measured."""

    @property
    def name(self) -> str:
        """Returns what people call it."""
        model = MODEL_NAMES.get(self.model, self.model)
        told = _TOLD.get(self.arm, self.arm)
        return f"{model}: {told}" if model else told


@dataclass(frozen=True, slots=True)
class _Written:
    family: str
    loads: bool
    is_asked: bool | None
    """None when the request states nothing that could be read."""
    tokens: float
    seconds: float


def arm_results(
    inference: Path,
    samples: Sequence[Sample],
    facts: Iterable[AnswerFacts],
    airflow: str,
    threshold: float,
    intervals: IntervalSettings,
    projects: Projects = NO_PROJECTS,
) -> tuple[ArmResult, ...]:
    """Returns the ways of writing with the answers as asked in front; empty where no other way was tried.

    Args:
        inference: folder with ``arms.parquet``, where there is one.
        samples: the test split.
        facts: of every answer as asked; the first of each prompt is taken.
        airflow: line to judge for; ``sample`` for each sample's own.
        threshold: of the asked-for score.
        intervals: how they are made: of loading and of what was asked, by family.
        projects: in which answers are judged, as all others are.
    """
    if not (inference / TABLE).is_file():
        return ()
    of = {sample.id: sample for sample in samples}
    by_way: dict[tuple[str, str], list[_Written]] = defaultdict(list)
    for one in read_table(inference / TABLE, ArmAnswer):
        if one.sample_id in of:
            by_way[one.model, one.arm].append(_judged(one, of[one.sample_id], airflow, threshold, projects))
    for row in facts:
        if row.model in GENERATED_MODELS and row.sample_index == 0:
            loads = row.outcome == Outcome.LOADS.value
            asked = loads and row.asked_for >= threshold if row.is_scored else None
            by_way[row.model, ALONE].append(_Written(row.family_id, loads, asked, row.completion_tokens, 0.0))
    order = {name: number for number, name in enumerate((ALONE, *_TOLD))}
    return tuple(
        _result(model, arm, found, intervals)
        for (model, arm), found in sorted(by_way.items(), key=lambda x: (order.get(x[0][1], 99), x[0]))
    )


def _judged(
    answer: ArmAnswer, sample: Sample, airflow: str, threshold: float, projects: Projects
) -> _Written:
    project, path = surroundings(sample, projects)
    line = sample.airflow if airflow == "sample" else airflow
    loaded = load_source(answer.code, line, path=path, project=project)
    loads = judge_loaded(loaded).outcome is Outcome.LOADS
    request = message_of(sample, "user") if is_in_words(sample) else ""
    asked = asked_for_loaded(request, loaded)
    is_asked = loads and asked.score >= threshold if asked.is_scored else None
    return _Written(sample.family_id, loads, is_asked, answer.n_tokens_drawn, answer.seconds)


def _result(model: str, arm: str, found: Sequence[_Written], intervals: IntervalSettings) -> ArmResult:
    scored = [one for one in found if one.is_asked is not None]
    return ArmResult(
        model,
        arm,
        proportion([one.loads for one in found], [one.family for one in found], intervals),
        proportion([bool(one.is_asked) for one in scored], [one.family for one in scored], intervals)
        if scored
        else None,
        sum(one.tokens for one in found) / len(found),
        sum(one.seconds for one in found) / len(found),
    )


def arms_table(results: Sequence[ArmResult], threshold: float) -> ReportTable | None:
    """Returns the table of the report; None without results."""
    if not results:
        return None
    return ReportTable(
        "Ways of writing",
        "The same prompts, written in several ways, each judged and scored anew. Loads and asked for: the "
        f"file loads, and its asked-for score is {threshold:g} or more; a request that states nothing "
        "readable is left out. Intervals: at each end the wider of Wilson's and the bootstrap by family. "
        "Tokens: all that were drawn for one answer, those taken back included. Seconds: for one answer "
        "beside the others of the same way. What the outline alone reaches is owed to the rules that read "
        "the request, not to a model.",
        ("Way", "Loads", "Loads and asked for", "Tokens an answer", "Seconds an answer"),
        tuple(
            (
                one.name,
                _share(one.loads),
                _share(one.asked) if one.asked else "not scored",
                f"{one.tokens:.0f}",
                f"{one.seconds:.1f}" if one.seconds else "–",
            )
            for one in results
        ),
    )


def _share(rate: Proportion) -> str:
    return f"{percent(rate.rate)} ({interval(rate)}), {count_of(rate)}"

"""The stage ``report``: an evaluation's report again, with the tables of an LLM judge and of people.

Nothing of the evaluation is computed again; its folder stays as it is. The new one holds the same files.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.errors import ArtifactError
from airflownet.evaluation.report_html import write_html
from airflownet.evaluation.report_markdown import markdown_report
from airflownet.evaluation.sample_browser.browser_data import (
    SAMPLES,
    AnswerKey,
    read_samples,
    with_marks,
    write_samples,
)
from airflownet.evaluation.sample_browser.browser_page import sample_browser
from airflownet.evaluation.second_opinions.llm_tables import llm_tables, marks, read_grading
from airflownet.evaluation.second_opinions.people_tables import people_tables, read_people
from airflownet.evaluation.settings import EvaluationSettings
from airflownet.evaluation.statistics.proportion import IntervalSettings
from airflownet.evaluation.summary import read_summary, write_summary
from airflownet.people.answers import PersonAnswer

STAGE = "report"


def run(
    settings: EvaluationSettings,
    evaluation: str,
    output: str,
    *,
    grading: str = "",
    people: str = "",
    fresh: bool = False,
) -> StageResult:
    """Writes ``report.html``, ``report.md``, ``summary.json``, ``samples.json.gz`` and ``plots/``.

    Args:
        settings: of the evaluation, for its intervals.
        evaluation: location of the finished evaluation.
        output: folder or URL to write.
        grading: location of what an LLM judge left; empty without one.
        people: location of what people answered; empty without them.
        fresh: run even when an equal output is there.

    Raises:
        ArtifactError: an input is missing, or neither a grading nor people's answers are given.
    """
    if not grading and not people:
        raise ArtifactError(
            "there is neither a grading nor people's answers to report on", "run `airflownet grade` first"
        )
    inputs = {"evaluation": evaluation}
    inputs |= {name: place for name, place in (("grading", grading), ("people", people)) if place}
    return run_stage(
        STAGE,
        settings,
        inputs,
        output,
        lambda work: _body(work, settings),
        code=("evaluation", "people"),
        libraries=("jinja2", "numpy", "pyarrow"),
        fresh=fresh,
    )


def _body(work: StageWork, settings: EvaluationSettings) -> None:
    evaluation = work.inputs["evaluation"]
    summary = read_summary(evaluation / "summary.json")
    intervals = IntervalSettings(settings.confidence, settings.bootstrap_resamples, settings.seed)
    grading = read_grading(work.inputs["grading"]) if "grading" in work.inputs else None
    answers = read_people(work.inputs["people"]) if "people" in work.inputs else ()
    summary = replace(
        summary,
        second_judge=tuple(llm_tables(grading, intervals)) if grading else (),
        people=tuple(people_tables(answers, grading)) if answers else (),
    )
    told: dict[AnswerKey, dict[str, str]] = marks(grading) if grading else {}
    for key, words in _of_people(answers).items():
        told[key] = {**told.get(key, {}), **words}
    samples = with_marks(read_samples(evaluation / SAMPLES), told)
    shutil.copytree(evaluation / "plots", work.directory / "plots", dirs_exist_ok=True)
    write_summary(work.directory / "summary.json", summary)
    write_samples(work.directory / SAMPLES, samples)
    (work.directory / "report.md").write_text(markdown_report(summary), encoding="utf-8")
    write_html(summary, work.directory, sample_browser(samples))
    work.funnel.listed = work.funnel.kept = len(samples["samples"])
    work.counts["grades"] = len(grading.grades) if grading else 0
    work.counts["people_answers"] = sum(bool(answer.better) for answer in answers)


def _of_people(answers: tuple[PersonAnswer, ...]) -> Mapping[AnswerKey, dict[str, str]]:
    """Returns, for each answer of a pair, what people said of the pair."""
    found: dict[AnswerKey, dict[str, str]] = {}
    for one in answers:
        for model in (one.left, one.right):
            said = {"": "not answered", model: "this one", "neither": "neither"}.get(one.better, "the other")
            name = f"people, {one.criterion.replace('_', ' ')}"
            found.setdefault(AnswerKey(one.sample_id, model, 0), {})[name] = said
    return found


def finished_report(evaluation: Path) -> Path | None:
    """Returns the report with second opinions beside an evaluation; None when there is none as new as it."""
    from airflownet.locations import read_manifest

    folder = evaluation.with_name(STAGE)
    try:
        told, own = read_manifest(str(folder)), read_manifest(str(evaluation))
    except ArtifactError:
        return None
    return folder if told["finished_at"] >= own["finished_at"] else None

"""The adapter that comes with the clone in the report: its answers, where inference let it answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflownet.evaluation.comparison.measures import HEADLINE, LOADS
from airflownet.evaluation.comparison.records import Comparison
from airflownet.evaluation.judged_answers import JudgedAnswer, further_answers
from airflownet.evaluation.project_of_sample import Projects
from airflownet.records import Generation, Sample
from airflownet.tables import read_table

MODEL = "shipped"


@dataclass(frozen=True, slots=True)
class ShippedAnswers:
    """The third model's answers and what is known of it."""

    answers: tuple[JudgedAnswer, ...] = ()
    origin: dict[str, Any] = field(default_factory=dict)
    """Fields of ``inference.shipped_answers.ShippedOrigin``; empty where it did not answer."""

    def sources(self) -> dict[str, str]:
        """Returns where its answers come from, by the model's name."""
        return {MODEL: f"inference stage, models/{self.origin['name']}"} if self.origin else {}

    def sentence(self, found: Comparison) -> str:
        """Returns what the third model reached, and what a reader must know before it is believed."""
        if not self.origin:
            return ""
        loads, asked = (share_of(found, measure) for measure in (LOADS, HEADLINE))
        told = (
            f"Of the shipped adapter's answers (models/{self.origin['name']}) {loads} load and {asked} load "
            "and do what was asked; "
        )
        seen, trained_on = self.origin["n_test_files_trained_on"], self.origin["n_trained_on"]
        if seen:
            return f"{told}but {seen} of the test files were among its own, so these figures are no test."
        if trained_on:
            return f"{told}none of the {trained_on} files it has seen is, by its id, a test file."
        return f"{told}which files it was trained on is not recorded."


def share_of(found: Comparison, measure: str) -> str:
    """Returns ``7 of 20``, or ``none`` where nothing was measured."""
    rate = found.rate(measure, MODEL)
    return f"{rate.share.count} of {rate.share.n}" if rate and rate.share else "none"


def read_shipped_answers(
    inference: Path, samples: Sequence[Sample], airflow: str, projects: Projects
) -> ShippedAnswers:
    """Returns the judged answers of the third model; none where it did not answer.

    Args:
        inference: folder of the inference stage's output.
        samples: the test split.
        airflow: line to judge for; ``sample`` for each sample's own.
        projects: of the files that need theirs.
    """
    folder = inference / MODEL
    if not (folder / "origin.json").is_file():
        return ShippedAnswers()
    ids = {sample.id for sample in samples}
    rows = [row for row in read_table(folder / "generations.parquet", Generation) if row.sample_id in ids]
    origin = json.loads((folder / "origin.json").read_text("utf-8"))
    return ShippedAnswers(tuple(further_answers(samples, rows, airflow, projects)), origin)

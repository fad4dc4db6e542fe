"""The adapter that comes with the clone in the report: its answers, where inference let it answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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

    def sentence(self) -> str:
        """Returns what a reader must know before the third model's figures are believed."""
        if not self.origin:
            return ""
        seen, trained_on = self.origin["n_test_files_trained_on"], self.origin["n_trained_on"]
        named = f"The shipped adapter is models/{self.origin['name']}"
        if seen:
            return f"{named}: it was trained on {seen} of the test files, so its figures are no test."
        if trained_on:
            return f"{named}; none of the {trained_on} files it was trained on is a test file."
        return f"{named}; which files it was trained on is not recorded."


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

"""What of a dataset's prompts is compared with what is asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from airflownet.evaluation.comparison.judging import PromptAnswers, judge_prompt
from airflownet.evaluation.comparison.prompts import dataset_prompts
from airflownet.records import Message, Sample
from airflownet.tables import write_table


@pytest.mark.parametrize(
    ("kind", "is_scored"),
    [pytest.param("create", True, id="words"), pytest.param("migrate", False, id="holds-a-file")],
)
def test_a_request_that_holds_a_file_is_unscored_as_in_a_runs_evaluation(
    tmp_path: Path, run_writer: SimpleNamespace, kind: str, is_scored: bool
) -> None:
    whole = run_writer.sample(1)
    code = whole.messages[-1].content
    asked = Message("user", f"Copy the files from S3 to GCS every day.\n```python\n{code}```")
    sample = replace(whole, kind=kind, messages=(asked, whole.messages[-1]))
    write_table(tmp_path / "samples.parquet", Sample, [sample])
    (prompt,) = dataset_prompts(tmp_path)
    judged = judge_prompt(PromptAnswers(prompt, ("3.3",), {"m": ()}, with_trivial=True))
    assert {one.facts.model for one in judged} == {"m", "ground_truth", "trivial"}
    assert {one.facts.is_scored for one in judged} == {is_scored}
    assert all(one.facts.graph_likeness >= 0 for one in judged)

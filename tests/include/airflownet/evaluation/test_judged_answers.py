"""Answers in plans: the judge reads the rendered file; an unreadable plan is a failure with a reason."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from airflownet.evaluation.comparison.answer_files import Answer
from airflownet.evaluation.comparison.judging import PromptAnswers, judge_prompt
from airflownet.evaluation.comparison.prompts import dataset_prompts
from airflownet.evaluation.judged_answers import index_generations, judged_answers
from airflownet.evaluation.project_of_sample import projects_of
from airflownet.records import (
    DagFile,
    Generation,
    Licence,
    Message,
    Outcome,
    ProjectFile,
    ProjectUse,
    Sample,
)
from airflownet.tables import write_table

CODE = 'from airflow.sdk import DAG, task\n\nwith DAG("a"):\n    task(lambda: 1, task_id="b")()\n'
TURNS = (Message("system", "Plan."), Message("user", "Do it."), Message("assistant", CODE))
SAMPLE = Sample(
    "s", "f", "test", "create", TURNS, "d", "i", "brief", "r", "1", "p", "Apache-2.0", "3.3", "loads", ()
)


@pytest.mark.parametrize(
    ("changes", "outcome", "reason", "method"),
    [
        ({"form": "plan", "code": CODE}, "loads", "", "plan"),
        (
            {"form": "plan", "unreadable": "no plan could be read: not-json"},
            "fails",
            "no plan could be read: not-json",
            "unreadable_plan",
        ),
        ({}, "fails", "SyntaxError", "whole_text"),
    ],
    ids=["plan", "unreadable plan", "code"],
)
def test_an_answer_in_the_form_it_was_asked_for(
    changes: dict[str, str], outcome: str, reason: str, method: str
) -> None:
    raw = '{"dag":"a","tasks":['
    answer = Generation("s", "base", 0, raw, "eos", False, 9, 9, 0, 1.0, 1.0, "", "x", **changes)
    found = next(judged_answers([SAMPLE], index_generations([answer], {"s"}), "sample"))
    assert found.row.outcome == outcome
    assert found.row.reason.startswith(reason)
    assert bool(found.row.reason) == bool(reason)
    assert found.extracted.method == method
    assert found.row.code == (raw if method == "whole_text" else changes.get("code", ""))


def test_answers_are_judged_in_the_project_of_the_real_file(tmp_path: Path) -> None:
    code = f"from common.teams import OWNER\nimport furl\n{CODE}"
    nobody = Licence("MIT", ())
    use = ProjectUse("3.3", "", Outcome.LOADS, "", (), (), ("dags/common/teams.py",))
    file = DagFile(
        "d", "git", "r", "1", "", "", "", "dags/a.py", "", nobody, "", "", (), code, False, (), use
    )
    texts = {"requirements.txt": "furl\n", "dags/common/teams.py": "OWNER = 'data'\n"}
    rows = [ProjectFile("r", "1", path, True, True, nobody, text) for path, text in sorted(texts.items())]
    write_table(tmp_path / "dag_files.parquet", DagFile, [file])
    write_table(tmp_path / "project_files.parquet", ProjectFile, rows)
    sample = replace(SAMPLE, messages=(*TURNS[:2], Message("assistant", code)))

    write_table(tmp_path / "samples.parquet", Sample, [sample])
    theirs = Answer("s", "theirs", 0, code, "", "", False, 9, "", is_code=True)

    outcomes = {}
    for name, mining in (("in its project", tmp_path), ("alone", None)):
        found = judged_answers([sample], index_generations([], {"s"}), "3.3", projects_of(mining, [sample]))
        (prompt,) = dataset_prompts(tmp_path, mining)
        bundle = PromptAnswers(prompt, ("3.3",), {"theirs": [theirs]}, with_trivial=False)
        compared = [one.row.outcome for one in judge_prompt(pickle.loads(pickle.dumps(bundle)))]
        outcomes[name] = [list(found)[-1].row.outcome, *compared]
    assert outcomes == {"in its project": ["loads"] * 3, "alone": ["unknown"] * 3}

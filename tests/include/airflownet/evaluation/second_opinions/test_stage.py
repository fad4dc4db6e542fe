"""The report with an LLM judge, which answers over a real socket, and with people's answers."""

import json
import shutil

import pytest

from airflownet.errors import ArtifactError
from airflownet.evaluation.sample_browser.browser_data import SAMPLES, read_samples
from airflownet.evaluation.second_opinions.criteria import CRITERIA
from airflownet.evaluation.second_opinions.stage import finished_report, run
from airflownet.evaluation.settings import EvaluationSettings
from airflownet.evaluation.summary import read_summary
from airflownet.llm_judge.settings import GradeSettings
from airflownet.llm_judge.stage import run as grade
from airflownet.people.settings import PeopleSettings
from airflownet.people.stage import draw_pairs, keep_answers
from judged_rows import facts
from servers.anthropic_server import AnthropicServer

SETTINGS = EvaluationSettings(bootstrap_resamples=500, n_examples=6)
EVIL = "<script>alert(1)</script> {{ 7 * 7 }} | x"


def judge(params):
    asked = params["messages"][0]["content"]
    if "<<< FIRST " in asked:
        is_broken = "task = \n" in asked.split("<<< FIRST ")[1].split(">>> FIRST ")[0]
        better = ("first", "second")[is_broken]
        return json.dumps({name: {"finding": "why", "better": better} for name in CRITERIA})
    return facts({"unfinished"} if "task = \n" in asked.split("<<< CODE ")[1] else set())


@pytest.fixture(scope="module")
def reported(finished_run, tmp_path_factory):
    """A run with grading, people's answers and the report with both."""
    root = tmp_path_factory.mktemp("opinions")
    shutil.copytree(finished_run / "evaluation", root / "evaluation")
    at = {name: str(root / name) for name in ("evaluation", "grading", "pairs", "people", "report")}
    with AnthropicServer(reply=judge) as server:
        claude = {"base_url": server.url, "poll_interval_s": 0, "settle_s": 0}
        settings = GradeSettings(
            canary_prompts=2, repeated_prompts=2, n_repeats=2, pairwise=True, claude=claude
        )
        grade(settings, at["evaluation"], at["grading"], claude_api_key="test-key")
    people = PeopleSettings(n_pairs=4)
    n_pairs = draw_pairs(people, at["evaluation"], at["pairs"]).counts["kept"]
    said = {"correctness": "A", "completeness": "B", "best_practices": "neither"}
    reply = {"params_input": said, "responded_by_user": {"id": EVIL}, "responded_at": "2026-11-30"}
    keep_answers(people, at["pairs"], [reply] * (n_pairs - 1) + [None], at["people"])
    run(SETTINGS, at["evaluation"], at["report"], grading=at["grading"], people=at["people"])
    return root


def test_grades_stand_with_intervals_and_unscored_apart(reported):
    tables = {t.title: t for t in read_summary(reported / "report" / "summary.json").second_judge}
    grades = tables["Grades, 1 to 5"]
    assert [row[0] for row in grades.rows] == ["Base", "Fine-tuned", "Ground truth", "Fine-tuned − base"]
    base = grades.rows[0]
    assert "(" in base[1]
    assert base[4:] == ("12", "1")
    contradiction = tables["LLM judge against static judge"]
    assert sum(int(row[-1]) for row in contradiction.rows) == 36
    assert contradiction.header[-2:] == ("Unscored", "All")


def test_people_are_compared_with_both_judges(reported):
    prefer, agree = read_summary(reported / "report" / "summary.json").people
    assert [row[-1] for row in prefer.rows] == ["1", "1", "1"]
    assert [row[0] for row in agree.rows] == [
        f"{judge}, {criterion}"
        for judge in ("Static judge", "LLM judge", "LLM judge side by side")
        for criterion in ("correctness", "completeness", "best practices")
    ]
    assert {row[1] for row in agree.rows[:3]} == {"3"}


def test_the_browser_tells_both_and_what_it_told_before(reported):
    samples = read_samples(reported / "report" / SAMPLES)
    marks = [answer.get("marks", {}) for sample in samples["samples"] for answer in sample["a"]]
    assert sum("LLM judge" in mark for mark in marks) == 2
    assert sum("LLM judge, correctness" in mark for mark in marks) == 34
    assert sum("people, correctness" in mark for mark in marks) == 8


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_pages_tell_both(reported, name):
    page = (reported / "report" / name).read_text(encoding="utf-8")
    assert "What an LLM judge says" in page
    assert "What people say" in page
    assert "Can the LLM judge be believed?" in page
    assert "Does the place decide?" in page


def test_the_report_is_that_of_its_evaluation_and_needs_an_opinion(reported, tmp_path):
    assert finished_report(reported / "evaluation") == reported / "report"
    manifest = json.loads((reported / "report" / "manifest.json").read_text())
    assert sorted(manifest["inputs"]) == ["evaluation", "grading", "people"]
    shutil.copytree(reported / "evaluation", tmp_path / "evaluation")
    assert finished_report(tmp_path / "evaluation") is None
    with pytest.raises(ArtifactError, match="neither a grading"):
        run(SETTINGS, str(tmp_path / "evaluation"), str(tmp_path / "report"))

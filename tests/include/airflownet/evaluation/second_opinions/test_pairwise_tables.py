"""What is told of answers that the LLM judge saw side by side."""

import pytest

from airflownet.evaluation.second_opinions.criteria import CRITERIA
from airflownet.evaluation.second_opinions.pairwise_tables import pairwise_tables
from airflownet.evaluation.statistics.proportion import IntervalSettings
from airflownet.llm_judge.grade_records import Preference

INTERVALS = IntervalSettings(0.95, 500, 1)
PROMPTS = [f"s{n:02}" for n in range(20)]
FAMILIES = {prompt: f"f{int(prompt[1:]) // 2}" for prompt in PROMPTS}
NAMES = {"base": "Base", "tuned": "Fine-tuned", "ground_truth": "Ground truth", "theirs": "theirs"}


def rows(left, right, *better):
    """``better``, by turns: a model, ``neither``, ``first`` (always the first place) or ``unscored``."""
    found = []
    for number, prompt in enumerate(PROMPTS):
        told = better[number % len(better)]
        places = {
            left: ("first", "second"),
            right: ("second", "first"),
            "first": ("first", "first"),
            "neither": ("neither", "neither"),
            "unscored": ("", ""),
        }[told]
        name = "" if told == "unscored" else "neither" if told == "first" else told
        why = "truncated" if told == "unscored" else ""
        found += [
            Preference(prompt, left, right, criterion, name, told == "first", *places, "why", why)
            for criterion in CRITERIA
        ]
    return found


def tables(*preferred):
    return {
        t.title: t for t in pairwise_tables([row for one in preferred for row in one], FAMILIES, INTERVALS)
    }


@pytest.mark.parametrize(
    ("better", "lead", "counts"),
    [
        pytest.param(["tuned"], "−100.0 points (all equal)", "0 20 0 0 0", id="all"),
        pytest.param(["first"], "0.0 points (all equal)", "0 0 0 20 0", id="by-order"),
        pytest.param(["neither"], "0.0 points (all equal)", "0 0 20 0 0", id="ties"),
        pytest.param(["unscored"], "–", "0 0 0 0 20", id="unscored"),
        pytest.param(["base", "unscored"], "+100.0 points (all equal)", "10 0 0 0 10", id="half"),
    ],
)
def test_a_lead_is_over_scored_pairs_and_every_pair_is_counted(better, lead, counts):
    (told, *_) = tables(rows("tuned", "base", *better))["Side by side"].rows
    assert told == ("Base or Fine-tuned, correctness", lead, *counts.split())


def test_a_judge_that_takes_the_first_place_is_seen():
    told = tables(rows("base", "tuned", "first"))["Does the place decide?"]
    assert told.rows[0][1].startswith("100.0%")
    assert told.rows[0][2:] == ("40", "0", "0", "20", "20")
    even = tables(rows("base", "tuned", "tuned"))["Does the place decide?"]
    assert even.rows[0][1].startswith("50.0%")


def test_strengths_are_told_of_three_models_and_no_two():
    two = rows("base", "tuned", "tuned")
    assert "Whom the LLM judge prefers" not in tables(two)
    three = tables(two, rows("base", "theirs", "theirs"), rows("theirs", "tuned", "tuned"))
    strengths = {row[0]: row[1] for row in three["Whom the LLM judge prefers"].rows}
    assert list(strengths) == ["Base", "Fine-tuned", "theirs"]
    values = [float(text.split(" ")[0].replace("−", "-")) for text in strengths.values()]
    assert values[0] < values[2] < values[1]


def test_nothing_is_told_where_nothing_was_side_by_side():
    assert list(pairwise_tables([], FAMILIES, INTERVALS)) == []

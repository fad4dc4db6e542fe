"""What the headline of a comparison says, and what it may not say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.comparison.compare import compare
from airflownet.evaluation.comparison.report_tables import report_tables
from airflownet.evaluation.number_format import ALL_EQUAL, ONE_FAMILY
from airflownet.evaluation.statistics.proportion import IntervalSettings


def answers(model: str, good: dict[int, int], bad: dict[int, int]) -> list[AnswerFacts]:
    """``good`` and ``bad``: number of a prompt -> how many such answers."""
    return [
        AnswerFacts(
            f"p{prompt}", f"p{prompt}", model, sample, "3.3", "loads" if is_good else "fails",
            has_code=True, parses=True, imports=True, asked_for=1.0,
        )
        for is_good, counts in ((True, good), (False, bad))
        for prompt, n in counts.items()
        for sample in range(n)
    ]  # fmt: skip


FEW, MANY = range(5), range(5, 30)


@pytest.mark.parametrize(
    ("first", "told"),
    [
        pytest.param(
            answers("a", dict.fromkeys(FEW, 1), dict.fromkeys(MANY, 1)), "b is ahead of all", id="less"
        ),
        pytest.param(
            answers("a", dict.fromkeys(FEW, 100), dict.fromkeys(MANY, 1)),
            "Prompt by prompt b did better than a",
            id="more-answers-to-few-prompts",
        ),
        pytest.param(
            answers("a", dict.fromkeys(MANY, 1), dict.fromkeys(FEW, 1)), "No difference", id="equal"
        ),
    ],
)
def test_who_is_ahead_is_told_by_prompts(first: list[AnswerFacts], told: str) -> None:
    second = answers("b", dict.fromkeys(MANY, 1), dict.fromkeys(FEW, 1))
    found = compare([*first, *second], settings=IntervalSettings(0.95, 500, 1), threshold=0.5, title="")
    assert told in found.headline


def test_lines_are_told_apart_and_an_answer_is_one_answer() -> None:
    new = answers("a", dict.fromkeys(FEW, 1), dict.fromkeys(MANY, 1))
    old = [replace(facts, airflow="2.9", outcome="fails", themes=("1",), n_lines=7) for facts in new]
    found = compare([*new, *old], settings=IntervalSettings(0.95, 500, 1), threshold=0.5, title="t")
    assert (found.models[0].n_answers, found.rate("loads", "a").share.n) == (30, 60)
    leaderboard, by_line, *others = report_tables(found)
    assert "counts once for each" in leaderboard.caption
    assert leaderboard.rows[0][4] == "30 to 30"
    loads = {row[0]: row[1] for row in by_line.rows}
    assert loads["Loads, Airflow 2.9"].endswith("0 of 30")
    assert loads["Loads, Airflow 3.3"].endswith("5 of 30")
    told = {row[0]: row[1] for table in others for row in table.rows}
    assert told["Fails: imports, Airflow 2.9"].endswith("30 of 30")
    assert told["Lines of code, Airflow 2.9"] == f"7.00 ({ALL_EQUAL}), n 30"


def test_files_of_one_family_have_no_interval() -> None:
    """Whole families are drawn: an interval of one has no width, and would look certain."""
    rows = [
        replace(facts, family_id="same")
        for model in "abc"
        for facts in answers(model, dict.fromkeys(FEW, 2), dict.fromkeys(MANY, 2))
    ]
    found = compare(rows, settings=IntervalSettings(0.95, 200, 1), threshold=0.5, title="t")
    tables = {table.title: table.rows for table in report_tables(found)}
    assert {row[2] for row in tables["Leaderboard"]} == {f"16.7% ({ONE_FAMILY}), 10 of 60"}
    assert {row[2] for row in tables["Who beats whom"]} == {ONE_FAMILY}
    assert all(f"({ONE_FAMILY})" in row[1] for row in tables["Asked for, delivered"])
    assert {row[2] for row in tables["Differences, prompt by prompt"]} == {f"0.0 points ({ONE_FAMILY})"}
    assert all(f"({ONE_FAMILY})" in row[3] for row in tables["Several answers per prompt"])

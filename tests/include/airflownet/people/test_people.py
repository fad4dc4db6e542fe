"""Which pairs people see, that nothing names a model, and what their answers mean."""

import dataclasses

import pytest

from airflownet.people.agreement import agreement
from airflownet.people.answers import PersonAnswer, read_answers
from airflownet.people.blinded_pairs import QUESTIONS, blinded_pairs
from airflownet.people.settings import PeopleSettings
from airflownet.people.stage import draw_pairs, keep_answers
from airflownet.records import JudgedSample
from airflownet.tables import read_table, write_table

FENCE = "x = '''\n````\n```\n{{ 7 * 7 }}'''\n"


def row(number: int, model: str, code: str, **changes) -> JudgedSample:
    plain = JudgedSample(
        sample_id=f"s{number:02}",
        family_id=f"f{number}",
        model=model,
        sample_index=0,
        airflow="3.3",
        instruction=f"Request {number}",
        code=code,
        outcome="loads" if model == "tuned" else "fails",
        reason="",
        codes=(),
        n_dags=1,
        n_tasks=1,
        n_edges=0,
        stop_type="eos",
        truncated=False,
        completion_tokens=10,
    )
    return dataclasses.replace(plain, **changes)


def rows(n: int) -> list[JudgedSample]:
    return [
        made
        for number in range(n)
        for made in (row(number, "base", f"b = {number}\n"), row(number, "tuned", FENCE + f"t = {number}\n"))
    ]


def test_pairs_are_blinded_fenced_and_the_same_for_everyone():
    pairs = blinded_pairs(rows(40), PeopleSettings(n_pairs=20))
    assert pairs == blinded_pairs(reversed(rows(40)), PeopleSettings(n_pairs=20))
    assert len(pairs) == 20
    assert {pair.left for pair in pairs} == {"base", "tuned"}
    for pair in pairs:
        assert "tuned" not in pair.body
        assert "base" not in pair.body
        assert pair.body.count("`````python") == 1
        assert pair.body.index("### Answer A") < pair.body.index("### Answer B")


@pytest.mark.parametrize(
    "made",
    [
        pytest.param([row(1, "base", "a = 1"), row(1, "tuned", "a  =  1\n")], id="equal-code"),
        pytest.param([row(1, "base", "a = 1"), row(1, "tuned", "")], id="no-code"),
        pytest.param([row(1, "base", "a = 1")], id="one-model"),
        pytest.param(
            [row(1, "base", "a = 1", sample_index=1), row(1, "tuned", "b", sample_index=1)], id="later-answer"
        ),
    ],
)
def test_of_what_nothing_can_be_said_is_no_pair(made, tmp_path):
    assert blinded_pairs(made, PeopleSettings()) == []
    (tmp_path / "evaluation").mkdir()
    write_table(tmp_path / "evaluation" / "results.parquet", JudgedSample, made)
    drawn = draw_pairs(PeopleSettings(), str(tmp_path / "evaluation"), str(tmp_path / "pairs"))
    assert (drawn.counts["kept"], drawn.counts["listed"]) == (0, 1)


def test_a_long_answer_is_cut_and_counted():
    made = [row(1, "base", "x = 1\n" * 300), row(1, "tuned", "y = 1\n")]
    (pair,) = blinded_pairs(made, PeopleSettings(max_lines=10))
    assert "290 more lines." in pair.body


@pytest.mark.parametrize(
    ("reply", "better"),
    [
        pytest.param({"params_input": dict.fromkeys(QUESTIONS, "A")}, "left", id="left"),
        pytest.param({"params_input": dict.fromkeys(QUESTIONS, "B")}, "right", id="right"),
        pytest.param({"params_input": dict.fromkeys(QUESTIONS, "neither")}, "neither", id="neither"),
        pytest.param({"params_input": {}}, "", id="skipped"),
        pytest.param({"params_input": dict.fromkeys(QUESTIONS, "C")}, "", id="no-choice"),
        pytest.param(None, "", id="nobody"),
    ],
)
def test_an_answer_is_unblinded(reply, better):
    (pair,) = blinded_pairs(rows(1), PeopleSettings())
    said = list(read_answers([pair], [{**reply, "responded_by_user": {"id": "7"}} if reply else None]))
    expected = {"left": pair.left, "right": pair.right}.get(better, better)
    assert [one.criterion for one in said] == list(QUESTIONS)
    assert {one.better for one in said} == {expected}
    assert {one.person for one in said} == {"7" if better else ""}


def test_answers_are_kept_and_those_not_given_are_counted(tmp_path):
    (tmp_path / "evaluation").mkdir()
    write_table(tmp_path / "evaluation" / "results.parquet", JudgedSample, rows(5))
    places = [str(tmp_path / name) for name in ("evaluation", "pairs", "people")]
    drawn = draw_pairs(PeopleSettings(n_pairs=2), *places[:2])
    assert (drawn.counts["listed"], drawn.counts["kept"]) == (5, 2)
    reply = {"params_input": dict.fromkeys(QUESTIONS, "A"), "responded_at": "now"}
    kept = keep_answers(PeopleSettings(n_pairs=2), places[1], [None, reply], places[2])
    assert (kept.counts["listed"], kept.counts["kept"]) == (6, 3)
    told = list(read_table(tmp_path / "people" / "answers.parquet", PersonAnswer))
    assert [bool(one.better) for one in told] == [False] * 3 + [True] * 3


@pytest.mark.parametrize(
    ("pairs", "equal", "opposite", "kappa"),
    [
        pytest.param([], 0, 0, None, id="none"),
        pytest.param([("a", "a")] * 4, 4, 0, None, id="all-the-same"),
        pytest.param([("a", "a"), ("b", "b")], 2, 0, 1.0, id="perfect"),
        pytest.param([("a", "b"), ("b", "a")], 0, 2, -1.0, id="opposite"),
        # By hand: observed 2/4; by chance 2/4 x 2/4 + 1/4 x 2/4 = 3/8; (4/8 - 3/8) / (5/8).
        pytest.param(
            [("a", "a"), ("a", "b"), ("b", "b"), ("neither", "a")],
            2,
            1,
            0.2,
            id="mixed",
        ),
    ],
)
def test_agreement_beyond_chance(pairs, equal, opposite, kappa):
    found = agreement("correctness", pairs)
    assert (found.n_equal, found.n_opposite) == (equal, opposite)
    assert found.kappa == (None if kappa is None else pytest.approx(kappa))

"""A pair before a person: what is shown, that nothing of it is a template, and what comes back."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from airflownet.people.answers import PersonAnswer
from airflownet.people.blinded_pairs import QUESTIONS, BlindedPair
from airflownet.people.settings import PeopleSettings
from airflownet.people.stage import PAIRS, keep_answers
from airflownet.tables import read_table, write_table
from airflownet_provider.operators.ask_about_pair import KEEP, SKIP, AskAboutPairOperator

BODY = "### Answer A\n\n```python\n{{ 7 * 7 }}\n```"


@pytest.fixture
def place(tmp_path):
    pairs = [BlindedPair(f"p{n}", f"s{n}", f"f{n}", "tuned", "base", "loads", "fails", BODY) for n in (0, 1)]
    (tmp_path / "pairs").mkdir()
    write_table(tmp_path / "pairs" / PAIRS, BlindedPair, pairs)
    return {"location": str(tmp_path / "pairs"), "pair": 1, "of": 2, "wait_hours": 3}


def event(options, said):
    when = datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC)
    who = {"id": "7", "name": "Ada"}
    return {"chosen_options": options, "params_input": said, "responded_at": when, "responded_by_user": who}


def test_the_pair_is_shown_as_it_is_with_three_questions(place, monkeypatch):
    from airflow.providers.standard.operators import hitl
    from airflow.sdk.exceptions import TaskAwaitingInput

    shown = {}
    monkeypatch.setattr(hitl, "upsert_hitl_detail", lambda **fields: shown.update(fields))
    operator = AskAboutPairOperator(task_id="ask", place=place)
    assert not set(operator.template_fields) & {"body", "subject", "place"}
    with pytest.raises(TaskAwaitingInput) as waits:
        operator.execute({"task_instance": SimpleNamespace(id="ti")})
    assert shown["body"] == BODY
    assert shown["subject"] == "Which answer is better? (2 of 2)"
    assert list(shown["params"]) == list(QUESTIONS)
    assert shown["defaults"] == [SKIP]
    assert waits.value.timeout == datetime.timedelta(hours=3)


def test_in_a_dag_with_a_form_of_its_own_a_person_is_asked_these_questions_alone(place):
    from airflow.sdk import DAG, Param

    with DAG("d", schedule=None, params={"recipe": Param("laptop", type="string")}):
        mapped = AskAboutPairOperator.partial(task_id="mapped").expand(place=[place])
        alone = AskAboutPairOperator(task_id="alone", place=place)
    for operator in (alone, mapped.unmap({"place": place})):
        assert list(operator.serialized_params) == list(QUESTIONS)


@pytest.mark.parametrize(
    ("options", "kept"), [pytest.param([KEEP], True, id="kept"), pytest.param([SKIP], False, id="skipped")]
)
def test_what_the_person_said_is_kept_unblinded(place, tmp_path, options, kept):
    said = {"correctness": "A", "completeness": "B", "best_practices": "neither"}
    reply = AskAboutPairOperator(task_id="ask", place=place).execute_complete({}, event(options, said))
    assert reply["pair"] == 1
    keep_answers(PeopleSettings(), place["location"], [None, reply], str(tmp_path / "people"))
    told = list(read_table(tmp_path / "people" / "answers.parquet", PersonAnswer))[3:]
    assert [one.better for one in told] == (["tuned", "base", "neither"] if kept else [""] * 3)
    assert {one.person for one in told} == ({"7"} if kept else {""})


def test_an_answer_to_other_questions_is_refused(place):
    with pytest.raises(ValueError, match="does not match"):
        AskAboutPairOperator(task_id="ask", place=place).execute_complete({}, event([KEEP], {"other": "A"}))

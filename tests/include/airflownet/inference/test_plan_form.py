"""What each model is told about plans, and what its answers stand for."""

from __future__ import annotations

import pytest

from airflownet.generation.plan_cards import plan_cards, with_cards
from airflownet.inference.plan_form import question, sampling_for, system_messages, written
from airflownet.inference.settings import InferenceSettings
from airflownet.plans.prompt import DESCRIPTION
from airflownet.records import Message, Sample

PLANS = InferenceSettings(form="plan")


def sample(kind: str, split: str, system: str) -> Sample:
    turns = (Message("system", system), Message("user", "Do it."), Message("assistant", "x"))
    return Sample(
        "a", "f", split, kind, turns, "d", "i", "brief", "r", "1", "p", "Apache-2.0", "3.3", "loads", ()
    )


@pytest.mark.parametrize(
    ("rows", "tuned"),
    [
        ([sample("create", "train", "Code."), sample("plan", "train", "Plan.")], "Plan."),
        ([sample("create", "train", "Code.")], DESCRIPTION),
        ([], DESCRIPTION),
    ],
    ids=["trained on plans", "trained on code", "nothing"],
)
def test_who_was_trained_on_plans_is_told_less(rows: list[Sample], tuned: str) -> None:
    assert system_messages(rows) == {"base": DESCRIPTION, "tuned": tuned}


def test_a_question_keeps_the_request_and_hides_the_answer() -> None:
    asked = sample("create", "test", "Code.")
    assert [m["content"] for m in question(asked, "")] == ["Code.", "Do it."]
    assert [m["content"] for m in question(asked, "Plan.")] == ["Plan.", "Do it."]


def test_cards_of_the_request_stand_behind_the_system_message_in_rows_and_questions() -> None:
    row = sample("plan", "train", with_cards("Plan.", plan_cards("create an S3 bucket", "3.3", 200)))
    assert "S3CreateBucketOperator(bucket_name" in row.messages[0].content
    assert system_messages([row])["tuned"] == "Plan."
    asked = question(row, "Plan.", 200)
    assert asked[0]["content"].startswith("Plan.\n\nWhat Airflow 3.3 offers for it:\n")
    assert asked[1]["content"] == "Do it."


def test_the_grammar_is_a_setting() -> None:
    assert "bash_command" in sampling_for(PLANS, [sample("create", "test", "")]).grammar
    assert not sampling_for(InferenceSettings(form="plan", grammar=False), []).grammar
    assert not sampling_for(InferenceSettings(), []).grammar


@pytest.mark.parametrize(
    ("completion", "code", "unreadable"),
    [
        ('{"dag":"x","tasks":[{"EmptyOperator":"a"}]}', "EmptyOperator(", ""),
        ("I cannot.", "", "no plan could be read: not-json"),
    ],
)
def test_a_plan_becomes_code_or_a_reason(completion: str, code: str, unreadable: str) -> None:
    found = written(PLANS, completion, "3.3")
    assert (found.form, found.unreadable) == ("plan", unreadable)
    assert code in found.code
    assert bool(found.code) == bool(code)

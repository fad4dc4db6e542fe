"""Answers in plans: the judge reads the rendered file; an unreadable plan is a failure with a reason."""

from __future__ import annotations

import pytest

from airflownet.evaluation.judged_answers import index_generations, judged_answers
from airflownet.records import Generation, Message, Sample

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

"""Recited answers are told from new ones."""

from __future__ import annotations

import dataclasses

import pytest

from airflownet.evaluation.novelty import measure_novelty, n_new, nearest, novelty_sentence, shingles
from airflownet.evaluation.statistics.proportion import IntervalSettings
from airflownet.records import JudgedSample

TRAINED = "\n".join(f"task_{n} = EmptyOperator(task_id='task_{n}')" for n in range(20))
SETTINGS = IntervalSettings(0.95, 200, 1)
ROW = JudgedSample(
    sample_id="s",
    family_id="f",
    model="tuned",
    sample_index=0,
    airflow="3.3",
    instruction="",
    code="",
    outcome="loads",
    reason="",
    codes=(),
    n_dags=1,
    n_tasks=1,
    n_edges=0,
    stop_type="eos",
    truncated=False,
    completion_tokens=1,
)


def row(sample, code, model="tuned", outcome="loads"):
    return dataclasses.replace(
        ROW, sample_id=sample, family_id=sample, code=code, model=model, outcome=outcome
    )


NEARNESS = {
    "the file itself": (TRAINED, 1.0),
    "other spacing": (TRAINED.replace(" = ", "   =  "), 1.0),
    "something else": ("import os\nprint(os.getcwd(), 1, 2, 3)", 0.0),
    "nothing": ("", 0.0),
}


@pytest.mark.parametrize(("code", "expected"), NEARNESS.values(), ids=NEARNESS.keys())
def test_nearest(code, expected):
    assert nearest(code, [shingles(TRAINED)]) == expected


def test_a_small_change_stays_recited_a_rewrite_does_not():
    known = [shingles(TRAINED)]
    assert nearest(TRAINED.replace("task_7 ", "task_x "), known) > 0.7
    assert nearest(TRAINED.replace("EmptyOperator", "Other").replace("task_id", "id"), known) < 0.7


def test_counts_by_model():
    rows = [
        row("a", TRAINED),
        row("b", TRAINED + "\n"),
        row("c", "with DAG('new') as dag: a = EmptyOperator(task_id='a')"),
        row("d", "", outcome="missing"),
        row("a", "x", model="base", outcome="fails"),
    ]
    base, tuned = measure_novelty(rows, [TRAINED], SETTINGS)
    assert (tuned.n_answers, tuned.n_distinct) == (4, 3)
    assert (tuned.recited.count, tuned.loads_and_new.count) == (2, 1)
    assert (base.model, base.recited.count) == ("base", 0)
    assert "2 of the fine-tuned model's 4 answers" in novelty_sentence([base, tuned])
    assert "1 loads and is not recited" in novelty_sentence([base, tuned])
    assert n_new([base, tuned]) == 1


def test_nothing_recited_needs_no_sentence():
    assert novelty_sentence(measure_novelty([row("a", "x = 1")], [TRAINED], SETTINGS)) == ""

"""Which drawn answers become rows: each end of an answer has a case, and every answer one end."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from airflownet.errors import InputError
from airflownet.improvement.asked_rows import asked_rows
from airflownet.improvement.chosen_draws import Chooser
from airflownet.improvement.drawn_answer import DRAWN, FATES, DrawnAnswer, Fate
from airflownet.improvement.judged_draw import judged_draw
from airflownet.improvement.select_stage import PROMPTS, run
from airflownet.improvement.settings import SelectionSettings
from airflownet.locations import read_manifest
from airflownet.records import Sample
from airflownet.tables import read_table, write_table
from improvement_rows import PLANS, drawn, plan_row, write_dataset

SETTINGS = SelectionSettings()
ROW = plan_row("orders")
FAR = (
    '{"dag":"nightly_orders","schedule":"@daily","catchup":false,"tasks":['
    '{"BashOperator":"save_orders","bash_command":"pg_dump orders"},'
    '{"BashOperator":"make_small","after":"save_orders","bash_command":"gzip orders.dump"}]}'
)
LONG = (
    '{"dag":"o","schedule":"@daily","tasks":[{"@task":"save","code":"import subprocess\\n'
    'subprocess.run([\'pg_dump\', \'orders\'])"},{"@task":"gzip_orders","after":"save","code":'
    "\"import gzip\\ngzip.compress(open('orders.dump', 'rb').read())\"}]}"
)
"""The same work in functions: twice as long."""


def end_of(plan: str, row: Sample = ROW, **changes: object) -> str:
    answer = dataclasses.replace(drawn(row, plan), **changes)  # type: ignore[arg-type]
    judged = judged_draw((answer, row, 1, SETTINGS))
    (choice,) = Chooser(SETTINGS, [row, plan_row("site", "test")]).choose([judged])
    return choice.reason


@pytest.mark.parametrize(
    ("plan", "end"),
    [
        pytest.param("I cannot", "no-file", id="no-plan"),
        pytest.param('{"dag":"o","schedule":"@daily","tasks":[{"EmptyOperator":"dump"}]}', "does-nothing",
                     id="empty-tasks"),
        pytest.param('{"dag":"o","schedule":"@daily","tasks":[{"BashOperator":"pg_dump_orders",'
                     '"bash_command":"echo pg_dump orders gzip"}]}', "does-nothing", id="talks-of-it"),
        pytest.param('{"dag":"o","schedule":"@daily","tasks":[{"BashOperator":"a","bash_command":"ls"},'
                     '{"BashOperator":"b","bash_command":"ps"}]}', "not-what-was-asked", id="other-work"),
        pytest.param(PLANS["orders"][1], "copy-of-a-training-file", id="recited"),
        pytest.param(PLANS["orders"][1].replace('"orders"', '"orders_2"'), "copy-of-a-training-file",
                     id="recited-with-another-name"),
        pytest.param(FAR, "", id="new-and-right"),
    ],
)  # fmt: skip
def test_every_answer_has_its_end(plan: str, end: str) -> None:
    assert end_of(plan) == end


def test_what_a_request_states_in_so_many_words_is_demanded() -> None:
    task = '{"BashOperator":"ask","bash_command":"psql -c \'select 1\'"}'
    plan = f'{{"dag":"q","schedule":"@daily","tasks":[{task}]}}'
    assert end_of(plan, plan_row("query")) in ("lacks-what-is-stated", "not-what-was-asked")


def test_a_refusal_and_a_file_that_does_not_load_are_told_apart() -> None:
    assert end_of("", error="exceed_context_size_error: too long") == "refused-by-the-server"
    assert end_of(FAR, code="from airflow.sdk import DAGG\n") == "does-not-load"


@pytest.mark.parametrize(
    ("original", "answer", "end"),
    [
        pytest.param(LONG, FAR, "shorter-than-the-original", id="short"),
        pytest.param(FAR, LONG, "longer-than-the-original", id="long"),
    ],
)
def test_lengths_are_held_near_the_original_s(original: str, answer: str, end: str) -> None:
    said = dataclasses.replace(ROW.messages[-1], content=original)
    row = dataclasses.replace(ROW, messages=(*ROW.messages[:-1], said))
    assert end_of(answer, row) == end


def test_few_of_a_prompt_and_a_family_in_any_order_and_the_nearest_length_first() -> None:
    settings = SelectionSettings(most_per_family=2, copy_threshold=1.0)
    rows = [plan_row("orders", row_id=f"r{n}", family="f") for n in range(4)]
    one_more = FAR.replace('"tasks":[', '"tasks":[{"BashOperator":"look","bash_command":"pg_dump orders"},')
    answers = [(drawn(rows[0], one_more, index=1), rows[0]), (drawn(rows[0], FAR), rows[0])]
    for number, row in enumerate(rows[1:]):
        answers.append((drawn(row, FAR.replace("make_small", f"small_{number}")), row))
    judged = [judged_draw((answer, row, 1, settings)) for answer, row in answers]
    assert {one.reason for one in judged} == {""}
    forward = [choice.reason for choice in Chooser(settings, rows).choose(judged)]
    backward = [choice.reason for choice in Chooser(settings, rows).choose(judged[::-1])]
    assert forward == backward[::-1]
    assert forward[0] in ("prompt-has-enough", "family-has-enough"), "the other is as long as the original"
    assert (forward.count(""), forward[1:].count("family-has-enough")) == (2, 2)


def test_an_answer_near_a_held_out_file_is_never_trained_on() -> None:
    answer = dataclasses.replace(ROW.messages[-1], content=FAR)
    held_out = dataclasses.replace(plan_row("clean", "test"), messages=(*ROW.messages[:-1], answer))
    judged = judged_draw((drawn(ROW, FAR), ROW, 1, SETTINGS))
    assert [c.reason for c in Chooser(SETTINGS, [ROW, held_out]).choose([judged])] == ["near-a-held-out-file"]


def test_the_stage_leaves_originals_new_rows_and_the_end_of_each_answer(tmp_path: Path) -> None:
    rows = [plan_row("orders"), plan_row("clean"), plan_row("site", "validation"), plan_row("query", "test")]
    dataset = write_dataset(tmp_path / "dataset", rows)
    (tmp_path / "drawn").mkdir()
    answers = [
        drawn(rows[0], FAR),
        drawn(rows[0], FAR, index=1),
        drawn(rows[1], "no"),
        drawn(rows[1], PLANS["clean"][1], index=1),
    ]
    write_table(tmp_path / "drawn" / DRAWN, DrawnAnswer, answers)
    result = run(SETTINGS, dataset, [str(tmp_path / "drawn")], str(tmp_path / "out"))
    made = list(read_table(tmp_path / "out" / "samples.parquet", Sample))
    assert made[:4] == rows
    (new,) = made[4:]
    assert (new.split, new.family_id, new.kind, new.source_id) == ("train", "f-orders", "plan", "orders")
    assert new.messages[:-1] == rows[0].messages[:-1]
    assert '"BashOperator":"save_orders"' in new.messages[-1].content
    ends = {fate.key: fate.reason for fate in read_table(tmp_path / "out" / FATES, Fate)}
    assert sorted(ends.values()) == ["copy-of-a-training-file", "kept", "no-file", "prompt-has-enough"]
    assert read_manifest(result.location)["funnel"] == {
        "listed": 4,
        "kept": 1,
        "dropped": {"copy-of-a-training-file": 1, "no-file": 1, "prompt-has-enough": 1},
    }
    assert (tmp_path / "out" / PROMPTS).read_text().count("\n") == 1
    assert run(SETTINGS, dataset, [str(tmp_path / "drawn")], str(tmp_path / "out")).skipped


def test_the_first_of_every_family_is_asked_before_any_second_one() -> None:
    rows = [plan_row("orders", row_id=f"o{n}") for n in range(5)] + [
        plan_row("clean"),
        plan_row("site", "test"),
    ]
    assert {row.family_id for row in asked_rows(rows, 2, seed=1)} == {"f-orders", "f-clean"}
    assert len(asked_rows(rows, 0, seed=1)) == 6
    with pytest.raises(InputError, match="no request in words"):
        asked_rows(rows[-1:], 0, seed=1)

"""Plans to files: what the request states is there, whatever the model wrote."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from airflownet.generation.compose import Composer, Written, written_without_model
from airflownet.generation.model_source import open_model
from airflownet.generation.planned import file_of_plan, plan_operators
from airflownet.generation.settings import GenerationSettings
from airflownet.generation.wanted import Wanted
from servers.writing_server import WritingServer

PLAN = '{"dag":"x","schedule":"@weekly","tasks":[{"BashOperator":"list","bash_command":"ls /data"}]}'


@pytest.mark.parametrize(
    ("request_text", "in_code", "told"),
    [
        pytest.param(
            "DAG id `nightly`: run `ls /data` in bash", 'dag_id="nightly"', "DAG id nightly", id="id"
        ),
        pytest.param("run `ls /data` in bash every day", 'schedule="@daily"', "schedule", id="schedule"),
        pytest.param("run `ls /data` in bash, only by hand", "schedule=None", "schedule", id="by-hand"),
        pytest.param(
            "run `ls /data` in bash with the BashOperator, then use the SQLExecuteQueryOperator",
            "SQLExecuteQueryOperator(",
            "filled in",
            id="operator",
        ),
    ],
)
def test_what_the_request_states_is_in_the_file(request_text: str, in_code: str, told: str) -> None:
    planned = file_of_plan(PLAN, Wanted(request_text))
    assert in_code in planned.code.replace("'", '"')
    assert any(told in line for line in planned.assumptions)


@pytest.mark.parametrize("text", ["", "no plan", "[1, 2", '{"dag":', "{" * 2000])
def test_an_answer_without_a_plan_is_an_empty_file(text: str) -> None:
    planned = file_of_plan(text, Wanted("run a script daily"))
    assert planned.code == ""
    assert "no plan" in planned.assumptions[0]


def test_operators_to_choose_from_are_the_named_and_the_implied() -> None:
    chosen = plan_operators(Wanted("wait for a file in GCS, then load it into BigQuery"))
    assert chosen is not None
    assert {"GCSToBigQueryOperator", "GCSObjectExistenceSensor"} <= set(chosen)
    assert len(chosen) < 40
    assert plan_operators(Wanted("hm")) is None


def compose(model: Any, request: str, **settings: Any) -> tuple[Written, WritingServer]:
    with WritingServer(model) as server:

        async def run() -> Written:
            chosen = GenerationSettings(mode="plan", **settings)
            async with open_model(chosen, server=server.url) as writing:
                return await Composer(writing, chosen).write(request)

        return asyncio.run(run()), server


def test_a_plan_is_drawn_under_the_grammar_of_the_line() -> None:
    written, server = compose(lambda *_: PLAN, "run `ls /data` in bash every week", plan_help="grammar")
    assert written.checked.is_good
    assert written.n_drafts == 1
    assert "BashOperator" in written.code
    assert "operator ::=" in server.bodies("/completion")[0]["grammar"]


def test_the_best_of_several_plans_is_taken() -> None:
    answers = iter(["nothing", '{"dag":"x","tasks":[]}', PLAN, PLAN])
    written, _ = compose(
        lambda *_: next(answers), "run `ls /data` in bash every week", n_drafts=4, plan_help="grammar"
    )
    assert written.checked.is_good
    assert written.n_drafts > 1


def test_no_plan_at_all_is_an_honest_failure() -> None:
    written, _ = compose(lambda *_: "I cannot", "run a script daily", n_drafts=2, plan_help="grammar")
    assert not written.checked.loads
    assert "no plan" in written.notes[0]


def test_a_request_in_another_language_is_written_and_told() -> None:
    written, _ = compose(lambda *_: PLAN, "每天运行一个脚本")
    assert written.checked.is_good
    assert "nothing could be read in the request" in written.notes[-2]
    assert "Chinese or Japanese" in written.notes[-1]


def test_a_plan_that_is_not_ready_in_time_is_taken_as_far_as_it_came() -> None:
    long = PLAN.replace('"ls /data"}]}', '"ls /data"},{"BashOperator":"more","bash_command":"' + "x" * 4000)
    written, _ = compose(lambda *_: long, "run `ls /data` in bash every week", max_seconds=0.000001)
    assert not written.checked.loads or "BashOperator" in written.code  # nothing raised, nothing hung


def test_a_file_that_lacks_half_of_the_wishes_is_not_enough() -> None:
    request = "run `ls /data` in bash every week, then load the file from GCS into BigQuery"
    whole = PLAN.replace(
        "}]}", '},{"GCSToBigQueryOperator":"load","after":"list","bucket":"b","source_objects":["a"]}]}'
    )
    answers = iter([PLAN, whole, whole])
    written, _ = compose(lambda *_: next(answers), request, n_drafts=3)
    assert "GCSToBigQueryOperator(" in written.code


def test_a_request_that_leaves_no_choice_needs_no_model() -> None:
    asked = "every night at 2 copy orders.csv from S3 to Snowflake, tell Slack when it fails"
    written, server = compose(lambda *_: "nothing", asked)
    assert written.checked.is_good
    assert not server.bodies("/completion")
    assert 'schedule="0 2 * * *"' in written.code
    assert 'trigger_rule="one_failed"' in written.code
    assert any("without the model" in note for note in written.notes)


@pytest.mark.parametrize(
    ("request_text", "is_written"),
    [
        ("copy files from SFTP to S3 daily at 14:30 with 3 retries", True),
        ("run a Python function every day", False),
        ("hm", False),
    ],
)
def test_what_leaves_no_choice_is_written_where_no_model_is(request_text: str, is_written: bool) -> None:
    found = asyncio.run(written_without_model(request_text, GenerationSettings(), "3.3"))
    assert (found is not None) == is_written
    assert found is None or found.checked.is_enough


def test_the_model_writes_what_the_outline_leaves_open() -> None:
    asked = "DAG id `greet`: run a Python function (`hello`), then run `date` in bash"
    plan = (
        '{"dag":"greet","tasks":[{"@task":"hello","code":"return sum([1, 2])"},'
        '{"BashOperator":"date","after":"hello"}]}'
    )
    written, server = compose(lambda *_: plan, asked)
    grammar = server.bodies("/completion")[0]["grammar"]
    assert '"\\"@task\\":\\"hello\\""' in grammar
    assert written.checked.is_good, written.checked.told()
    assert "return sum([1, 2])" in written.code
    assert 'bash_command="date"' in written.code

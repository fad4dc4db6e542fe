"""Files that are there: brought to a line, and edited."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from airflownet.errors import InputError
from airflownet.generation.changing.change import Changed, edit, migrate
from airflownet.generation.changing.codemods import with_codemods
from airflownet.generation.model_source import open_model
from airflownet.generation.place import place_of
from airflownet.generation.settings import GenerationSettings
from servers.writing_server import WritingServer

OLD = """from datetime import timedelta

from airflow import DAG
from airflow.operators.dummy_operator import DummyOperator
from airflow.operators.python_operator import PythonOperator
from airflow.providers.postgres.operators.postgres import PostgresOperator
from airflow.utils.dates import days_ago


def work(**kwargs):
    print(kwargs["ds"])  # a comment stays


with DAG(
    "old",
    schedule_interval="@daily",
    start_date=days_ago(2),
    concurrency=4,
) as dag:
    start = DummyOperator(task_id="start", trigger_rule="dummy")
    py = PythonOperator(task_id="py", python_callable=work, provide_context=True)
    sql = PostgresOperator(task_id="sql", sql="select 1", postgres_conn_id="pg")
    start >> py >> sql
"""
NEW = """from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="a",
    schedule="@daily",
):
    one = BashOperator(task_id="one", bash_command="ls")
"""
TWO = NEW + '    two = BashOperator(task_id="two", bash_command="rm x")\n    one >> two\n'
SETTINGS = GenerationSettings(n_drafts=2)


def run(code: str, request: str = "", answers: tuple[str, ...] = (), airflow: str = "3.3") -> Changed:
    left = iter(answers)

    def model(so_far: str, body: dict[str, Any]) -> str:
        return f"```python\n{next(left)}```"

    async def changed() -> Changed:
        if not answers:
            return await (
                edit(code, request, airflow, SETTINGS) if request else migrate(code, airflow, SETTINGS)
            )
        with WritingServer(model, chat_only=True) as server:
            async with open_model(SETTINGS, server=server.url) as writing:
                if request:
                    return await edit(code, request, airflow, SETTINGS, writing)
                return await migrate(code, airflow, SETTINGS, writing)

    return asyncio.run(changed())


def test_an_old_file_is_brought_over_without_a_model() -> None:
    changed = run(OLD)
    assert changed.is_good
    code = changed.code
    for line in (
        "from airflow.providers.standard.operators.empty import EmptyOperator",
        "from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator",
        'schedule="@daily"',
        'start_date=pendulum.today("UTC").add(days=-2)',
        "max_active_tasks=4",
        'EmptyOperator(task_id="start", trigger_rule="always")',
        'conn_id="pg")',
        "# a comment stays",
    ):
        assert line in code
    assert "provide_context" not in code
    assert "Dummy" not in code
    assert changed.diff("a.py").startswith("--- a/a.py\n+++ b/a.py\n")


@pytest.mark.parametrize("airflow", ["2.7", "3.3"])
def test_codemods_do_not_touch_what_the_line_has(airflow: str) -> None:
    code = "from airflow.models import Variable\nx = Variable\n"
    assert with_codemods(code, airflow)[0] == code


@pytest.mark.parametrize("code", ["", "def f(:\n", "x" * 100 + "\n", "from airflow.nowhere import Thing\n"])
def test_codemods_leave_what_they_do_not_know(code: str) -> None:
    assert with_codemods(code, "3.3") == (code, ())


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        pytest.param(
            "from airflow.operators.dummy_operator import DummyOperator as D\nx = D(task_id='x')\n",
            "from airflow.providers.standard.operators.empty import EmptyOperator as D",
            id="alias",
        ),
        pytest.param(
            "import airflow\nx = airflow.utils.dates.days_ago(1)\n", "pendulum.today", id="days-ago-by-path"
        ),
        pytest.param(
            "from airflow.utils import dates\nx = dates.days_ago(n)\n", "days=-n", id="days-ago-by-module"
        ),
        pytest.param(
            "from airflow.contrib.hooks.aws_sqs_hook import SQSHook\nSQSHook()\n", "SqsHook()", id="hook"
        ),
    ],
)
def test_codemods(code: str, wanted: str) -> None:
    changed, told = with_codemods(code, "3.3")
    assert wanted in changed
    assert told


def test_a_file_for_the_old_line_is_left_alone() -> None:
    assert run(OLD, airflow="2.7").diff("a.py") == ""


def test_what_no_rule_knows_is_left_and_told() -> None:
    changed = run(OLD.replace("DummyOperator(", "MagicOperator("))
    assert not changed.is_good
    assert "MagicOperator" in changed.left[0]


def test_the_model_does_the_rest_of_a_migration() -> None:
    broken = NEW.replace("BashOperator(", "MagicOperator(")
    changed = run(broken, answers=("from airflow.sdk import DAG\n", NEW))
    assert changed.is_good
    assert changed.by_model
    assert changed.code == NEW


@pytest.mark.parametrize(
    ("request_text", "lines"),
    [
        pytest.param("run it every hour", ['schedule="@hourly"'], id="schedule"),
        pytest.param(
            "run it every hour with 3 retries", ['schedule="@hourly"', '"retries": 3'], id="retries"
        ),
        pytest.param("no catchup, please", ["catchup=False"], id="catchup"),
    ],
)
def test_stated_settings_need_no_model(request_text: str, lines: list[str]) -> None:
    changed = run(NEW, request_text)
    assert changed.is_good
    assert all(line in changed.code for line in lines)
    assert not changed.by_model


def test_an_edit_by_the_model_loses_no_task() -> None:
    changed = run(TWO, "also run `ls` in bash at the end", answers=(NEW, NEW))
    assert not changed.is_good
    assert changed.code == TWO
    assert any("lost two" in line for line in changed.left)


def test_an_edit_by_the_model_is_taken_when_it_is_right() -> None:
    changed = run(NEW, "also remove the file x with the bash command `rm x` afterwards", answers=(TWO,))
    assert changed.is_good
    assert changed.code == TWO


def test_an_edit_without_a_model_says_what_is_not_done() -> None:
    changed = run(NEW, "send an email at the end")
    assert not changed.is_good
    assert "not done: send an email" in changed.left[0]


def test_a_huge_file_is_an_input_error() -> None:
    with pytest.raises(InputError, match="60,000"):
        run("#" * 60_001)


def test_a_file_is_judged_in_its_project(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("furl\n")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "own.py").write_text("NAME = 'from_the_project'\n")
    file = tmp_path / "dags" / "old.py"
    code = "import furl\nfrom own import NAME\n" + OLD.replace('"old"', "NAME")
    file.write_text(code)
    alone = asyncio.run(migrate(code, "3.3", SETTINGS))
    assert not alone.is_good
    there = asyncio.run(migrate(code, "3.3", SETTINGS, place=place_of(file)))
    assert there.is_good, there.left
    assert [dag.dag_id for dag in there.checked.verdict.dags] == ["from_the_project"]
    edited = asyncio.run(edit(there.code, "run it hourly", "3.3", SETTINGS, place=place_of(file)))
    assert edited.checked.loads

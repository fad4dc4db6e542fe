"""What agreement with a real Airflow is counted as, and what of its answers is kept."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

from pathlib import Path

import pytest
from agreement_report import Tally, same_reason
from asked import Answers, airflow_modules
from expected_rule import expected_rule
from labelled import Labelled, depends_on_outside

from airflownet.judge.verdict import judge_code
from airflownet.records import DagGraph, Outcome, Verdict

GOOD = "from airflow.sdk import DAG\nwith DAG('d'):\n    pass\n"
BAD = "from airflow.sdk import DAG\nwith DAG('d'):\n    undefined\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param("SyntaxError: invalid syntax", "AFN001", id="syntax"),
        pytest.param("ModuleNotFoundError: No module named 'airflow.x'", "AFN101", id="module"),
        pytest.param("ImportError: cannot import name 'X' from 'airflow'", "AFN102", id="name"),
        pytest.param("ModuleNotFoundError: No module named 'tests_common'", "AFN103", id="harness"),
        pytest.param("ModuleNotFoundError: No module named 'nobody'", "AFN104", id="third-party"),
        pytest.param("NameError: name 'x' is not defined", "AFN201", id="undefined"),
        pytest.param("TypeError: f() got an unexpected keyword argument 'x'", "AFN202", id="argument"),
        pytest.param("TypeError: missing keyword argument 'task_id'", "AFN203", id="missing"),
        pytest.param("airflow.exceptions.AirflowDagCycleException: Cycle detected", "AFN401", id="cycle"),
        pytest.param("no DAG in the file", "AFN301", id="no-dag"),
        pytest.param("", "AFN301", id="no-error"),
        pytest.param("ValueError: month must be in 1..12", "AFN207", id="value"),
    ],
)  # fmt: skip
def test_rule_of_an_error(error: str, code: str) -> None:
    assert expected_rule(error) == code


@pytest.mark.parametrize(
    ("error", "outside"),
    [
        pytest.param("ModuleNotFoundError: No module named 'nobody'", True, id="third-party"),
        pytest.param("ModuleNotFoundError: No module named 'airflow.providers.http.x'", True, id="absent-provider"),
        pytest.param("ModuleNotFoundError: No module named 'airflow.providers.slack.x'", False, id="present-provider"),
        pytest.param("ModuleNotFoundError: No module named 'tests_common'", False, id="harness"),
        pytest.param("FileNotFoundError: [Errno 2] No such file or directory: 'x'", True, id="file"),
        pytest.param("NameError: name 'x' is not defined", False, id="undefined"),
    ],
)  # fmt: skip
def test_what_depends_on_the_machine_is_not_scored(error: str, outside: bool) -> None:
    assert depends_on_outside(error, ("airflow.providers.http",)) is outside


def test_tally_counts_each_kind_of_answer() -> None:
    tally = Tally()
    graphs = {"d": ([], [])}
    for loads, scored, error, code in (
        (True, True, "", GOOD),
        (False, True, "NameError: name 'undefined' is not defined", BAD),
        (False, True, "NameError: name 'other' is not defined", BAD),
        (True, True, "", BAD),
        (False, False, "KeyError: 'X'", GOOD),
    ):
        row = Labelled("set", "id", code, "3.3.2", loads, scored, error, graphs if loads else {})
        tally.add(row, judge_code(code, airflow="3.3"))
    assert tally.outcomes == {("loads", "loads"): 1, ("fails", "fails"): 2, ("loads", "fails"): 1}
    assert (tally.reasons[True], tally.reasons[False]) == (1, 1)
    assert tally.graphs == {True: 1}
    assert tally.unscored == {("fails", "loads"): 1}
    assert tally.rules["AFN201", "AFN201"] == 2
    assert len(tally.disagreements) == 2


def test_same_reason_compares_what_is_named() -> None:
    verdict = judge_code("import airflow.nothing\n", airflow="3.3")
    assert same_reason(verdict, "ModuleNotFoundError: No module named 'airflow.nothing'")
    assert not same_reason(verdict, "ModuleNotFoundError: No module named 'airflow.other'")


def test_answers_survive_a_kill_and_limits_are_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    answers = Answers(path)
    graph = DagGraph("d", ("b", "a"), (("a", "b"),))
    answers.keep("one", Verdict("", "3.3.2", Outcome.LOADS, "", (graph,), ()))
    answers.keep("two", Verdict("", "3.3.2", Outcome.UNKNOWN, "Stopped: more than 60 s", (), ()))
    with path.open("a") as file:
        file.write('{"sha256": "three", "outc')
    read = Answers(path)
    assert list(read.known) == ["one"]
    assert read.known["one"]["graphs"] == {"d": [["a", "b"], [["a", "b"]]]}
    read.keep("three", Verdict("", "3.3.2", Outcome.FAILS, "NameError", (), ()))
    assert list(Answers(path).known) == ["one", "three"]


def test_only_modules_of_airflow_are_imported_beforehand() -> None:
    code = "from airflow.sdk import DAG\nfrom os import path\nfrom .x import y\ndef f():\n    from airflow.utils import t\n"
    assert airflow_modules(code) == {"airflow.sdk", "airflow.utils"}
    assert airflow_modules("def (") == set()

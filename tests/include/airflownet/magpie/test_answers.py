from __future__ import annotations

import pytest

from airflownet.magpie.answers import JudgedAnswer, best, judged

DAG = (
    "from airflow.sdk import DAG\n"
    "from airflow.providers.standard.operators.bash import BashOperator\n\n"
    'with DAG("a"):\n    BashOperator(task_id="t", bash_command="x")\n'
)


@pytest.mark.parametrize(
    ("kind", "text", "whole", "outcome", "why"),
    [
        pytest.param("magpie", f"```python\n{DAG}```", True, "loads", "", id="dag"),
        pytest.param("magpie", DAG, True, "loads", "", id="without-fence"),
        pytest.param("magpie", f"```python\n{DAG}```", False, "fails", "unfinished", id="cut"),
        pytest.param("magpie", f"```python\n{DAG}", True, "fails", "unfinished", id="open-fence"),
        pytest.param("magpie", "```python\nwith (\n```", True, "fails", "AFN001", id="syntax"),
        pytest.param("magpie", "```python\n```", True, "fails", "no-code", id="no-code"),
        pytest.param(
            "magpie",
            'from airflow.sdk import DAG\nwith DAG("a"):\n    pass\n',
            True,
            "fails",
            "no-tasks",
            id="no-tasks",
        ),
        pytest.param("replay", "```python\ndef f():\n    return 1\n```", True, "parses", "", id="python"),
        pytest.param(
            "replay", "```python\nprint(1)\n```", True, "fails", "defines-nothing", id="no-definition"
        ),
        pytest.param("replay", "```python\ndef f(:\n```", True, "fails", "syntax-error", id="python-syntax"),
    ],
)
def test_an_answer_is_judged(kind: str, text: str, whole: bool, outcome: str, why: str) -> None:
    found = judged(kind, "3.3", text, is_whole=whole)
    assert (found.outcome, found.why) == (outcome, why)


def test_an_answer_with_a_credential_is_refused() -> None:
    code = DAG.replace('"x"', '"AKIA' + 'ABCDEFGH12345678"')
    assert judged("magpie", "3.3", code, is_whole=True).why == "secret:aws-key"


def test_the_best_answer_is_the_judges() -> None:
    fails = JudgedAnswer("", "a", "fails", "AFN001", 0, 0)
    unknown = JudgedAnswer("", "b", "unknown", "unknown", 0, 1)
    loads = JudgedAnswer("", "c", "loads", "", 3, 1)
    cleaner = JudgedAnswer("", "d", "loads", "", 1, 1)
    assert best([fails, unknown, loads, cleaner]) is cleaner
    assert best([fails, unknown]) is unknown

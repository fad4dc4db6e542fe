"""What a ``@dag`` function can and cannot do with its parameters, which only a run resolves."""

# ruff: noqa: E501 - one file a row
from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

HEAD = {
    "3.3": "from datetime import datetime\nfrom airflow.sdk import dag, task\nfrom airflow.providers.standard.operators.bash import BashOperator\n",
    "2.9": "from datetime import datetime\nfrom airflow.decorators import dag, task\nfrom airflow.operators.bash import BashOperator\n",
}
RUN = "    BashOperator(task_id='run', bash_command='x')\n"

REFUSED = [
    ("range", "def p(n: int = 3):\n    for i in range(n): pass\np()\n", "'DagParam' object cannot be interpreted as an integer"),
    ("iterated", "def p(tables=['a']):\n    for t in tables: pass\np()\n", "'DagParam' object is not iterable"),
    ("added", "def p(path='/a'):\n    BashOperator(task_id='a', bash_command='cat ' + path)\np()\n", "unsupported operand"),
    ("method", "def p(env='a'):\n    env.upper()\np()\n", "'DagParam' object has no attribute 'upper'"),
    ("in-an-id", "def p(env='a'):\n    BashOperator(task_id=f'run_{env}', bash_command='x')\np()\n", "DagParam object"),
    ("as-a-key", "def p(env='a'):\n    {'a': 1}[env]\np()\n", "KeyError"),
    ("expanded", "def p(tables=['a']):\n    @task\n    def f(t): ...\n    f.expand(t=tables)\np()\n", "unexpected type 'DagParam'"),
    ("retries", "def p(n=3):\n    BashOperator(task_id='a', bash_command='x', retries=n)\np()\n", "'retries' type must be int, not DagParam"),
    ("missing", "def p(env):\n    pass\np()\n", "missing a required argument: 'env'"),
    ("too-many", "def p():\n    pass\np(1)\n", "too many positional arguments"),
    ("unknown", "def p():\n    pass\np(a=1)\n", "unexpected keyword argument 'a'"),
    ("starred", "def p(*args):\n    pass\np()\n", "unexpected keyword argument 'args'"),
]  # fmt: skip


@pytest.mark.parametrize("line", ["2.9", "3.3"])
@pytest.mark.parametrize(("name", "code", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused(name: str, code: str, words: str, line: str) -> None:
    verdict = judge_code(HEAD[line] + "@dag(schedule=None)\n" + code, airflow=line)
    assert verdict.outcome is Outcome.FAILS, name
    assert words in verdict.reason


def test_default_must_be_json_since_3_0() -> None:
    code = "@dag(schedule=None)\ndef p(when=datetime(2024, 1, 1)):\n" + RUN + "p()\n"
    verdict = judge_code(HEAD["3.3"] + code, airflow="3.3")
    assert "json-serializable" in verdict.reason
    assert judge_code(HEAD["2.9"] + code, airflow="2.9").outcome is Outcome.LOADS


@pytest.mark.parametrize("line", ["2.9", "3.3"])
def test_is_equal_to_nothing_and_goes_into_arguments(line: str) -> None:
    code = (
        "@dag(schedule=None)\ndef p(env='prod', n=2, **more):\n"
        "    if env == 'prod':\n        BashOperator(task_id='prod', bash_command='x')\n"
        "    BashOperator(task_id='b', bash_command=f'cat {env}', env={'E': env})\n"
        "    @task\n    def f(a, k): ...\n    f(env, n)\n    f.partial(k=n).expand(a=[env])\np('prod', n=3)\n"
    )
    verdict = judge_code(HEAD[line] + code, airflow=line)
    assert verdict.outcome is Outcome.LOADS
    assert list(verdict.dags[0].tasks) == ["b", "f", "f__1"]


def test_method_gets_its_object_as_a_parameter() -> None:
    code = "class C:\n    @dag(schedule=None)\n    def p(self):\n        BashOperator(task_id='a', bash_command='x')\nC().p()\n"
    assert judge_code(HEAD["2.9"] + code, airflow="2.9").outcome is Outcome.LOADS
    assert "json-serializable" in judge_code(HEAD["3.3"] + code, airflow="3.3").reason

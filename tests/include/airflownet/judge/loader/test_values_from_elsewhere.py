"""What another package, Airflow's database or the catalogue holds without saying: never a certain failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

_HEAD = """
import json, os
from datetime import datetime
from airflow import DAG
from airflow.decorators import dag
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from elsewhere import CONF, load
import elsewhere
"""
_DAG = """
with DAG("d", start_date=datetime(2024, 1, 1), schedule=None):
    BashOperator(task_id="a", bash_command="true")
"""
_SCHEDULED = """
with DAG("d", schedule="@daily", {}):
    BashOperator(task_id="a", bash_command="true")
"""

_CAUGHT = """
def f():
    try:
        return Variable.get("x")
    except KeyError:
        {}
x = f()["k"]
"""

NO_CERTAIN_FAILURE = [
    ('a = {}\na["o"] = Variable.get("x")\nb = a["o"].lower()' + _DAG, "variable-as-value"),
    (
        'a = {}\nif Variable.get("x") == "p":\n    a["start_date"] = datetime(2024, 1, 1)'
        + _SCHEDULED.format("**a"),
        "variable-in-condition",
    ),
    ('def f():\n    return {"owner": Variable.get("o")}\nf()["x"] = 1' + _DAG, "variable-in-function"),
    ('def f():\n    with open("x") as h:\n        return json.load(h)\nx = f()["a"]["b"]' + _DAG, "file"),
    ('a = {}\na.update(json.loads(os.environ["x"]))' + _SCHEDULED.format("default_args=a"), "environment"),
    ('try:\n    c = json.load(open("a"))\nexcept OSError:\n    c = {}\nx = c["k"]' + _DAG, "caught"),
    (_CAUGHT.format("return {}") + _DAG, "caught-returned"),
    (_CAUGHT.format("pass") + _DAG, "caught-returns-nothing"),
    (_SCHEDULED.format("**CONF"), "arguments"),
    (_SCHEDULED.format("**load()"), "arguments-called"),
    ("x = load() | {}" + _SCHEDULED.format("**x"), "arguments-joined"),
    ("x = {}\nx.update(**CONF)" + _SCHEDULED.format("**x"), "arguments-updated"),
    ("x = {}\nload(x)" + _SCHEDULED.format("default_args=x"), "filled-elsewhere"),
    ("@dag(schedule='@daily', **CONF)\ndef d():\n    BashOperator(task_id='a')\nd()", "decorator"),
    (_DAG.replace("schedule=None", "schedule=None, default_args=CONF").replace(', bash_command="true"', ""),
     "default-args"),
    ("class C(BashOperator):\n    def __init__(self, **kw):\n        super().__init__(**kw)"
     + _DAG.replace("BashOperator(", "C(**CONF, ").replace(', bash_command="true"', ""), "super-init"),
    ("class S: pass\ns = S()\nelsewhere.fill(s)\nx = s.anything" + _DAG, "instance-filled"),
    ("class S:\n    def __init__(self, **kw):\n        for k in kw:\n            setattr(self, k, kw[k])\n"
     "x = S(**CONF).a" + _DAG, "setattr"),
    ("class S:\n    def __init__(self):\n        self.__dict__.update(CONF)\nx = S().a" + _DAG, "own-dict"),
    ("xs = []\nelsewhere.fill(xs)\nx = xs[0]" + _DAG, "list-filled"),
    ("elsewhere.setup(globals())\nx = anything" + _DAG, "globals-filled"),
    ('x = "{a} {b}".format(a=1, **CONF)' + _DAG, "format"),
    ("def f(x=None):\n    return x['a']\ny = f(**CONF)" + _DAG, "default-of-parameter"),
    ("from dataclasses import dataclass\n@dataclass\nclass S:\n    a: int\nx = S(**CONF).a" + _DAG, "record"),
]  # fmt: skip


@pytest.mark.parametrize("airflow", ["2.9", "3.3"])
@pytest.mark.parametrize("code", [pytest.param(code, id=name) for code, name in NO_CERTAIN_FAILURE])
def test_what_is_not_known_is_not_missing(code: str, airflow: str) -> None:
    verdict = judge_code(_HEAD + code, airflow=airflow)
    assert verdict.outcome is Outcome.UNKNOWN, verdict.reason


STILL_CERTAIN = [
    ("x = {'a': 1}\ny = x['b']" + _DAG, "KeyError", "own-dict"),
    (_DAG.replace(', bash_command="true"', ""), "bash_command", "no-default-args"),
    (_SCHEDULED.format("**{'tagz': [], **CONF}"), "tagz", "known-part"),
]


@pytest.mark.parametrize(("code", "word"), [pytest.param(*case[:2], id=case[2]) for case in STILL_CERTAIN])
def test_what_is_known_stays_certain(code: str, word: str) -> None:
    verdict = judge_code(_HEAD + code, airflow="3.3")
    assert verdict.outcome is Outcome.FAILS
    assert word in verdict.reason


_OPERATORS = [
    "airflow.providers.google.cloud.transfers.gcs_to_bigquery.GCSToBigQueryOperator",
    "airflow.providers.cncf.kubernetes.operators.pod.KubernetesPodOperator",
    "airflow.providers.apache.spark.operators.spark_submit.SparkSubmitOperator",
    "airflow.operators.bash.BashOperator",
]
_FORMS = [
    'list(Base.template_fields) + ["x"]',
    '(*Base.template_fields, "x")',
    'tuple(Base.template_fields) + ("x",)',
    'tuple(f for f in Base.template_fields if f != "x")',
    'sorted({"x", *Base.template_fields})',
    '[*{**Base.template_fields_renderers, "x": "sql"}]',
    "[Base.ui_color.upper()]",
]


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("path", _OPERATORS, ids=lambda path: path.rpartition(".")[2])
def test_a_value_that_the_catalogue_does_not_hold_meets_no_operation(path: str, form: str) -> None:
    module, _, name = path.rpartition(".")
    code = f"""
from datetime import datetime
from airflow import DAG
from {module} import {name} as Base

class Own(Base):
    template_fields = {form}

with DAG("d", start_date=datetime(2024, 1, 1), schedule=None):
    pass
"""
    for airflow in ("2.9", "3.3"):
        assert judge_code(code, airflow=airflow).outcome is Outcome.LOADS


def test_a_text_of_an_enumeration_of_airflow_has_value_and_name() -> None:
    code = """
from datetime import datetime
from airflow import DAG
from airflow.providers.google.cloud.operators.bigquery import IfExistAction

action = IfExistAction.IGNORE
with DAG("d", start_date=datetime(2024, 1, 1), schedule=None, tags=[action.value, action.name]):
    pass
"""
    assert judge_code(code, airflow="3.3").outcome is Outcome.LOADS


def test_a_function_of_a_local_module_that_asks_for_a_variable_returns_its_dict(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "defaults.py").write_text(
        "from datetime import datetime\n"
        "from airflow.models import Variable\n"
        "def default_args():\n"
        "    args = {'owner': Variable.get('owner')}\n"
        "    args['start_date'] = datetime(2024, 1, 1)\n"
        "    return args\n"
    )
    code = "from airflow import DAG\nfrom shared.defaults import default_args\n" + _SCHEDULED.format(
        "default_args=default_args()"
    ).replace("BashOperator", "print")
    verdict = judge_code(code, airflow="2.9", roots=[tmp_path])
    assert verdict.outcome is Outcome.UNKNOWN
    assert "Variable owner does not exist" in verdict.reason

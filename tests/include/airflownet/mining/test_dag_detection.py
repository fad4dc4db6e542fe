from __future__ import annotations

import textwrap

import pytest

from airflownet.mining.dag_detection import MAY_USE_A_FACTORY, NOT_A_DAG_FILE, why_not_a_dag_file

DAG_FILES = {
    "with": "from airflow import DAG\nwith DAG('a'): pass",
    "call": "from airflow.models.dag import DAG\nx = DAG('a')",
    "alias": "from airflow.sdk import DAG as D\nD('a')",
    "module": "import airflow\nairflow.DAG('a')",
    "module-alias": "import airflow.sdk as sdk\nwith sdk.DAG('a'): pass",
    "submodule": "from airflow import models\nwith models.DAG('a'): pass",
    "deep-attribute": "import airflow.models.dag\nairflow.models.dag.DAG('a')",
    "decorator-called": "from airflow.decorators import dag\n@dag(schedule=None)\ndef f(): pass\nf()",
    "decorator-bare": "from airflow.sdk import dag\n@dag\ndef f(): pass",
    "decorator-alias": "from airflow.sdk import dag as build\n@build()\ndef f(): pass",
    "decorator-by-call": "from airflow.sdk import dag\ndef f(): pass\ndag('a')(f)()",
    "in-function": "from airflow.sdk import DAG\ndef make(i):\n    return DAG(str(i))\nmake(1)",
    "try-import": "try:\n from airflow.sdk import DAG\nexcept Exception:\n from airflow import DAG\nDAG(1)",
    "star": "from airflow.sdk import *\nDAG('a')",
    "package-alias": "import airflow as af\naf.DAG('a')",
    "models-alias": "from airflow import models as m\nwith m.DAG('a'): pass",
    "decorator-of-module-alias": "import airflow.sdk as s\n@s.dag()\ndef f(): pass",
    "assigned-decorator": "from airflow.sdk import dag\nbuild = dag\n@build()\ndef f(): pass",
    "called-decorator-in-a-variable": "from airflow.sdk import dag\n"
    "d = dag(schedule=None)\n@d\ndef f(): pass",
    "assigned-class": "import airflow\nflow = airflow.DAG\nwith flow('a'): pass",
    "subclass": "from airflow import DAG\nclass Mine(DAG): pass\nMine('a')",
    "partial": "from airflow import DAG\n"
    "from functools import partial\nMine = partial(DAG, schedule=None)\nMine('a')",
    "local-import": "def make():\n    from airflow import DAG\n    return DAG('a')\ndag = make()",
}
OTHERS = {
    "no-import": ("DAG('a')", "not-a-dag-file"),
    "own-class": ("from mylib import DAG\nDAG('a')", "not-a-dag-file"),
    "airflow-like-name": ("from airflow_ext import DAG\nDAG('a')", "not-a-dag-file"),
    "imported-only": ("from airflow import DAG\n", "not-a-dag-file"),
    "annotation-only": ("from airflow import DAG\ndef f(d: DAG): pass", "not-a-dag-file"),
    "in-a-string": ("import airflow\nx = 'with DAG(1)'", "not-a-dag-file"),
    "in-a-comment": ("import airflow\n# DAG('a')", "not-a-dag-file"),
    "operator-only": ("from airflow.sdk import BaseOperator\nclass A(BaseOperator): pass", "not-a-dag-file"),
    "factory-of-another-module": (
        "from airflow.sdk import task\nfrom common.factory import create_dag\ndag = create_dag('a')",
        "not-a-dag-file",
    ),
    "subclass-only": ("from airflow import DAG\nclass Mine(DAG): pass", "not-a-dag-file"),
    "other-dag": ("import airflow\nfrom cosmos import DbtDag as DAG\nDAG('a')", "not-a-dag-file"),
    "star-and-another-of-the-name": (
        "from airflow.models import *\nfrom airflow.x import q as DAG\nDAG('a')",
        "not-a-dag-file",
    ),
    "relative": ("from .airflow import DAG\nDAG('a')", "not-a-dag-file"),
    "task-decorator": ("from airflow.sdk import task\n@task\ndef f(): pass", "not-a-dag-file"),
    "syntax": ("from airflow import DAG\nDAG('a'", "syntax-error"),
    "python2": ("from airflow import DAG\nprint 'x'", "syntax-error"),
    "null": ("from airflow import DAG\0", "syntax-error"),
    "deep": ("(" * 3000 + ")" * 3000, "syntax-error"),
}


@pytest.mark.parametrize("code", DAG_FILES.values(), ids=DAG_FILES)
def test_dag_files(code):
    assert why_not_a_dag_file(code) is None


@pytest.mark.parametrize(("code", "reason"), OTHERS.values(), ids=OTHERS)
def test_other_files(code, reason):
    assert why_not_a_dag_file(code) == reason


@pytest.mark.parametrize(
    ("code", "calls"),
    [
        ("from common.factory import make\ndag = make('a')", True),
        ("try:\n  if x:\n    from common.factory import make\nfinally: pass\ndag = make('a')", True),
        ("from common.dags import daily_dag\n@daily_dag(owner='a')\ndef a(): ...\na()", True),
        ("from common.dags import *\n@daily_dag\ndef a(): ...", True),
        ("from common.factory import make\ndef f():\n  make('a')", False),
        ("from functools import cache\n@cache\ndef f(): ...\nf()", False),
    ],
    ids=["called", "imported deeper than called", "decorator", "star", "in a function", "python's own"],
)
def test_what_may_use_a_factory(code, calls):
    reason = why_not_a_dag_file(f"import airflow\n{code}", with_factories=True)
    assert reason == (MAY_USE_A_FACTORY if calls else NOT_A_DAG_FILE)


@pytest.mark.parametrize("code", [*DAG_FILES.values(), *(code for code, _ in OTHERS.values())])
def test_a_module_and_the_same_within_an_if_are_one(code):
    # The second is found in the whole tree only, the first mostly in the module's own statements.
    reason = why_not_a_dag_file(code)
    if reason != "syntax-error":
        assert why_not_a_dag_file("if True:\n" + textwrap.indent(code, "    ")) == reason

from __future__ import annotations

import pytest

from airflownet.dataset.operators import operators_of

P = "from airflow.providers.standard.operators.bash import BashOperator\n"
CASES = {
    "class": (P + "BashOperator(task_id='a')\nBashOperator(task_id='b')", ("BashOperator",)),
    "alias": (P.replace("BashOperator\n", "BashOperator as B\n") + "B(task_id='a')", ("BashOperator",)),
    "module": (
        "from airflow.providers.standard.operators import bash\nbash.BashOperator()",
        ("BashOperator",),
    ),
    "module-alias": ("import airflow.operators.bash as b\nb.BashOperator()", ("BashOperator",)),
    "partial": (P + "BashOperator.partial(task_id='a').expand(bash_command=[])", ("BashOperator",)),
    "decorators": (
        "from airflow.sdk import task, dag\n@dag\ndef d():\n  @task\n  def a(): ...\n"
        "  @task.branch()\n  def b(): ...",
        ("@task", "@task.branch"),
    ),
    "imported-only": (P, ()),
    "not-airflow": ("from mylib import MyOperator\nMyOperator()", ()),
    "unparsable": ("def", ()),
}


@pytest.mark.parametrize(("code", "expected"), CASES.values(), ids=CASES)
def test_operators(code, expected):
    assert operators_of(code) == expected

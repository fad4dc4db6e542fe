from __future__ import annotations

import ast

import pytest

from airflownet.evaluation.earlier_validity import is_valid_by_earlier_checks

DAG = 'with DAG("d"):\n'
A = '    a = NoSuchOperator(task_id="a")\n'
B = '    b = NoSuchOperator(task_id="b")\n'


@pytest.mark.parametrize(
    ("code", "is_valid"),
    [
        pytest.param(DAG + A + B + "    a >> b\n", True, id="unknown-operators-are-fine"),
        pytest.param("x = 1\n", True, id="no-dag-is-fine"),
        pytest.param(DAG + A + B.replace('"b"', '"a"'), False, id="task-id-twice"),
        pytest.param(DAG + A + B + "    a >> b >> a\n", False, id="cycle"),
        pytest.param(DAG + A + B + "    a << b\n    b >> a\n", True, id="both-arrows"),
        pytest.param(DAG + A + DAG.replace('"d"', '"e"') + B, False, id="two-dags"),
        pytest.param("@dag\ndef f():\n    pass\n@dag()\ndef g():\n    pass\n", False, id="two-decorated"),
    ],
)
def test_the_four_checks(code: str, is_valid: bool) -> None:
    assert is_valid_by_earlier_checks(ast.parse(code)) is is_valid
    assert not is_valid_by_earlier_checks(None)

"""What a file leaves behind when it has been judged: nothing that grows with the number of files."""

from __future__ import annotations

import ast
import gc

import pytest

from airflownet.judge import judge
from airflownet.judge.catalogue import bounded

DAG = "from airflow import DAG\nwith DAG('a', schedule=None):\n    pass\n"
FILES = {
    "unknown-module": "import no_such_module_{0}\n",
    "unknown-provider": "from airflow.providers.none_{0} import a\n",
    "unknown-name": "from airflow.sdk import none_{0}\n",
    "closure": "def f():\n    def g():\n        return f\n    return g\nx_{0} = f()\n",
    "class": "class A:\n    def m(self):\n        return A\nx_{0} = A().m\n",
    "caught-error": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    x_{0} = e\n",
    "syntax-error": "x_{0} = (\n",
    "not-followed": "exec('x_{0} = 1')\n",
}


@pytest.mark.parametrize("code", FILES.values(), ids=FILES)
def test_no_syntax_tree_stays(code: str) -> None:
    before = syntax_trees()  # other tests of this process may keep some
    for number in range(5):
        judge(code.format(number) + DAG)
    gc.collect()
    assert syntax_trees().keys() <= before.keys()


def syntax_trees() -> dict[int, ast.Module]:
    return {id(item): item for item in gc.get_objects() if type(item) is ast.Module}


def test_names_that_do_not_exist_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST_ENTRIES", 3)
    known: bounded.Bounded[int, int] = bounded.Bounded()
    for number in range(10):
        known[number] = number
        assert known[number] == number
        assert len(known) <= 3

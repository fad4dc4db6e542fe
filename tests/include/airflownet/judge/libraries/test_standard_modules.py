"""Names of the standard library are known without running its modules, and loaded where they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from airflownet.judge.libraries.standard_modules import defined_in

PROGRAM = """
import sys
from airflownet.judge import judge
dag = "from airflow.sdk import DAG\\nwith DAG('a', schedule=None):\\n    pass\\n"
for code in sys.argv[2:]:
    verdict = judge(code + "\\n" + dag)
    print(verdict.outcome, "|", verdict.reason)
print(sys.argv[1] in sys.modules)
"""


def judged(module: str, *codes: str) -> list[str]:
    """Outcome and reason of each file, then whether the module was imported, in a fresh process."""
    command = [sys.executable, "-c", PROGRAM, module, *codes]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_an_imported_function_is_not_loaded() -> None:
    answer = judged("mailbox", "from mailbox import Maildir\ndef f():\n    return Maildir('x')")
    assert answer == ["loads | ", "False"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("from mailbox import NoBox", "cannot import name 'NoBox'", id="no-such-name"),
        pytest.param("from mailbox import Maildir\nMaildir()", "missing", id="called-wrongly"),
    ],
)
def test_what_is_used_is_loaded(code: str, reason: str) -> None:
    first, loaded = judged("mailbox", code)
    assert first.startswith("fails")
    assert reason in first
    assert loaded == "True"


def test_a_constant_is_looked_at() -> None:
    assert judged("zipfile", "from zipfile import ZIP_STORED\nx = 1 / ZIP_STORED")[0].startswith("fails")


def test_names_of_a_module_that_is_loaded_are_asked_of_it() -> None:
    assert defined_in("subprocess") == frozenset()
    assert defined_in("no_such_module") == frozenset()


@pytest.mark.parametrize(
    "code", ["from antigravity import geohash\ngeohash(1, 2, b'3')", "import this\nthis.c"]
)
def test_modules_with_effects_are_never_imported(code: str) -> None:
    assert judged(code.split()[1], code)[-1] == "False"

"""Local imports are resolved from the given roots, read and never run."""

# ruff: noqa: E501 - one file a line
from __future__ import annotations

from pathlib import Path

import pytest

from airflownet.judge.loader import load_source
from airflownet.judge.rules.registry import ViolationInModule
from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

DAG = "from airflow.sdk import DAG\nwith DAG('d'):\n    make('a') >> make('b')\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    package = tmp_path / "common"
    package.mkdir()
    (package / "__init__.py").write_text("from .names import PREFIX\n")
    (package / "names.py").write_text("PREFIX = 'x_'\n")
    (tmp_path / "makers.py").write_text(
        "from airflow.providers.standard.operators.empty import EmptyOperator\n"
        "from common import PREFIX\n"
        "def make(name):\n    return EmptyOperator(task_id=PREFIX + name)\n"
    )
    (tmp_path / "broken.py").write_text("import airflow.nothing_here\n")
    return tmp_path


def test_functions_of_neighbours_build_tasks(root: Path) -> None:
    (found,) = load_source("from makers import make\n" + DAG, roots=[root]).dags
    assert found.edges == (("x_a", "x_b"),)


def test_without_roots_the_outcome_is_unknown() -> None:
    assert judge_code("from makers import make\n" + DAG).outcome is Outcome.UNKNOWN


def test_missing_name_and_broken_neighbour_fail(root: Path) -> None:
    missing = judge_code("from makers import nothing\n" + DAG, roots=[root])
    assert "cannot import name 'nothing'" in missing.reason
    broken = judge_code("import broken\n" + DAG, roots=[root])
    assert "airflow.nothing_here" in broken.reason
    assert broken.violations[0].line == 1


def test_project_decorator_is_known(root: Path) -> None:
    code = "from airflow.sdk import DAG, task\nwith DAG('d'):\n    @task.special\n    def f():\n        pass\n    f()\n"
    assert judge_code(code, roots=[root]).outcome is Outcome.FAILS
    provider = root / "my_provider"
    provider.mkdir()
    (provider / "__init__.py").write_text(
        "def get_provider_info():\n"
        "    return {'task-decorators': [{'name': 'special', 'class-name': 'my_provider.special'}]}\n"
    )
    other = root.parent / "linked"
    other.symlink_to(root)
    assert judge_code(code, roots=[other]).outcome is Outcome.LOADS


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("from common.lost import x", "common.lost"),
        ("import common.lost", "common.lost"),
        ("import common.names.deeper", "common.names.deeper"),
        ("from makers.lost import x", "makers.lost"),
    ],
)
def test_what_a_known_package_lacks_fails(root: Path, line: str, missing: str) -> None:
    verdict = judge_code(f"{line}\nfrom makers import make\n{DAG}", roots=[root])
    assert verdict.outcome is Outcome.FAILS
    assert f"No module named '{missing}'" in verdict.reason


def test_a_module_of_no_known_package_is_unknown(root: Path) -> None:
    verdict = judge_code(f"from elsewhere.lost import x\nfrom makers import make\n{DAG}", roots=[root])
    assert verdict.outcome is Outcome.UNKNOWN


PLACES = [
    ("import missing_package", "import lib", (1, 1), "the import itself"),
    ("\n\nimport airflow.nothing_here", "import lib", (3, 1), "an import that fails"),
    ("def f(:", "import lib", (1, 7), "a text that does not parse"),
    ("def f():\n    return {}['a']", "from lib import f\nf()", (2, 5), "a function that is called"),
    (
        "def f(g):\n    g()",
        "from lib import f\nf(lambda: 1 + '')",
        None,
        "a function of the file, called back",
    ),
]


@pytest.mark.parametrize(
    ("module", "code", "place"), [pytest.param(*case[:3], id=case[3]) for case in PLACES]
)
def test_a_finding_in_a_module_is_shown_there(
    tmp_path: Path, module: str, code: str, place: tuple[int, int] | None
) -> None:
    (tmp_path / "lib.py").write_text(module)
    (found, *_) = judge_code(f"import os\n{code}\n{DAG}", roots=[tmp_path]).violations
    if place is None:
        assert not isinstance(found, ViolationInModule)
        return
    assert isinstance(found, ViolationInModule)
    assert found.module_path == str(tmp_path / "lib.py")
    assert (found.module_line, found.module_column) == place
    assert f"(in lib.py, line {place[0]})" in found.message
    assert found.line == 1 + len(code.splitlines())


def test_a_task_that_a_module_builds_has_the_line_that_leads_there(root: Path) -> None:
    code = (
        "from makers import make\nfrom airflow.sdk import DAG\nwith DAG('d'):\n    make('a') >> make('b')\n"
    )
    (dag,) = load_source(code, roots=[root]).dags
    assert [task.line for task in dag.tasks] == [4, 4]


def test_a_package_is_imported_before_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("from pack.other import use\n")
    (tmp_path / "pack" / "other.py").write_text("from pack.store import known\nuse = known\n")
    (tmp_path / "pack" / "store.py").write_text("known = 1\n")
    code = "from pack.store import known\nfrom airflow.sdk import DAG\nwith DAG('d'):\n    pass\n"
    assert judge_code(code, roots=[tmp_path]).outcome is Outcome.LOADS

"""What paths on the command line select."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from airflownet.errors import InputError
from airflownet.judge import selection
from airflownet.judge.batch import judge_source
from airflownet.judge.selection import select

DAG = "from airflow.sdk import DAG\nwith DAG('d'):\n    pass\n"
MODULE = "import airflow\n\n\ndef dag_of():\n    pass\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, code in {
        "a.py": DAG,
        "shared/module.py": MODULE,
        "plain.py": "x = 1\n",
        ".hidden.py": DAG,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(code)
    (tmp_path / ".airflowignore").write_text("shared\n")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "nowhere.py").symlink_to(tmp_path / "nothing")
    return tmp_path


def ids(selected: selection.Selection) -> list[str]:
    return [Path(str(source.id)).name for source in selected.sources]


def test_folder_is_searched_as_airflow_does(folder: Path) -> None:
    selected = select([folder], "3.3")
    assert ids(selected) == ["a.py"]
    assert [Path(name).name for name in selected.passed_over] == ["plain.py"]


def test_named_files_are_taken_in_any_case_and_once(folder: Path) -> None:
    selected = select([folder / "plain.py", folder, folder / "a.py", folder / "shared" / "module.py"], "3.3")
    assert ids(selected) == ["plain.py", "a.py", "module.py"]


def test_an_ignored_module_is_not_at_fault_for_building_no_dag(folder: Path) -> None:
    (folder / "shared" / "broken.py").write_text("from airflow.nothing import dag\n")
    paths = [folder / "shared" / "module.py", folder / "shared" / "broken.py", folder / "plain.py"]
    selected = select(paths, "3.3")
    verdicts = [judge_source(source) for source in selected.sources]
    assert [Path(name).name for name in selected.without_dag(verdicts)] == ["module.py"]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(DAG.encode())))
    (source,) = select([Path("-")], "3.3").sources
    assert (source.id, source.code) == ("<stdin>", DAG.encode())


@pytest.mark.parametrize(
    ("path", "root", "said"),
    [
        pytest.param("missing", "", "does not exist", id="path"),
        pytest.param("nowhere.py", "", "does not exist", id="dangling-link"),
        pytest.param("empty", "", r"no \*\.py file", id="empty-folder"),
        pytest.param("a.py", "missing", "not a folder", id="root"),
    ],
)
def test_input_errors(folder: Path, path: str, root: str, said: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match=said):
        select([folder / path], "3.3", [folder / root] if root else [])

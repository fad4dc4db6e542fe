"""``.airflowignore`` as the installed Airflow reads it, in both of its languages."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from airflownet.judge.ignored_files import GLOB, REGEXP, IgnoredFiles, ignore_syntax
from airflownet.judge.project.reading import read_project
from airflownet.judge.selection import select

FILES = [
    "a.py", "b.py", "tests.py", "shared/a.py", "shared/deep/a.py", "shared/deep/b.py", "team/dags_x.py",
    "team/shared/c.py", "team/tests/test_c.py", "team/a b.py", "x/[y].py", "x/y1.py", "x/Y.py",
]  # fmt: skip
PATTERNS = {
    "a name": "shared",
    "a folder": "shared/",
    "a file": "a.py",
    "from the top": "/shared",
    "in the middle": "team/shared",
    "star": "*.py\n!a.py",
    "star in a name": "te*s",
    "taken back": "shared/*\n!shared/deep",
    "taken back in a folder that is out": "shared/**\n!shared/deep/a.py",
    "stars in front": "**/shared",
    "stars between": "shared/**/b.py",
    "stars alone": "**\n!/b.py",
    "stars in a name": "team/**x.py",
    "a set": "x/y[0-9].py\n[!abt].py",
    "escaped": r"x/\[y\].py",
    "question mark": "?.py",
    "comments and blanks": "# shared\n\n  \na.py # not this\nteam  ",
    "a slash": "/",
    "dots": r".*\.py$",
    "anchored": "^shared/a",
    "either": "(shared|team)/.*a",
    "below": "/deep/",
    "case": "(?i)Y",
    "no valid expression": "*.py",
    "look-ahead": "^(?!team)",
    "windows": "shared\r\na.py\r\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / "dags" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# airflow dag\n")
    (tmp_path / ".git").mkdir()
    return tmp_path / "dags"


@pytest.mark.parametrize("syntax", [GLOB, REGEXP])
@pytest.mark.parametrize("nested", [False, True], ids=["top", "nested"])
def test_each_pattern_as_airflow_reads_it(folder: Path, syntax: str, *, nested: bool) -> None:
    from airflow._shared.module_loading.file_discovery import find_path_from_directory

    where = (folder / "team" if nested else folder) / ".airflowignore"
    if nested:
        (folder / ".airflowignore").write_text("b.py\n")
    for name, text in PATTERNS.items():
        if syntax == REGEXP and name == "look-ahead":
            continue  # Airflow 2 asks RE2, which refuses it; the one installed here asks Python
        where.write_bytes(text.encode())
        real = {
            Path(path).relative_to(folder).as_posix()
            for path in find_path_from_directory(folder, ".airflowignore", syntax)
        }
        ignored = IgnoredFiles(syntax)
        assert {name for name in FILES if not ignored.leaves_out(folder / name)} == real, name


def test_a_hostile_expression_does_not_keep_the_run(folder: Path) -> None:
    long = folder / ("a" * 60) / ("a" * 200 + "!.py")
    (folder / ".airflowignore").write_text("(a+)+$\n(a|aa)+$\n" + "a*a*a*a*b\n" * 900)
    start = time.perf_counter()
    assert not IgnoredFiles(REGEXP).leaves_out(long)
    (folder / ".airflowignore").write_text("*a*a*a*a*a*a*a*a*b\n" * 900)
    assert not IgnoredFiles(GLOB).leaves_out(long)
    (folder / ".airflowignore").write_text(60_000 * "[" + "\n" + 60_000 * " " + "\n")
    assert not IgnoredFiles(GLOB).leaves_out(folder / "b.py")
    assert time.perf_counter() - start < 4


def test_ordinary_expressions_count_however_many_files_there_are(folder: Path) -> None:
    (folder / ".airflowignore").write_text("tests/\n^shared/a\n")
    ignored = IgnoredFiles(REGEXP)
    ignored._time_left.seconds = 0  # as if others had used it up
    out = [name for name in FILES if ignored.leaves_out(folder / name)]
    assert out == ["shared/a.py", "team/tests/test_c.py"]


def test_links_out_of_the_folder_and_pipes_say_nothing(folder: Path) -> None:
    (folder.parent / "elsewhere").write_text("a.py\n")
    (folder / ".airflowignore").symlink_to(folder.parent / "elsewhere")
    os.mkfifo(folder / "team" / ".airflowignore")
    (folder / "shared" / ".airflowignore").symlink_to("/dev/zero")
    (folder / "x" / ".airflowignore").symlink_to(".airflowignore")
    (folder / "shared" / "deep" / ".airflowignore").mkdir()
    ignored = IgnoredFiles(GLOB)
    assert not [name for name in FILES if ignored.leaves_out(folder / name)]


@pytest.mark.parametrize(
    ("airflow", "files", "left"),
    [
        ("2.10", {}, ["b.py"]),
        ("3.3", {}, ["a.py", "b.py"]),
        ("2.10", {"airflow.cfg": "[core]\ndag_ignore_file_syntax = glob\n"}, ["a.py", "b.py"]),
        ("3.3", {"airflow.cfg": "[core]\ndag_ignore_file_syntax = regexp\n"}, ["b.py"]),
        ("3.3", {"Dockerfile": "FROM x\nENV AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX=regexp\n"}, ["b.py"]),
        ("3.3", {"airflow.cfg": "no section"}, ["a.py", "b.py"]),
    ],
    ids=["regexp in 2", "glob in 3", "2 set to glob", "3 set to regexp", "in the image", "broken settings"],
)
def test_line_and_project_say_which_language_it_is(
    tmp_path: Path, airflow: str, files: dict[str, str], left: list[str]
) -> None:
    dags = tmp_path / "dags"
    dags.mkdir()
    for name in ("a.py", "b.py"):
        (dags / name).write_text("# airflow dag\n")
    (dags / ".airflowignore").write_text("^a\n")
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    project = read_project(tmp_path, [dags])
    assert [Path(str(one.id)).name for one in select([dags], airflow, project=project).sources] == left


def test_a_list_above_the_project_says_nothing(tmp_path: Path) -> None:
    dags = tmp_path / "project" / "dags"
    dags.mkdir(parents=True)
    (dags / "a.py").write_text("# airflow dag\n")
    (tmp_path / ".airflowignore").write_text("a.py\n")
    project = read_project(tmp_path / "project", [dags])
    assert len(select([dags], "3.3", project=project).sources) == 1


@pytest.mark.parametrize(
    ("airflow", "setting", "expected"),
    [("2.7.3", "", REGEXP), ("3.0", "", GLOB), ("3.3", " RegExp ", REGEXP), ("2.9", "nonsense", REGEXP)],
)
def test_syntax(airflow: str, setting: str, expected: str) -> None:
    assert ignore_syntax(airflow, setting) == expected

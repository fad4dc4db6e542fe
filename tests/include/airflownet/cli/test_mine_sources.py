"""Sources named on the command line: folders, clones, releases; what is wrong with them is said plainly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from airflownet.cli.main import typer_app
from airflownet.cli.mine_sources import NamedSources
from airflownet.errors import InputError, SourceError
from airflownet.mining.settings import LocalSource, MiningSettings
from airflownet.records import DagFile, DroppedFile
from airflownet.tables import read_table

DAG_TEXT = 'from airflow.sdk import DAG\n\nwith DAG("%s"):\n    pass\n'
OWN = "LicenseRef-Proprietary"
APACHE_TEXT = "Licensed under the Apache License, Version 2.0.\n"


@pytest.fixture(autouse=True)
def here(separate_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.py").write_text(DAG_TEXT % "a")
    return tmp_path


def mine(*arguments: str):
    return CliRunner().invoke(typer_app, ["mine", "--output", "out", *arguments])


def kept() -> list[tuple[str, str, str]]:
    return [(file.source, file.ref, file.path) for file in read_table(Path("out/dag_files.parquet"), DagFile)]


def repository(here: Path) -> Path:
    """A bare mirror with a commit on two branches and one more on the second."""
    work, bare = here / "work", here / "etl.git"
    git = ["git", "-C", str(work), "-c", "user.name=x", "-c", "user.email=x@example.invalid"]
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(work)], check=True)
    for name, branch in (("one", "main"), ("two", "next")):
        subprocess.run([*git, "checkout", "--quiet", "-B", branch], check=True)
        (work / f"{name}.py").write_text(DAG_TEXT % name)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", name], check=True)
    subprocess.run(["git", "clone", "--quiet", "--bare", str(work), str(bare)], check=True)
    return bare


def test_a_folder_and_the_refs_of_a_mirror_together(here):
    bare = repository(here)
    answer = mine("--folder", "own", "--git", str(bare), "--ref", "main", "--ref", "next", "--licence", OWN)
    assert "3 DAG files of 3 files listed, from 3 sources" in answer.output
    assert kept() == [("git", "main", "one.py"), ("git", "next", "two.py"), ("local", "", "a.py")]


def test_two_mirrors_of_one_name_share_no_path(here):
    for owner in ("first", "second"):
        (here / owner).mkdir()
        repository(here / owner)
    mine("--git", "first/etl.git", "--git", "second/etl.git", "--licence", OWN)
    files = read_table(Path("out/dag_files.parquet"), DagFile)
    assert {(file.repo, file.path) for file in files if file.path == "one.py"} == {
        ("first/etl", "one.py"),
        ("second/etl", "one.py"),
    }


def test_the_option_does_not_rename_a_licence_that_is_known(here):
    (here / "own" / "LICENSE").write_text(APACHE_TEXT)
    (here / "own" / "b.py").write_text(f"# SPDX-License-Identifier: MIT\n{DAG_TEXT % 'b'}")
    (here / "other").mkdir()
    (here / "other" / "c.py").write_text(DAG_TEXT % "c")
    mine("--folder", "own", "--folder", "other", "--licence", OWN)
    files = read_table(Path("out/dag_files.parquet"), DagFile)
    assert {file.path: file.licence.spdx for file in files} == {
        "a.py": "Apache-2.0",
        "b.py": "MIT",
        "c.py": OWN,
    }


def test_a_second_night_tells_what_is_gone_and_what_has_moved(here):
    (here / "own" / "b.py").write_text(DAG_TEXT % "b")
    mine("--folder", "own", "--licence", OWN)
    assert "(finished before)" in mine("--folder", "own", "--licence", OWN).output
    (here / "own" / "a.py").rename(here / "own" / "moved.py")
    (here / "own" / "b.py").unlink()
    answer = mine("--folder", "own", "--licence", OWN).output
    assert "gone since earlier runs: 1" in answer
    assert "moved since earlier runs: 1" in answer


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param({}, "there is no .py file", id="no-files"),
        pytest.param({"x.py": "x = 1\n"}, "names every file with its reason", id="no-dags"),
        pytest.param({"x.py": DAG_TEXT % "x"}, "--licence states that of files without one", id="no-licence"),
    ],
)
def test_nothing_kept_is_explained(here, files, words):
    (here / "some").mkdir()
    for name, text in files.items():
        (here / "some" / name).write_text(text)
    answer = mine("--folder", "some")
    assert answer.exit_code == 0
    assert words in answer.stderr


@pytest.mark.parametrize(
    ("named", "words"),
    [
        pytest.param({"pypi": ["bad name"]}, "--pypi 'bad name': project", id="no-project"),
        pytest.param({"pypi": ["demo==x.y"]}, "'x.y' is neither", id="no-version"),
        pytest.param({"git": ["ext::sh -c true"]}, "neither a folder nor", id="no-address"),
        pytest.param({"github": ["acme/etl"], "github_url": "x y"}, "base_url", id="no-server"),
        pytest.param({"licence": "MIT"}, "none is given", id="licence-of-nothing"),
        pytest.param({"folders": ["a", "a"]}, "given twice", id="twice"),
    ],
)
def test_a_wrong_value_is_named(named, words):
    with pytest.raises(InputError, match=words):
        NamedSources(**named).applied_to(MiningSettings(sources=(LocalSource(path="."),)))


@pytest.mark.parametrize("secret", ["user:pa55word", "ghp_abcdefghijklmnop", "x" * 40])
def test_a_secret_in_an_address_is_refused_and_not_repeated(secret):
    named = NamedSources(git=[f"https://{secret}@git.invalid/acme/etl"])
    with pytest.raises(InputError, match="password or token") as error:
        named.applied_to(MiningSettings(sources=(LocalSource(path="."),)))
    assert secret not in str(error.value)


@pytest.mark.parametrize("arguments", [("--folder", "nowhere"), ("--git", "own")])
def test_what_is_not_there_is_named(arguments):
    answer = mine(*arguments)
    assert isinstance(answer.exception, SourceError)
    assert arguments[1] in str(answer.exception)


def test_a_folder_that_cannot_be_listed_is_a_dropped_row(here, monkeypatch):
    closed = here / "own" / "closed"
    closed.mkdir()
    scandir = os.scandir

    def refusing(path):
        # The tests may run as a user whom no right stops.
        if not isinstance(path, int) and Path(path) == Path("own/closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    answer = mine("--folder", "own", "--licence", OWN)
    assert "dropped: 1 unreadable-folder" in answer.output
    (row,) = read_table(Path("out/dropped.parquet"), DroppedFile)
    assert row.path == "closed/"


def test_ctrl_c_is_answered_in_one_line_and_the_next_run_goes_on(here):
    for number in range(4_000):
        (here / "own" / f"d{number}.py").write_text(DAG_TEXT % f"d{number}")
    command = [sys.executable, "-m", "airflownet.cli.main", "mine", "--folder", "own", "--licence", OWN]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [*command, "--output", "out"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A test session started in the background ignores the signal, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while not list(here.glob(".out.partial/**/dag_files.parquet.partial")) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)  # the worker processes are starting
    os.killpg(child.pid, signal.SIGINT)
    _, errors = child.communicate(timeout=60)
    assert child.returncode in (130, -signal.SIGINT), errors  # a shell tells 130 for both
    assert "Interrupted. What was finished is kept" in errors
    assert "Traceback" not in errors
    assert mine("--folder", "own", "--licence", OWN).exit_code == 0
    assert len(kept()) == 4_001

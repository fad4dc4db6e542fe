"""``airflownet mine --github...`` through the real command line, in this process."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from airflownet.cli.main import typer_app
from airflownet.errors import InputError
from airflownet.records import DagFile
from airflownet.tables import read_table
from servers.github.server import TOKEN, GithubServer

DAG_TEXT = 'from airflow.sdk import DAG\n\nwith DAG("a"):\n    pass\n'


@pytest.fixture
def github(separate_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    with GithubServer(tmp_path / "git") as running:
        yield running


def mine(*arguments: str):
    return CliRunner().invoke(typer_app, ["mine", "--output", "out", *arguments])


def test_a_repository_without_a_licence_is_kept_where_the_user_says_which(github):
    github.add("acme/dags", {"dags/a.py": DAG_TEXT, "dags/b.py": "x = 1\n"}, licence=None)
    where = ("--github", "acme/dags", "--github-url", github.url)
    without = mine(*where)
    assert without.exit_code == 0, without.output
    assert "0 DAG files of 2 files listed" in without.output
    assert "dropped: 1 licence:NOASSERTION, 1 not-a-dag-file" in without.output

    licensed = mine(*where, "--licence", "LicenseRef-Proprietary")
    assert "1 DAG files of 2 files listed" in licensed.output
    (file,) = read_table(Path("out/dag_files.parquet"), DagFile)
    assert (file.source, file.repo, file.ref) == ("github", "acme/dags", "main")
    assert file.licence.spdx == "LicenseRef-Proprietary"
    assert len(file.commit) == 40


def test_an_organisation_and_a_search_together(github):
    github.add("acme/dags", {"dags/a.py": DAG_TEXT})
    github.add("other/found", {"dags/a.py": DAG_TEXT}, topics=["airflow", "etl"])
    answer = mine("--github-org", "acme", "--github-search", "topic:etl", "--github-url", github.url)
    assert "2 DAG files of 2 files listed, from 2 sources" in answer.output


def test_a_name_that_is_none(github):
    answer = mine("--github", "dags", "--github-url", github.url)
    assert isinstance(answer.exception, InputError)
    assert "owner/name" in str(answer.exception)

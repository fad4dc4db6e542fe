"""What goes with files of GitHub: the licence texts that hold for them, and where they come from."""

from __future__ import annotations

import json

import pytest

from airflownet.mining.sources.github import web_address

from .conftest import DAG_TEXT

LICENCE = "MIT License\n\nCopyright (c) 2026 Acme\n"


def test_the_licence_and_notice_texts_of_the_files_are_copied_and_no_others(github, mine, tmp_path):
    files = {
        "LICENSE": LICENCE,
        "NOTICE": "Acme ETL\n",
        "dags/a.py": DAG_TEXT % "a",
        "tool/LICENSE.txt": LICENCE + "\nof the tool\n",
        "tool/NOTICE.txt": "The tool\n",
        "tool/dags/b.py": DAG_TEXT % "b",
        "site/LICENSE": "of a site that has no DAG\n",
        "site/main.py": "x = 1\n",
    }
    commit = github.add("acme/dags", files, licence="MIT").git.head("heads/main")
    mine(repositories=("acme/dags",), licence="MIT")
    (row,) = json.loads((tmp_path / "out" / "sources.json").read_text())
    copies = {
        path: (tmp_path / "out/licences" / name).read_text() for path, name in row["licence_texts"].items()
    }
    assert copies == {
        path: files[path] for path in ("LICENSE", "NOTICE", "tool/LICENSE.txt", "tool/NOTICE.txt")
    }
    notice = (tmp_path / "out" / "NOTICE.md").read_text()
    assert f"[acme/dags]({github.url}/acme/dags/tree/{commit})" in notice
    for path, name in row["licence_texts"].items():
        assert f"[{path}](licences/{name})" in notice


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("https://api.github.com", "https://github.com/acme/dags/tree/abc"),
        ("https://github.acme.io/api/v3/", "https://github.acme.io/acme/dags/tree/abc"),
    ],
)
def test_the_address_for_a_person(base_url, address):
    assert web_address(base_url, "acme/dags", "abc") == address

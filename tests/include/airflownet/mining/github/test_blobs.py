"""Files come whole and right by the way that takes the fewest requests, each once."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from airflownet.mining.github.blobs import blob_query
from servers.github.server import Fault

from .conftest import DAG_TEXT, dags

AIRFLOW = "from airflow.sdk import DAG\nDAG('x')\n"
KINDS = r"(graphql|git/blobs|tarball|codeload|git/trees|git/ref|orgs|repos)"


KINDS = re.compile(r"graphql|git/\w+|tarball|codeload|orgs|/repos/")


def kinds(github):
    """How often each kind of request was sent."""
    return Counter(found[0] for seen in github.seen if (found := KINDS.search(seen.path)))


def test_some_files_take_one_query_for_many(github, mine, monkeypatch):
    monkeypatch.setattr("airflownet.mining.github.blobs.MOST_PER_QUERY", 10)
    github.add("acme/dags", dags(23))
    result = mine(repositories=("acme/dags",))
    assert result.counts["kept"] == 23
    assert kinds(github) == {"/repos/": 1, "git/ref": 1, "git/trees": 1, "graphql": 3}


def test_many_files_take_one_archive(github, mine):
    github.add("acme/dags", dags(30))
    result = mine(repositories=("acme/dags",), archive_above_files=29)
    assert result.counts["kept"] == 30
    assert kinds(github) == {"/repos/": 1, "git/ref": 1, "git/trees": 1, "tarball": 1, "codeload": 1}


def test_what_an_archive_leaves_out_or_alters_comes_another_way(github, mine, kept):
    files = dags(20) | {
        ".gitattributes": "dags/dag_001.py export-ignore\ndags/dag_002.py export-subst\n",
        "dags/dag_002.py": AIRFLOW + "# $Format:%H$\n",
    }
    github.add("acme/dags", files)
    mine(repositories=("acme/dags",), archive_above_files=5)
    assert {file.path: file.content for file in kept()}["dags/dag_002.py"].endswith("# $Format:%H$\n")
    assert len(kept()) == 20
    assert kinds(github)["graphql"] == 1


def test_a_large_repository_is_never_fetched_as_an_archive(github, mine):
    github.add("acme/dags", dags(20))
    mine(repositories=("acme/dags",), archive_above_files=5, max_archive_mb=0)
    assert kinds(github)["tarball"] == 0


def test_an_archive_that_breaks_off_is_made_up_for(github, mine):
    github.add("acme/dags", dags(20))
    github.faults.append(Fault("/tarball/", 404, {}, {"message": "Not Found"}))
    assert mine(repositories=("acme/dags",), archive_above_files=5).counts["kept"] == 20


def test_without_a_token_files_come_as_archive_or_one_by_one(github, mine, monkeypatch):
    monkeypatch.delenv("GITHUB_TOKEN")
    github.add("acme/two", dags(2))
    github.add("acme/ten", dags(10, "other"))
    assert mine(repositories=("acme/two", "acme/ten")).counts["kept"] == 12
    assert kinds(github)["graphql"] == 0
    assert kinds(github)["git/blobs"] == 2
    assert kinds(github)["codeload"] == 1


def test_graphql_that_fails_is_made_up_for_by_rest(github, mine):
    github.add("acme/dags", dags(3))
    github.faults.append(Fault("/graphql", 200, {}, {"data": None, "errors": [{"message": "timeout"}]}))
    assert mine(repositories=("acme/dags",)).counts["kept"] == 3
    assert kinds(github)["git/blobs"] == 3


def test_a_limit_that_graphql_tells_with_status_200_is_waited_for(github, mine, monkeypatch):
    monkeypatch.setattr("airflownet.mining.github.rate_limits.SECONDARY_PAUSE_S", 0.01)
    github.add("acme/dags", dags(3))
    limited = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
    github.faults.append(Fault("/graphql", 200, {}, limited))
    assert mine(repositories=("acme/dags",)).counts["kept"] == 3
    assert kinds(github) == {"/repos/": 1, "git/ref": 1, "git/trees": 1, "graphql": 2}


CONTENTS = {
    "text-not-utf-8-with-cookie": b"# -*- coding: latin-1 -*-\n" + AIRFLOW.encode() + b"# caf\xe9\n",
    "byte-order-mark": b"\xef\xbb\xbf" + AIRFLOW.encode(),
    "carriage-returns": AIRFLOW.replace("\n", "\r\n").encode(),
    "no-newline-at-the-end": AIRFLOW.encode().rstrip(),
    "beyond-the-basic-plane": AIRFLOW.encode() + "# \U0001f600\n".encode(),
    "two-files-alike": (DAG_TEXT % "dag_dags_0").encode(),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_bytes_come_as_they_are(name, github, mine, kept):
    hosted = github.add("acme/dags", dags(2) | {"dags/odd.py": CONTENTS[name]})
    mine(repositories=("acme/dags",))
    (sha,) = (
        e.sha for e in hosted.git.tree(hosted.git.head("heads/main"), recursive=True) if "odd" in e.path
    )
    assert [file.blob_sha1 for file in kept() if file.path == "dags/odd.py"] == [sha]


def test_bytes_with_another_hash_are_not_kept(github, mine, dropped, kept):
    hosted = github.add("acme/dags", dags(1))
    github.damaged = {e.sha for e in hosted.git.tree(hosted.git.head("heads/main"), recursive=True)}
    mine(repositories=("acme/dags",))
    assert dropped() == {"dags/dag_000.py": "blob-sha-mismatch"}
    assert kept() == []


def test_the_query_names_each_file_once():
    assert blob_query([2, 1]).count("object(oid: $b") == 3

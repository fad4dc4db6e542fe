"""What one run finds: listings, names, refs; and what becomes of repositories that vanish."""

from __future__ import annotations

import gzip

import pytest

from airflownet.errors import FunnelGapError, SourceError
from airflownet.mining.github.blob_store import open_blob_store
from airflownet.mining.github.snapshot import read_snapshot, snapshot_path
from airflownet.mining.github.take_snapshot import take_snapshot
from servers.github.account import Hosted

from .conftest import dags


def rows(source):
    return read_snapshot(take_snapshot(source))


def told(source):
    """(name, ref, reason) of each row."""
    return [(row.repo, row.ref, row.reason) for row in rows(source)]


def test_every_way_of_naming_finds_a_repository_once(github, source):
    github.add("acme/dags", dags(1))
    github.add("other/dags", dags(1))
    everything = source(
        repositories=("ACME/dags",),
        organisations=("acme", "other"),
        search=("topic:airflow",),
        code_search=("airflow.sdk language:python",),
    )
    assert told(everything) == [("acme/dags", "main", ""), ("other/dags", "main", "")]


def test_an_organisation_of_several_pages(github, source, monkeypatch):
    monkeypatch.setattr("airflownet.mining.github.client.PER_PAGE", 2)
    shared = github.add("acme/r0", dags(1)).git
    for number in range(1, 5):
        github.host(Hosted(1_000 + number, f"acme/r{number}", shared))
    assert len(told(source(organisations=("acme",)))) == 5
    assert len([seen for seen in github.seen if "/orgs/" in seen.path]) == 3


def test_what_is_left_out_is_a_row_with_its_reason(github, source):
    github.add("acme/archived", dags(1), archived=True)
    github.add("acme/disabled", dags(1), disabled=True)
    github.add("acme/empty", None)
    github.add("acme/fork", dags(1), fork=True)
    left_out = told(source(organisations=("acme",), include_archived=False))
    assert left_out == [
        ("acme/archived", "", "repository-archived"),
        ("acme/disabled", "", "repository-disabled"),
        ("acme/empty", "", "empty-repository"),
        ("acme/fork", "", "repository-fork"),
    ]
    taken = told(source(organisations=("acme",), include_forks=True))
    assert [row[2] for row in taken] == ["", "repository-disabled", "empty-repository", ""]


def test_refs_by_name_pattern_and_commit(github, source):
    hosted = github.add("acme/dags", dags(1))
    first = hosted.git.head("heads/main")
    hosted.git.tag("v1")
    second = github.push(hosted, dags(2))
    hosted.git.tag("v2", annotated=True)
    hosted.git.tag("v2-again", annotated=True, target="v2")
    hosted.git.commit(dags(3), branch="next")

    def commits(**settings):
        return {row.ref: row.commit or row.reason for row in rows(source(**settings))}

    assert commits(repositories=("acme/dags",)) == {"main": second}
    assert commits(repositories=("acme/dags@v1",)) == {"v1": first}
    assert commits(repositories=("acme/dags@next", "acme/dags@main"))["main"] == second
    assert commits(repositories=(f"acme/dags@{first}",)) == {first: first}
    assert commits(repositories=("acme/dags",), refs=("tags/v*",)) == {
        "v1": first,
        "v2": second,
        "v2-again": second,
    }
    assert commits(repositories=("acme/dags",), refs=("default", "heads/gone")) == {
        "main": second,
        "gone": "ref-not-found",
    }


def test_a_second_run_asks_only_for_what_was_pushed(github, source):
    hosted = github.add("acme/one", dags(1))
    github.add("acme/two", dags(1))
    acme = source(organisations=("acme",))
    first = take_snapshot(acme)
    github.seen.clear()
    assert take_snapshot(acme) == first
    assert [seen.status for seen in github.seen] == [304]
    github.seen.clear()
    commit = github.push(hosted, dags(2))
    assert rows(acme)[0].commit == commit
    assert [seen.path.partition("?")[0] for seen in github.seen] == [
        "/orgs/acme/repos",
        f"/repositories/{hosted.repo_id}/git/ref/heads/main",
    ]


def test_a_renamed_repository_is_followed_by_its_number(github, source):
    hosted = github.add("acme/old", dags(1))
    github.rename(hosted, "acme/new")
    assert told(source(repositories=("acme/old",))) == [("acme/new", "main", "")]
    assert told(source(repositories=("acme/old", "acme/new"))) == [("acme/new", "main", "")]


def test_a_repository_that_is_gone_is_believed_in_the_second_run(github, source):
    hosted = github.add("acme/dags", dags(1))
    github.add("acme/other", dags(1))
    patient, hasty = (source(organisations=("acme",), gone_after_h=hours) for hours in (12, 0))
    live = rows(patient)
    hosted.state = 404
    assert rows(patient) == live  # first absence
    assert rows(patient) == live  # too soon after the first
    assert told(hasty) == [("acme/dags", "", "repository-gone"), ("acme/other", "main", "")]
    hosted.state = 200
    assert rows(hasty) == live


def test_one_absence_that_passes_leaves_no_trace(github, source):
    hosted = github.add("acme/dags", dags(1))
    acme = source(repositories=("acme/dags",), gone_after_h=0)
    live = rows(acme)
    for state in (404, 200, 404, 200):
        hosted.state = state
        assert rows(acme) == live


def test_a_takedown_is_believed_at_once_and_purged(github, source, mine, kept, dropped):
    hosted = github.add("acme/dags", dags(2) | {"dags/shared.py": "# airflow DAG in two places\n"})
    github.add("acme/other", {"dags/shared.py": "# airflow DAG in two places\n"})
    mine(organisations=("acme",))
    blobs = {
        entry.path: entry.sha for entry in hosted.git.tree(hosted.git.head("heads/main"), recursive=True)
    }
    with open_blob_store(github.url) as store:
        assert store.missing([blobs["dags/dag_000.py"], blobs["dags/shared.py"]]) == []
    hosted.state = 451
    mine(organisations=("acme",))
    assert dropped()["acme/dags"] == "unavailable-for-legal-reasons"
    assert [file for file in kept() if file.repo == "acme/dags"] == []
    with open_blob_store(github.url) as store:
        missing = store.missing([blobs["dags/dag_000.py"], blobs["dags/shared.py"]])
    assert missing == [blobs["dags/dag_000.py"]]  # the other is still held by acme/other


def test_a_repository_that_is_refused_later_keeps_its_state_until_that_is_confirmed(github, source):
    hosted = github.add("acme/dags", dags(1))
    patient, hasty = (source(repositories=("acme/dags",), gone_after_h=hours) for hours in (12, 0))
    live = rows(patient)
    hosted.state = 403
    assert rows(patient) == live
    assert told(hasty) == [("acme/dags", "", "repository-blocked")]


def test_a_blocked_repository_is_an_error_or_left_out(github, source):
    github.add("acme/dags", dags(1), state=403)
    with pytest.raises(
        SourceError, match=r"refuses the repository acme/dags \(403\): Repository access blocked"
    ):
        take_snapshot(source(repositories=("acme/dags",)))
    assert told(source(repositories=("acme/dags",), allow_partial=True))[0][2] == "repository-blocked"


@pytest.mark.parametrize("wanted", [{"repositories": ("acme/typo",)}, {"organisations": ("nobody",)}])
def test_what_was_never_seen_is_an_error_that_names_it(github, source, wanted):
    (name,) = next(iter(wanted.values()))
    with pytest.raises(SourceError, match=name):
        take_snapshot(source(**wanted))


def test_a_gap_stops_the_run_unless_it_is_allowed(github, source):
    github.add("acme/dags", dags(1))
    github.incomplete["topic:airflow"] = 3
    with pytest.raises(FunnelGapError, match="search-incomplete"):
        take_snapshot(source(search=("topic:airflow",)))
    github.incomplete["topic:airflow"] = 3
    allowed = rows(source(search=("topic:airflow",), allow_partial=True))
    assert [(row.repo_id, row.reason) for row in allowed] == [(0, "gap:search-incomplete")]


def test_code_search_without_a_token_is_refused_before_it_is_asked(github, source, monkeypatch):
    monkeypatch.delenv("GITHUB_TOKEN")
    with pytest.raises(SourceError, match="GITHUB_TOKEN"):
        take_snapshot(source(code_search=("airflow.sdk",)))
    assert github.seen == []


def test_an_altered_snapshot_is_not_read(github, source):
    github.add("acme/dags", dags(1))
    sha256 = take_snapshot(source(repositories=("acme/dags",)))
    snapshot_path(sha256).write_bytes(gzip.compress(b"{}\n"))
    with pytest.raises(SourceError, match=sha256):
        read_snapshot(sha256)


def test_a_named_ref_that_never_was_is_an_error_and_one_that_was_a_row(github, source):
    hosted = github.add("acme/dags", dags(1))
    hosted.git.commit(dags(2), branch="next")
    named = source(repositories=("acme/dags@next",))
    with pytest.raises(SourceError, match="no branch, tag or commit 'typo'"):
        take_snapshot(source(repositories=("acme/dags@typo",)))
    assert told(source(repositories=("acme/dags@typo",), allow_partial=True)) == [
        ("acme/dags", "typo", "ref-not-found")
    ]
    assert told(named) == [("acme/dags", "next", "")]
    hosted.git.git("update-ref", "-d", "refs/heads/next")
    for minute in (1, 2):
        github.push(hosted, dags(1), minute=minute)
        assert told(named) == [("acme/dags", "next", "ref-not-found")]

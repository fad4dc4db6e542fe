"""Searches past 1,000 results, incomplete ones, and shifting ones: complete, or a recorded gap."""

from __future__ import annotations

import pytest

from airflownet.errors import SourceError
from airflownet.mining.github.search_slices import Gap, search_code, search_repositories
from servers.github.account import Hosted

from .conftest import dags


def test_more_than_a_thousand_repositories_are_sliced_by_date(github, client):
    shared = github.add("acme/r", dags(1)).git
    for number in range(1_150):
        created = f"{2015 + number % 10}-{1 + number % 12:02}-15T08:00:00Z"
        github.host(Hosted(5_000 + number, f"acme/r{number}", shared, created_at=created))
    found = list(search_repositories(client, "topic:airflow"))
    assert not [item for item in found if isinstance(item, Gap)]
    assert sorted(item["id"] for item in found) == sorted(github.hosted)
    queries = [seen.path for seen in github.seen]
    assert len(queries) == len(set(queries)) <= 25

    github.seen.clear()
    assert len(list(search_repositories(client, "topic:airflow"))) == 1_151
    assert github.seen == []  # answered within search_every_h


def test_the_slices_stop_where_they_cannot_be_smaller(github, client, monkeypatch):
    monkeypatch.setattr("airflownet.mining.github.search_slices.MOST_RESULTS", 2)
    monkeypatch.setattr("airflownet.mining.github.search_slices._ALL_SECONDS", 1 << 8)
    shared = github.add("acme/r", dags(1)).git
    for number in range(3):
        created = "2007-01-01T00:00:07Z"
        github.host(Hosted(5_000 + number, f"acme/s{number}", shared, created_at=created))
    found = list(search_repositories(client, "topic:airflow"))
    assert [item.reason for item in found if isinstance(item, Gap)] == ["gap:too-many-results"]


def test_code_is_sliced_by_size(github, client, monkeypatch):
    monkeypatch.setattr("airflownet.mining.github.search_slices.MOST_RESULTS", 3)
    files = {f"dags/{i}.py": "from airflow.sdk import DAG\n" + "#" * (i * 40) for i in range(10)}
    github.add("acme/one", {path: text for path, text in files.items() if path < "dags/5"})
    github.add("acme/two", {path: text for path, text in files.items() if path >= "dags/5"})
    found = list(search_code(client, "airflow.sdk language:python"))
    assert sorted(item["path"] for item in found) == sorted(files)
    assert {item["repository"]["full_name"] for item in found} == {"acme/one", "acme/two"}


def test_an_incomplete_answer_is_asked_for_again_and_not_kept(github, client):
    github.add("acme/dags", dags(1))
    github.incomplete["topic:airflow"] = 2
    (found,) = search_repositories(client, "topic:airflow")
    assert found["full_name"] == "acme/dags"
    assert len(github.seen) == 3


def test_an_answer_that_stays_incomplete_is_a_gap(github, client):
    github.add("acme/dags", dags(1))
    github.incomplete["topic:airflow"] = 100
    (gap,) = search_repositories(client, "topic:airflow")
    assert isinstance(gap, Gap)
    assert gap.reason == "gap:search-incomplete"


def test_results_that_are_counted_but_never_shown_are_a_gap_after_a_second_sweep(github, client):
    for number in range(4):
        github.add(f"acme/r{number}", dags(1))
    github.hidden_results = 1
    found = list(search_repositories(client, "topic:airflow"))
    assert [type(item) for item in found] == [dict, dict, dict, Gap]
    assert [seen.status for seen in github.seen] == [200, 304]


def test_a_query_that_github_refuses(github, client):
    with pytest.raises(SourceError, match="422"):
        list(search_repositories(client, "x" * 230))

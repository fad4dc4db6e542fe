"""Requests through the real PyGithub over a socket: conditional, patient, and silent about the token."""

from __future__ import annotations

import logging
import time

import pytest

from airflownet.errors import NetworkError, RateLimitError, SourceError
from airflownet.mining.github.access import connected_by
from airflownet.mining.github.client import FOR_EVER, open_client
from airflownet.mining.github.patience import longest_wait
from servers.github.server import TOKEN, Fault

from .conftest import dags

SECONDARY = {
    "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
}
PRIMARY = {"message": "API rate limit exceeded for user ID 1."}


@pytest.fixture
def repository(github):
    return github.add("acme/dags", dags(1))


def statuses(github):
    return [seen.status for seen in github.seen]


def test_a_poll_is_conditional_and_an_unchangeable_answer_is_not_asked_again(github, client, repository):
    first = client.get("/repos/acme/dags")
    again = client.get("/repos/acme/dags")
    head = repository.git.head("heads/main")
    tree = f"/repositories/{repository.repo_id}/git/trees/{head}"
    client.get(tree, max_age_s=FOR_EVER)
    client.get(tree, max_age_s=FOR_EVER)
    assert first.data == again.data
    assert statuses(github) == [200, 304, 200]
    assert client.counts == {"sent": 3, "not_modified": 1, "spared": 1}


def test_a_changed_repository_is_answered_anew(github, client, repository):
    client.get("/repos/acme/dags")
    repository.pushed_at = "2026-03-03T00:00:00Z"
    assert client.get("/repos/acme/dags").data["pushed_at"] == "2026-03-03T00:00:00Z"
    assert statuses(github) == [200, 200]


def test_etags_of_one_class_of_token_are_not_sent_with_another(github, source, repository, monkeypatch):
    for token in (TOKEN, ""):
        monkeypatch.setenv("GITHUB_TOKEN", token)
        with open_client(source(repositories=("acme/dags",))) as opened:
            opened.get("/repos/acme/dags")
    assert statuses(github) == [200, 200]
    assert [seen.authorized for seen in github.seen] == [True, False]


WAITED = {
    "secondary-with-retry-after": Fault("/repos/", 403, {"Retry-After": "1"}, SECONDARY),
    "429-with-retry-after": Fault("/repos/", 429, {"Retry-After": "1"}, SECONDARY),
    "twice": Fault("/repos/", 429, {"Retry-After": "1"}, SECONDARY, times=2),
    "502": Fault("/repos/", 502),
    "503-three-times": Fault("/repos/", 503, times=3),
    "connection-broken-off": Fault("/repos/", 0),
}


@pytest.mark.parametrize("name", WAITED)
def test_trouble_that_passes_is_waited_for(name, github, client, repository):
    fault = WAITED[name]
    github.faults.append(Fault(**vars(fault)))
    started = time.monotonic()
    assert client.get("/repos/acme/dags").status == 200
    waited_s = time.monotonic() - started
    pauses = fault.times if "Retry-After" in fault.headers else 0
    assert waited_s >= 0.9 * pauses
    assert statuses(github)[-1] == 200
    assert client.ledger.limit("core").refusals == 0


def test_a_spent_limit_is_waited_for_until_its_reset_without_asking_in_vain(github, client, repository):
    github.remaining["core"] = 1
    github.limits_reset_at = int(time.time()) + 2
    client.get("/repos/acme/dags")
    client.get("/repos/acme/dags")
    assert time.time() >= github.limits_reset_at - 3_600
    assert statuses(github) == [200, 304]


def test_a_spent_limit_met_unaware(github, client, repository):
    github.remaining["core"] = 0
    github.limits_reset_at = int(time.time()) + 2
    assert client.get("/repos/acme/dags").status == 200
    assert statuses(github) == [403, 200]
    assert client.counts["refused"] == 1


def test_a_limit_that_lasts_longer_than_may_be_waited_tells_its_end(github, source, repository):
    reset = int(time.time()) + 1_800
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    github.faults.append(Fault("/repos/", 403, headers, PRIMARY))
    with longest_wait(0), open_client(source(repositories=("acme/dags",))) as opened:
        with pytest.raises(RateLimitError) as refused:
            opened.get("/repos/acme/dags")
        assert refused.value.reset_at == pytest.approx(reset, abs=2)
        # Another process of the same ledger does not even ask.
        with open_client(source(repositories=("acme/dags",))) as other, pytest.raises(RateLimitError):
            other.get("/repos/acme/dags")
    assert statuses(github) == [403]


def test_secondary_limits_without_end_stop_the_run(github, client, repository, monkeypatch):
    monkeypatch.setattr("airflownet.mining.github.rate_limits.SECONDARY_PAUSE_S", 0.001)
    github.faults.append(Fault("/repos/", 403, {}, SECONDARY, times=100))
    with pytest.raises(SourceError, match="6 times in a row"):
        client.get("/repos/acme/dags")
    assert statuses(github) == [403] * 6


NEVER_TRIED_AGAIN = {
    "404": (Fault("/repos/", 404, {}, {"message": "Not Found"}), 404),
    "422": (Fault("/repos/", 422, {}, {"message": "Validation Failed"}), 422),
    "451": (Fault("/repos/", 451, {}, {"message": "Repository access blocked"}), 451),
    "403-no-limit": (Fault("/repos/", 403, {}, {"message": "Resource not accessible"}), 403),
}


@pytest.mark.parametrize("name", NEVER_TRIED_AGAIN)
def test_a_plain_no_is_not_tried_again(name, github, client, repository):
    fault, status = NEVER_TRIED_AGAIN[name]
    github.faults.append(Fault(**vars(fault)))
    assert client.get("/repos/acme/dags").status == status
    assert statuses(github) == [status]


def test_a_wrong_token_is_named_by_its_place_and_never_shown(github, source, repository, monkeypatch, caplog):
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_wrong_secret")
    with (
        caplog.at_level(logging.DEBUG),
        open_client(source(repositories=("acme/dags",))) as opened,
        pytest.raises(SourceError, match="GITHUB_TOKEN") as refused,
    ):
        opened.get("/repos/acme/dags")
    assert statuses(github) == [401]
    assert "ghp_wrong_secret" not in str(refused.value) + caplog.text


def test_no_answer_at_all(github, client, repository):
    github.faults.append(Fault("/repos/", 503, times=100))
    with pytest.raises(NetworkError, match="status 503"):
        client.get("/repos/acme/dags")


def test_a_client_that_a_task_brings_is_used_for_its_server_only(github, source, repository):
    from github import Auth, Github

    given = Github(auth=Auth.Token(TOKEN), base_url=github.url)
    with connected_by(lambda _source: given), open_client(source(repositories=("acme/dags",))) as opened:
        opened.get("/repos/acme/dags")
        assert opened.access.token_class == "Token"
    elsewhere = source(repositories=("acme/dags",), base_url="https://github.example.com/api/v3")
    with (
        connected_by(lambda _source: given),
        open_client(elsewhere) as opened,
        pytest.raises(SourceError, match=r"github\.example\.com"),
    ):
        opened.get("/repos/acme/dags")


def test_the_waits_are_visible(github, client, repository, caplog):
    github.faults.append(Fault("/repos/", 429, {"Retry-After": "1"}, SECONDARY))
    with caplog.at_level(logging.INFO):
        client.get("/repos/acme/dags")
    assert "Waiting for GitHub's rate limit (core)" in caplog.text

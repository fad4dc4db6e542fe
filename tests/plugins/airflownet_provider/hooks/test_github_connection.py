from __future__ import annotations

import json

import pytest

from airflownet.errors import InputError
from airflownet.mining.github.settings import GithubSource
from airflownet_provider.hooks.github_connection import github_client

pytestmark = pytest.mark.airflow

SOURCE = GithubSource(repositories=("acme/dags",), connection="acme_github")


def define(monkeypatch: pytest.MonkeyPatch, **connection: str) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_ACME_GITHUB", json.dumps({"conn_type": "github", **connection}))


def test_token_and_address_come_from_the_connection(airflow_db, monkeypatch):
    define(monkeypatch, password="secret", host="https://github.example.com/api/v3")
    client = github_client(SOURCE)
    assert client is not None
    assert client.requester.base_url == "https://github.example.com/api/v3"
    assert client.requester.auth.token == "secret"


def test_without_the_connection_there_is_no_client(airflow_db, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_ACME_GITHUB", raising=False)
    assert github_client(SOURCE) is None


def test_a_connection_without_a_token_is_named(airflow_db, monkeypatch):
    define(monkeypatch, host="https://github.example.com/api/v3")
    with pytest.raises(InputError, match="acme_github"):
        github_client(SOURCE)

"""A worker that is lost in the middle, and the next one, without its disk: nothing is paid twice."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflownet import object_store
from airflownet.message_batches.api import BatchApi
from airflownet.message_batches.engine import advance, answer
from airflownet.message_batches.ledger import BatchLedger, open_batch_ledger
from airflownet.message_batches.ledger_copy import copy_location
from airflownet.message_batches.request import BatchRequest
from airflownet.message_batches.settings import ClaudeSettings
from servers.anthropic_server import AnthropicServer


class WorkerLostError(BaseException):
    """The machine is gone."""


@pytest.fixture
def server() -> Iterator[AnthropicServer]:
    with AnthropicServer(reply=lambda params: f"re: {params['messages'][0]['content']}") as running:
        yield running


@pytest.fixture
def copy(tmp_path: Path) -> str:
    return copy_location(f"memory://airflownet-ledgers/{tmp_path.name}/instructions", "claude")


def the_settings(server: AnthropicServer) -> ClaudeSettings:
    return ClaudeSettings(
        base_url=server.url,
        poll_interval_s=0.0,
        settle_s=0.0,
        timeout_s=20.0,
        max_completion_tokens=100,
        requests_per_batch=2,
    )


def requests_for(settings: ClaudeSettings) -> list[BatchRequest]:
    return [BatchRequest(settings.model, "system", f"question {n}", 100) for n in range(3)]


def on_a_new_worker(server: AnthropicServer, disk: Path, copy: str) -> list[str]:
    settings = the_settings(server)
    with open_batch_ledger(disk / "claude.sqlite", copy) as ledger:
        found = answer(requests_for(settings), settings, ledger, BatchApi(settings, "test-key", wait_s=0.0))
    return sorted(reply.text for reply in found.values())


def lose(*_args: object) -> None:
    raise WorkerLostError


@pytest.mark.parametrize(
    ("owner", "moment"),
    [
        pytest.param(BatchApi, "create", id="before-the-batch-is-created"),
        pytest.param(BatchLedger, "submitted", id="before-its-id-is-noted"),
        pytest.param(BatchLedger, "collect", id="before-its-replies-are-noted"),
        pytest.param(None, "", id="after-everything"),
    ],
)
def test_the_next_worker_goes_on(server, tmp_path, copy, monkeypatch, owner, moment):
    settings = the_settings(server)
    with monkeypatch.context() as patch:
        if owner is not None:
            patch.setattr(owner, moment, lose)
        with contextlib.suppress(WorkerLostError):
            on_a_new_worker(server, tmp_path / "first", copy)
    replies = on_a_new_worker(server, tmp_path / "second", copy)
    assert replies == [f"re: question {n}" for n in range(3)]
    submitted = [key for batch in server.created for key in batch]
    assert sorted(submitted) == sorted(request.key for request in requests_for(settings))


def test_what_the_copy_lacks_is_brought_later(server, tmp_path, copy):
    on_a_new_worker(server, tmp_path / "first", "")
    assert object_store.names_below(copy) == []
    with open_batch_ledger(tmp_path / "first" / "claude.sqlite", copy):
        pass
    with open_batch_ledger(tmp_path / "second" / "claude.sqlite", copy) as ledger:
        assert ledger.paid_usd() > 0
        state = advance(requests_for(the_settings(server)), the_settings(server), ledger, api=None)
        assert state.is_done


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("s3://b/root/small/instructions", "s3://b/root/small/requests/claude"),
        ("/disk/small/instructions", ""),
    ],
)
def test_where_the_copy_stands(output, expected):
    assert copy_location(output, "claude") == expected

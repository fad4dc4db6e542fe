from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from airflownet.errors import InputError, NetworkError, RecipeError, SetupError
from airflownet.message_batches.api import BatchApi
from airflownet.message_batches.cost import BudgetError
from airflownet.message_batches.engine import advance, answer
from airflownet.message_batches.ledger import BatchLedger, open_batch_ledger
from airflownet.message_batches.request import BatchRequest, Reply
from airflownet.message_batches.settings import ClaudeSettings
from servers.anthropic_server import AnthropicServer


@pytest.fixture
def server() -> Iterator[AnthropicServer]:
    with AnthropicServer(reply=lambda params: f"re: {params['messages'][0]['content']}") as running:
        yield running


def settings_for(server: AnthropicServer, **changes: Any) -> ClaudeSettings:
    fields = {"poll_interval_s": 0.0, "settle_s": 0.0, "timeout_s": 20.0, "max_completion_tokens": 100}
    return ClaudeSettings(base_url=server.url, **{**fields, **changes})


def requests_for(settings: ClaudeSettings, count: int = 5) -> list[BatchRequest]:
    return [
        BatchRequest(settings.model, "system", f"question {index}", settings.max_completion_tokens)
        for index in range(count)
    ]


def ask(
    server: AnthropicServer, path: Path, count: int = 5, **changes: Any
) -> tuple[list[Reply], BatchLedger]:
    settings = settings_for(server, **changes)
    requests = requests_for(settings, count)
    api = BatchApi(settings, "test-key", wait_s=0.0)
    with open_batch_ledger(path) as ledger:
        found = answer(requests, settings, ledger, api)
        return [found[request.key] for request in requests], ledger


def test_replies_come_to_their_requests_whatever_their_order(server: AnthropicServer, tmp_path: Path) -> None:
    replies, _ = ask(server, tmp_path / "l.sqlite", requests_per_batch=2)
    assert [reply.text for reply in replies] == [f"re: question {index}" for index in range(5)]
    assert [len(ids) for ids in server.created] == [2, 2, 1]
    assert replies[0].usd == pytest.approx((1000 * 1.0 + 100 * 5.0) / 1e6)
    assert {reply.model for reply in replies} == {"claude-sonnet-5-5"}


def test_a_second_run_pays_nothing(server: AnthropicServer, tmp_path: Path) -> None:
    first, _ = ask(server, tmp_path / "l.sqlite")
    n_calls = len(server.requests)
    second, _ = ask(server, tmp_path / "l.sqlite", budget_usd=0.0)
    assert (second, len(server.requests)) == (first, n_calls)
    more, _ = ask(server, tmp_path / "l.sqlite", count=6)
    assert more[:5] == first
    assert server.n_submitted == 6


@pytest.mark.parametrize("status", [429, 529])
def test_a_refused_submission_is_repeated(server: AnthropicServer, tmp_path: Path, status: int) -> None:
    server.failures = [status, status]
    replies, _ = ask(server, tmp_path / "l.sqlite")
    assert len(replies) == server.n_submitted == 5


@pytest.mark.parametrize(
    ("fates", "n_submitted"),
    [(["errored", "expired", "canceled"], 8), (["expired"], 6), (["invalid"], 5)],
    ids=["passing-failures", "expired", "for-good"],
)
def test_only_what_failed_in_passing_is_submitted_again(
    server: AnthropicServer, tmp_path: Path, fates: list[str], n_submitted: int
) -> None:
    server.every_fate = list(fates)
    replies, _ = ask(server, tmp_path / "l.sqlite")
    assert server.n_submitted == n_submitted
    errors = [reply.error for reply in replies if reply.error]
    assert len(errors) == fates.count("invalid")
    assert all("invalid_request_error: max_tokens" in error for error in errors)


def test_a_request_is_given_up_after_its_attempts(server: AnthropicServer, tmp_path: Path) -> None:
    server.every_fate = ["expired"] * 3
    replies, _ = ask(server, tmp_path / "l.sqlite", count=1, max_attempts=3)
    assert (replies[0].error, server.n_submitted) == ("expired", 3)
    again, _ = ask(server, tmp_path / "l.sqlite", count=1, max_attempts=3)
    assert (again, server.n_submitted) == (replies, 3)


def test_the_stop_reason_is_kept(server: AnthropicServer, tmp_path: Path) -> None:
    server.every_fate = ["max_tokens", "refusal"]
    replies, _ = ask(server, tmp_path / "l.sqlite", count=3)
    assert [reply.stop_reason for reply in replies] == ["max_tokens", "refusal", "end_turn"]


class Killed(BaseException):
    """Ends a process in the middle, as far as the ledger can tell."""


@pytest.mark.parametrize("where", ["before-create", "after-create", "after-id", "before-collect"])
def test_a_crash_anywhere_pays_nothing_twice_and_gives_the_same_table(
    server: AnthropicServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def die(*unused: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if where == "before-create":
            patch.setattr(BatchApi, "create", die)
        elif where == "after-create":
            patch.setattr(BatchLedger, "submitted", die)
        elif where == "after-id":
            patch.setattr("airflownet.message_batches.engine.replies", die)
            patch.setattr(BatchApi, "get", die)
        else:
            patch.setattr(BatchLedger, "collect", die)
        with pytest.raises(Killed):
            ask(server, tmp_path / "l.sqlite")
    replies, _ = ask(server, tmp_path / "l.sqlite")
    assert [reply.text for reply in replies] == [f"re: question {index}" for index in range(5)]
    assert server.n_submitted == 5


def test_a_lost_answer_to_a_submission_is_found_again(server: AnthropicServer, tmp_path: Path) -> None:
    server.swallow_next_create = True
    with pytest.raises(NetworkError, match="connection to Anthropic broke"):
        ask(server, tmp_path / "l.sqlite")
    replies, _ = ask(server, tmp_path / "l.sqlite")
    assert (len(replies), server.n_submitted) == (5, 5)


def test_a_batch_of_somebody_else_is_not_taken_for_ours(server: AnthropicServer, tmp_path: Path) -> None:
    settings = settings_for(server)
    ours = requests_for(settings)
    others = [BatchRequest(settings.model, "other", request.user, 100) for request in ours]
    api = BatchApi(settings, "test-key", wait_s=0.0)
    api.create(others)
    with open_batch_ledger(tmp_path / "l.sqlite") as ledger:
        ledger.note([request.key for request in ours], 0.1)
        found = answer(ours, settings, ledger, api)
    assert {reply.text for reply in found.values()} == {f"re: question {index}" for index in range(5)}
    assert server.n_submitted == 10


def test_a_fresh_intention_is_given_time_to_appear(server: AnthropicServer, tmp_path: Path) -> None:
    settings = settings_for(server, settle_s=600.0)
    requests = requests_for(settings)
    api = BatchApi(settings, "test-key", wait_s=0.0)
    with open_batch_ledger(tmp_path / "l.sqlite") as ledger:
        ledger.note([request.key for request in requests], 0.1)
        state = advance(requests, settings, ledger, api)
        assert (state.n_final, server.n_submitted) == (0, 0)
        api.create(requests)
        assert not advance(requests, settings, ledger, api).is_done or server.n_submitted == 5
        assert advance(requests, settings, ledger, api).is_done
    assert server.n_submitted == 5


def test_waiting_goes_on_until_the_batch_ends(server: AnthropicServer, tmp_path: Path) -> None:
    server.polls_until_ended = 3
    replies, _ = ask(server, tmp_path / "l.sqlite")
    assert len(replies) == 5
    assert sum(path.endswith("msgbatch_0000") for _, path in server.requests) >= 4
    assert server.n_submitted == 5


def test_the_budget_counts_what_is_paid_and_open(server: AnthropicServer, tmp_path: Path) -> None:
    with pytest.raises(BudgetError, match=r"5 requests .* exceeds the budget of 0\.00 USD"):
        ask(server, tmp_path / "l.sqlite", budget_usd=0.0)
    assert server.n_submitted == 0
    ask(server, tmp_path / "l.sqlite")
    with pytest.raises(BudgetError, match=r"0\.01 USD already paid"):
        ask(server, tmp_path / "l.sqlite", count=9, budget_usd=0.01)
    assert server.n_submitted == 5


@pytest.mark.parametrize("by", ["row", "status"])
def test_a_model_that_is_gone_is_named(server: AnthropicServer, tmp_path: Path, by: str) -> None:
    server.models = ()
    server.failures = [404] if by == "status" else []
    with pytest.raises(InputError, match="does not offer the model 'claude-sonnet-5-5'") as caught:
        ask(server, tmp_path / "l.sqlite")
    assert "claude.model" in caught.value.remedy
    with sqlite3.connect(tmp_path / "l.sqlite") as connection:
        assert connection.execute("SELECT COUNT(*) FROM replies").fetchone() == (0,)
        assert connection.execute("SELECT COUNT(*) FROM submissions WHERE state = 'open'").fetchone() == (0,)


def test_a_retired_model_names_its_successor_and_keeps_what_was_paid(
    server: AnthropicServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retired = "claude-sonnet-4-5-20250929"
    server.models = (retired,)
    with monkeypatch.context() as patch:
        patch.setattr("airflownet.message_batches.engine.require_offered", lambda _model: None)
        paid, _ = ask(server, tmp_path / "l.sqlite", model=retired)
    assert paid[0].usd == pytest.approx((1000 * 1.5 + 100 * 7.5) / 1e6)
    assert ask(server, tmp_path / "l.sqlite", model=retired)[0] == paid
    with pytest.raises(RecipeError, match=r"retired by Anthropic on 2026-11-30") as caught:
        ask(server, tmp_path / "l.sqlite", count=6, model=retired)
    assert "'claude-sonnet-5-5'" in caught.value.remedy
    assert server.n_submitted == 5


def test_a_model_without_a_price_is_refused(server: AnthropicServer, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"no price is known .* to the model 'claude-next'"):
        ask(server, tmp_path / "l.sqlite", model="claude-next")
    server.models = ("claude-next",)
    prices = {"input_usd_per_mtok": 1.0, "output_usd_per_mtok": 2.0}
    replies, _ = ask(server, tmp_path / "l.sqlite", model="claude-next", **prices)
    assert replies[0].usd == pytest.approx(0.0012)


def test_a_missing_or_wrong_key_is_told(
    server: AnthropicServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with pytest.raises(SetupError, match="no API key"):
        BatchApi(settings_for(server))
    settings = settings_for(server)
    with open_batch_ledger(tmp_path / "l.sqlite") as ledger, pytest.raises(SetupError, match="401"):
        advance(requests_for(settings), settings, ledger, BatchApi(settings, "wrong", wait_s=0.0))
    assert "wrong" not in (tmp_path / "l.sqlite").read_bytes().decode("latin-1")


def test_two_processes_with_one_ledger_submit_everything_once(
    server: AnthropicServer, tmp_path: Path
) -> None:
    server.polls_until_ended = 2
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: ask(server, tmp_path / "l.sqlite")[0], range(4)))
    assert found == [found[0]] * 4
    assert server.n_submitted == 5


WAITING = """
import sys
from pathlib import Path
from airflownet.message_batches.api import BatchApi
from airflownet.message_batches.engine import answer
from airflownet.message_batches.ledger import open_batch_ledger
from airflownet.message_batches.request import BatchRequest
from airflownet.message_batches.settings import ClaudeSettings
settings = ClaudeSettings(base_url=sys.argv[1], poll_interval_s=0.05, max_completion_tokens=100)
requests = [BatchRequest(settings.model, "system", f"question {n}", 100) for n in range(5)]
with open_batch_ledger(Path(sys.argv[2])) as ledger:
    answer(requests, settings, ledger, BatchApi(settings, "test-key"))
"""


def test_a_killed_process_is_continued_by_another(server: AnthropicServer, tmp_path: Path) -> None:
    server.polls_until_ended = 1_000_000
    command = [sys.executable, "-c", WAITING, server.url, str(tmp_path / "l.sqlite")]
    with subprocess.Popen(command) as process:
        while not server.created and process.poll() is None:
            time.sleep(0.02)
        process.kill()
    server.polls_until_ended = 0
    replies, _ = ask(server, tmp_path / "l.sqlite")
    assert [reply.text for reply in replies] == [f"re: question {index}" for index in range(5)]
    assert server.n_submitted == 5

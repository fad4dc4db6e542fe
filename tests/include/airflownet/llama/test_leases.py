from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from airflownet.llama.leases import Claim
from airflownet.llama.ledger import Answer, open_ledger


def answer(key: str, *, is_final: bool = True) -> Answer:
    return Answer(key, "x", "eos", False, 1, 1, 0, 1.0, 1.0, "", is_final, "s")


@pytest.fixture
def ledgers(tmp_path: Path):
    """The same file, opened by two workers."""
    with open_ledger(tmp_path / "l.sqlite") as first, open_ledger(tmp_path / "l.sqlite") as second:
        yield first, second


def test_a_key_belongs_to_the_first_until_it_is_answered(ledgers) -> None:
    first, second = ledgers
    mine, theirs = first.leases(), second.leases()
    assert mine.claim("a") is Claim.MINE
    assert mine.claim("a") is Claim.MINE, "claiming again is no conflict with oneself"
    assert theirs.claim("a") is Claim.HELD
    assert theirs.claim("b") is Claim.MINE
    first.record(answer("a"))
    assert theirs.claim("a") is Claim.DONE


def test_an_answer_that_is_not_final_can_be_claimed_again(ledgers) -> None:
    first, second = ledgers
    assert first.leases().claim("a") is Claim.MINE
    first.record(answer("a", is_final=False))
    assert second.leases().claim("a") is Claim.MINE


def test_what_was_given_up_is_free(ledgers) -> None:
    first, second = ledgers
    mine = first.leases()
    mine.claim("a")
    mine.release()
    assert second.leases().claim("a") is Claim.MINE


@pytest.mark.parametrize(("renewed", "outcome"), [(False, Claim.MINE), (True, Claim.HELD)], ids=str)
def test_a_claim_ends_unless_it_is_renewed(ledgers, renewed: bool, outcome: Claim) -> None:
    first, second = ledgers
    mine = first.leases(lease_s=-1.0)
    mine.claim("a")
    if renewed:
        mine.lease_s = 60.0
        mine.renew()
    assert second.leases().claim("a") is outcome


@pytest.mark.parametrize(
    ("host", "outcome"),
    [(socket.gethostname(), Claim.MINE), ("elsewhere", Claim.HELD)],
    ids=["here", "there"],
)
def test_a_dead_worker_of_this_machine_holds_nothing(ledgers, host: str, outcome: Claim) -> None:
    first, second = ledgers
    ended = subprocess.Popen([sys.executable, "-c", ""])
    born_at = psutil.Process(ended.pid).create_time()
    ended.wait()
    gone = first.leases()
    gone._owner = ("gone", host, ended.pid, born_at)
    assert gone.claim("a") is Claim.MINE
    assert second.leases().claim("a") is outcome

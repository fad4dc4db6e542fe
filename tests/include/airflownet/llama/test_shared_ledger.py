"""Several workers on one ledger: counted at the server, no prompt is generated twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

import shared_ledger_worker
from airflownet.llama.ledger import open_ledger
from airflownet.llama.server import managed_server
from servers.llama_server import LlamaServer

N_ITEMS = 60
N_TOKENS = shared_ledger_worker.SAMPLING.max_completion_tokens


def worker(ledger: Path, *urls: str) -> subprocess.Popen[str]:
    script = [sys.executable, shared_ledger_worker.__file__, str(ledger), str(N_ITEMS), *urls]
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths}
    return subprocess.Popen(script, stdout=subprocess.PIPE, text=True, env=environment)


def answered(ledger: Path) -> int:
    with open_ledger(ledger) as opened:
        return len(opened.final_keys())


def tokens_generated(url: str) -> int:
    lines = httpx.get(f"{url}/metrics").text.splitlines()
    (line,) = (line for line in lines if line.startswith("llamacpp:tokens_predicted_total "))
    return int(float(line.split()[1]))


@pytest.mark.llama
def test_two_workers_and_two_servers_generate_each_answer_once(spec, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    with managed_server(spec, tmp_path / "a") as first, managed_server(spec, tmp_path / "b") as second:
        workers = [worker(ledger, first.base_url), worker(ledger, second.base_url)]
        outputs = [json.loads(process.communicate(timeout=120)[0].splitlines()[-1]) for process in workers]
        tokens = [tokens_generated(handle.base_url) for handle in (first, second)]
    assert answered(ledger) == N_ITEMS
    assert sum(output["n_generated"] for output in outputs) == N_ITEMS
    assert sum(tokens) == N_ITEMS * N_TOKENS, "a server generated something twice"
    assert tokens == [output["tokens"] for output in outputs]


def test_a_worker_that_is_killed_loses_only_what_was_in_flight(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    with LlamaServer(slots=2, context=512, delay_s=0.02) as server:
        killed = worker(ledger, server.url)
        while len(server.bodies("/completion")) < N_ITEMS // 3:
            time.sleep(0.01)
        killed.kill()
        killed.wait()
        in_ledger = answered(ledger)
        n_asked = len(server.bodies("/completion"))
        again = worker(ledger, server.url)
        assert again.wait(60) == 0
        asked = Counter(tuple(body["prompt"]) for body in server.bodies("/completion"))
    assert 0 < in_ledger < N_ITEMS
    assert len(asked) == answered(ledger) == N_ITEMS
    # Two slots with two requests each: no more can be under way when a client dies.
    assert n_asked - in_ledger <= 4
    assert sum(asked.values()) == n_asked + N_ITEMS - in_ledger, "nothing recorded is asked for again"

"""Database and queue of a cluster: opened by their passwords alone, and what they hold survives kill -9."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time

import pytest
from cluster.plan import HOST, make_plan
from cluster.programs import program
from cluster.running import down, start_component
from cluster.topology import BROKER, DATABASE

from cluster import keeper, processes

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("redis-server", "psql"))),
    reason="needs PostgreSQL and Redis",
)


@pytest.fixture
def plan(tmp_path):
    plan = make_plan(tmp_path / "cluster")
    plan.root.mkdir()
    plan.save()
    yield plan
    down(plan)
    assert not plan.database_folder.exists()


def sql(plan, question: str, password: str | None = None) -> subprocess.CompletedProcess[str]:
    secret = plan.secrets["postgres"] if password is None else password
    address = f"postgresql://airflow:{secret}@{HOST}:{plan.ports['postgres']}/airflow"
    command = [program("psql"), address, "--tuples-only", "--no-align", "--command", question]
    return subprocess.run(command, capture_output=True, text=True)


def redis(plan, *words: str, password: str | None = None) -> str:
    secret = plan.secrets["redis"] if password is None else password
    command = ["redis-cli", "-h", HOST, "-p", str(plan.ports["redis"]), *words]
    answer = subprocess.run(command, env={"REDISCLI_AUTH": secret}, capture_output=True, text=True)
    return answer.stdout.strip()


def killed_and_started_again(plan, name: str) -> None:
    assert processes.kill(plan, name)
    deadline = time.monotonic() + 20
    while processes.find(plan, name) and time.monotonic() < deadline:
        time.sleep(0.05)
    start_component(plan, name)


def test_the_database(plan):
    start_component(plan, DATABASE)
    assert sql(plan, "CREATE TABLE kept AS SELECT 42 AS number").returncode == 0
    assert sql(plan, "SELECT 1", password="guessed").returncode != 0
    killed_and_started_again(plan, DATABASE)
    assert sql(plan, "SELECT number FROM kept").stdout.strip() == "42"


def test_the_queue(plan):
    start_component(plan, BROKER)
    assert redis(plan, "LPUSH", "default", "a task") == "1"
    assert "1" not in redis(plan, "LLEN", "default", password="guessed")
    time.sleep(1.2)  # what came within the last second may be lost: appendfsync everysec
    killed_and_started_again(plan, BROKER)
    assert redis(plan, "RPOP", "default") == "a task"


def test_what_was_killed_is_started_again(plan):
    start_component(plan, BROKER)
    ended = threading.Event()
    looked_after = threading.Thread(target=keeper.keep, args=(plan, ended), daemon=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper, "names_of", lambda _plan: [BROKER])
        processes.hold(plan, BROKER, 1.5)
        processes.kill(plan, BROKER)
        looked_after.start()
        time.sleep(1)
        assert processes.find(plan, BROKER) is None, "held"
        deadline = time.monotonic() + 20
        while redis(plan, "PING") != "PONG":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        ended.set()
        looked_after.join(timeout=10)
        assert not looked_after.is_alive()

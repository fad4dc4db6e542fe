from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from airflownet.llama.process import (
    ProcessIdentity,
    exit_status,
    group_members,
    is_alive,
    spawn_group,
    stop_group,
)

SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(300)"]
STUBBORN = [
    sys.executable,
    "-S",
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('ready', flush=True); time.sleep(300)",
]
PARENT = [
    sys.executable,
    "-S",
    "-c",
    "import subprocess, sys, time\n"
    "subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(300)'])\n"
    "print('ready', flush=True); time.sleep(300)",
]


def wait_for(condition, timeout_s: float = 10.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def log_says(path: Path, text: str):
    return lambda: path.exists() and text in path.read_text()


@pytest.mark.parametrize("with_owner", [True, False])
@pytest.mark.parametrize("command", [SLEEP, STUBBORN, PARENT], ids=["plain", "ignores-sigterm", "has-child"])
def test_the_whole_group_ends_and_stopping_again_does_nothing(tmp_path, command, with_owner) -> None:
    log = tmp_path / "log"
    identity = spawn_group(command, log, with_owner=with_owner)
    if command is not SLEEP:
        wait_for(log_says(log, "ready"))
    wait_for(lambda: len(group_members(identity)) >= 1 + with_owner)
    members = group_members(identity)
    assert is_alive(identity)
    assert stop_group(identity, grace_s=0.5) is True
    assert not any(member.is_running() and member.status() != "zombie" for member in members)
    assert stop_group(identity, grace_s=0.5) is False
    assert not is_alive(identity)


def test_a_reused_pid_is_never_killed(tmp_path) -> None:
    stranger = spawn_group(SLEEP, tmp_path / "log", with_owner=False)
    earlier = ProcessIdentity(stranger.pid, stranger.born_at - 1000, stranger.host)
    elsewhere = ProcessIdentity(stranger.pid, stranger.born_at, "another-host")
    try:
        for identity in (earlier, elsewhere):
            assert not is_alive(identity)
            assert stop_group(identity, grace_s=0.2) is False
        assert is_alive(stranger)
    finally:
        assert stop_group(stranger)


def test_orphans_of_a_killed_leader_are_ended(tmp_path) -> None:
    log = tmp_path / "log"
    identity = spawn_group(PARENT, log, with_owner=False)
    wait_for(log_says(log, "ready"))
    os.kill(identity.pid, signal.SIGKILL)
    wait_for(lambda: exit_status(identity) == -signal.SIGKILL)
    assert not is_alive(identity)
    assert len(group_members(identity)) == 1
    assert stop_group(identity) is True
    assert group_members(identity) == []


@pytest.mark.parametrize(("with_owner", "survives"), [(True, False), (False, True)])
def test_what_happens_when_the_owner_is_killed(tmp_path, with_owner, survives) -> None:
    log = tmp_path / "log"
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path\n"
            "from airflownet.llama.process import spawn_group\n"
            f"p = spawn_group({SLEEP!r}, Path({str(log)!r}), with_owner={with_owner})\n"
            "print(p.pid, p.born_at, flush=True); time.sleep(300)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    pid, born_at = owner.stdout.readline().split()
    identity = ProcessIdentity(int(pid), float(born_at), os.uname().nodename)
    wait_for(lambda: len(group_members(identity)) == 1 + with_owner)
    owner.kill()
    owner.communicate()
    if survives:
        time.sleep(0.5)
        assert is_alive(identity)
        assert stop_group(identity)
    else:
        wait_for(lambda: not group_members(identity))


def test_an_early_end_is_seen(tmp_path) -> None:
    for with_owner in (True, False):
        identity = spawn_group(
            [sys.executable, "-S", "-c", "raise SystemExit(7)"], tmp_path / "log", with_owner=with_owner
        )
        wait_for(lambda: exit_status(identity) == 7)  # noqa: B023
        assert not is_alive(identity)
        assert not psutil.pid_exists(identity.pid) or stop_group(identity) is False

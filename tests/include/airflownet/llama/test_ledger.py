from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

from airflownet.llama.ledger import Answer, open_ledger

ANSWER = Answer("k", "text \x00 ✓", "eos", False, 10, 5, 3, 1.5, 2.5, "", True, "s")


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.sqlite") as ledger:
        assert ledger.record(ANSWER)
        assert ledger.get("k") == ANSWER
        assert ledger.get("other") is None
    assert [path.name for path in tmp_path.iterdir()] == ["l.sqlite"]


def test_a_final_answer_is_never_replaced_and_a_passing_error_is(tmp_path: Path) -> None:
    passing = dataclasses.replace(ANSWER, completion="", error="server died", is_final=False)
    with open_ledger(tmp_path / "l.sqlite") as ledger:
        assert ledger.record(passing)
        assert ledger.final_keys() == set()
        assert ledger.record(ANSWER)
        assert not ledger.record(dataclasses.replace(ANSWER, completion="another"))
        assert not ledger.record(passing)
        assert ledger.get("k") == ANSWER
        assert ledger.final_keys() == {"k"}


def test_answers_survive_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    program = (
        "import dataclasses, os, signal, sys; from pathlib import Path\n"
        "from airflownet.llama.ledger import Answer, open_ledger\n"
        "answer = Answer('k', 'x' * 1000, 'eos', False, 1, 1, 0, 1.0, 1.0, '', True, 's')\n"
        "with open_ledger(Path(sys.argv[1])) as ledger:\n"
        "    for n in range(50): ledger.record(dataclasses.replace(answer, key=str(n)))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], env=dict(os.environ), check=False)
    assert ended.returncode == -signal.SIGKILL
    with open_ledger(path) as ledger:
        assert len(ledger.final_keys()) == 50


def test_an_earlier_ledger_gives_what_is_wanted_and_final(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "old.sqlite") as old:
        old.record(ANSWER)
        old.record(dataclasses.replace(ANSWER, key="unwanted"))
        old.record(dataclasses.replace(ANSWER, key="passing", error="died", is_final=False))
        old.describe_server("s", {"build": "1"})
    with open_ledger(tmp_path / "new.sqlite") as new:
        assert new.take_over(tmp_path / "old.sqlite", ["k", "passing", "missing"]) == 1
        assert new.final_keys() == {"k"}
        assert new.servers() == {"s": {"build": "1"}}


def test_an_unreadable_earlier_ledger_is_left_alone(tmp_path: Path) -> None:
    broken = tmp_path / "old.sqlite"
    broken.write_bytes(b"not a database" * 1000)
    with open_ledger(tmp_path / "new.sqlite") as new:
        assert new.take_over(broken, ["k"]) == 0
        assert new.record(ANSWER)

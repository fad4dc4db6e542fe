"""Airflow's commands, one after another in one process: Airflow is imported once, not for each.

Run as a program it reads ``[words, where to write the exit code]`` as a line of JSON from its standard input.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was asked for; it runs when those before it have ended."""

    code_file: Path
    process: subprocess.Popen[str]

    def poll(self) -> int | None:
        """Returns the exit code; None while it waits or runs."""
        text = self.code_file.read_text() if self.code_file.exists() else ""
        return int(text) if text else self.process.poll()

    def wait(self, timeout_s: float = 600) -> int:
        """Returns the exit code once there is one."""
        deadline = time.monotonic() + timeout_s
        while (code := self.poll()) is None:
            assert time.monotonic() < deadline, f"{self.code_file.name}: no end within {timeout_s} s"
            time.sleep(0.1)
        return code


class AirflowCommands:
    """The process; ``close`` ends it at once. What commands print is in ``commands.log``."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self._home, self._n = home, 0
        self.log = home / "commands.log"
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def ask(self, *words: str) -> Command:
        """Returns the command at once."""
        self._n += 1
        command = Command(self._home / f"{self._n}-{words[1]}.code", self._process)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([words, str(command.code_file)]) + "\n")
        self._process.stdin.flush()
        return command

    def close(self) -> None:
        """Ends it."""
        kill_group(self._process)


def kill_group(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Ends a process that leads a group, and the group."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _run(words: list[str]) -> int:
    from airflow.cli.cli_parser import get_parser

    try:
        asked = get_parser().parse_args(words)
        asked.func(asked)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code)  # noqa: T201 - the log
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    for line in sys.stdin:
        given, code_file = json.loads(line)
        Path(code_file).write_text(str(_run(given)))

"""``make demo``: runs the pipeline DAG once and says in few lines what it is doing.

Wraps ``airflow dags test airflownet_pipeline``. Everything Airflow prints goes to a log file; the stages'
own lines go to the terminal, progress in place. A failure ends with the stage's message and remedy.
Standard library alone; expects the settings of ``config/airflow.env``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

DAG_ID = "airflownet_pipeline"
LAST_ERROR = "last_error.txt"
# Airflow takes an interrupt for a failed task and would try it again after retry_delay.
STOP_TIMEOUT_S = 5
# 2026-11-22T11:33:40Z [info     ] mining finished in 10 s   [airflownet.stage] loc=...
_LINE = re.compile(r"^\S+Z \[(?P<level>\w+) *\] (?P<text>.*?) +\[(?P<logger>[\w.]+)\]")
_PROGRESS_LOGGER = "airflownet.progress"
_SHOWN_LOGGERS = (_PROGRESS_LOGGER, "airflownet.stage")


def main() -> int:
    """Runs the pipeline; returns 0, 1 when it failed, 130 when it was interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="laptop")
    arguments = parser.parse_args()
    artifacts, home = Path(os.environ["AIRFLOWNET_ARTIFACTS"]), Path(os.environ["AIRFLOW_HOME"])
    last_error, log_path = artifacts / LAST_ERROR, home / "pipeline.log"
    last_error.unlink(missing_ok=True)
    _say(f"Running {DAG_ID} with recipe {arguments.recipe} (Airflow's log: {log_path})")
    started = time.monotonic()
    code = run(["-c", json.dumps({"recipe": arguments.recipe})], log_path)
    if code == 0:
        _say(f"Done in {time.monotonic() - started:.0f} s.")
    elif code == 130:
        _say("Interrupted. Finished stages are kept; run the same command again to go on.")
    else:
        message = last_error.read_text() if last_error.exists() else tail_of(log_path)
        sys.stderr.write(f"\nThe pipeline failed. {message.strip()}\n")
        sys.stderr.write(f"Finished stages are kept. Airflow's whole log: {log_path}\n")
    return code


def run(options: list[str], log_path: Path) -> int:
    """Runs ``airflow dags test`` with the options; returns 0, 1 (failed) or 130 (interrupted)."""
    airflow = str(Path(sys.executable).parent / "airflow")
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with log_path.open("w") as log_file:
        process = subprocess.Popen(
            [airflow, "dags", "test", DAG_ID, *options],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        assert process.stdout is not None
        try:
            show(process.stdout, log_file)
            return 0 if process.wait() == 0 else 1
        except KeyboardInterrupt:
            _stop(process)
            return 130
        finally:
            _stop(process)


def show(lines: IO[str], log_file: IO[str]) -> None:
    """Copies all lines to the log and the stages' own lines to the terminal."""
    in_place = sys.stdout.isatty()
    progress_shown = False
    for line in lines:
        log_file.write(line)
        log_file.flush()
        found = _LINE.match(line)
        if found is None or found["logger"] not in _SHOWN_LOGGERS:
            continue
        is_progress = found["logger"] == _PROGRESS_LOGGER
        if in_place:
            sys.stdout.write("\r\033[K")
        elif progress_shown:
            sys.stdout.write("\n")
        sys.stdout.write(f"  {found['text']}" + ("" if is_progress else "\n"))
        sys.stdout.flush()
        progress_shown = is_progress
    if progress_shown:
        sys.stdout.write("\n")


def tail_of(log_path: Path, n_lines: int = 15) -> str:
    """Returns the last lines of the log, for a failure that no stage explained."""
    return "Last lines of the log:\n" + "\n".join(log_path.read_text().splitlines()[-n_lines:])


def _stop(process: subprocess.Popen[str]) -> None:
    """Ends Airflow and what its tasks started: asked first, then killed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT_S)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())

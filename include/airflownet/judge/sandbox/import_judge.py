"""The same verdict from a real Airflow: the reference that the static judge is measured against.

    with ImportJudge(Path("oracle/bin/python")) as judge:
        verdict = judge.judge_code(code, id="x")

The interpreter needs Airflow and the providers the files use. Each file is imported in a child forked from
one warm process, without network, unable to write outside its scratch folder, and limited in time, memory
and file size. Linux only.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from airflownet.errors import SetupError
from airflownet.records import DagGraph, Outcome, Severity, Verdict, Violation

WORKER = Path(__file__).with_name("worker.py")


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """What one file may use."""

    wall_s: int = 60
    cpu_s: int = 60
    memory_bytes: int = 8_000_000_000
    """Address space, of which Airflow and its libraries reserve a few GB without using it."""
    file_bytes: int = 10_000_000


class ImportJudge:
    """A warm Airflow that says what its DagBag makes of a file.

    Attributes:
        airflow: the version that answers, for example ``3.3.2``.
    """

    def __init__(
        self, python: Path, limits: SandboxLimits | None = None, *, require_isolation: bool = True
    ) -> None:
        """Starts the warm process.

        Args:
            python: interpreter of an environment that has Airflow.
            limits: what one file may use.
            require_isolation: refuse to run a file where the network or the disk cannot be closed off.

        Raises:
            SetupError: the interpreter is missing, or Airflow cannot be imported with it.
        """
        self.limits = limits or SandboxLimits()
        self.require_isolation = require_isolation
        self.scratch = Path(tempfile.mkdtemp(prefix="airflownet-sandbox-"))
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(self.scratch), "LANG": "C.UTF-8"}
        try:
            self._process = subprocess.Popen(
                [str(python.absolute()), "-I", str(WORKER), str(self.scratch)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, env=environment, cwd=self.scratch,
            )  # fmt: skip
        except OSError as error:
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise SetupError(
                f"{python} cannot be started: {error}", "give the path of an interpreter"
            ) from None
        hello = self._read()
        if hello is None:
            self.close()
            raise SetupError(
                f"Airflow cannot be imported with {python}",
                "install Airflow and the providers the files use into that environment",
            )
        self.airflow: str = hello["airflow"]

    def judge_code(self, code: str | bytes, *, id: str = "", name: str = "dag_under_test.py") -> Verdict:
        """Returns what this Airflow's DagBag makes of the file.

        ``loads`` and ``fails`` as for the static judge; ``unknown`` when the file could not be run safely,
        or did not end within the limits. The only violation is the import error itself, ``AFN900``.
        """
        folder = self.scratch / "file"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        path = folder / name
        path.write_bytes(code.encode("utf-8", "surrogatepass") if isinstance(code, str) else code)
        answer = self._ask(path)
        if answer is None:
            return Verdict(id, self.airflow, Outcome.UNKNOWN, "the sandbox ended", (), ())
        return self._verdict(answer, id)

    def _ask(self, path: Path) -> dict[str, Any] | None:
        limits = self.limits
        job = {
            "path": str(path), "wall_s": limits.wall_s, "cpu_s": limits.cpu_s,
            "memory_bytes": limits.memory_bytes, "file_bytes": limits.file_bytes,
            "require_isolation": self.require_isolation,
        }  # fmt: skip
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return None
        return self._read()

    def _read(self) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return dict(json.loads(line)) if line.strip() else None

    def _verdict(self, answer: dict[str, Any], id: str) -> Verdict:
        error = str(answer["error"]).strip()
        graphs = tuple(
            DagGraph(dag_id, tuple(tasks), tuple((up, down) for up, down in answer["edges"].get(dag_id, [])))
            for dag_id, tasks in sorted(answer["tasks"].items())
        )
        if answer.get("problems") and error == "not run":
            reason = "the file was not run: " + "; ".join(answer["problems"])
            return Verdict(id, self.airflow, Outcome.UNKNOWN, reason, (), ())
        if error.startswith("Stopped: "):
            return Verdict(id, self.airflow, Outcome.UNKNOWN, error, (), ())
        if error:
            last = error.splitlines()[-1]
            violation = Violation("AFN900", "import-error", Severity.LOAD, error, 0, 0)
            return Verdict(id, self.airflow, Outcome.FAILS, last, graphs, (violation,))
        if not graphs:
            return Verdict(id, self.airflow, Outcome.FAILS, "no DAG in the file", (), ())
        return Verdict(id, self.airflow, Outcome.LOADS, "", graphs, ())

    def close(self) -> None:
        """Ends the warm process and removes its scratch folder."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def __enter__(self) -> ImportJudge:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes."""
        self.close()

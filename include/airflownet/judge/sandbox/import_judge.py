"""The same verdict from a real Airflow: the reference that the static judge is measured against.

    with ImportJudge(Path("oracle/bin/python")) as judge:
        verdict = judge.judge_code(code, id="x")

The interpreter needs Airflow and the providers the files use. Each file is imported in a child forked from
one warm process: without network, unable to write outside its scratch folder or to read outside Python and
the system's libraries, with no environment variables of the caller and no sight of other processes, and
limited in time, memory, file size and number of processes. Linux only.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from airflownet.errors import SetupError
from airflownet.records import DagGraph, Outcome, Severity, Verdict, Violation

WORKER = Path(__file__).with_name("worker.py")
SANDBOX_ENDED = "the sandbox ended"


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """What one file may use."""

    wall_s: int = 60
    cpu_s: int = 60
    memory_bytes: int = 2_000_000_000
    """Address space beyond what the warm Airflow holds; libraries reserve much of it without using it."""
    file_bytes: int = 10_000_000
    """Of each file that is written."""
    folder_bytes: int = 200_000_000
    """Of all files that are written, together."""


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
        self._n_files = 0
        environment = {
            "PATH": os.environ.get("PATH", ""), "HOME": str(self.scratch), "LANG": "C.UTF-8",
            "USER": "airflow", "LOGNAME": "airflow", "MALLOC_ARENA_MAX": "2",
            "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        }  # fmt: skip
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
        self._n_files += 1
        folder = self.scratch / f"file-{self._n_files}"
        folder.mkdir()
        path = folder / name
        path.write_bytes(code.encode("utf-8", "surrogatepass") if isinstance(code, str) else code)
        answer = self._ask(
            {"path": str(path), "require_isolation": self.require_isolation, **asdict(self.limits)}
        )
        shutil.rmtree(folder, ignore_errors=True)
        if answer is None:
            return Verdict(id, self.airflow, Outcome.UNKNOWN, SANDBOX_ENDED, (), ())
        return self._verdict(answer, id)

    def judge_in_project(
        self,
        path: Path,
        *,
        root: Path,
        first_on_path: Sequence[str] = (),
        last_on_path: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        id: str = "",
    ) -> Verdict:
        """Returns what this Airflow's DagBag makes of a file where it lies; nothing is written there.

        Args:
            path: the file.
            root: the project, which it may read.
            first_on_path: folders that come before what is installed, as ``PYTHONPATH`` does.
            last_on_path: folders that Airflow appends: dags, config, plugins.
            environment: what the process gets beside what the sandbox sets.
            id: copied into the verdict.
        """
        self._n_files += 1
        folder = self.scratch / f"file-{self._n_files}"
        folder.mkdir()
        job = {
            "path": str(path), "folder": str(folder), "readable": [str(root)],
            "first_on_path": list(first_on_path), "last_on_path": list(last_on_path),
            "environment": dict(environment or {}), "require_isolation": self.require_isolation,
        }  # fmt: skip
        answer = self._ask({**job, **asdict(self.limits)})
        shutil.rmtree(folder, ignore_errors=True)
        if answer is None:
            return Verdict(id, self.airflow, Outcome.UNKNOWN, SANDBOX_ENDED, (), ())
        return self._verdict(answer, id)

    def warm(self, modules: Sequence[str]) -> None:
        """Imports modules of Airflow and its providers once, before the files that need them are asked about.

        Saves their import for each file. What cannot be imported is passed over.
        """
        self._ask({"warm": list(modules)})

    def _ask(self, job: dict[str, Any]) -> dict[str, Any] | None:
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

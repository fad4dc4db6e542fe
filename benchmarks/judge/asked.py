"""What a real Airflow says of files, asked on the spot in the sandbox; what it said once is kept.

Answers are lines of ``<cache>/answers/<version>-<fingerprint>.jsonl``, written as they come, by the SHA-256
of the file: a run that was stopped goes on where it was. The fingerprint is of everything an answer
depends on: the packages installed with the interpreter, its Python, and the sandbox's code. An answer that
only tells that a limit was met is asked for again.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import subprocess
import time
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from labelled import Graphs, Labelled, depends_on_outside

from airflownet.cache import cache_dir
from airflownet.errors import SetupError
from airflownet.judge.sandbox import import_judge
from airflownet.judge.sandbox.import_judge import ImportJudge
from airflownet.judge.sandbox.oracle import requirements_of
from airflownet.progress import progress
from airflownet.records import DagFile, Outcome, Verdict

_PREFIX = "apache-airflow-providers-"
_PACKAGES = """
import importlib.metadata, json, sys
found = {d.name.lower().replace("_", "-"): d.version for d in importlib.metadata.distributions()}
print(json.dumps({"python": sys.version, "packages": found}, sort_keys=True))
"""
_SANDBOX = ("worker", "fork_apart", "isolation", "landlock", "syscall_filter", "import_judge")


@dataclass(frozen=True, slots=True)
class Oracle:
    """An interpreter that has Airflow, and what is installed with it."""

    python: Path
    packages: dict[str, str]
    fingerprint: str

    @classmethod
    def of(cls, python: Path) -> Oracle:
        """Looks at what an interpreter has.

        Raises:
            SetupError: it cannot be started.
        """
        try:
            answer = subprocess.run([str(python), "-I", "-c", _PACKAGES], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise SetupError(f"{python} cannot be started: {error}", "`make oracle` builds one") from None
        facts = hashlib.sha256(answer.stdout)
        for name in _SANDBOX:
            facts.update(Path(import_judge.__file__).with_name(f"{name}.py").read_bytes())
        return cls(python, json.loads(answer.stdout)["packages"], facts.hexdigest()[:16])

    @property
    def airflow(self) -> str:
        """The version of Airflow, for example ``3.3.2``; empty when it is not installed."""
        return self.packages.get("apache-airflow-core", self.packages.get("apache-airflow", ""))

    def absent_providers(self) -> tuple[str, ...]:
        """Returns the modules of the line's official providers that are not installed."""
        pins, _ = requirements_of(".".join(self.airflow.split(".")[:2]))
        wanted = {pin.partition("==")[0] for pin in pins}
        absent = {name for name in wanted - set(self.packages) if name.startswith(_PREFIX)}
        return tuple(sorted(f"airflow.providers.{n.removeprefix(_PREFIX).replace('-', '.')}" for n in absent))


class Answers:
    """What an oracle said before, by the SHA-256 of the file; each new answer is on disk at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, dict[str, Any]] = {}
        text = path.read_text("utf-8") if path.exists() else ""
        if not text.endswith("\n"):  # the last line of a run that was killed is closed and passed over
            path.write_text(f"{text}\n" if text else "", "utf-8")
        for line in text.splitlines():
            with contextlib.suppress(ValueError):
                row = json.loads(line)
                self.known[row["sha256"]] = row

    def keep(self, key: str, verdict: Verdict) -> dict[str, Any]:
        """Returns the verdict as a row, kept unless it only tells that a limit was met."""
        row = {
            "sha256": key,
            "outcome": verdict.outcome.value,
            "reason": verdict.reason,
            "graphs": {d.dag_id: [sorted(d.tasks), sorted(map(list, d.edges))] for d in verdict.dags},
        }
        if verdict.outcome is not Outcome.UNKNOWN:
            self.known[key] = row
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        return row


class Asker:
    """An oracle and what it said before; the warm Airflow starts with the first new question."""

    def __init__(self, python: Path) -> None:
        self.oracle = Oracle.of(python)
        self.airflow = self.oracle.airflow
        self.answers = Answers(cache_dir("answers") / f"{self.airflow}-{self.oracle.fingerprint}.jsonl")
        self._judge: ImportJudge | None = None

    def ask(self, code: str) -> tuple[str, str]:
        """Returns the outcome and the reason."""
        row = self.row(code)
        return str(row["outcome"]), str(row["reason"])

    def row(self, code: str) -> dict[str, Any]:
        """Returns the answer on one file."""
        key = _key(code)
        return self.answers.known.get(key) or self.answers.keep(key, self._warm_judge().judge_code(code))

    def warm(self, codes: list[str]) -> None:
        """Imports what these files import from Airflow and its providers, for those not yet answered."""
        codes = [code for code in codes if _key(code) not in self.answers.known]
        if codes:
            self._warm_judge().warm(sorted({module for code in codes for module in airflow_modules(code)}))

    def _warm_judge(self) -> ImportJudge:
        self._judge = self._judge or ImportJudge(self.oracle.python)
        return self._judge

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, *_: object) -> None:
        if self._judge is not None:
            self._judge.close()


def asked_on_the_spot(python: Path, examples: list[DagFile]) -> list[Labelled]:
    """Returns what the Airflow of that interpreter says of the official examples, in their order."""
    with Asker(python) as asker, progress("Asking Airflow", len(examples), "files") as bar:
        absent = asker.oracle.absent_providers()
        n_known = sum(_key(example.content) in asker.answers.known for example in examples)
        print(f"Airflow {asker.airflow} at {python}: {n_known} of {len(examples)} answers known", flush=True)
        found: list[Labelled] = []
        started = time.monotonic()
        for _, group in groupby(examples, key=lambda example: example.archive):
            files = list(group)
            asker.warm([file.content for file in files])
            for file in files:
                found.append(_label_of(asker.row(file.content), file, asker.airflow, absent))
                bar.advance()
    elapsed_s, n_new = time.monotonic() - started, len(examples) - n_known
    if n_new:
        print(f"  {n_new} files asked in {elapsed_s:.0f} s, {n_new / elapsed_s:.1f} files/s")
    return found


def _key(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()


def airflow_modules(code: str) -> set[str]:
    """Returns the modules of Airflow and its providers from which a file imports names."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError):
        return set()
    modules = (str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0)
    return {module for module in modules if module.startswith("airflow.")}


def _label_of(row: dict[str, Any], example: DagFile, airflow: str, absent: tuple[str, ...]) -> Labelled:
    loads = row["outcome"] == Outcome.LOADS
    error = "" if loads else str(row["reason"])
    scored = row["outcome"] != Outcome.UNKNOWN and not depends_on_outside(error, absent)
    graphs: Graphs = {dag_id: (tasks, edges) for dag_id, (tasks, edges) in row["graphs"].items()}
    id = f"{example.archive}:{example.path}"
    return Labelled("asked", id, example.content, airflow, loads, scored, error, graphs)

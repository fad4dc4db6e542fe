"""Files per second on one core: the judge beside ``ast.parse``, ruff, and real Airflow, in one run.

    python benchmarks/judge/speed.py FOLDER [--airflow 3.3] [--airflow-python PYTHON] [--limit 100]

``FOLDER`` holds DAG files. All times are wall-clock, so keep the machine quiet. The judge's first pass,
which reads the catalogue as it goes, is the one that is compared: the median of several rounds, each in a
process of its own, for shared machines change their pace by a third from second to second.

With ``--airflow-python``, an interpreter that has Airflow and the files' providers, DagBag is timed twice
over the same files: its first pass in one process, and one process per file (what hostile code needs),
the latter on at most 4 files. That interpreter runs the files' code. The last lines are the ratios with
the bars they are held to, ``PASS`` or ``short``.
"""

from __future__ import annotations

import argparse
import ast
import json
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from airflownet.judge.air_rules import ruff_path
from airflownet.judge.batch import Source, judge_sources
from airflownet.judge.verdict import judge_code

_DAGBAG = """
import os, sys, time
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "CRITICAL"
import airflow
if airflow.__version__ >= "3":
    import airflow.sdk, airflow.providers_manager
    from airflow.dag_processing.dagbag import DagBag
else:
    from airflow.models.dagbag import DagBag
started = time.perf_counter()
for path in sys.argv[1:]:
    DagBag(path, safe_mode=False)
print("seconds", time.perf_counter() - started)
"""


FILES_PER_S_BAR = 300
FIRST_PASS_BAR = 20
PROCESS_PER_FILE_BAR = 100


def report(name: str, n_files: int, seconds: float) -> float:
    """Prints one rate and returns it, files per second."""
    print(f"{name:<36}{n_files / seconds:>10,.1f} files/s   ({n_files} files in {seconds:.2f} s)")
    return n_files / seconds


def compare(name: str, value: float, bar: float) -> None:
    """Prints one figure beside the bar it is held to."""
    print(f"{name:<36}{value:>10,.1f}           (bar {bar:g})   {'PASS' if value >= bar else 'short'}")


def parse_all(codes: list[str]) -> None:
    for code in codes:
        try:
            ast.parse(code)
        except (SyntaxError, ValueError):
            continue


def judge_all(codes: list[str], airflow: str) -> None:
    sources = [Source(index, code, airflow) for index, code in enumerate(codes)]
    for _ in judge_sources(sources, processes=1):
        pass


PASSES = ("ast.parse", "judge, first pass", "judge, second pass")


def measure(codes: list[str], airflow: str) -> None:
    """Prints the seconds of each of ``PASSES`` as JSON: one round, in a process that has judged nothing."""
    judge_code("import airflow", airflow=airflow)
    seconds = []
    for work in (
        lambda: parse_all(codes),
        lambda: judge_all(codes, airflow),
        lambda: judge_all(codes, airflow),
    ):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds))


def rounds(n_rounds: int, arguments: list[str], n_files: int) -> float:
    """Prints the median rate of each of ``PASSES`` and returns the first pass's, files per second."""
    command = [sys.executable, __file__, *arguments, "--one-round"]
    answers = [
        json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        for _ in range(n_rounds)
    ]
    rates = {}
    for name, seconds in zip(PASSES, zip(*answers, strict=True), strict=True):
        rates[name] = report(name, n_files, statistics.median(seconds))
        if n_rounds > 1:
            print(f"{'':<36}from {n_files / max(seconds):,.1f} to {n_files / min(seconds):,.1f}")
    return rates["judge, first pass"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--airflow", default="3.3")
    parser.add_argument("--airflow-python", type=Path)
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one-round", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    paths = sorted(arguments.folder.resolve().rglob("*.py"))[: arguments.limit]
    codes = [path.read_text("utf-8", "replace") for path in paths]
    if arguments.one_round:
        measure(codes, arguments.airflow)
        return
    judged = rounds(arguments.rounds, sys.argv[1:], len(codes))
    if (ruff := ruff_path()) is not None:
        started = time.perf_counter()
        command = [
            ruff,
            "check",
            "--isolated",
            "-q",
            "-e",
            "--no-cache",
            "--select",
            "AIR,F821,E9",
            *map(str, paths),
        ]
        subprocess.run(command, capture_output=True, check=False)
        report("ruff AIR, F821, E9 (all cores)", len(paths), time.perf_counter() - started)
    rates: list[tuple[str, float, float]] = []
    if arguments.airflow_python is not None:
        command = [str(arguments.airflow_python.absolute()), "-I", "-c", _DAGBAG, *map(str, paths)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        if answer.returncode:
            sys.exit(f"Airflow could not be asked:\n{answer.stderr[-2000:]}")
        first = report("DagBag, first pass, one process", len(paths), float(answer.stdout.split()[-1]))
        started = time.perf_counter()
        for path in paths[:4]:
            subprocess.run([*command[:4], str(path)], capture_output=True, check=True, cwd="/")
        each = report("DagBag, one process per file", len(paths[:4]), time.perf_counter() - started)
        rates = [
            ("judge / DagBag's first pass", judged / first, FIRST_PASS_BAR),
            ("judge / one process per file", judged / each, PROCESS_PER_FILE_BAR),
        ]
    compare("judge, files/s on one core", judged, FILES_PER_S_BAR)
    for name, value, bar in rates:
        compare(name, value, bar)


if __name__ == "__main__":
    main()

"""Files per second on one core: the judge beside ``ast.parse``, ruff, and real Airflow, in one run.

    python benchmarks/judge/speed.py FOLDER [--airflow 3.3] [--airflow-python PYTHON] [--limit 100]

``FOLDER`` holds DAG files. All times are wall-clock, so keep the machine quiet. The judge's first pass,
which reads the catalogue as it goes, is the one that is compared.

With ``--airflow-python``, an interpreter that has Airflow and the files' providers, DagBag is timed twice
over the same files: its first pass in one process, and one process per file (what hostile code needs),
the latter on at most 4 files. That interpreter runs the files' code. The last lines are the ratios with
the bars they are held to, ``PASS`` or ``short``.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
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


def timed(name: str, n_files: int, work: Callable[[], None]) -> float:
    """Runs the work, prints its rate and returns it."""
    started = time.perf_counter()
    work()
    return report(name, n_files, time.perf_counter() - started)


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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--airflow", default="3.3")
    parser.add_argument("--airflow-python", type=Path)
    parser.add_argument("--limit", type=int, default=1000)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    paths = sorted(arguments.folder.resolve().rglob("*.py"))[: arguments.limit]
    codes = [path.read_text("utf-8", "replace") for path in paths]
    judge_code("import airflow", airflow=arguments.airflow)
    timed("ast.parse", len(codes), lambda: parse_all(codes))
    judged = timed(
        "judge, first pass",
        len(codes),
        lambda: judge_all(codes, arguments.airflow),
    )
    timed(
        "judge, second pass",
        len(codes),
        lambda: judge_all(codes, arguments.airflow),
    )
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

"""Recall of the judge for each kind of fault, planted into official examples that load.

    python benchmarks/judge/fault_injection.py dag_files.parquet [--airflow 3.3] [--oracle PYTHON] [--show 5]

``dag_files.parquet`` is what mining writes. Each file that the judge lets load gets one fault of each kind
it has a place for (``faults.py``). Found means that the judge then says ``fails`` (``unknown`` is missed);
named, that the rule of that kind is the reason it gives. With ``--oracle``, a real Airflow of that line is
asked about the first few of each kind: planted text that it loads is not a fault and is left out.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from expected_rule import first_rule
from faults import FAULTS
from planted_sites import Sites

from airflownet.judge.sandbox.import_judge import ImportJudge
from airflownet.judge.verdict import judge_code
from airflownet.records import DagFile, Outcome
from airflownet.tables import read_table


def planted(kind: str, files: list[tuple[str, Sites]]) -> Iterator[tuple[str, str]]:
    """Yields (id, text with the fault) for the files that have a place for it."""
    plant, _ = FAULTS[kind]
    for id, sites in files:
        text = plant(sites)
        if text is not None and text != sites.code:
            yield id, text


def measure(
    kind: str, files: list[tuple[str, Sites]], airflow: str, oracle: ImportJudge | None, ask: int, show: int
) -> bool:
    """Prints the recall of one kind; returns whether it is at least 95%."""
    n_planted = n_found = n_named = n_asked = n_refused = 0
    missed: list[str] = []
    for id, text in planted(kind, files):
        if oracle is not None and n_asked < ask:
            n_asked += 1
            truth = oracle.judge_code(text)
            if truth.outcome is Outcome.LOADS:
                missed.append(f"{id}: real Airflow loads it; left out")
                continue
            n_refused += 1
        verdict = judge_code(text, airflow=airflow, path="/dags/dag_under_test.py")
        n_planted += 1
        n_found += verdict.outcome is Outcome.FAILS
        n_named += verdict.outcome is Outcome.FAILS and first_rule(verdict) == FAULTS[kind][1]
        if verdict.outcome is not Outcome.FAILS or first_rule(verdict) != FAULTS[kind][1]:
            missed.append(f"{id}: {verdict.outcome} {first_rule(verdict)} {verdict.reason[:110]}")
    recall = n_found / n_planted if n_planted else 0.0
    asked = f"   real Airflow refuses {n_refused} of {n_asked} asked" if n_asked else ""
    print(f"{kind:<20}{n_found:>5} of {n_planted:<5}{recall:>7.1%}   named {n_named} of {n_planted}{asked}")
    for line in missed[:show]:
        print("   -", line.replace("\n", " "))
    return recall >= 0.95


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("examples", type=Path, help="mining's dag_files.parquet")
    parser.add_argument("--airflow", default="3.3")
    parser.add_argument("--oracle", type=Path, help="Python that has that Airflow; asked in the sandbox")
    parser.add_argument("--ask", type=int, default=5, help="planted files of each kind to ask it about")
    parser.add_argument("--show", type=int, default=0, help="missed files to print for each kind")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", SyntaxWarning)
    examples = list(read_table(arguments.examples, DagFile))
    files = [
        (f"{example.archive}:{example.path}", Sites.of(example.content))
        for example in examples
        if judge_code(example.content, airflow=arguments.airflow).outcome is Outcome.LOADS
    ]
    print(f"{len(files)} of {len(examples)} files load on Airflow {arguments.airflow}; found means: fails")
    with ExitStack() as stack:
        oracle = stack.enter_context(ImportJudge(arguments.oracle)) if arguments.oracle else None
        good = [
            measure(kind, files, arguments.airflow, oracle, arguments.ask, arguments.show) for kind in FAULTS
        ]
    if not all(good):
        sys.exit("A kind is found in less than 95% of the files")


if __name__ == "__main__":
    main()

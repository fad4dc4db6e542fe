"""Recall of the judge for each kind of fault, planted into official examples that load.

    python benchmarks/judge/fault_injection.py dag_files.parquet [--airflow 3.3] [--oracle PYTHON] [--show 5]

``dag_files.parquet`` is what mining writes. Each file that the judge lets load gets one fault of each kind
it has a place for (``faults.py``). Found means that the judge then says ``fails`` (for a lookup at the top
level: that it reports it and does not say ``loads``); named, that the rule of that kind is the reason it
gives. With ``--oracle``, a real Airflow of that line is asked about some of each kind, spread over the files:
planted text that it loads is no fault and is left out. Its answers are kept, as in ``asked.py``.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from asked import Asker
from expected_rule import expected_rule, first_rule
from faults import FAULTS, Fault

from airflownet.dataset.faults.sites import Sites
from airflownet.errors import AirflowNetError
from airflownet.judge.verdict import judge_code
from airflownet.records import DagFile, Outcome, Verdict
from airflownet.tables import read_table

LOWEST_RECALL = 0.95


@dataclass
class Count:
    """What came out for one kind; ``lines`` tells what was missed or left out."""

    n_planted: int = 0
    n_found: int = 0
    n_named: int = 0
    n_asked: int = 0
    n_refused: int = 0
    n_refused_for_it: int = 0
    lines: tuple[str, ...] = ()

    @property
    def recall(self) -> float:
        return self.n_found / self.n_planted if self.n_planted else 0.0


def planted(fault: Fault, files: list[tuple[str, Sites]]) -> Iterator[tuple[str, str]]:
    """Yields (id, text with the fault) for the files that have a place for it."""
    for id, sites in files:
        text = fault.plant(sites)
        if text is not None and text != sites.code:
            yield id, text


def measure(fault: Fault, texts: list[tuple[str, str]], airflow: str, asker: Asker | None, ask: int) -> Count:
    """Returns the counts of one kind of fault."""
    count = Count()
    step = max(1, len(texts) // ask) if asker is not None and ask else 0
    for number, (id, text) in enumerate(texts):
        if asker is not None and step and number % step == 0 and count.n_asked < ask:
            outcome, reason = asker.ask(text)
            count.n_asked += 1
            if outcome == Outcome.LOADS:
                count.lines += (f"{id}: real Airflow loads it; left out",)
                continue
            count.n_refused += outcome == Outcome.FAILS
            count.n_refused_for_it += fault.outside or expected_rule(reason) == fault.code
        verdict = judge_code(text, airflow=airflow, path="/dags/dag_under_test.py")
        count.n_planted += 1
        count.n_found += fault.is_found(verdict)
        count.n_named += is_named(fault, verdict)
        if not (fault.is_found(verdict) and is_named(fault, verdict)):
            count.lines += (f"{id}: {verdict.outcome} {first_rule(verdict)} {verdict.reason[:110]}",)
    return count


def is_named(fault: Fault, verdict: Verdict) -> bool:
    """Whether the rule of that kind is the judge's reason."""
    if fault.outside:
        return fault.is_found(verdict)
    return verdict.outcome is Outcome.FAILS and first_rule(verdict) == fault.code


def print_count(kind: str, count: Count, show: int) -> None:
    asked = ""
    if count.n_asked:
        asked = f"   real Airflow refuses {count.n_refused} of {count.n_asked}, "
        asked += f"{count.n_refused_for_it} for this reason"
    print(
        f"{kind:<22}{count.n_found:>5} of {count.n_planted:<5}{count.recall:>7.1%}   "
        f"named {count.n_named:>4}{asked}",
        flush=True,
    )
    for line in count.lines[:show]:
        print("   -", line.replace("\n", " "))


def loading(path: Path, airflow: str) -> list[tuple[str, Sites]]:
    """Returns (id, sites) of the files that the judge lets load."""
    examples = list(read_table(path, DagFile))
    files = [
        (f"{example.archive}:{example.path}", Sites.of(example.content))
        for example in examples
        if judge_code(example.content, airflow=airflow).outcome is Outcome.LOADS
    ]
    print(f"{len(files)} of {len(examples)} files load on Airflow {airflow}; found means: fails")
    return files


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("examples", type=Path, help="mining's dag_files.parquet")
    parser.add_argument("--airflow", default="3.3")
    parser.add_argument("--oracle", type=Path, help="Python that has that Airflow; asked in the sandbox")
    parser.add_argument("--ask", type=int, default=5, help="planted files of each kind to ask it about")
    parser.add_argument("--show", type=int, default=0, help="missed files to print for each kind")
    parser.add_argument("--kind", action="append", choices=list(FAULTS), help="this kind alone; repeatable")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", SyntaxWarning)
    files = loading(arguments.examples, arguments.airflow)
    missed = []
    with ExitStack() as stack:
        asker = stack.enter_context(Asker(arguments.oracle)) if arguments.oracle else None
        for kind in arguments.kind or FAULTS:
            texts = list(planted(FAULTS[kind], files))
            count = measure(FAULTS[kind], texts, arguments.airflow, asker, arguments.ask)
            print_count(kind, count, arguments.show)
            if count.recall < LOWEST_RECALL:
                missed.append(kind)
    if missed:
        sys.exit(f"Found in less than {LOWEST_RECALL:.0%} of the files: {', '.join(missed)}")


if __name__ == "__main__":
    try:
        main()
    except AirflowNetError as error:
        sys.exit(f"Error: {error}")

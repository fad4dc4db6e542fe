"""How often the judge says what a real Airflow says, from a labelled JSONL file.

    python benchmarks/judge/agreement.py LABELLED.jsonl[.gz] [--show 20]

A row: ``{"id", "code", "airflow": {"3.3.2": {"loads", "scored", "tasks", "edges", "error"}}}``, what DagBag
of that version said of the code. ``scored: false`` marks rows whose answer depends on something outside the
file; they are counted apart. Printed for each version: the confusion table (unknown counts as wrong),
precision and recall of ``loads``, the share of equal graphs among the files that both load, and the share
of failures for which our first load violation names the same thing as Airflow's error.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from airflownet.judge.verdict import judge_code, load_violations
from airflownet.records import Verdict

_SYNTAX = ("SyntaxError", "IndentationError", "TabError")


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def same_reason(verdict: Verdict, error: str) -> bool:
    """Whether our first load violation names what Airflow's error names."""
    violations = load_violations(verdict)
    ours = f"{verdict.reason} {violations[0].message if violations else ''}"
    last = error.strip().splitlines()[-1] if error.strip() else ""
    if not last or last == "no DAG in the file":
        return "no DAG" in ours
    if any(name in last for name in _SYNTAX):
        return any(name in ours for name in _SYNTAX)
    quoted = re.findall(r"['`]([^'`]+)['`]", last)
    return (quoted[0] if quoted else last.split(":")[0]) in ours


def same_graph(verdict: Verdict, label: dict[str, Any]) -> bool:
    ours = {dag.dag_id: (list(dag.tasks), [list(edge) for edge in dag.edges]) for dag in verdict.dags}
    theirs = {
        dag_id: (sorted(tasks), sorted(label["edges"].get(dag_id, [])))
        for dag_id, tasks in label["tasks"].items()
    }
    return ours == theirs


def measure(rows: list[dict[str, Any]], version: str, show: int) -> None:
    table: Counter[tuple[str, str]] = Counter()
    unscored: Counter[tuple[str, str]] = Counter()
    graphs: Counter[bool] = Counter()
    reasons: Counter[bool] = Counter()
    seconds, wrong = 0.0, []
    for row in rows:
        label = row["airflow"].get(version)
        if label is None or "code" not in row:
            continue
        started = time.process_time()
        verdict = judge_code(row["code"], airflow=version, path="/dags/dag_under_test.py")
        seconds += time.process_time() - started
        truth = "loads" if label["loads"] else "fails"
        if not label.get("scored", True):
            unscored[truth, verdict.outcome.value] += 1
            continue
        table[truth, verdict.outcome.value] += 1
        if truth != verdict.outcome.value:
            wrong.append(
                f"{row['id']}: Airflow {truth} ({label.get('error', '')[:90]}), "
                f"judge {verdict.outcome}: {verdict.reason[:90]}"
            )
        elif truth == "loads":
            graphs[same_graph(verdict, label)] += 1
        else:
            reasons[same_reason(verdict, label.get("error") or "")] += 1
    total = table.total()
    if not total:
        return
    agree = sum(count for (truth, ours), count in table.items() if truth == ours)
    hits = table["loads", "loads"]
    said = sum(count for (_, ours), count in table.items() if ours == "loads")
    real = sum(count for (truth, _), count in table.items() if truth == "loads")
    print(
        f"Airflow {version}: {agree} of {total} agree ({agree / total:.2%}); "
        f"{total / seconds:.0f} files/s of CPU"
    )
    for truth in ("loads", "fails"):
        cells = "  ".join(f"{ours} {table[truth, ours]}" for ours in ("loads", "fails", "unknown"))
        print(f"  Airflow {truth}: judge {cells}")
    print(f"  loads: precision {hits}/{said}, recall {hits}/{real}; "
          f"graphs equal {graphs[True]}/{graphs.total()}; "
          f"same reason {reasons[True]}/{reasons.total()}; not scored {unscored.total()}")  # fmt: skip
    for line in wrong[:show]:
        print("   ", line.replace("\n", " "))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--show", type=int, default=0, help="disagreements to print for each version")
    arguments = parser.parse_args()
    rows = list(read_rows(arguments.labelled))
    versions = sorted({version for row in rows for version in row["airflow"]}, reverse=True)
    for version in versions:
        measure(rows, version, arguments.show)


if __name__ == "__main__":
    main()

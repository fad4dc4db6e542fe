"""How often the judge says what a real Airflow says.

    python benchmarks/judge/agreement.py LABELLED.jsonl[.gz] ... [--archives FOLDER] [--show 20]
    python benchmarks/judge/agreement.py --eval FOLDER --examples dag_files.parquet --oracle PYTHON

Labels come from JSONL files (``labelled.py`` tells their form) and from the interpreters given as
``--oracle``, which are asked on the spot about the official examples. For each Airflow version: the
confusion table (unknown counts as wrong), precision and recall of ``loads`` and of each rule, the share of
equal graphs among the files that both load, and the share of failures for which our first load violation
names the same thing as Airflow's error. Rows that are not scored are counted apart.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from agreement_report import Tally, print_rules, print_tally
from asked import asked_on_the_spot
from labelled import Labelled, archived_sources, labelled_rows, read_rows

from airflownet.cache import cache_dir
from airflownet.errors import AirflowNetError
from airflownet.judge.sandbox.oracle import find_oracle
from airflownet.judge.verdict import judge_code
from airflownet.records import DagFile
from airflownet.tables import read_table


def from_files(paths: list[Path], archives: list[Path]) -> list[Labelled]:
    """Returns the labels of JSONL files; rows that only name their file are joined with the archives."""
    names = {row["id"].partition(":")[0] for path in paths for row in read_rows(path) if "code" not in row}
    sources, present = archived_sources(archives, names)
    if names - present:
        print(f"Archives: {len(present)} of {len(names)} are in {', '.join(map(str, archives))}")
    found: list[Labelled] = []
    for path in paths:
        rows, n_without_code = labelled_rows(path, sources)
        if n_without_code:
            print(f"{path.name}: {n_without_code} rows left out, their archives are not here")
        found.extend(rows)
    return found


def from_oracles(pythons: list[Path], examples: Path | None) -> list[Labelled]:
    """Returns what the interpreters say of the official examples; tells what is missing."""
    if examples is None or not examples.exists():
        print(f"Missing: official examples ({examples}); `make demo` or `airflownet mine` mines them")
        return []
    files = list(read_table(examples, DagFile))
    found: list[Labelled] = []
    for python in pythons:
        try:
            found.extend(asked_on_the_spot(python, files))
        except AirflowNetError as error:
            print(f"Left out: {error.message}\n  Remedy: {error.remedy}")
    return found


def built_oracles(lines: list[str]) -> list[Path]:
    """Returns the interpreters that ``make oracle`` has built; tells which are missing."""
    found = {line: find_oracle(line) for line in lines}
    for line in (line for line, python in found.items() if python is None):
        print(f"Missing: real Airflow {line}; `make oracle ORACLES={line}` builds it")
    return [python for python in found.values() if python is not None]


def measure(rows: list[Labelled]) -> Tally:
    """Returns the tally over labelled files of one version."""
    tally = Tally()
    for row in rows:
        tally.add(row, judge_code(row.code, airflow=row.version, path="/dags/dag_under_test.py"))
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labelled", type=Path, nargs="*")
    parser.add_argument("--eval", type=Path, help="folder whose *.jsonl.gz and *.jsonl files are taken")
    parser.add_argument("--archives", type=Path, action="append", help="folder with release archives")
    parser.add_argument("--examples", type=Path, help="official examples: mining's dag_files.parquet")
    parser.add_argument("--oracle", type=Path, action="append", default=[], help="Python that has Airflow")
    parser.add_argument(
        "--cached-oracle", action="append", default=[], help="line that `make oracle` has built, as 3.3"
    )
    parser.add_argument("--show", type=int, default=0, help="disagreements to print for each version")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="  %(message)s")
    paths = list(arguments.labelled)
    if arguments.eval is not None:
        paths += sorted([*arguments.eval.glob("*.jsonl.gz"), *arguments.eval.glob("*.jsonl")])
        if not paths:
            print(f"Missing: labelled files in {arguments.eval}")
    rows = from_files(paths, arguments.archives or [cache_dir("archives")])
    if pythons := [*arguments.oracle, *built_oracles(arguments.cached_oracle)]:
        rows += from_oracles(pythons, arguments.examples)
    if not rows:
        sys.exit("Nothing to compare with: give labelled files or --oracle and --examples")
    for version in sorted({row.version for row in rows}, reverse=True):
        total = Tally()
        for name in dict.fromkeys(row.set_name for row in rows if row.version == version):
            tally = measure([row for row in rows if (row.version, row.set_name) == (version, name)])
            print_tally(f"Airflow {version}, {name}", tally)
            total.merge(tally)
        print_tally(f"Airflow {version}, all together", total, show=arguments.show)
        print_rules(total)


if __name__ == "__main__":
    main()

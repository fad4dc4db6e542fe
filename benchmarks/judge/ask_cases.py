"""Puts the case documents to the judge and to real Airflow.

    python benchmarks/judge/ask_cases.py docs/judge-cases --cached-oracle 3.3 --oracle PYTHON

For each case and Airflow line of it: whether the judge says what the document says, and whether the Airflow
of that line does. Exits 1 where one of them does not. Lines without a real Airflow are counted.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from asked import Asker
from case_documents import Case, cases_of

from airflownet.errors import AirflowNetError
from airflownet.judge.sandbox.oracle import find_oracle
from airflownet.judge.verdict import judge_code


def documents(paths: list[Path]) -> list[Case]:
    """Returns the cases of the documents given, and of those in the folders given."""
    files = [file for path in paths for file in (sorted(path.glob("*.md")) if path.is_dir() else [path])]
    return [case for file in files if file.name != "README.md" for case in cases_of(file)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path, nargs="+", help="documents, or folders of them")
    parser.add_argument("--oracle", type=Path, action="append", default=[], help="Python that has Airflow")
    parser.add_argument("--cached-oracle", action="append", default=[], help="line built by `make oracle`")
    arguments = parser.parse_args()
    cases = documents(arguments.cases)
    counts: Counter[str] = Counter()
    problems: list[str] = []
    for case in cases:
        for line in case.expected:
            found = case.problems(line, judge_code(case.code, airflow=line))
            counts[f"judge {'differs' if found else 'agrees'}"] += 1
            problems += [f"judge, {case.id}: {problem}" for problem in found]
    asked: set[str] = set()
    for python in [*arguments.oracle, *filter(None, map(find_oracle, arguments.cached_oracle))]:
        try:
            with Asker(python) as asker:
                line = ".".join(asker.airflow.split(".")[:2])
                asked.add(line)
                for case in (case for case in cases if line in case.expected):
                    outcome, reason = asker.ask(case.code)
                    wanted = case.expected[line].outcome
                    if wanted == "unknown":
                        counts["Airflow not asked: depends on what is outside the file"] += 1
                        continue
                    counts[f"Airflow {asker.airflow} {'agrees' if outcome == wanted else 'differs'}"] += 1
                    if outcome != wanted:
                        problems.append(f"Airflow {asker.airflow}, {case.id}: {outcome} {reason}")
        except AirflowNetError as error:
            print(f"Left out: {error.message}\n  Remedy: {error.remedy}")
    missing = sorted({line for case in cases for line in case.expected} - asked)
    print(f"{len(cases)} cases of {len({case.document for case in cases})} documents")
    for name, count in sorted(counts.items()):
        print(f"  {count:4} {name}")
    if missing:
        print(f"  No real Airflow for {', '.join(missing)}: `make oracle ORACLES={missing[-1]}` builds one")
    print("\n".join(problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()

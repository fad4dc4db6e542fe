"""Official examples after the test-harness codemod in real Airflow: do they load, with the same tasks?

    make oracle ORACLES=3.3
    python benchmarks/mining/harness_removal.py                        # the sources of recipes/laptop.yaml
    python benchmarks/mining/harness_removal.py --all-providers        # every official provider of the line

Only files that have harness and are no tests of Airflow itself count. Each is asked twice: cleaned, and as it
was, with small stand-ins for the harness's modules, which are in no release. The cleaned file must load, and
have the tasks and edges of the original less the harness's own. Those that do not are listed with the reason.
Bar: >= 90% load. Exit status 1 when it is missed.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from airflownet.judge.sandbox.import_judge import ImportJudge
from airflownet.judge.sandbox.oracle import LINES, find_oracle
from airflownet.mining.cleaning import Cleaner
from airflownet.mining.codemods.harness_names import mentions_harness
from airflownet.mining.settings import NEWEST, PERMISSIVE, PypiSource
from airflownet.mining.source import Limits
from airflownet.mining.sources import open_sources
from airflownet.mining.stage import pinned_sources
from airflownet.progress import progress
from airflownet.recipe import load_recipe
from airflownet.records import DagGraph, Outcome, SourceFile, Verdict

CODEMODS = ("doc-markers", "test-harness")
HARNESS_TASKS = {"watcher", "variable_fetcher"}
STAND_INS = Path(__file__).with_name("harness_stand_ins.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Row:
    """What became of one file."""

    path: str
    state: str
    detail: str = ""


def main() -> None:
    """Asks, prints the counts and the list, and exits with 1 when fewer than 90% load."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--airflow", default="3.3")
    parser.add_argument("--recipe", default="laptop")
    parser.add_argument("--all-providers", action="store_true")
    parser.add_argument("--limit", type=int, default=0, help="Only so many files, evenly chosen.")
    parser.add_argument("--without-graphs", action="store_true", help="Ask for the cleaned files only.")
    options = parser.parse_args()
    python = find_oracle(options.airflow)
    if python is None:
        sys.exit(f"there is no Airflow {options.airflow} to ask: make oracle ORACLES={options.airflow}")
    sources = provider_sources(options.airflow) if options.all_providers else recipe_sources(options.recipe)
    files = [file for file in source_files(sources) if mentions_harness(file.content)]
    if options.limit:
        files = files[:: max(1, len(files) // options.limit)]
    rows = []
    with ImportJudge(python) as judge, progress("Asking real Airflow", len(files), "files") as bar:
        for file in files:
            rows.append(asked(judge, file, with_graph=not options.without_graphs))
            bar.advance()
    sys.exit(report(rows))


def recipe_sources(recipe: str) -> tuple[PypiSource, ...]:
    """Returns the releases of a recipe."""
    sources = load_recipe(recipe).mining.sources
    return tuple(source for source in sources if isinstance(source, PypiSource))


def provider_sources(line: str) -> tuple[PypiSource, ...]:
    """Returns the releases of core and every provider that the line's catalogue was read from."""
    entry = next(entry for entry in json.loads(LINES.read_text()) if entry["line"] == line)
    wanted = [(name, version) for name, version, *_ in entry["wheels"] if name.startswith("apache-airflow-")]
    return tuple(PypiSource(project=name, version=version) for name, version in wanted if version != NEWEST)


def source_files(sources: tuple[PypiSource, ...]) -> list[SourceFile]:
    """Returns the files of every release."""
    pinned, _ = pinned_sources(sources)
    limits = Limits(("example_dags", "tests/system"), 200_000)
    found = (file for source in open_sources(pinned) for file in source.iter_files(limits))
    return [file for file in found if isinstance(file, SourceFile)]


def asked(judge: ImportJudge, file: SourceFile, *, with_graph: bool) -> Row:
    """Returns whether the cleaned file loads, and whether its graph is the original's."""
    cleaned = Cleaner(frozenset(PERMISSIVE), CODEMODS)(file)
    if cleaned.kept is None:
        return Row(file.path, f"dropped: {cleaned.dropped.reason if cleaned.dropped else ''}")
    name = Path(file.path).name
    verdict = judge.judge_code(cleaned.kept.content, name=name)
    if verdict.outcome is not Outcome.LOADS:
        return Row(file.path, "does not load", verdict.reason)
    if not with_graph:
        return Row(file.path, "loads")
    original = judge.judge_code(with_stand_ins(file.content), name=name)
    if original.outcome is not Outcome.LOADS:
        return Row(file.path, "loads; original not comparable", original.reason)
    difference = graph_difference(original, verdict)
    return Row(file.path, "loads; other graph" if difference else "loads; same graph", difference)


def with_stand_ins(text: str) -> str:
    """Returns the original with the stand-ins for the harness in front of its first import."""
    after = 0
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            after = statement.end_lineno or 0
    lines = text.splitlines(keepends=True)
    return "".join(lines[:after]) + STAND_INS + "".join(lines[after:])


def graph_difference(original: Verdict, cleaned: Verdict) -> str:
    """Returns what tasks or edges differ once the harness's own are taken away; empty when none do."""
    if len(original.dags) != len(cleaned.dags):
        return f"{len(original.dags)} DAGs became {len(cleaned.dags)}"
    for before, after in zip(original.dags, cleaned.dags, strict=True):
        tasks, edges = without_harness(before)
        if tasks != set(after.tasks):
            return f"tasks: lost {sorted(tasks - set(after.tasks))}, new {sorted(set(after.tasks) - tasks)}"
        if edges != set(after.edges):
            lost, new = sorted(edges - set(after.edges)), sorted(set(after.edges) - edges)
            return f"edges: lost {lost}, new {new}"
    return ""


def without_harness(graph: DagGraph) -> tuple[set[str], set[tuple[str, str]]]:
    """Returns tasks and edges without those of the harness."""
    tasks = {task for task in graph.tasks if task.rpartition(".")[2] not in HARNESS_TASKS}
    return tasks, {(up, down) for up, down in graph.edges if up in tasks and down in tasks}


def report(rows: list[Row]) -> int:
    """Prints counts and the files that are not as they should be; returns the exit status."""
    about_users = [row for row in rows if row.state != "dropped: tests-airflow-itself"]
    loading = [row for row in about_users if row.state.startswith("loads")]
    same = sum(row.state == "loads; same graph" for row in rows)
    compared = same + sum(row.state == "loads; other graph" for row in rows)
    for state, count in sorted(Counter(row.state for row in rows).items()):
        print(f"{count:5} {state}")
    for row in rows:
        if row.detail or row.state.startswith("dropped: harness"):
            print(f"  {row.state}: {row.path}: {row.detail[:200]}")
    share = len(loading) / max(1, len(about_users))
    print(f"{len(loading)} of {len(about_users)} load ({share:.1%}; bar 90%)")
    print(f"{same} of {compared} comparable ones have the original's tasks and edges less the harness's")
    return 0 if share >= 0.9 else 1


if __name__ == "__main__":
    main()

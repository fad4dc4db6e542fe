"""Official examples after the test-harness codemod in real Airflow: do they load, with the same tasks?

    make oracle ORACLES=3.3                                            # once; then it is found in the cache
    python benchmarks/mining/harness_removal.py                        # the sources of recipes/laptop.yaml
    python benchmarks/mining/harness_removal.py --all-providers        # every official provider of the line

Only files that have harness and are no tests of Airflow itself count. Each is asked twice: cleaned, and as it
was, with small stand-ins for the harness's modules, which are in no release. The cleaned file must load, and
have the tasks and edges of the original less the harness's own. Those that do not are listed with the reason.
What Airflow said of a text is kept in the cache (answers/), so that a second run asks only about new texts.
Bar: >= 90% load. Exit status 1 when it is missed.
"""

from __future__ import annotations

import argparse
import ast
import json
import logging
import re
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "judge"))

from asked import Asker

from airflownet.judge.sandbox.oracle import LINES, find_oracle
from airflownet.mining.cleaning import Cleaner
from airflownet.mining.codemods.harness_names import mentions_harness
from airflownet.mining.settings import NEWEST, PERMISSIVE, PypiSource
from airflownet.mining.source import Limits
from airflownet.mining.sources import open_sources
from airflownet.mining.stage import pinned_sources
from airflownet.progress import progress
from airflownet.recipe import load_recipe
from airflownet.records import Outcome, SourceFile

CODEMODS = ("doc-markers", "test-harness")
HARNESS_TASK = re.compile(
    r"watcher|variable_fetcher|harness_\w+|(create|delete|setup)_(\w+_)?connection(_\w+)?|delete_connection_gloud"
)
"""Tasks of the harness: the watcher, the test context, its helpers, and connections made for a test."""
Graphs = dict[str, tuple[list[str], list[list[str]]]]
"""DAG id -> (task ids, edges), both sorted."""
STAND_INS = Path(__file__).with_name("harness_stand_ins.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Row:
    """What became of one file."""

    project: str
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
    logging.getLogger("airflownet.mining.pin").setLevel(logging.ERROR)  # its advice is for recipes
    sources = provider_sources(options.airflow) if options.all_providers else recipe_sources(options.recipe)
    listed = source_files(sources)
    files = [file for file in listed if mentions_harness(file.content)]
    print(f"{len(listed)} official examples, {len(files)} of them have test harness", flush=True)
    if options.limit:
        files = files[:: max(1, len(files) // options.limit)]
    sys.exit(report(ask_all(python, files, with_graphs=not options.without_graphs)))


def ask_all(python: Path, files: list[SourceFile], *, with_graphs: bool) -> list[Row]:
    """Returns what became of each file, in the given order."""
    cleaner = Cleaner(frozenset(PERMISSIVE), CODEMODS)
    rows = []
    with Asker(python) as asker, progress("Asking real Airflow", len(files), "files") as bar:
        for _, group in groupby(files, key=lambda file: file.repo):
            of_project = list(group)
            asker.warm([file.content for file in of_project])
            for file in of_project:
                cleaned = cleaner(file)
                if cleaned.kept is None:
                    reason = cleaned.dropped.reason if cleaned.dropped else ""
                    rows.append(Row(file.repo, file.path, f"dropped: {reason}"))
                else:
                    rows.append(asked(asker, file, cleaned.kept.content, with_graphs=with_graphs))
                bar.advance(note=file.repo)
    return rows


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


def asked(asker: Asker, file: SourceFile, cleaned: str, *, with_graphs: bool) -> Row:
    """Returns whether the cleaned text loads, and whether its graph is the original's."""
    answer = asker.row(cleaned)
    if answer["outcome"] != Outcome.LOADS:
        return Row(file.repo, file.path, "does not load", str(answer["reason"]))
    if not with_graphs:
        return Row(file.repo, file.path, "loads")
    # Some helpers of the harness make a task, others give a text; nothing tells which without their source.
    original = asker.row(with_stand_ins(file.content, helpers_are_tasks=True))
    if original["outcome"] != Outcome.LOADS:
        original = asker.row(with_stand_ins(file.content, helpers_are_tasks=False))
    if original["outcome"] != Outcome.LOADS:
        return Row(file.repo, file.path, "loads; original not comparable", str(original["reason"]))
    difference = graph_difference(original["graphs"], answer["graphs"])
    state = "loads; other graph" if difference else "loads; same graph"
    return Row(file.repo, file.path, state, difference)


def with_stand_ins(text: str, *, helpers_are_tasks: bool) -> str:
    """Returns the original with the stand-ins for the harness in front of its first import."""
    after = 0
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            after = statement.end_lineno or 0
    lines = text.splitlines(keepends=True)
    stand_ins = STAND_INS.replace("HELPERS_ARE_TASKS = True", f"HELPERS_ARE_TASKS = {helpers_are_tasks}")
    return "".join(lines[:after]) + stand_ins + "".join(lines[after:])


def graph_difference(original: Graphs, cleaned: Graphs) -> str:
    """Returns what tasks or edges differ once the harness's own are taken away; empty when none do.

    Edges between tasks of the user must be the same; ``a >> harness >> b`` may have become ``a >> b``.
    """
    if len(original) != len(cleaned):
        return f"{len(original)} DAGs became {len(cleaned)}"
    for (_, before), (_, after) in zip(sorted(original.items()), sorted(cleaned.items()), strict=True):
        kept = set(after[0])
        tasks = {
            one for one in before[0] if one in kept or not HARNESS_TASK.fullmatch(one.rpartition(".")[2])
        }
        if tasks != kept:
            return f"tasks: lost {sorted(tasks - kept)}, new {sorted(kept - tasks)}"
        edges = {(up, down) for up, down in before[1]}
        edges_now = {(up, down) for up, down in after[1]}
        lost = {(up, down) for up, down in edges if {up, down} <= tasks} - edges_now
        new = edges_now - edges - through_harness(edges, tasks)
        if lost or new:
            return f"edges: lost {sorted(lost)}, new {sorted(new)}"
    return ""


def through_harness(edges: set[tuple[str, str]], tasks: set[str]) -> set[tuple[str, str]]:
    """Returns pairs of the user's tasks that only tasks of the harness stand between."""
    found = set()
    for start in tasks:
        reached, ahead = set(), [start]
        while ahead:
            here = ahead.pop()
            for down in {down for up, down in edges if up == here} - reached:
                reached.add(down)
                if down in tasks:
                    found.add((start, down))
                else:
                    ahead.append(down)
    return found


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
            project = row.project.removeprefix("apache-airflow-")
            print(f"  {row.state}: {project}: {row.path}: {row.detail[:200]}".rstrip(": "))
    share = len(loading) / max(1, len(about_users))
    print(f"{len(loading)} of {len(about_users)} load ({share:.1%}; bar 90%)")
    print(f"{same} of {compared} comparable ones have the original's tasks and edges less the harness's")
    return 0 if share >= 0.9 else 1


if __name__ == "__main__":
    main()

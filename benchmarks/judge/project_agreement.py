"""Whether the judge says of a project's DAG files what Airflow says with the project's packages installed.

    python benchmarks/judge/project_agreement.py PROJECT [DAGS] [--python 3.12] [--env FOLDER]

Builds an environment from what the project pins (kept in the cache, by its requirements), gives Airflow the
project's Variables, connections and environment and a value for each that the files ask for and nobody
defines, asks it in the sandbox about every file, and compares. Counted apart, with the reason: files that
fail because a declared package could not be installed, or because they ask the network at import. Packages
are installed outside of the sandbox: one without a wheel runs its ``setup.py`` with your rights. Not for a
stranger's requirements.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from agreement_report import same_graph
from project_environment import ProjectEnvironment, environment_of

from airflownet.errors import AirflowNetError
from airflownet.judge.batch import judge_sources
from airflownet.judge.catalogue.store import known_lines
from airflownet.judge.project.airflow_line import line_of_project
from airflownet.judge.project.project import Project
from airflownet.judge.project.reading import read_project
from airflownet.judge.project.search_path import HOMES
from airflownet.judge.sandbox.import_judge import ImportJudge, SandboxLimits
from airflownet.judge.selection import select
from airflownet.records import Outcome, Verdict

NETWORK = re.compile(
    r"ConnectionError|Temporary failure|Name or service|Network is unreachable|socket|timed out|"
    r"redentials were not found"
)
MISSING = re.compile(r"ModuleNotFoundError: No module named '([^']+)'")
IMPORT = re.compile(r"^\s*(?:from|import) (airflow\.[\w.]+)", re.MULTILINE)
TOO_LONG = re.compile(r"reducing-dag-complexity|DagBag import timeout")
DATABASE = re.compile(r"sqlalche\.me|OperationalError|no such table")
UNFIT = re.compile(
    r"numpy\.dtype size changed|requires NumPy|compiled using NumPy|GLIBC|cannot open shared object|"
    r"protocol-buffers/docs/news"
)
MISSED = re.compile(r"KeyError: '([^']+)'")
SETTINGS = {
    "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "140",
    "NO_GCE_CHECK": "true",
}
"""A busy machine is no fault of a file; with the network closed, Google's libraries need not wait for it."""
BEYOND_CONTENTS = re.compile(r"ModuleNotFoundError|ImportError|no DAG in the file|sqlalche\.me")
CONTENTS = ("1", "{}", "[]", "a", "2024-01-01", "https://host/path")
ASSUME = ("variables", "connections", "environment")
WANTED = 0.97


def process_environment(project: Project) -> dict[str, str]:
    """Returns what Airflow's process gets of what the project defines."""
    found = dict(project.environment)
    for name, value in project.variables.items():
        text = value if isinstance(value, str) else json.dumps(value, indent=2)
        found[f"AIRFLOW_VAR_{name.upper()}"] = text
    for name in project.connections:
        found[f"AIRFLOW_CONN_{name.upper()}"] = connection({})
    own = ("AIRFLOW__", "PATH", "HOME", "AIRFLOW_HOME", "PYTHONPATH", "LD_")
    kept = {
        name: _here(project, value)
        for name, value in found.items()
        if not name.startswith(own) and "\0" not in name + value and not _is_absent_certificate(name, value)
    }
    return kept | SETTINGS


def _is_absent_certificate(name: str, value: str) -> bool:
    """Whether it names a file of the image's system: certificates that this machine has elsewhere."""
    return "CERT" in name + value.upper() and value.startswith("/") and not Path(value).exists()


def _here(project: Project, value: str) -> str:
    """Returns a value that names a place of the project in its image as that place on this machine."""
    home = next((home for home in HOMES if value == home or value.startswith(f"{home}/")), None)
    below = value.removeprefix(home or "").strip("/")
    places = [f"{root}/{below}".rstrip("/") for root in (project.folder.root, *project.roots)] if home else []
    return next((place for place in places if Path(place).exists()), value)


def connection(extra: dict[str, str]) -> str:
    """Returns a connection as an environment variable holds it."""
    fields = {"conn_type": "http", "host": "host", "login": "user", "password": "secret", "port": 80}
    return json.dumps({**fields, "schema": "schema", "extra": extra})


def asked_with_contents(
    real: ImportJudge, path: Path, environment: dict[str, str], verdict: Verdict, **places: Any
) -> Verdict:
    """Returns what Airflow says where what nobody defines has contents that the file can use.

    The judge says "loads, provided that the Variable is there": with some contents. So a few are tried: a
    number, JSON with the keys that the file was heard to miss, a list, a name, a date, an address. What was
    said of the first ones counts where none helps.
    """
    keys: list[str] = []
    answers = []
    for contents in (*CONTENTS, *CONTENTS[:2]):
        given, n_assumed = filled(environment, verdict, with_keys(contents, keys), keys)
        answers.append(real.judge_in_project(path, environment=given, **places))
        is_other = answers[-1].outcome is Outcome.FAILS and verdict.outcome is Outcome.LOADS
        if not is_other or not n_assumed or BEYOND_CONTENTS.search(answers[-1].reason):
            return answers[-1]
        missed = MISSED.search(answers[-1].reason)
        if missed is not None and missed[1] not in keys:
            keys.append(missed[1])
        elif len(answers) > 1 and len({answer.reason for answer in answers}) == 1:
            break  # it fails of something else
    return answers[0]


def with_keys(contents: str, keys: Sequence[str]) -> str:
    """Returns the contents; of JSON with the keys that were missed."""
    return json.dumps(dict.fromkeys(keys, "1")) if contents == "{}" else contents


def filled(
    environment: dict[str, str], verdict: Verdict, contents: str, keys: Sequence[str]
) -> tuple[dict[str, str], int]:
    """Returns the environment with what the verdict only assumes, and how much of it has open contents.

    Of a connection that the project defines only the name is known.
    """
    extra = dict.fromkeys(keys, "1")
    found = {
        name: connection(extra) if name.startswith("AIRFLOW_CONN_") else value
        for name, value in environment.items()
    }
    for condition in verdict.assumptions:
        if "(" in condition.subject:
            continue
        if condition.kind == "variable":
            found.setdefault(f"AIRFLOW_VAR_{condition.subject.upper()}", contents)
        elif condition.kind == "connection":
            found[f"AIRFLOW_CONN_{condition.subject.upper()}"] = connection(extra)
        elif condition.kind == "environment":
            found.setdefault(condition.subject, contents)
    kinds = {"variable", "connection", "environment"}
    n_connections = sum(name.startswith("AIRFLOW_CONN_") for name in environment)
    return found, n_connections + sum(condition.kind in kinds for condition in verdict.assumptions)


def main() -> int:
    """Prints the comparison; returns 1 where agreement is below 97%."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("project", type=Path)
    parser.add_argument("dags", type=Path, nargs="*")
    parser.add_argument("--python", default="")
    parser.add_argument("--env", type=Path)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--every", type=int, default=1, help="ask about each n-th file only")
    parser.add_argument(
        "--also", nargs="*", default=[], help="packages of the platform's image that no file declares"
    )
    parser.add_argument("--output", type=Path, help="one JSON object a file: what each said")
    arguments = parser.parse_args()
    try:
        return compare(arguments)
    except AirflowNetError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code


def compare(arguments: argparse.Namespace) -> int:
    """Judges, asks and prints."""
    root = arguments.project.resolve()
    named = [root / path if (root / path).exists() else path.resolve() for path in arguments.dags]
    dags = named or [root / "dags" if (root / "dags").is_dir() else root]
    project = read_project(root, dags, assume=ASSUME, installed=arguments.also)
    line, said = line_of_project(project, known_lines())
    python = arguments.python or (project.python.version if project.python is not None else "3.11")
    print(f"{root.name}: {said}; Python {python}; {len(project.packages)} packages declared")
    sources = list(select(dags, line, project=project).sources)[:: arguments.every]
    ours = list(judge_sources(sources, project=project))
    plain = list(judge_sources(sources, project=read_project(root, dags, installed=arguments.also)))
    environment = environment_of(project, line, python, arguments.env, arguments.also)
    for requirement, why in sorted(environment.left_out.items()):
        print(f"not installed: {requirement}: {why[:160]}")
    appended = {
        path
        for path in project.roots
        if path.endswith(("/dags", "/plugins", "/config")) or path in map(str, dags)
    } | project.assumed_roots
    rows: list[dict[str, object]] = []
    if arguments.output is not None:
        arguments.output.write_text("")
    with ImportJudge(environment.interpreter, SandboxLimits(wall_s=150, cpu_s=100)) as real:
        print(f"asked: Airflow {real.airflow}", flush=True)
        real.warm(official_modules(root))
        for source, verdict, without in zip(sources, ours, plain, strict=True):
            truth = asked_with_contents(
                real,
                Path(source.path),
                process_environment(project),
                verdict,
                root=root,
                first_on_path=[path for path in project.roots if path not in appended],
                last_on_path=[path for path in project.roots if path in appended],
            )
            is_both = truth.outcome is verdict.outcome is Outcome.LOADS
            row: dict[str, object] = {
                "file": source.id,
                "airflow": truth.outcome.value,
                "airflow_reason": truth.reason[-300:],
                "judge": verdict.outcome.value,
                "judge_reason": verdict.reason[:300],
                "without_assumptions": without.outcome.value,
                "apart": apart(truth, project, environment),
                "graph": difference(verdict, truth) if is_both else "",
            }
            rows.append(row)
            if arguments.output is not None:
                with arguments.output.open("a") as file:  # what was said is there whatever comes
                    file.write(json.dumps(row) + "\n")
    return summary(rows, arguments.show)


def apart(truth: Verdict, project: Project, environment: ProjectEnvironment) -> str:
    """Returns why what Airflow said here says nothing of the project's own Airflow; empty where it does."""
    if truth.outcome is Outcome.UNKNOWN or TOO_LONG.search(truth.reason):
        return "not run, or did not end"
    if truth.outcome is Outcome.LOADS:
        return ""
    if NETWORK.search(truth.reason):
        return "asks the network at import"
    if DATABASE.search(truth.reason):
        return "asks Airflow's database at import"
    if UNFIT.search(truth.reason):
        return "the environment does not fit together"
    if (missing := MISSING.search(truth.reason)) is not None:
        # What a declared package requires may lack as well: its versions were not resolved together.
        package = (project.package_of(missing[1]) or "").partition(",")[0]
        if package and package not in environment.installed:
            return f"needs {package}, which could not be installed"
    return ""


def summary(rows: list[dict[str, object]], n_shown: int) -> int:
    """Prints the counts and what differs; returns 1 where agreement is below 97%."""
    asked = [row for row in rows if not row["apart"]]
    table = Counter((row["airflow"], row["judge"]) for row in asked)
    agree = sum(row["airflow"] == row["judge"] for row in asked)
    both = [row for row in asked if row["airflow"] == row["judge"] == "loads"]
    n_equal = sum(not row["graph"] for row in both)
    n_unknown = sum(row["judge"] == "unknown" for row in asked)
    n_plain = sum(row["without_assumptions"] == "unknown" for row in asked)
    print(f"{len(rows)} files; apart: {dict(Counter(row['apart'] for row in rows if row['apart']))}")
    print(f"agreement {agree}/{len(asked)}; (Airflow, judge): {dict(table)}")
    print(f"unknown: {n_unknown}/{len(asked)}, without --assume {n_plain}/{len(asked)}")
    print(f"graphs equal: {n_equal}/{len(both)}")
    differing = [row for row in asked if row["airflow"] != row["judge"] or row["graph"]]
    for row in differing[:n_shown]:
        said = row["graph"] or (
            f"Airflow {row['airflow']} {row['airflow_reason']!r}; "
            f"judge {row['judge']} {row['judge_reason']!r}"
        )
        print("  -", f"{row['file']}: {said}".replace("\n", " "))
    return 0 if asked and agree / len(asked) >= WANTED else 1


def official_modules(root: Path) -> list[str]:
    """Returns the modules of Airflow that the project's files import."""
    found: set[str] = set()
    for path in sorted(root.rglob("*.py"))[:2_000]:
        found.update(IMPORT.findall(path.read_text("utf-8", "replace")) if path.is_file() else ())
    return sorted(found)


def difference(ours: Verdict, truth: Verdict) -> str:
    """Returns in a line what differs in two graphs; empty where nothing does."""
    mine = {dag.dag_id: dag for dag in ours.dags}
    real = {dag.dag_id: dag for dag in truth.dags}
    if same_graph(
        ours, {name: (list(dag.tasks), [list(edge) for edge in dag.edges]) for name, dag in real.items()}
    ):
        return ""
    if mine.keys() != real.keys():
        return f"dags {sorted(mine)[:4]} for {sorted(real)[:4]} ({len(mine)} for {len(real)})"
    for name, dag in real.items():
        if mine[name].tasks != dag.tasks:
            lost, more = set(dag.tasks) - set(mine[name].tasks), set(mine[name].tasks) - set(dag.tasks)
            return f"{name}: lacks {sorted(lost)[:4]}, has {sorted(more)[:4]}"
        if set(mine[name].edges) != set(dag.edges):
            lost_edges = sorted(set(dag.edges) - set(mine[name].edges))[:3]
            return (
                f"{name}: lacks edges {lost_edges}, has {sorted(set(mine[name].edges) - set(dag.edges))[:3]}"
            )
    return "order"


if __name__ == "__main__":
    sys.exit(main())

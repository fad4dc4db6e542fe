"""Whether the judge says of a project's DAG files what Airflow says with the project's packages installed.

    python benchmarks/judge/project_agreement.py PROJECT [DAGS] [--python 3.12] [--env FOLDER]

Builds an environment from what the project pins (kept in the cache, by its requirements), gives Airflow the
project's Variables, connections and environment and a value for each that the files ask for and nobody
defines, asks it in the sandbox about every file, and compares. Where files fail because a package could not
be installed or the network is closed, they are counted apart. The packages are installed outside of the
sandbox: one without a wheel runs its ``setup.py`` with your rights. Not for a stranger's requirements.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from agreement_report import same_graph

from airflownet.cache import cache_dir
from airflownet.errors import AirflowNetError, SetupError
from airflownet.judge.batch import judge_sources
from airflownet.judge.catalogue.store import known_lines
from airflownet.judge.project.airflow_line import line_of_project
from airflownet.judge.project.find import find_project
from airflownet.judge.project.project import Project
from airflownet.judge.project.reading import read_project
from airflownet.judge.sandbox.import_judge import ImportJudge
from airflownet.judge.selection import select
from airflownet.records import Outcome, Verdict
from airflownet.toolchain.airflow_environment import pip_configuration, uv_settings

FULL_IMAGE = [
    "amazon", "celery", "cncf-kubernetes", "common-io", "docker", "elasticsearch", "ftp", "google", "grpc",
    "hashicorp", "http", "microsoft-azure", "mysql", "odbc", "openlineage", "postgres", "redis", "sendgrid",
    "sftp", "slack", "snowflake", "sqlite", "ssh",
]  # fmt: skip
"""Providers that the image ``apache/airflow`` brings."""
NETWORK = re.compile(
    r"ConnectionError|Temporary failure|Name or service|Network is unreachable|socket|timed out|"
    r"redentials were not found"
)
MISSING = re.compile(r"ModuleNotFoundError: No module named '([^']+)'")
IMPORT = re.compile(r"^\s*(?:from|import) (airflow\.[\w.]+)", re.MULTILINE)
UNFIT = re.compile(
    r"numpy\.dtype size changed|requires NumPy|compiled using NumPy|GLIBC|cannot open shared object"
)
ASSUME = ("variables", "connections", "environment")


def requirements_of(project: Project) -> list[str]:
    """Returns what pip would be given, Airflow first."""
    version = project.airflow.version if project.airflow is not None else known_lines()[-1]
    pins = [f"apache-airflow=={version}" if version.count(".") == 2 else f"apache-airflow=={version}.*"]
    if project.is_whole_image:
        pins += [f"apache-airflow-providers-{name}" for name in FULL_IMAGE]
        pins.append("virtualenv")
    named = {re.split(r"[=<>~!\[ ;]", pin)[0] for pin in pins}
    for name, requirement in sorted(project.requirements.items()):
        if name not in ("apache-airflow", "apache-airflow-core") and "$" not in requirement:
            pins = [pin for pin in pins if pin != name] if name in named else pins
            pins.append(requirement)
    return pins


def environment_of(project: Project, python: str, folder: Path | None) -> Path:
    """Returns an interpreter with the project's packages; what cannot be installed is told and left out."""
    pins = requirements_of(project)
    key = hashlib.sha256("\n".join([python, *pins]).encode()).hexdigest()[:12]
    place = folder or cache_dir("projects") / key
    interpreter = place / "bin" / "python"
    if (place / "done").exists():
        return interpreter
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}")
    if uv is None:
        raise SetupError("uv is not installed", "run `make setup`")
    run([uv, "venv", "--clear", "--python", python, str(place)])
    line = pins[0].partition("==")[2].rpartition(".")[0]
    lines = json.loads(
        (
            Path(sys.modules["airflownet"].__file__ or "").parent / "judge/catalogue/data/lines.json"
        ).read_text()
    )
    until = next((entry["resolved_until"] for entry in lines if entry["line"] == line), "")
    base = [uv, "pip", "install", "--python", str(interpreter)]
    ways = [[], ["--exclude-newer", until]] if until else [[]]
    for way in reversed(ways):
        if run([*base, *way, *pins], check=False) == 0:
            break
    else:
        # As an image does it: Airflow first, what the project wants over it, whatever Airflow thinks of that.
        fixed = [pin for pin in pins[1:] if "==" in pin or "@" in pin]
        run([*base, *ways[-1], pins[0], *[pin for pin in pins[1:] if pin not in fixed]])
        if run([*base, "--no-deps", *fixed], check=False):
            for pin in fixed:
                if run([*base, "--no-deps", pin], check=False):
                    print(f"not installed: {pin}")
    (place / "done").write_text("\n".join(pins))
    return interpreter


def run(command: list[str], *, check: bool = True) -> int:
    """Runs a step of the build, quietly; its last lines are shown where it fails."""
    settings = uv_settings(pip_configuration(Path(sys.executable)))
    answer = subprocess.run(
        command, env={**__import__("os").environ, **settings}, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        print("\n".join(answer.stderr.splitlines()[-6:]))
        if check:
            raise SetupError(f"{' '.join(command[:4])} failed", "see above")
    return answer.returncode


def process_environment(project: Project, verdict: Verdict) -> dict[str, str]:
    """Returns what Airflow's process gets: what the project defines, and a value for what is only assumed."""
    found = dict(project.environment)
    for name, value in project.variables.items():
        found[f"AIRFLOW_VAR_{name.upper()}"] = (
            value if isinstance(value, str) else json.dumps(value, indent=2)
        )
    for name in project.connections:
        found[f"AIRFLOW_CONN_{name.upper()}"] = "http://user:secret@host:80/schema"
    for condition in verdict.assumptions:
        if condition.kind == "variable":
            found.setdefault(f"AIRFLOW_VAR_{condition.subject.upper()}", "1")
        elif condition.kind == "connection" and "(" not in condition.subject:
            found.setdefault(f"AIRFLOW_CONN_{condition.subject.upper()}", "http://user:secret@host:80/schema")
        elif condition.kind == "environment" and "(" not in condition.subject:
            found.setdefault(condition.subject, "1")
    own = ("AIRFLOW__", "PATH", "HOME", "AIRFLOW_HOME", "PYTHONPATH", "LD_")
    return {
        name: value for name, value in found.items() if not name.startswith(own) and "\0" not in name + value
    }


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
    arguments = parser.parse_args()
    try:
        return compare(arguments)
    except AirflowNetError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code


def compare(arguments: argparse.Namespace) -> int:
    root = arguments.project.resolve()
    dags = [path.resolve() for path in arguments.dags] or [
        root / "dags" if (root / "dags").is_dir() else root
    ]
    root = find_project(dags) or root
    project = read_project(root, dags, assume=ASSUME)
    line, said = line_of_project(project, known_lines())
    python = arguments.python or (project.python.version if project.python is not None else "3.11")
    print(f"{root.name}: {said}; Python {python}; {len(project.packages)} packages declared")
    sources = list(select(dags, line, project=project).sources)[:: arguments.every]
    ours = list(judge_sources(sources, project=project))
    plain = list(judge_sources(sources, project=read_project(root, dags)))
    interpreter = environment_of(project, python, arguments.env)
    dag_folders = [
        r for r in project.roots if r.endswith(("/dags", "/plugins", "/config")) or r in map(str, dags)
    ]
    first = [r for r in project.roots if r not in dag_folders]
    table: Counter[tuple[str, str]] = Counter()
    apart: Counter[str] = Counter()
    graphs: Counter[bool] = Counter()
    shown: list[str] = []
    with ImportJudge(interpreter) as real:
        print(f"asked: Airflow {real.airflow}", flush=True)
        real.warm(official_modules(root))
        for source, verdict in zip(sources, ours, strict=True):
            truth = real.judge_in_project(
                Path(source.path),
                root=root,
                first_on_path=first,
                last_on_path=dag_folders,
                environment=process_environment(project, verdict),
            )
            if truth.outcome is Outcome.UNKNOWN or NETWORK.search(truth.reason):
                apart["needs the network, or did not end"] += 1
                shown.append(f"[apart] {source.id}: {truth.reason[-150:]}")
                continue
            if UNFIT.search(truth.reason):
                apart["the environment does not fit together"] += 1
                continue
            table[truth.outcome.value, verdict.outcome.value] += 1
            if truth.outcome != verdict.outcome:
                said_by_both = f"Airflow {truth.outcome} {truth.reason[-160:]!r}; judge {verdict.outcome}"
                shown.append(f"{source.id}: {said_by_both} {verdict.reason[:160]!r}")
            elif truth.outcome is Outcome.LOADS:
                known = {
                    dag.dag_id: (list(dag.tasks), [list(edge) for edge in dag.edges]) for dag in truth.dags
                }
                is_same = same_graph(verdict, known)
                graphs[is_same] += 1
                if not is_same:
                    shown.append(f"{source.id}: graph: {difference(verdict, truth)}")
    n_files = table.total()
    agree = sum(count for (truth_, ours_), count in table.items() if truth_ == ours_)
    n_unknown = sum(verdict.outcome is Outcome.UNKNOWN for verdict in plain)
    print(f"{len(sources)} files; apart: {dict(apart)}; unknown without --assume: {n_unknown}")
    print(f"agreement {agree}/{n_files}; (Airflow, judge): {dict(table)}")
    print(f"graphs equal: {graphs[True]}/{graphs.total()}")
    for text in shown[: arguments.show]:
        print("  -", text.replace("\n", " "))
    return 0 if n_files and agree / n_files >= 0.97 else 1


def official_modules(root: Path) -> list[str]:
    """Returns the modules of Airflow that the project's files import."""
    found: set[str] = set()
    for path in sorted(root.rglob("*.py"))[:2_000]:
        found.update(IMPORT.findall(path.read_text("utf-8", "replace")) if path.is_file() else ())
    return sorted(found)


def difference(ours: Verdict, truth: Verdict) -> str:
    """Returns in a line what differs."""
    mine = {dag.dag_id: dag for dag in ours.dags}
    real = {dag.dag_id: dag for dag in truth.dags}
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

"""The judge with an environment's own catalogue beside the Airflow of that environment.

    python benchmarks/judge/environment_agreement.py PYTHON --examples 150 --imports 60

Asks both of the example DAGs that are installed there, and of files that import one module each: sampled ones
of Airflow and its providers, those that the catalogue says raise, and packages that may be missing.
Prints each difference, then the confusion table. Every file is imported by real Airflow in the sandbox.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from airflownet.judge.catalogue.builder.environment import catalogue_of
from airflownet.judge.catalogue.builder.site_packages import find_site_packages
from airflownet.judge.catalogue.environment_file import environment_catalogue
from airflownet.judge.project.folder import TextFolder
from airflownet.judge.project.project import Project
from airflownet.judge.sandbox import ImportJudge
from airflownet.judge.verdict import judge_code

FILE = "from airflow import DAG\nfrom datetime import datetime\nimport {}\n"
FILE += "with DAG('d', start_date=datetime(2024, 1, 1)):\n    pass\n"
PACKAGES = (
    *(
        "attrs",
        "azure.nope",
        "azure.storage.blob",
        "dateutil.parser",
        "furl",
        "github",
        "google.cloud.storage",
    ),
    *(
        "google.protobuf.message",
        "jinja2.nope",
        "numpy.random",
        "opentelemetry.nope",
        "pandas",
        "pendulum.tz",
    ),
    *("requests.packages.urllib3", "snowflake.connector", "sqlalchemy.orm", "yaml", "airflow.providers.http"),
    "airflow.providers.amazon.aws",
)
LEFT_OUT = ("migrations", "example_dags", ".www.", "api_fastapi", "__main__")
"""Modules that do things when they are imported."""


def main() -> None:
    """Compares and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", type=Path)
    parser.add_argument("--examples", type=int, default=150)
    parser.add_argument("--imports", type=int, default=60)
    asked = parser.parse_args()
    kept = str(catalogue_of(asked.python))
    project = Project(TextFolder({}), (), catalogue_file=kept)
    with ImportJudge(asked.python) as real:
        outcomes: Counter[tuple[str, str]] = Counter()
        for name, code in files_of(asked.python, kept, asked.examples, asked.imports):
            mine, theirs = judge_code(code, project=project), real.judge_code(code)
            outcomes[str(theirs.outcome), str(mine.outcome)] += 1
            if mine.outcome != theirs.outcome:
                print(f"{name}: real {theirs.outcome} {theirs.reason}; judge {mine.outcome} {mine.reason}")
    for (theirs_outcome, mine_outcome), n in sorted(outcomes.items()):
        print(f"real {theirs_outcome:8} judge {mine_outcome:8} {n}")


def files_of(python: Path, kept: str, n_examples: int, n_imports: int) -> list[tuple[str, str]]:
    """Returns (name, code), the same for the same environment."""
    chance = random.Random(3)
    folders = find_site_packages(python).folders
    examples = [file for folder in folders for file in sorted(folder.glob("airflow/**/example_dags/**/*.py"))]
    examples = chance.sample(examples, min(n_examples, len(examples)))
    catalogue = environment_catalogue(kept)
    modules = [name for name in catalogue.modules if not any(part in name for part in LEFT_OUT)]
    raising = [name for name in modules if catalogue.import_error(name)]
    imported = [*chance.sample(modules, min(n_imports, len(modules))), *raising[:25], *PACKAGES]
    return [(str(file), file.read_text()) for file in examples] + [(n, FILE.format(n)) for n in imported]


if __name__ == "__main__":
    main()

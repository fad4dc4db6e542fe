"""Writes the table of public names of well-known libraries that come with Airflow.

usage: library_names.py --python PATH [--python PATH ...]

Each interpreter holds an Airflow with its providers (``make oracle``). The libraries are imported there; a
name counts when any of them has it. A module with ``__getattr__`` is left out: it may have any name.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Annotated

import typer

MODULES = (
    "attr", "attrs", "boto3", "botocore.config", "botocore.exceptions", "croniter", "cryptography.fernet",
    "dateutil.parser", "dateutil.relativedelta", "docker", "docker.types", "google.api_core.exceptions",
    "google.api_core.retry", "google.cloud.bigquery", "google.cloud.exceptions", "google.cloud.storage",
    "jinja2", "kubernetes", "kubernetes.client", "kubernetes.client.models", "kubernetes.config",
    "packaging.version", "pandas", "paramiko", "psycopg2", "psycopg2.extras", "pytz", "redis", "requests",
    "requests.adapters", "requests.auth", "requests.exceptions", "slack_sdk", "slack_sdk.webhook",
    "sqlalchemy", "sqlalchemy.exc", "sqlalchemy.orm", "tabulate", "tenacity", "yaml",
)  # fmt: skip
DATA = Path(__file__).parents[2] / "include/airflownet/judge/catalogue/data/library_names.json"
ASK = """
import importlib, json, pkgutil, sys
found = {}
for name in sys.argv[1:]:
    try:
        module = importlib.import_module(name)
    except Exception:
        continue
    below = [item.name for item in pkgutil.iter_modules(getattr(module, "__path__", ()))]
    names = {item for item in [*dir(module), *below] if not item.startswith("_")}
    found[name] = None if hasattr(module, "__getattr__") else sorted(names)
print(json.dumps(found))
"""


def main(
    python: Annotated[list[Path], typer.Option(help="Interpreter with Airflow and its providers.")],
) -> None:
    """Asks every interpreter and writes the union."""
    answers = []
    for interpreter in python:
        done = subprocess.run(
            [str(interpreter), "-I", "-c", ASK, *MODULES], capture_output=True, text=True, check=True
        )
        answers.append(json.loads(done.stdout.splitlines()[-1]))
    table: dict[str, list[str]] = {}
    for module in MODULES:
        known = [answer.get(module) for answer in answers]
        if all(names is not None for names in known):
            table[module] = sorted({name for names in known for name in names})
    rows = [f" {json.dumps(module)}: {json.dumps(' '.join(names))}" for module, names in table.items()]
    DATA.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    typer.echo(f"{len(table)} of {len(MODULES)} modules, {DATA.stat().st_size} bytes")


if __name__ == "__main__":
    typer.run(main)

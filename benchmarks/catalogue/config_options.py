"""Writes the table of configuration options that have a value when nothing is configured.

usage: config_options.py --python PATH [--python PATH ...]

Each interpreter holds an Airflow with its providers (``make oracle``). Airflow itself is asked for every
option, older names included, in an empty ``AIRFLOW_HOME``: ``conf.get`` raises for an option without a value.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated

import typer

DATA = Path(__file__).parents[2] / "include/airflownet/judge/catalogue/data/config_options.json"
ASK = r"""
import json, warnings
warnings.simplefilter("ignore")
import airflow
try:
    from airflow.providers_manager import ProvidersManager
    ProvidersManager().initialize_providers_configuration()
except Exception:
    pass
from airflow.configuration import conf
pairs = set()
for section in conf.sections() if not hasattr(conf, "configuration_description") else (
    {*conf.sections(), *conf.configuration_description}
):
    described = getattr(conf, "configuration_description", {}).get(section, {}).get("options", {})
    pairs.update((section, option) for option in described)
    try:
        pairs.update((section, option) for option in conf.getsection(section) or {})
    except Exception:
        pass
pairs.update(tuple(item[:2]) for item in getattr(conf, "inversed_deprecated_options", {}))
older = [name for table in ("deprecated_sections", "inversed_deprecated_sections")
         for entry in getattr(conf, table, {}).items() for part in entry
         for name in ([part] if isinstance(part, str) else [p for p in part if isinstance(p, str)])]
pairs.update((section, option) for section in set(older) for _, option in list(pairs))
found = {}
for section, option in sorted(pairs):
    try:
        conf.get(section, option)
    except Exception:
        continue
    found.setdefault(section, []).append(option)
methods = sorted(name for name in dir(conf) if not name.startswith("_"))
print(json.dumps({"version": airflow.__version__, "options": found, "methods": methods}))
"""


def main(
    python: Annotated[list[Path], typer.Option(help="Interpreter with Airflow and its providers.")],
) -> None:
    """Asks every interpreter and writes the table, by Airflow line."""
    rows = []
    for interpreter in python:
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "AIRFLOW_HOME": home, "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
            done = subprocess.run(
                [str(interpreter), "-I", "-c", ASK],
                capture_output=True, text=True, check=True, env=environment, cwd=home,
            )  # fmt: skip
        answer = json.loads(done.stdout.splitlines()[-1])
        line = ".".join(answer["version"].split(".")[:2])
        options = {section: " ".join(names) for section, names in answer["options"].items()}
        row = {"methods": " ".join(answer["methods"]), "options": options}
        rows.append(f" {json.dumps(line)}: {json.dumps(row)}")
    DATA.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    typer.echo(f"{len(rows)} lines, {DATA.stat().st_size} bytes")


if __name__ == "__main__":
    typer.run(main)

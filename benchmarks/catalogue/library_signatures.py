"""Writes the table of parameters of library callables that DAG files use at module level.

usage: library_signatures.py --python PATH [--python PATH ...]

Each interpreter holds an Airflow with its providers (``make oracle``). The libraries are imported there; the
Kubernetes models are those that a pod or a job can hold. A parameter counts when any interpreter has it, and
as required only when all require it. ``name`` is required, ``name=`` has a default, ``name!`` must not be
None, ``*`` and ``**`` are as in Python.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Annotated

import typer

CALLABLES = (
    "croniter.croniter", "dateutil.relativedelta.relativedelta", "docker.types.LogConfig",
    "docker.types.Mount", "docker.types.Ulimit", "requests.Session", "requests.auth.HTTPBasicAuth",
    "sqlalchemy.text", "tenacity.stop_after_attempt", "tenacity.stop_after_delay",
    "tenacity.wait_exponential", "tenacity.wait_fixed",
    "tenacity.wait_random", "tenacity.retry_if_exception_type",
)  # fmt: skip
DATA = Path(__file__).parents[2] / "include/airflownet/judge/catalogue/data/library_signatures.json"
ASK = r"""
import importlib, inspect, json, re, sys
def shown(target, never_none=()):
    found = []
    for p in inspect.signature(target).parameters.values():
        if p.name in ("self", "local_vars_configuration"):
            continue
        star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        if p.kind is p.KEYWORD_ONLY and not any(item.startswith("*") for item in found):
            found.append("*")
        mark = "!" if p.name in never_none else "=" if p.default is not p.empty else ""
        found.append(star + p.name if star else p.name + mark)
    return found
table = {}
for path in sys.argv[1:]:
    module, _, name = path.rpartition(".")
    try:
        table[path] = shown(getattr(importlib.import_module(module), name))
    except Exception:
        pass
try:
    models = importlib.import_module("kubernetes.client.models")
except Exception:
    models = None
pending, seen = ["V1Pod", "V1Job", "V1PersistentVolumeClaim", "V1ConfigMap", "V1Secret"], set()
while models is not None and pending:
    name = pending.pop()
    cls = getattr(models, name, None)
    if name in seen or cls is None:
        continue
    seen.add(name)
    for kind in cls.openapi_types.values():
        pending.extend(re.findall(r"V\d\w+", kind))
    never = re.findall(r"Invalid value for `(\w+)`, must not be `None`", inspect.getsource(cls))
    table["kubernetes.client." + name] = shown(cls, never)
print(json.dumps(table))
"""


def merged(answers: list[list[str]]) -> list[str]:
    """Returns the parameters that any answer has; one is required when all answers require it."""
    found = sorted(answers, key=len)[-1].copy()
    for index, name in enumerate(found):
        marks = {item[-1] for answer in answers for item in answer if item.rstrip("=!") == name.rstrip("=!")}
        n_having = sum(name.rstrip("=!") in {item.rstrip("=!") for item in answer} for answer in answers)
        if "=" in marks or n_having < len(answers):
            found[index] = name if name.startswith("*") else name.rstrip("=!") + "="
    return found


def main(
    python: Annotated[list[Path], typer.Option(help="Interpreter with Airflow and its providers.")],
) -> None:
    """Asks every interpreter and writes the table."""
    answers = []
    for interpreter in python:
        done = subprocess.run(
            [str(interpreter), "-I", "-c", ASK, *CALLABLES], capture_output=True, text=True, check=True
        )
        answers.append(json.loads(done.stdout.splitlines()[-1]))
    paths = sorted({path for answer in answers for path in answer})
    table = {path: merged([answer[path] for answer in answers if path in answer]) for path in paths}
    rows = [f" {json.dumps(path)}: {json.dumps(' '.join(names))}" for path, names in table.items()]
    DATA.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    typer.echo(f"{len(table)} callables, {DATA.stat().st_size} bytes")


if __name__ == "__main__":
    typer.run(main)

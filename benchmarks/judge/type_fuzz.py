"""Every argument of every SDK class, function and operator, given values of every type.

    python benchmarks/judge/type_fuzz.py [--airflow 3.3 --airflow 2.10] [--modules airflow.sdk] [--show 30]

A failure of the walk itself leaves a verdict ``unknown`` with "the walk ended early"; each such call is
printed with the exception and taken out, and the rest of the class is tried again. Exit 1 where there is one.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from airflownet.judge.catalogue import Catalogue, load_catalogue
from airflownet.judge.loader.load import NOT_FOLLOWED
from airflownet.judge.verdict import judge_code
from airflownet.progress import progress

HEAD = """
import datetime, decimal, enum, os, pathlib, re, uuid
from dataclasses import dataclass

from airflow import DAG
from airflow.{place} import BaseOperator

class Plain: pass
class Colour(enum.Enum):
    RED = 1
@dataclass
class Pair:
    a: int = 1
def function(*args, **kwargs): return None
dag_here = DAG("fuzz", schedule=None, start_date=datetime.datetime(2024, 1, 1))
task_here = BaseOperator(task_id="first", dag=dag_here)
"""
VALUES = (
    "None", "True", "-1", "0", "3", "2**70", "1.5", "float('nan')", "2j", "'text'", "''", "'0 0 * * *'",
    "b'bytes'", "[]", "[1]", "['a', 'a']", "[[1]]", "[None]", "()", "('a', 1)", "{}", "{'a': 1}",
    "{1: {}}", "{'a'}", "frozenset()", "range(3)", "(x for x in [1])", "object()", "...", "int", "Plain",
    "Plain()", "Colour.RED", "Pair()", "function", "lambda x: x", "print", "datetime",
    "datetime.timedelta(-1)", "datetime.datetime(2024, 1, 1)", "datetime.date(2024, 1, 1)",
    "decimal.Decimal('1')", "uuid.UUID(int=1)", "pathlib.Path('a')", "re.compile('a')", "re",
    "os.environ.get('X')", "os.environ", "dag_here", "task_here", "[task_here]", "{'a': task_here}",
    "task_here.output", "DAG", "Ellipsis.__class__",
)  # fmt: skip
BATCH = 400
"""Calls in one file: a verdict has a limit of steps."""
_AT_LINE = re.compile(rf"{NOT_FOLLOWED} at line (\d+) \((\w+)\)")


def callables(catalogue: Catalogue, modules: list[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yields module, name and parameters of each class and function that a DAG file would call."""
    seen: set[str] = set()
    for path in catalogue.modules:
        module = catalogue.module(path)
        if module is None or not any(path == wanted or path.startswith(f"{wanted}.") for wanted in modules):
            continue
        for name in module.exports:
            info = catalogue.class_(f"{path}.{name}")
            function = None if info is not None else catalogue.function(f"{path}.{name}")
            signature = (
                info.init if info is not None else function.signature if function is not None else None
            )
            final = info.path if info is not None else f"{path}.{name}"
            if signature is None or final in seen:
                continue
            seen.add(final)
            names = tuple(p.name for p in signature.parameters if p.name.isidentifier() and p.name != "self")
            yield path, name, names


def calls(name: str, parameters: tuple[str, ...]) -> list[str]:
    """Returns the calls that are tried: by position, and each parameter with each value."""
    by_position = [f"{name}({value})" for value in VALUES]
    given = 'task_id="fuzzed", ' if "task_id" in parameters else ""
    named = [
        f"{name}({given if parameter != 'task_id' else ''}{parameter}={value})"
        for parameter in parameters
        for value in VALUES
    ]
    return [*by_position, *named]


def walk_failures(head: str, imported: str, lines: list[str], airflow: str) -> Iterator[str]:
    """Yields the calls at which the walk ends, with the exception."""
    rest = list(lines)
    while rest:
        prefix = f"{head}\n{imported}\n"
        body = "".join(f"try: {line}\nexcept Exception: pass\n" for line in rest)
        verdict = judge_code(prefix + body, airflow=airflow)
        found = _AT_LINE.search(verdict.reason)
        if found is None:
            return
        place = (int(found[1]) - prefix.count("\n") - 1) // 2
        place = min(max(place, 0), len(rest) - 1)
        yield f"{rest[place]}: {found[2]}"
        del rest[place]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--airflow", action="append", default=[], help="lines, default 3.3 and 2.10")
    parser.add_argument(
        "--modules", action="append", default=[], help="packages, default the SDK and the core"
    )
    parser.add_argument("--show", type=int, default=40, help="failures to print")
    arguments = parser.parse_args()
    failures: list[str] = []
    slow: list[str] = []
    n_calls = 0
    for line in arguments.airflow or ["3.3", "2.10"]:
        core = (
            ["airflow.sdk", "airflow.providers.standard"]
            if line[0] == "3"
            else ["airflow.models", "airflow.operators"]
        )
        wanted = arguments.modules or [*core, "airflow.timetables", "airflow.sensors", "airflow.utils"]
        head = HEAD.format(place="sdk" if line[0] == "3" else "models")
        found = list(callables(load_catalogue(line), wanted))
        with progress(f"Airflow {line}", len(found), "classes") as bar:
            for module, name, parameters in found:
                lines = calls(name, parameters)
                n_calls += len(lines)
                for start in range(0, len(lines), BATCH):
                    started_s = time.process_time()
                    batch = lines[start : start + BATCH]
                    failures += [
                        f"{line} {module}: {failure}"
                        for failure in walk_failures(head, f"from {module} import {name}", batch, line)
                    ]
                    if time.process_time() - started_s > 10:
                        slow.append(f"{line} {module}.{name}: {time.process_time() - started_s:.0f} s")
                bar.advance()
    print(f"{n_calls:,} calls, {len(failures)} at which the walk ends")
    print("\n".join([*failures[: arguments.show], *slow]))
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()

"""A bare repository of any size, written by ``git fast-import``: DAG files among other Python files.

    python benchmarks/mining/synthetic_repository.py /tmp/synthetic.git --files 100000 --dags 5000

Every file is different, between 1 and 8 KB, spread over folders of 100; the same arguments give the same
commit. It is the input of ``mining_speed.py``; nothing of it resembles anyone's code.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

WORDS = [
    "account",
    "batch",
    "cache",
    "daily",
    "export",
    "field",
    "group",
    "header",
    "index",
    "journal",
    "key",
    "ledger",
    "metric",
    "node",
    "order",
    "partition",
    "query",
    "record",
    "schema",
    "table",
    "update",
    "value",
    "window",
    "extract",
    "load",
    "report",
    "customer",
    "invoice",
]
OPERATORS = (
    ("airflow.providers.standard.operators.bash", "BashOperator", 'bash_command="echo {word}"'),
    ("airflow.providers.standard.operators.empty", "EmptyOperator", ""),
    ("airflow.providers.standard.operators.python", "PythonOperator", "python_callable=print"),
)


def main() -> None:
    """Builds the repository that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--dags", type=int, default=5_000)
    options = parser.parse_args()
    build(options.path, options.files, options.dags)


def build(path: Path, n_files: int, n_dags: int) -> None:
    """Writes a bare repository of ``n_files`` Python files on branch ``main``, ``n_dags`` of them DAGs."""
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", str(path)], check=True)
    importer = subprocess.Popen(
        ["git", "-C", str(path), "fast-import", "--quiet"], stdin=subprocess.PIPE, text=False
    )
    stream = importer.stdin
    if stream is None:
        raise RuntimeError("git fast-import has no input")
    _write(stream, n_files, n_dags)
    stream.close()
    if importer.wait():
        raise SystemExit("git fast-import failed")


def _write(stream: IO[bytes], n_files: int, n_dags: int) -> None:
    stream.write(b"commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 4\nInit\n")
    _add(stream, "LICENSE", APACHE)
    for name, text in files(n_files, n_dags):
        _add(stream, name, text)
    stream.write(b"done\n")


def _add(stream: IO[bytes], name: str, text: str) -> None:
    data = text.encode()
    stream.write(f"M 100644 inline {name}\ndata {len(data)}\n".encode() + data + b"\n")


def files(n_files: int, n_dags: int) -> Iterator[tuple[str, str]]:
    """Yields (path, text); the DAG files stand evenly among the others."""
    step = max(1, n_files // n_dags) if n_dags else n_files + 1
    made = 0
    for number in range(n_files):
        # A generator of its own for each file: a larger repository holds the smaller one's files.
        choice = random.Random(zlib.crc32(b"file %d" % number))
        folder = f"src/p{number // 10_000:02}/m{number // 100 % 100:02}"
        if made < n_dags and number % step == 0:
            made += 1
            yield f"{folder}/dags/pipeline_{number}.py", dag_text(number, choice)
        else:
            yield f"{folder}/module_{number}.py", module_text(number, choice)


def dag_text(number: int, choice: random.Random) -> str:
    """Returns a DAG of 3 to 24 tasks in a chain."""
    chosen = choice.sample(OPERATORS, 2)
    lines = ['"""A pipeline."""', "", "import datetime", "", "from airflow.sdk import DAG"]
    lines += [f"from {module} import {name}" for module, name, _ in sorted(chosen)]
    lines += ["", "with DAG(", f'    dag_id="pipeline_{number}",', '    schedule="@daily",']
    lines += ["    start_date=datetime.datetime(2024, 1, 1),", "    catchup=False,", "):"]
    n_tasks = choice.randint(3, 24)
    for task in range(n_tasks):
        word, (_, name, argument) = choice.choice(WORDS), choice.choice(chosen)
        arguments = ", ".join(filter(None, [f'task_id="{word}_{task}"', argument.format(word=word)]))
        lines.append(f"    task_{task} = {name}({arguments})")
    lines.append("    " + " >> ".join(f"task_{task}" for task in range(n_tasks)))
    return "\n".join(lines) + "\n"


def module_text(number: int, choice: random.Random) -> str:
    """Returns functions that say nothing of Airflow."""
    lines = [f'"""Module {number}."""', "", "from __future__ import annotations", ""]
    for function in range(choice.randint(4, 30)):
        one, two, three = choice.choices(WORDS, k=3)
        lines += [
            "",
            f"def {one}_{two}_{function}({two}: int, {three}_limit: int = {choice.randint(1, 9999)}) -> int:",
            f'    """Returns the {one} of {two} below the {three}."""',
            f"    total = {two} * {choice.randint(2, 99)}",
            f"    return min(total, {three}_limit)",
            "",
        ]
    return "\n".join(lines) + "\n"


APACHE = (Path(__file__).parents[2] / "LICENSE").read_text(encoding="utf-8")

if __name__ == "__main__":
    main()

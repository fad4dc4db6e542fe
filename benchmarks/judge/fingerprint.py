"""One hash over what the judge says of many files: equal before and after a change that changes nothing.

    python benchmarks/judge/fingerprint.py --eval EVAL [--archives FOLDER] [--files FOLDER] [--strings FOLDER]
        [--airflow 3.3 --airflow 2.9 --airflow 2.7] [--keep ROWS] [--against ROWS]

Judged are the code of the labelled files (``*.jsonl.gz`` with ``code``, or with ``sha256`` of a file in the
archives), every example DAG in the archives, the Python files below ``--files``, and the string constants
below ``--strings`` that hold a line end: the cases of the judge's own tests. Each is judged on every line.
Hashed of each are outcome, reason, graphs, violations, and beyond the verdict the arguments of DAGs and
tasks and the failures that may happen.

``--keep`` writes one row a file and line; ``--against`` reads such rows and shows what differs. The last
line is the hash. Exit 1 when something differs.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import re
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from labelled import archived_sources, read_rows

from airflownet.cache import cache_dir
from airflownet.judge.loader import LoadedFile, load_source
from airflownet.judge.verdict import judge_loaded

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
"""Where an object lies in memory, in the text that Python shows of it."""
_N_SHOWN = 20


def codes_of(arguments: argparse.Namespace) -> dict[str, str | bytes]:
    """Returns name -> code of every file to judge, the same code once, in a stable order."""
    archives = sorted(arguments.archives.rglob("*.tar.gz"))
    found: dict[str, str | bytes] = {}
    seen: set[bytes] = set()

    def add(name: str, code: str | bytes) -> None:
        data = code if isinstance(code, bytes) else code.encode("utf-8", "surrogatepass")
        key = hashlib.sha256(data).digest()
        if key not in seen:
            seen.add(key)
            found[name] = code

    sources, _ = archived_sources([arguments.archives], {path.name for path in archives})
    for path in sorted(arguments.eval.glob("*.jsonl*")) if arguments.eval else []:
        for row in read_rows(path):
            code = row.get("code", sources.get(row.get("sha256", "")))
            if code is not None:
                add(f"{path.name}:{row['id']}", code)
    for path in archives:
        for name, data in _examples(path):
            add(f"{path.name}:{name}", data)
    for folder in arguments.files:
        for path in sorted(folder.rglob("*.py")):
            add(path.relative_to(folder).as_posix(), path.read_bytes())
    for folder in arguments.strings:
        for path in sorted(folder.rglob("*.py")):
            for index, text in enumerate(_texts(path)):
                add(f"{path.name}:{index}", text)
    return found


def _examples(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path, "r|gz") as tar:
        for member in tar:
            if member.isreg() and member.name.endswith(".py") and "example" in member.name:
                file = tar.extractfile(member)
                yield member.name, file.read() if file is not None else b""


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
            yield node.value


def said_of(code: str | bytes, airflow: str) -> dict[str, object]:
    """Returns everything that is compared of one file."""
    file = load_source(code, airflow)
    verdict = judge_loaded(file)
    return {
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "dags": [repr(dag) for dag in verdict.dags],
        "violations": [repr(violation) for violation in verdict.violations],
        "beyond": _ADDRESS.sub("", _beyond(file)),
    }


def _beyond(file: LoadedFile) -> str:
    return repr([file.dags, file.failures, file.possible_failures, file.uncertain, file.uncalled_dags])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--eval", type=Path)
    parser.add_argument("--archives", type=Path, default=cache_dir("archives"))
    parser.add_argument("--files", type=Path, action="append", default=[])
    parser.add_argument("--strings", type=Path, action="append", default=[])
    parser.add_argument("--airflow", action="append", default=[])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--against", type=Path)
    arguments = parser.parse_args()
    lines = arguments.airflow or ["3.3", "2.9", "2.7"]
    codes = codes_of(arguments)
    started = time.monotonic()
    rows = {f"{line} {name}": said_of(code, line) for name, code in codes.items() for line in lines}
    print(f"{len(codes)} files on {', '.join(lines)} in {time.monotonic() - started:.1f} s")
    texts = {name: json.dumps(row, sort_keys=True) for name, row in rows.items()}
    if arguments.keep:
        arguments.keep.write_text("".join(f"{name}\t{texts[name]}\n" for name in sorted(texts)), "utf-8")
    differ = []
    if arguments.against:
        pairs = (row.split("\t", 1) for row in arguments.against.read_text("utf-8").split("\n") if row)
        before = dict(pairs)
        differ = sorted(n for n in before.keys() | texts.keys() if before.get(n) != texts.get(n))
        for name in differ[:_N_SHOWN]:
            print(f"{name}\n  - {before.get(name)}\n  + {texts.get(name)}")
        print(f"{len(differ)} of {len(texts)} differ")
    digest = hashlib.sha256()
    for name in sorted(texts):
        digest.update(f"{name}\t{texts[name]}\n".encode())
    print(digest.hexdigest())
    sys.exit(bool(differ))


if __name__ == "__main__":
    main()

"""Cases written as documents: Markdown that explains, is tested, and is a question to a real Airflow.

A case is a heading of the second level, prose, one ``python`` block, and one ``verdict`` block::

    3.3   loads AFN304
    2.10  fails AFN202
    daily: extract > load, check

A line that begins with an Airflow line tells its outcome there and every violation by its code (``AIR`` codes
are ruff's and not told). A line that begins with a DAG id tells its tasks and edges wherever the file loads:
``a > b`` is an edge, a name alone a task.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from airflownet.records import DagGraph, Verdict

_CASE = re.compile(r"^## (?P<title>.+?)\n(?P<body>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"^\d+\.\d+$")


@dataclass(frozen=True, slots=True)
class Expected:
    """What one Airflow line makes of the case."""

    outcome: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a document."""

    document: str
    title: str
    code: str
    expected: dict[str, Expected]
    """By Airflow line."""
    graphs: tuple[DagGraph, ...]
    """Sorted by DAG id; empty where the document tells none."""

    @property
    def id(self) -> str:
        """Document and title, for reports and tests."""
        return f"{self.document}: {self.title}"

    def problems(self, line: str, verdict: Verdict) -> list[str]:
        """Returns what is not as the document says, one sentence each."""
        wanted = self.expected[line]
        found: list[str] = []
        if verdict.outcome.value != wanted.outcome:
            found.append(f"{line}: {verdict.outcome.value} ({verdict.reason}) instead of {wanted.outcome}")
        codes = {violation.code for violation in verdict.violations if not violation.code.startswith("AIR")}
        if codes != wanted.codes:
            found.append(f"{line}: {sorted(codes)} instead of {sorted(wanted.codes)}")
        return found + self.graph_problems(line, verdict)

    def graph_problems(self, line: str, verdict: Verdict) -> list[str]:
        """Returns where the graph differs, for a file that loads."""
        if self.graphs and verdict.outcome.value == "loads" and verdict.dags != self.graphs:
            return [f"{line}: {verdict.dags} instead of {self.graphs}"]
        return []


def cases_of(path: Path) -> Iterator[Case]:
    """Yields the cases of one document, in order.

    Raises:
        ValueError: a case has no code or no verdict, or a line of it cannot be read.
    """
    for found in _CASE.finditer(path.read_text("utf-8")):
        blocks = {block["kind"]: block["text"] for block in _BLOCK.finditer(found["body"])}
        if not {"python", "verdict"} <= blocks.keys():
            raise ValueError(f"{path.name}: {found['title']}: give a python block and a verdict block")
        expected: dict[str, Expected] = {}
        graphs: list[DagGraph] = []
        for line in blocks["verdict"].splitlines():
            first, *rest = line.split()
            if _LINE.match(first) and rest:
                expected[first] = Expected(rest[0], frozenset(rest[1:]))
            elif ":" in line:
                graphs.append(_graph(line))
            else:
                raise ValueError(f"{path.name}: {found['title']}: cannot read {line!r}")
        graphs.sort(key=lambda graph: graph.dag_id)
        yield Case(path.stem, found["title"], blocks["python"], expected, tuple(graphs))


def _graph(line: str) -> DagGraph:
    dag_id, _, parts = line.partition(":")
    tasks: set[str] = set()
    edges: set[tuple[str, str]] = set()
    for part in filter(None, (part.strip() for part in parts.split(","))):
        chain = [name.strip() for name in part.split(">")]
        tasks.update(chain)
        edges.update(itertools.pairwise(chain))
    return DagGraph(dag_id.strip(), tuple(sorted(tasks)), tuple(sorted(edges)))

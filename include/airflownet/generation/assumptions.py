"""What a file takes for granted that the request did not say, so that a person can look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from airflownet.generation.graph_text import shown
from airflownet.generation.wanted import Wanted
from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.loader import LoadedFile

_CONNECTION: Final = re.compile(r"conn_id$|connection_id$")
_LEFT_OPEN: Final = re.compile(
    r"#\s*(?:TODO|fill in|FILL)|[\"'](?:TODO|CHANGE_ME|your[-_ ][\w-]+)[\"']", re.IGNORECASE
)
_MOST: Final = 12


def assumptions(loaded: LoadedFile, wanted: Wanted) -> tuple[str, ...]:
    """Returns what must be there or was chosen, one line each; at most twelve."""
    return tuple(dict.fromkeys(_all(loaded, wanted)))[:_MOST]


def _all(loaded: LoadedFile, wanted: Wanted) -> Iterator[str]:
    catalogue = load_catalogue(wanted.airflow)
    packages = set()
    for path in loaded.imports:
        found = catalogue.resolve_path(path)
        module = catalogue.module(path.rpartition(".")[0]) if found else None
        if module is not None and "providers" in module.distribution:
            packages.add(module.distribution)
    if packages:
        yield f"these providers are installed: {', '.join(sorted(packages))}"
    for dag in loaded.dags:
        schedule = dag.arguments.get("schedule", dag.arguments.get("schedule_interval"))
        if wanted.request.schedule is None:
            yield f"the request states no schedule; the DAG has: {shown(schedule)}"
        if "start_date" in dag.arguments:
            yield f"runs from {shown(dag.arguments['start_date'])} on"
        for task in dag.tasks:
            for name, value in task.arguments.items():
                if _CONNECTION.search(name) and isinstance(value, str) and not value.startswith("<"):
                    yield f"a connection named {value} exists ({task.task_id})"
    for number, line in enumerate(loaded.code.split("\n"), 1):
        if _LEFT_OPEN.search(line):
            yield f"line {number} is to be filled in: {line.strip()[:100]}"

"""What a file takes for granted that the request did not say, so that a person can look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from airflownet.generation.graph_text import shown
from airflownet.generation.wanted import Wanted
from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.loader import LoadedFile
from airflownet.judge.loader.loaded_file import DagModel
from airflownet.plans.argument_order import operator_class
from airflownet.plans.catalogue_names import names_of

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
        yield from _own_connections(dag, wanted.airflow)
    for number, line in enumerate(loaded.code.split("\n"), 1):
        if _LEFT_OPEN.search(line):
            yield f"line {number} is to be filled in: {line.strip()[:100]}"


def _own_connections(dag: DagModel, airflow: str) -> Iterator[str]:
    """Yields the connections that operators take where a task names none, and tasks that then have none."""
    names = names_of(airflow)
    held = dag.arguments.get("default_args")
    shared = held if isinstance(held, dict) else {}
    taken: dict[str, list[str]] = {}
    for task in dag.tasks:
        is_known = task.module.startswith("airflow.")
        found = operator_class(task.operator, names) if is_known else None
        for parameter in found.init if found is not None else ():
            name, default = parameter.name, parameter.default
            if not _CONNECTION.search(name) or name in {*task.arguments, *task.mapped, *shared}:
                continue
            if isinstance(default, str) and default:
                taken.setdefault(default, []).append(str(task.task_id))
            elif name == "conn_id" and default is None:
                yield f"a connection is yet to be named: conn_id of {task.task_id}"
    for connection, tasks in taken.items():
        yield f"a connection named {connection} exists ({', '.join(dict.fromkeys(tasks))})"

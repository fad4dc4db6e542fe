"""The finished evaluations, for the web interface: below the artifact root, and of every run that told so.

A run with an artifact root of its own is found by its asset event ``evaluation``, which names the place. Only
places that an event names, or that stand below the configured root, are ever read.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass

from airflow.configuration import conf

from airflownet.errors import ArtifactError
from airflownet.locations import join, path_of, read_manifest
from airflownet_provider.run_links import page_address

log = logging.getLogger(__name__)

EVALUATION = "evaluation"
SECOND = "report"
MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class FinishedEvaluation:
    """One report: its recipe, its place, its address on this web server, the run that left it."""

    recipe: str
    finished_at: str
    location: str
    address: str
    dag_id: str = ""
    """Empty for a place below the artifact root that no run told of."""
    run_id: str = ""


def report_of_recipe(recipe: str) -> str | None:
    """Returns the newest report of the recipe below the artifact root, None without one."""
    found = [entry for entry in _below_the_root() if entry.recipe == recipe]
    return _read(found[0].location) if found else None


def report_of_run(dag_id: str, run_id: str) -> str | None:
    """Returns the report that a run of a DAG left, None without one."""
    events = _events(dag_id=dag_id, run_id=run_id)
    return _read(events[0].location) if events else None


def finished_evaluations(readable: Collection[str]) -> list[FinishedEvaluation]:
    """Returns every report, the newest first; each place once.

    Args:
        readable: ids of the DAGs whose runs the reader may see.
    """
    places: dict[str, FinishedEvaluation] = {}
    told = [entry for entry in _events() if entry.dag_id in readable]
    for entry in [*_below_the_root(), *told]:
        places.setdefault(entry.location, entry)
    return sorted(places.values(), key=lambda entry: entry.finished_at, reverse=True)


def _below_the_root() -> list[FinishedEvaluation]:
    root = path_of(join(conf.get("airflownet", "artifact_root", fallback="artifacts")))
    found = []
    for folder in root.iterdir() if root.exists() else ():
        location = join(str(folder), EVALUATION)
        finished_at = _finished_at(location)
        if finished_at:
            address = page_address("reports", folder.name)
            found.append(FinishedEvaluation(folder.name, finished_at, location, address))
    return sorted(found, key=lambda entry: entry.finished_at, reverse=True)


def _events(dag_id: str | None = None, run_id: str | None = None) -> list[FinishedEvaluation]:
    """What runs told of their evaluations, the newest first; places that are gone are left out."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    query = (
        select(AssetEvent.extra, AssetEvent.source_dag_id, AssetEvent.source_run_id)
        .join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        .where(AssetModel.name == EVALUATION)
        .order_by(AssetEvent.timestamp.desc())
        .limit(MOST_EVENTS)
    )
    if dag_id is not None:
        query = query.where(AssetEvent.source_dag_id == dag_id, AssetEvent.source_run_id == run_id)
    with create_session() as session:
        rows = session.execute(query).all()
    found: dict[str, FinishedEvaluation | None] = {}
    for extra, source_dag, source_run in rows:
        location = str((extra or {}).get("location") or "")
        if not (location and source_dag and source_run) or location in found:
            continue  # each night writes to the same place: its manifest is read once
        finished_at = _finished_at(location)
        address = page_address("reports", source_dag, source_run)
        entry = FinishedEvaluation(
            str(extra.get("recipe")), finished_at, location, address, source_dag, source_run
        )
        found[location] = entry if finished_at else None
    return [entry for entry in found.values() if entry is not None]


def _finished_at(location: str) -> str:
    """Returns when the evaluation at the place was finished, empty when there is none."""
    try:
        return str(read_manifest(location)["finished_at"])
    except Exception as error:
        if not isinstance(error, ArtifactError):
            log.warning("%s: no report can be read: %s", location, error)
        return ""


def _read(location: str) -> str:
    """Returns the report's page: with second opinions, where one as new as the evaluation is beside it."""
    head, _, last = location.rstrip("/").rpartition("/")
    second = join(head, SECOND) if head and last == EVALUATION else ""
    if second and _finished_at(second) >= _finished_at(location):
        location = second
    return path_of(location).joinpath("report.html").read_text(encoding="utf-8")

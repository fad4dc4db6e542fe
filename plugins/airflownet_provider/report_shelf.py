"""The finished evaluations, for the web interface: below the artifact root, and of every run that told so.

A run with an artifact root of its own is found by its asset event ``evaluation``, which names the place. Only
places that an event names, or that stand below the configured root, are ever read.
"""

from __future__ import annotations

import html
import logging
from dataclasses import dataclass

from airflow.configuration import conf
from upath import UPath

from airflownet.errors import ArtifactError
from airflownet.locations import join, read_manifest
from airflownet_provider.run_links import page_address
from airflownet_provider.web_page import page

log = logging.getLogger(__name__)

EVALUATION = "evaluation"
MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class FinishedEvaluation:
    """One report: its recipe, its place, its address on this web server."""

    recipe: str
    finished_at: str
    location: str
    address: str


def report_of_recipe(recipe: str) -> str | None:
    """Returns the newest report of the recipe below the artifact root, None without one."""
    found = [entry for entry in _below_the_root() if entry.recipe == recipe]
    return _read(found[0].location) if found else None


def report_of_run(dag_id: str, run_id: str) -> str | None:
    """Returns the report that a run of a DAG left, None without one."""
    events = _events(dag_id=dag_id, run_id=run_id)
    return _read(events[0].location) if events else None


def list_page() -> str:
    """Returns a page with a link to each report, the newest first; each place once."""
    places: dict[str, FinishedEvaluation] = {}
    for entry in [*_below_the_root(), *_events()]:
        places.setdefault(entry.location, entry)
    rows = "".join(
        f'<tr><td><a href="{html.escape(entry.address)}">{html.escape(entry.recipe)}</a></td>'
        f"<td>{html.escape(entry.finished_at)}</td><td>{html.escape(entry.location)}</td></tr>"
        for entry in sorted(places.values(), key=lambda entry: entry.finished_at, reverse=True)
    )
    body = (
        f"<table><tr><th>recipe</th><th>evaluated</th><th>place</th></tr>{rows}</table>"
        if rows
        else "<p>No evaluation has finished yet. Trigger the DAG <code>airflownet_pipeline</code>.</p>"
    )
    return page("AirflowNet reports", body)


def _below_the_root() -> list[FinishedEvaluation]:
    root = UPath(join(conf.get("airflownet", "artifact_root", fallback="artifacts")))
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
        entry = FinishedEvaluation(str(extra.get("recipe")), finished_at, location, address)
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
    return UPath(location).joinpath("report.html").read_text(encoding="utf-8")

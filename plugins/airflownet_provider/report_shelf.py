"""The finished evaluations below the artifact root, for the web interface."""

from __future__ import annotations

import html
import re

from airflow.configuration import conf
from upath import UPath

from airflownet.errors import ArtifactError
from airflownet.locations import join, read_manifest

_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]*$")


def _evaluations() -> dict[str, str]:
    """Returns recipe name -> location of its finished evaluation, newest first."""
    root = UPath(join(conf.get("airflownet", "artifact_root", fallback="artifacts")))
    found: list[tuple[str, str, str]] = []
    for folder in root.iterdir() if root.exists() else ():
        location = str(folder / "evaluation")
        try:
            found.append((read_manifest(location)["finished_at"], folder.name, location))
        except (ArtifactError, NotADirectoryError):
            continue
    return {name: location for _, name, location in sorted(found, reverse=True)}


def report_html(recipe: str) -> str | None:
    """Returns the report of one recipe's run, None when it has not finished."""
    location = _evaluations().get(recipe) if _NAME.match(recipe) else None
    return None if location is None else UPath(location).joinpath("report.html").read_text(encoding="utf-8")


def list_page() -> str:
    """Returns a page with a link to each report."""
    rows = "".join(
        f'<tr><td><a href="{html.escape(name)}">{html.escape(name)}</a></td>'
        f"<td>{html.escape(read_manifest(location)['finished_at'])}</td></tr>"
        for name, location in _evaluations().items()
    )
    body = (
        f"<table><tr><th>recipe</th><th>evaluated</th></tr>{rows}</table>"
        if rows
        else "<p>No evaluation has finished yet. Trigger the DAG <code>airflownet_pipeline</code>.</p>"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>AirflowNet reports</title>'
        "<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem}"
        "th,td{text-align:left;padding:.3rem 1.2rem .3rem 0}</style></head>"
        f"<body><h1>AirflowNet reports</h1>{body}</body></html>"
    )

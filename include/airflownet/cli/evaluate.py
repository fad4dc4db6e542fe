"""``airflownet evaluate``: judges the answers of a run and writes the report."""

from __future__ import annotations

from typing import Annotated

import typer


def evaluate(
    root: Annotated[
        str,
        typer.Argument(
            help="Folder or URL of a run, for example artifacts/laptop: it holds dataset/, inference/, "
            "training/ and base_model/."
        ),
    ],
    recipe: Annotated[
        str,
        typer.Option(
            help="Recipe whose evaluation settings are used: a name in recipes/ or the path of a file."
        ),
    ] = "laptop",
    airflow: Annotated[
        str, typer.Option(help="Airflow line to judge for, for example 3.3; empty: as the recipe says.")
    ] = "",
    output: Annotated[str, typer.Option(help="Folder or URL to write; empty: evaluation/ of the run.")] = "",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run also when a finished, equal output is there.")
    ] = False,
) -> None:
    """Judge base, tuned and ground truth alike, and write table, report.html, report.md and plots."""
    import shutil
    import sys

    from airflownet.errors import ArtifactError
    from airflownet.evaluation.stage import run
    from airflownet.evaluation.summary import read_summary
    from airflownet.evaluation.terminal_table import terminal_table
    from airflownet.locations import join, local_copy, read_manifest
    from airflownet.recipe import load_recipe

    chosen = load_recipe(recipe)
    if airflow:
        chosen = chosen.with_changes({"airflow": airflow})

    def finished(stage: str) -> str:
        place = join(root, stage)
        try:
            read_manifest(place)
        except ArtifactError:
            return ""
        return place

    result = run(
        chosen.evaluation,
        join(root, "dataset"),
        join(root, "inference"),
        finished("training"),
        finished("base_model"),
        output or join(root, "evaluation"),
        mining=finished("mining"),
        judging=finished("judging"),
        instructions=finished("instructions"),
        magpie=finished("magpie"),
        fresh=fresh,
    )
    folder = local_copy(result.location)
    width = max(80, min(120, shutil.get_terminal_size((100, 24)).columns))
    typer.echo(terminal_table(read_summary(folder / "summary.json"), width=width, colour=sys.stdout.isatty()))
    typer.echo(f"Report: {folder / 'report.html'}")

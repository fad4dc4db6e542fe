"""``airflownet evaluate``: judges the answers of a run and writes the report."""

from __future__ import annotations

from typing import Annotated

import typer


def evaluate(
    root: Annotated[
        str,
        typer.Argument(
            help="Folder or URL of a run: it holds dataset/, inference/, training/ and base_model/. "
            "Default: artifacts/RECIPE.",
            show_default=False,
        ),
    ] = "",
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
    from airflownet.evaluation.stage import run
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    chosen = load_recipe(recipe)
    if airflow:
        chosen = chosen.with_changes({"airflow": airflow})
    folder = RunFolder(root) if root else RunFolder.of(chosen.name)
    result = run(
        chosen.evaluation,
        folder.stage("dataset"),
        folder.stage("inference"),
        folder.finished("training"),
        folder.finished(chosen.base_model_stage),
        folder.stage("evaluation", output),
        mining=folder.finished("mining"),
        judging=folder.finished("judging"),
        instructions=folder.finished("instructions"),
        magpie=folder.finished("magpie"),
        fresh=fresh,
    )
    show_report(result.location)


def show_report(location: str) -> None:
    """Prints the table of a finished evaluation, and where its report is."""
    import shutil
    import sys

    from airflownet.evaluation.summary import read_summary
    from airflownet.evaluation.terminal_table import terminal_table
    from airflownet.locations import local_copy

    folder = local_copy(location)
    width = max(80, min(120, shutil.get_terminal_size((100, 24)).columns))
    typer.echo(terminal_table(read_summary(folder / "summary.json"), width=width, colour=sys.stdout.isatty()))
    typer.echo(f"Report: {folder / 'report.html'}")

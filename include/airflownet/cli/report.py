"""``airflownet report``: shows a finished evaluation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    directory: Annotated[
        Path | None,
        typer.Argument(
            help="Folder of an evaluation (it holds summary.json), or of the run that it belongs to. "
            "Default: artifacts/RECIPE.",
            show_default=False,
        ),
    ] = None,
    recipe: Annotated[
        str, typer.Option(help="Recipe whose run is shown when no folder is given.")
    ] = "laptop",
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open report.html in the web browser as well.")
    ] = False,
) -> None:
    """Show the report of a finished evaluation: the table here, the full report by --open."""
    import shutil
    import sys
    import webbrowser

    from airflownet.evaluation.second_opinions.stage import finished_report
    from airflownet.evaluation.summary import read_summary
    from airflownet.evaluation.terminal_table import terminal_table
    from airflownet.locations import local_path
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    if directory is None:
        directory = local_path(RunFolder.of(load_recipe(recipe).name).location)
    folder = directory / "evaluation" if (directory / "evaluation").is_dir() else directory
    folder = finished_report(folder) or folder
    summary = read_summary(folder / "summary.json")
    width = max(80, min(120, shutil.get_terminal_size((100, 24)).columns))
    typer.echo(terminal_table(summary, width=width, colour=sys.stdout.isatty()))
    page = (folder / "report.html").resolve()
    typer.echo(f"Report: {page}\nOpen:   {page.as_uri()}")
    if open_browser and not webbrowser.open(page.as_uri()):
        typer.echo("No web browser could be started here; open the file above by hand.", err=True)

"""``airflownet instruct``: writes what a user would have asked for to get each DAG."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def instruct(
    file: Annotated[
        Path | None,
        typer.Argument(help="A DAG file: print its instructions and write nothing.", show_default=False),
    ] = None,
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `instructions:` block is used.")
    ] = "laptop",
    dag_files: Annotated[
        str, typer.Option(help="Folder or URL of the mining output, with `dag_files.parquet`.")
    ] = "artifacts/laptop/mining",
    output: Annotated[
        str, typer.Option(help="Folder or URL to write; a finished, equal one is left as it is.")
    ] = "artifacts/laptop/instructions",
    fresh: Annotated[bool, typer.Option("--fresh", help="Run even when a finished output is there.")] = False,
) -> None:
    """Write what a user would have asked for to get each DAG, without any model.

    Try it on one file: `airflownet instruct dags/mine_dags.py`. Exits 1 when that file gives no
    instruction: it does not parse, defines no DAG, or leaves nothing to tell.
    """
    if file is not None:
        _print_one(file)
        return
    from airflownet.instructions.stage import run
    from airflownet.recipe import load_recipe

    result = run(load_recipe(recipe).instructions, dag_files, output, fresh=fresh)
    counts = result.counts
    typer.echo(
        f"{counts['instructions']} instructions for {counts['kept']} of {counts['listed']} DAG files"
        f"{' (finished before)' if result.skipped else f' in {result.seconds:.1f} s'}: {result.location}"
    )


def _print_one(file: Path) -> None:
    from airflownet.errors import InputError
    from airflownet.instructions.describer import describe
    from airflownet.instructions.settings import InstructionSettings
    from airflownet.judge.loader import load_source

    try:
        code = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{file} cannot be read: {error}", "give the path of a Python file in UTF-8"
        ) from None
    description = describe(load_source(code), file.name, InstructionSettings().bounds())
    if description.dropped:
        typer.echo(f"{file}: no instruction ({description.dropped})", err=True)
        raise typer.Exit(1)
    for view, text in description.texts.items():
        typer.secho(view, bold=True)
        typer.echo(f"{text}\n")

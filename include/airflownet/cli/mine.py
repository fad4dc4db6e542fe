"""``airflownet mine``: collects DAG files from release archives or folders."""

from __future__ import annotations

from typing import Annotated

import typer


def mine(
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `mining:` block is used.")
    ] = "laptop",
    output: Annotated[
        str, typer.Option(help="Folder or URL to write; a finished, equal one is left as it is.")
    ] = "artifacts/mining",
    fresh: Annotated[bool, typer.Option("--fresh", help="Run even when a finished output is there.")] = False,
) -> None:
    """Collects DAG files with provenance and licence; what is dropped is listed with the reason."""
    from airflownet.mining.stage import run
    from airflownet.recipe import load_recipe

    result = run(load_recipe(recipe).mining, output, fresh=fresh)
    counts = result.counts
    typer.echo(
        f"{counts['kept']} DAG files of {counts['listed']} files listed, from {counts['sources']} sources"
        f"{' (finished before)' if result.skipped else f' in {result.seconds:.1f} s'}: {result.location}"
    )

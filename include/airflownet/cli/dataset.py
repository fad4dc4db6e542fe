"""``airflownet dataset``: assembles a dataset whose splits cannot leak."""

from __future__ import annotations

from typing import Annotated

import typer


def dataset(
    dag_files: Annotated[str, typer.Option(help="Output folder of `airflownet mine`.")] = "artifacts/mining",
    verdicts: Annotated[
        str, typer.Option(help="Output folder of `airflownet judge` for these files.")
    ] = "artifacts/judging",
    instructions: Annotated[
        str, typer.Option(help="Output folder of `airflownet instruct`.")
    ] = "artifacts/instructions",
    output: Annotated[
        str, typer.Option(help="Folder or URL to write; a finished, equal one is left as it is.")
    ] = "artifacts/dataset",
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `dataset:` block is used.")
    ] = "laptop",
    previous: Annotated[
        str | None,
        typer.Option(help="An earlier dataset, in another folder: its families keep their split."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run even when a finished output is there.")] = False,
) -> None:
    """Groups files into families, splits by family, and proves that no split leaks into another."""
    from airflownet.dataset.stage import run
    from airflownet.recipe import load_recipe

    settings = load_recipe(recipe).dataset
    result = run(settings, dag_files, verdicts, instructions, output, previous=previous, fresh=fresh)
    counts = result.counts
    typer.echo(
        f"{counts['samples']} samples (train {counts['train']}, validation {counts['validation']}, test "
        f"{counts['test']}) from {counts['kept']} of {counts['listed']} DAG files, "
        f"{counts['families']} families"
        f"{' (finished before)' if result.skipped else f' in {result.seconds:.1f} s'}: {result.location}"
    )

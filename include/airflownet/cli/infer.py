"""``airflownet infer``: answers the test prompts with the base and the tuned model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflownet.inference.settings import InferenceSettings


def infer(
    dataset: Annotated[
        str,
        typer.Option(
            help="Output folder of `airflownet dataset`; its test split is answered. "
            "Default: artifacts/RECIPE/dataset."
        ),
    ] = "",
    base_model: Annotated[
        str,
        typer.Option(
            help="Folder of the base model; holds base.gguf. With --calibrate also a GGUF file or "
            "hf:OWNER/REPO[:QUANT]. Default: artifacts/RECIPE/base_model; `training` where the recipe names "
            "a published base.",
        ),
    ] = "",
    training: Annotated[
        str,
        typer.Option(
            help="Output folder of `airflownet finetune`; holds adapter.gguf. "
            "Default: artifacts/RECIPE/training."
        ),
    ] = "",
    output: Annotated[
        str,
        typer.Option(
            help="Folder or URL to write; a finished, equal one is left as it is. "
            "Default: artifacts/RECIPE/inference."
        ),
    ] = "",
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `inference:` block is used.")
    ] = "laptop",
    server: Annotated[
        list[str] | None,
        typer.Option(
            help="Address of a llama-server that runs already, started with --lora-scaled adapter.gguf:0 "
            "--cache-ram 0. Repeat it for several: they share the work. Default: one is started."
        ),
    ] = None,
    api_key: Annotated[
        str, typer.Option(help="API key of these servers.", envvar="LLAMA_API_KEY", show_envvar=True)
    ] = "",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Generate everything again, also what an earlier run answered.")
    ] = False,
    calibrate: Annotated[
        bool,
        typer.Option(
            "--calibrate",
            help="Answer nothing: measure tokens/s over the number of slots for --base-model on this "
            "machine, recommend inference.n_slots, and write calibration.json beside OUTPUT; the report "
            "then shows the curve.",
        ),
    ] = False,
    slots: Annotated[
        list[int] | None,
        typer.Option(
            help="Number of slots to measure with --calibrate; repeat it. Default: 1, 2, 4, 8.", min=1
        ),
    ] = None,
) -> None:
    """Answers every test prompt with base and tuned model on llama.cpp; continues where it was stopped."""
    from airflownet.inference.stage import run
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    loaded = load_recipe(recipe)
    settings, folder = loaded.inference, RunFolder.of(loaded.name)
    base_model = folder.stage(loaded.base_model_stage, base_model)
    dataset, training = folder.stage("dataset", dataset), folder.stage("training", training)
    output = folder.stage("inference", output)
    if calibrate:
        _calibrate(settings, base_model, output, tuple(slots or (1, 2, 4, 8)))
        return
    result = run(
        settings, dataset, base_model, training, output, server=server or None, api_key=api_key, fresh=fresh
    )
    counts = result.counts
    typer.echo(
        f"{counts['kept']} answers, {counts['listed'] - counts['kept']} refused, "
        f"{counts['generated']} generated now"
        f"{' (finished before)' if result.skipped else f' in {result.seconds:.1f} s'}: {result.location}"
    )


def _calibrate(settings: InferenceSettings, base_model: str, output: str, slots: tuple[int, ...]) -> None:
    import json
    from pathlib import Path

    from airflownet.inference.answering import BASE_GGUF, require_file
    from airflownet.llama.calibration import as_json, calibrate
    from airflownet.locations import local_copy

    if base_model.startswith("hf:"):
        model = base_model
    else:
        place = local_copy(base_model)
        model = str(place if place.is_file() else require_file(place / BASE_GGUF))
    measured = calibrate(settings, model, slots=slots)
    path = Path(output).expanduser().resolve().with_name("calibration.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(as_json(measured), indent=1))
    typer.echo(measured.table())
    typer.echo(f"\nIn the recipe:\n  inference:\n    n_slots: {measured.recommended_n_slots}\n\n{path}")

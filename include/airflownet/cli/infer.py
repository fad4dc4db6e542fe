"""``airflownet infer``: answers the test prompts with the base and the tuned model."""

from __future__ import annotations

from typing import Annotated

import typer


def infer(
    dataset: Annotated[
        str, typer.Option(help="Output folder of `airflownet dataset`; its test split is answered.")
    ] = "artifacts/dataset",
    base_model: Annotated[
        str, typer.Option(help="Folder of the base model; holds base.gguf.")
    ] = "artifacts/base_model",
    training: Annotated[
        str, typer.Option(help="Output folder of `airflownet finetune`; holds adapter.gguf.")
    ] = "artifacts/training",
    output: Annotated[
        str, typer.Option(help="Folder or URL to write; a finished, equal one is left as it is.")
    ] = "artifacts/inference",
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
) -> None:
    """Answers every test prompt with base and tuned model on llama.cpp; continues where it was stopped."""
    from airflownet.inference.stage import run
    from airflownet.recipe import load_recipe

    settings = load_recipe(recipe).inference
    result = run(
        settings, dataset, base_model, training, output, server=server or None, api_key=api_key, fresh=fresh
    )
    counts = result.counts
    typer.echo(
        f"{counts['kept']} answers, {counts['listed'] - counts['kept']} refused, "
        f"{counts['generated']} generated now"
        f"{' (finished before)' if result.skipped else f' in {result.seconds:.1f} s'}: {result.location}"
    )

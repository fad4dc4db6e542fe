"""``airflownet magpie``: lets a served model make up requests, and keeps the good ones with their answers."""

from __future__ import annotations

from typing import Annotated

import typer


def magpie(
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `magpie:` block is used.")
    ] = "laptop",
    base_model: Annotated[
        str,
        typer.Option(
            help="Folder with base.gguf, or a GGUF file with a chat template. "
            "Default: artifacts/RECIPE/base_model; `training` where the recipe names a published base."
        ),
    ] = "",
    training: Annotated[str, typer.Option(help="Folder with adapter.gguf; needed for `model: tuned`.")] = "",
    output: Annotated[
        str,
        typer.Option(
            help="Folder or URL to write; a finished, equal one is left as it is. "
            "Default: artifacts/RECIPE/magpie."
        ),
    ] = "",
    dataset: Annotated[
        str, typer.Option(help="Finished dataset; requests that repeat its held-out questions are dropped.")
    ] = "",
    instructions: Annotated[
        str, typer.Option(help="Finished instructions; requests that repeat one are dropped.")
    ] = "",
    earlier: Annotated[
        list[str] | None,
        typer.Option(help="Earlier batch; requests that repeat one of its rows are dropped. Repeatable."),
    ] = None,
    server: Annotated[
        list[str] | None,
        typer.Option(help="Address of a llama-server that runs already. Default: one is started."),
    ] = None,
    api_key: Annotated[
        str, typer.Option(help="API key of these servers.", envvar="LLAMA_API_KEY", show_envvar=True)
    ] = "",
    requests: Annotated[
        int | None, typer.Option(help="How many requests for DAGs to draw; default: the recipe's.", min=0)
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Draw everything again.")] = False,
) -> None:
    """Let a served model make up requests for DAGs, then filter, answer and judge them.

    Shows what every filter let through. Exits 1 when nothing is left, as with a tiny model.
    """
    from airflownet.magpie.settings import MagpieSettings
    from airflownet.magpie.stage import run
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    loaded = load_recipe(recipe)
    folder = RunFolder.of(loaded.name)
    settings = loaded.magpie or MagpieSettings()
    if requests is not None:
        settings = settings.model_copy(update={"n_requests": requests})
    result = run(
        settings,
        folder.stage(loaded.base_model_stage, base_model),
        folder.stage("magpie", output),
        training=training,
        dataset=dataset,
        instructions=instructions,
        earlier=earlier or [],
        server=server or None,
        api_key=api_key,
        fresh=fresh,
    )
    _print_funnel(result.location)
    state = " (finished before)" if result.skipped else f" in {result.seconds:.1f} s"
    counts = result.counts
    typer.echo(f"{counts['kept']} rows of {counts['listed']} requests drawn{state}: {result.location}")
    if counts["kept"] == 0:
        raise typer.Exit(1)


def _print_funnel(location: str) -> None:
    import json

    from upath import UPath

    facts = json.loads((UPath(location) / "summary.json").read_text())
    for step in facts["funnel"]:
        reasons = ", ".join(f"{reason} {count}" for reason, count in step["dropped"].items())
        typer.echo(f"{step['step']:<20}{step['in']:>7} ->{step['out']:>7}  {reasons}")

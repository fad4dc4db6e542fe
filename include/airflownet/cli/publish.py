"""``airflownet publish``: a finished dataset to the Hugging Face Hub; without ``--send`` only the plan."""

from __future__ import annotations

import os
from typing import Annotated

import typer


def publish(
    repo_id: Annotated[str, typer.Argument(help="Dataset repository on the Hub: owner/name.")],
    dataset: Annotated[
        str, typer.Option(help="Output folder of `airflownet dataset`. Default: artifacts/RECIPE/dataset.")
    ] = "",
    recipe: Annotated[
        str, typer.Option(help="Recipe whose `dataset.quality` thresholds must be met first.")
    ] = "laptop",
    public: Annotated[bool, typer.Option("--public", help="Make a new repository public.")] = False,
    send: Annotated[
        bool, typer.Option("--send", help="Do it; without this, only the plan is shown.")
    ] = False,
) -> None:
    """Shows what would be sent to the Hub, and sends it with --send. The token is read from HF_TOKEN."""
    from airflownet.dataset.hub import push, push_plan
    from airflownet.dataset.quality_gate import require_quality
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    loaded = load_recipe(recipe)
    dataset = RunFolder.of(loaded.name).stage("dataset", dataset)
    require_quality(dataset, loaded.dataset.quality)
    plan = push_plan(dataset, repo_id, private=not public)
    for line in plan.lines():
        typer.echo(line)
    if not send:
        typer.echo("Nothing was sent. Add --send to do it.")
        return
    typer.echo(f"Sent: {push(plan, os.environ.get('HF_TOKEN', ''), endpoint=os.environ.get('HF_ENDPOINT'))}")

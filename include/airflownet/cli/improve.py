"""``airflownet improve``: the judge teaches the model, in rounds."""

from __future__ import annotations

from typing import Annotated

import typer


def improve(
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `improve:` block says how.")
    ] = "laptop",
    artifact_root: Annotated[
        str,
        typer.Option(
            help="Path or URL below which the run has its folder. Default: AIRFLOWNET_ARTIFACTS, else "
            "artifacts."
        ),
    ] = "",
    start: Annotated[
        str,
        typer.Option(
            help="Folder with the adapter.gguf that the first round draws with. Default: the run's own "
            "training.",
            show_default=False,
        ),
    ] = "",
    rounds: Annotated[int, typer.Option(help="Rounds, 1 to 3; 0: as the recipe says.", min=0, max=3)] = 0,
    prompts: Annotated[
        int | None,
        typer.Option(help="Training prompts that are asked; 0: all. Default: as the recipe says.", min=0),
    ] = None,
    answers: Annotated[
        int, typer.Option(help="Answers per prompt and way; 0: as the recipe says.", min=0, max=64)
    ] = 0,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Do everything again, also what was drawn before.")
    ] = False,
) -> None:
    """Draw answers to training prompts, keep those that load and do what was asked, train on them.

    Needs a run whose dataset and training are finished (`airflownet run`). Every round is evaluated on the
    validation split, the best one on the test split at the end. A run that was stopped goes on with the same
    command.
    """
    from airflownet.locations import local_copy
    from airflownet.pipeline.improve import improve as run_rounds
    from airflownet.pipeline.improve import improving
    from airflownet.pipeline.improve_summary import PAGE, SUMMARY
    from airflownet.recipe import load_recipe

    changes = {"improve.drawing.max_prompts": prompts, "improve.drawing.answers_per_prompt": answers or None}
    loaded = load_recipe(recipe).with_changes({k: v for k, v in changes.items() if v is not None})
    this = improving(loaded, artifact_root, start=start, rounds=rounds, fresh=fresh)
    result = run_rounds(this)
    folder = local_copy(result.location)
    typer.echo((folder / SUMMARY).read_text(encoding="utf-8"))
    typer.echo(f"Summary: {folder / PAGE}")

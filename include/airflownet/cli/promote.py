"""``airflownet promote``: the gate between a newly trained model and the champion."""

from __future__ import annotations

from typing import Annotated

import typer

from airflownet.errors import InputError


def promote(
    root: Annotated[
        str,
        typer.Argument(
            help="Folder of a run whose models were compared. Default: artifacts/RECIPE.", show_default=False
        ),
    ] = "",
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `promotion:` block is used.")
    ] = "laptop",
    comparison: Annotated[
        str,
        typer.Option(
            help="Folder with comparison.json. Default: `comparison` of the run, else its `evaluation`.",
            show_default=False,
        ),
    ] = "",
    challenger: Annotated[str, typer.Option(help="Who wants to become champion.")] = "tuned",
    champion: Annotated[
        str,
        typer.Option(
            help="Whose place it is. Default: `champion` where the comparison holds it, else `base` while "
            "nothing was promoted yet.",
            show_default=False,
        ),
    ] = "",
    model: Annotated[
        str,
        typer.Option(
            help="Folder of the challenger's model. Default: `training` of the run.", show_default=False
        ),
    ] = "",
    by: Annotated[str, typer.Option(help="Who approved it; kept in champion.json.")] = "gate",
    check: Annotated[bool, typer.Option("--check", help="Only tell; move nothing.")] = False,
) -> None:
    """Make a model the champion if the intervals allow it; exits with 1 if they do not.

    Judged are "loads and does what was asked" and "loads", prompt by prompt. A promoted model is kept in
    models/ beside the runs, and models/champion names it from then on.
    """
    from airflownet.evaluation.comparison.records import COMPARISON, read_comparison
    from airflownet.evaluation.promotion.evidence import require_same_model
    from airflownet.evaluation.promotion.gate import decide
    from airflownet.evaluation.promotion.shelf import ALIAS, read_champion, shelf_of
    from airflownet.evaluation.promotion.shelf import promote as put_on_shelf
    from airflownet.locations import local_copy
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    chosen = load_recipe(recipe)
    folder = RunFolder(root) if root else RunFolder.of(chosen.name)
    shelf = shelf_of(folder.artifact_root())
    place = comparison or folder.finished("comparison") or folder.stage("evaluation")
    found = read_comparison(local_copy(place) / COMPARISON)
    present = read_champion(shelf)
    rival = champion or _rival([one.model for one in found.models], has_champion=present is not None)
    decision = decide(found, challenger, rival, chosen.promotion)
    typer.echo(decision.words())
    if not decision.is_promoted:
        raise typer.Exit(1)
    if check:
        return
    trained = model or folder.stage("training")
    if challenger == "tuned":
        require_same_model(place, folder.stage("inference"), trained)
    elif not model:
        raise InputError(
            f"--challenger {challenger} does not say which model that is", "name its folder with --model"
        )
    lines = tuple(f"{one.name}: {one.told}" for one in decision.checks)
    kept = put_on_shelf(shelf, trained, name=chosen.name, beaten=rival, checks=lines, promoted_by=by)
    typer.echo(f"{shelf / ALIAS} is {kept.folder} (promoted {kept.promoted_at}).")


def _rival(models: list[str], *, has_champion: bool) -> str:
    """Returns whose place it is.

    Raises:
        InputError: there is a champion, and the comparison does not hold its answers.
    """
    if "champion" in models:
        return "champion"
    if not has_champion:
        return "base"
    raise InputError(
        "there is a champion, and the comparison does not hold its answers",
        "answer the same prompts with it (airflownet infer --training ARTIFACTS/models/champion --output "
        "X), then "
        "airflownet evaluate RUN --answers champion=X/generations.parquet",
    )

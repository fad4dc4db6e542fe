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
    ask_champion: Annotated[
        bool,
        typer.Option(
            "--ask-champion",
            help="Let the present champion answer the run's test prompts first, and compare; takes as long "
            "as "
            "`airflownet infer`.",
        ),
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Only tell; move nothing.")] = False,
) -> None:
    """Make a model the champion if the intervals allow it; exits with 1 if they do not.

    Judged are "loads and does what was asked" and "loads", prompt by prompt. A promoted model is kept in
    models/ beside the runs, and models/champion names it from then on.
    """
    from airflownet.evaluation.comparison.records import COMPARISON, read_comparison
    from airflownet.evaluation.promotion.shelf import ALIAS, read_champion, shelf_of
    from airflownet.locations import local_copy
    from airflownet.pipeline.challenge import CHALLENGER, compare_with_champion, decide_on, make_champion
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    chosen = load_recipe(recipe)
    folder = RunFolder(root) if root else RunFolder.of(chosen.name)
    shelf = shelf_of(folder.artifact_root())
    place = comparison or folder.finished("comparison") or folder.stage("evaluation")
    if ask_champion:
        asked = compare_with_champion(chosen, folder)
        if asked.is_champion_already:
            typer.echo("The model of this run is the champion already.")
            return
        place = asked.comparison
    models = [one.model for one in read_comparison(local_copy(place) / COMPARISON).models]
    rival = champion or _rival(models, has_champion=read_champion(shelf) is not None)
    decision = decide_on(chosen, place, challenger, rival)
    typer.echo(decision.words())
    if not decision.is_promoted:
        raise typer.Exit(1)
    if check:
        return
    if challenger != CHALLENGER and not model:
        raise InputError(
            f"--challenger {challenger} does not say which model that is", "name its folder with --model"
        )
    kept = make_champion(chosen, folder, decision, place, model=model, promoted_by=by)
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
        "add --ask-champion: it answers the same prompts first; or compare its answers with "
        "airflownet evaluate RUN --answers champion=FILE",
    )

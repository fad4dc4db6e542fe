"""A run's model against the present champion: the champion answers the same prompts, and both are compared.

This knows two stages, inference and evaluation, as ``order`` does. Without a champion the run's evaluation,
which holds the base model, is all it takes.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from airflownet.errors import GateNotMet
from airflownet.evaluation.promotion.gate import Decision
from airflownet.evaluation.promotion.shelf import Champion
from airflownet.locations import join, read_manifest
from airflownet.pipeline.run_folder import RunFolder
from airflownet.recipe import Recipe

log = logging.getLogger(__name__)

CHAMPION = "champion"
CHALLENGER = "tuned"
BASE = "base"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a decision is made from."""

    comparison: str
    """Location of the folder with ``comparison.json``."""
    rival: str
    """Whose place it is, as the comparison calls it."""
    is_champion_already: bool
    """True when the run's model is the present champion."""


def compare_with_champion(recipe: Recipe, folder: RunFolder, *, fresh: bool = False) -> Challenge:
    """Lets the champion answer the run's test prompts, where there is one, and compares.

    Args:
        recipe: its inference and evaluation blocks are used.
        folder: of a run whose evaluation has finished.
        fresh: answer and compare again, also where that was done.

    Raises:
        ArtifactError: the run's evaluation has not finished.
        ServerError: the server failed for good.
    """
    from airflownet.evaluation.comparison.stage import run as compare
    from airflownet.evaluation.promotion.shelf import ALIAS, read_champion, shelf_of
    from airflownet.inference.stage import run as infer

    evaluation = folder.stage("evaluation")
    read_manifest(evaluation)
    shelf = shelf_of(folder.artifact_root())
    champion = read_champion(shelf)
    if champion is None:
        return Challenge(evaluation, BASE, is_champion_already=False)
    if champion.content_sha256 == read_manifest(folder.stage("training"))["content_sha256"]:
        return Challenge(evaluation, BASE, is_champion_already=True)
    model = str(shelf / ALIAS)
    own_base = (shelf / ALIAS / "base.gguf").is_file()
    base = model if own_base else folder.stage(recipe.base_model_stage)
    log.info("The champion %s answers the test prompts", champion.folder)
    answered = infer(
        recipe.inference.model_copy(
            update={"models": ("tuned",), "arms": (), "shipped": False}
        ),  # nothing else is compared
        folder.stage("dataset"),
        base,
        model,
        folder.stage("champion_inference"),
        fresh=fresh,
    )
    result = compare(
        recipe.evaluation,
        [(CHAMPION, join(answered.location, "generations.parquet"))],
        folder.stage("comparison"),
        dataset=folder.stage("dataset"),
        inference=folder.stage("inference"),
        mining=folder.finished("mining"),
        lines=(recipe.evaluation.airflow,),
        fresh=fresh,
    )
    return Challenge(result.location, CHAMPION, is_champion_already=False)


def decide_on(recipe: Recipe, comparison: str, challenger: str, rival: str) -> Decision:
    """Returns what the recipe's gate says of a finished comparison.

    Raises:
        ArtifactError: there is no ``comparison.json``.
        InputError: one of the two was not compared.
    """
    from airflownet.evaluation.comparison.records import COMPARISON, read_comparison
    from airflownet.evaluation.promotion.gate import decide
    from airflownet.locations import local_copy

    found = read_comparison(local_copy(comparison) / COMPARISON)
    return decide(found, challenger, rival, recipe.promotion)


def make_champion(
    recipe: Recipe,
    folder: RunFolder,
    decision: Decision,
    comparison: str,
    *,
    model: str = "",
    promoted_by: str = "gate",
) -> Champion:
    """Moves the alias to the challenger.

    Args:
        recipe: gives the run's own model its name.
        folder: of the run.
        decision: of the gate.
        comparison: what it was made from.
        model: folder of the challenger's model; empty for the run's own.
        promoted_by: ``gate`` or a person.

    Raises:
        GateNotMet: the gate did not let it pass; nothing moves.
        InputError: the comparison is about another model than the run holds now.
    """
    if not decision.is_promoted:
        raise GateNotMet(decision.words(), "train a better model; the alias stays as it is")
    from airflownet.evaluation.promotion.evidence import require_same_model
    from airflownet.evaluation.promotion.shelf import promote, shelf_of

    trained = model or folder.stage("training")
    is_own = decision.challenger == CHALLENGER
    if is_own:
        require_same_model(comparison, folder.stage("inference"), trained)
    told = tuple(f"{one.name}: {one.told}" for one in decision.checks)
    shelf = shelf_of(folder.artifact_root())
    name = recipe.name if is_own else decision.challenger
    return promote(shelf, trained, name=name, beaten=decision.champion, checks=told, promoted_by=promoted_by)

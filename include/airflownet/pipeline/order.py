"""The order of the stages for Python and the command line; in Airflow ``airflownet_pipeline`` wires the same.

``run_pipeline(load_recipe("laptop"), "artifacts")`` leaves every stage in ``artifacts/laptop/<stage>``. What
is finished with equal settings is skipped, so an interrupted run goes on when it is started again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from airflownet.artifacts import StageResult
from airflownet.pipeline.run_folder import RunFolder
from airflownet.recipe import Recipe

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PipelineRun:
    """What every stage of one run shares."""

    recipe: Recipe
    folder: RunFolder
    fresh: bool

    @property
    def base_model(self) -> str:
        """Where ``base.gguf`` stands."""
        return self.folder.stage(self.recipe.base_model_stage)


Step = Callable[[PipelineRun], StageResult | None]


def run_pipeline(
    recipe: Recipe,
    artifact_root: str = "",
    *,
    changes: Mapping[str, Any] | None = None,
    fresh: bool = False,
) -> list[StageResult]:
    """Runs every stage that the recipe asks for, one after the other; each is told in the log.

    Args:
        recipe: the settings of every stage.
        artifact_root: path or URL below which the run has its folder. Empty: ``AIRFLOWNET_ARTIFACTS``, else
            ``artifacts``.
        changes: dotted fields of the recipe with other values; such a run has a folder of its own, see
            ``Recipe.folder_name``.
        fresh: run every stage again, also those that are finished with equal settings.

    Returns:
        The result of each stage, the evaluation last.

    Raises:
        RecipeError: a change names no field, or its value is out of range.
        GateNotMet: the dataset misses a threshold of the recipe's ``dataset.quality``.
        AirflowNetError: a stage failed; what was finished before stays finished.
    """
    changed = dict(changes or {})
    chosen, name = recipe.with_changes(changed), recipe.folder_name(changed)
    this = PipelineRun(chosen, RunFolder.of(name, artifact_root), fresh)
    steps = steps_of(chosen)
    results: list[StageResult] = []
    for number, (stage, step) in enumerate(steps.items(), start=1):
        log.info("[%d/%d] %s", number, len(steps), stage)
        result = step(this)
        if result is not None:
            log.info("      %s", _summary(result))
            results.append(result)
    return results


def steps_of(recipe: Recipe) -> dict[str, Step]:
    """Returns what is done for a recipe, in order, by the name of the stage's folder."""
    steps: dict[str, Step] = {
        "mining": _mine,
        "judging": _judge,
        "instructions": _instruct,
        "dataset": _assemble,
        "base_model": _prepare_base,
        "training": _finetune,
        "inference": _infer,
        "magpie": _magpie,
        "evaluation": _evaluate,
        "grading": _grade,
        "report": _report,
    }
    left_out = {
        "base_model": recipe.base_model_stage != "base_model",
        "magpie": recipe.magpie is None,
        "grading": recipe.grading is None,
        "report": recipe.grading is None and recipe.people is None,
    }
    return {name: step for name, step in steps.items() if not left_out.get(name)}


def _summary(result: StageResult) -> str:
    counts = ", ".join(f"{name} {count:,}" for name, count in result.counts.items())
    return f"{'finished before' if result.skipped else f'finished in {result.seconds:.1f} s'}: {counts}"


def _mine(this: PipelineRun) -> StageResult:
    from airflownet.mining.rerun import run_again

    return run_again(this.recipe.mining, this.folder.stage("mining"), fresh=this.fresh)


def _judge(this: PipelineRun) -> StageResult:
    from airflownet.judge.stage import run

    at = this.folder.stage
    return run(this.recipe.judging, at("mining"), at("judging"), fresh=this.fresh)


def _instruct(this: PipelineRun) -> StageResult:
    from airflownet.instructions.stage import run

    at = this.folder.stage
    return run(this.recipe.instructions, at("mining"), at("instructions"), fresh=this.fresh)


def _assemble(this: PipelineRun) -> StageResult:
    from airflownet.dataset.quality_gate import require_quality
    from airflownet.dataset.stage import run

    at, settings = this.folder.stage, this.recipe.dataset
    result = run(
        settings,
        at("mining"),
        at("judging"),
        at("instructions"),
        at("dataset"),
        synthetic=at("magpie") if settings.mixture.magpie or settings.mixture.replay else None,
        fresh=this.fresh,
    )
    for check in require_quality(result.location, settings.quality):
        log.info("      %s: met", check.line())
    return result


def _prepare_base(this: PipelineRun) -> StageResult | None:
    from airflownet.training.base_stage import run

    at, base = this.folder.stage, this.recipe.training.base
    return run(base, this.recipe.seedling, at("dataset"), at("base_model"), fresh=this.fresh)


def _finetune(this: PipelineRun) -> StageResult:
    from airflownet.training.stage import run

    at = this.folder.stage
    own = at("base_model") if this.recipe.base_model_stage == "base_model" else ""
    return run(this.recipe.training, at("dataset"), own, at("training"), fresh=this.fresh)


def _infer(this: PipelineRun) -> StageResult:
    from airflownet.inference.stage import run

    at = this.folder.stage  # without a server, the stage starts one and ends it with itself
    inputs = (at("dataset"), this.base_model, at("training"))
    return run(this.recipe.inference, *inputs, at("inference"), fresh=this.fresh)


def _magpie(this: PipelineRun) -> StageResult | None:
    from airflownet.magpie.stage import run

    if this.recipe.magpie is None:
        return None
    at = this.folder.stage
    return run(this.recipe.magpie, this.base_model, at("magpie"), dataset=at("dataset"), fresh=this.fresh)


def _evaluate(this: PipelineRun) -> StageResult:
    from airflownet.evaluation.stage import run

    at = this.folder.stage
    return run(
        this.recipe.evaluation,
        at("dataset"),
        at("inference"),
        at("training"),
        this.base_model,
        at("evaluation"),
        mining=at("mining"),
        judging=at("judging"),
        instructions=at("instructions"),
        magpie=at("magpie"),
        fresh=this.fresh,
    )


def _grade(this: PipelineRun) -> StageResult | None:
    from airflownet.llm_judge.stage import run, told_cost

    settings, at = this.recipe.grading, this.folder.stage
    if settings is None:
        return None
    if cost := told_cost(settings, at("evaluation"), at("grading")):
        log.info("      %s", cost)
    result = run(settings, at("evaluation"), at("grading"), fresh=this.fresh)
    if result.counts["flags"]:
        log.warning("      the LLM judge is not to be believed; the report tells why")
    return result


def _report(this: PipelineRun) -> StageResult | None:
    from airflownet.evaluation.second_opinions.stage import run

    at, done = this.folder.stage, this.folder.finished
    grading = done("grading") if this.recipe.grading else ""
    people = done("people") if this.recipe.people else ""
    if this.recipe.people and not people:
        log.info("      people are asked in Airflow, by the DAG evaluate_models or airflownet_pipeline")
    if not grading and not people:
        return None
    return run(
        this.recipe.evaluation,
        at("evaluation"),
        at("report"),
        grading=grading,
        people=people,
        fresh=this.fresh,
    )

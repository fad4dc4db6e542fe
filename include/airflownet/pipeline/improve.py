"""The judge teaches the model, in rounds: draw, select, train, answer the validation split, compare.

A run's first model is the start. Every round stands in ``improve/round-N`` of the run: ``drawn``,
``dataset``, ``training``, ``validation`` (answers), ``evaluation`` (this and every earlier round beside the
start). The round that is best on the validation split answers the test split, once, at the end, beside the
start. Each step is a stage, so what is finished is skipped and a killed run goes on; nothing is drawn twice.

This knows the stages that it puts together, as ``order`` does.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from airflownet.artifacts import StageResult
from airflownet.errors import InputError
from airflownet.locations import local_copy, read_manifest
from airflownet.pipeline.run_folder import RunFolder
from airflownet.recipe import Recipe

log = logging.getLogger("airflownet.stage")

FOLDER: Final = "improve"
START: Final = "start"
"""Name of the model before the first round in every comparison."""
GENERATIONS: Final = "generations.parquet"


@dataclass(frozen=True, slots=True)
class Improving:
    """One run that is improved: recipe, folder, and the model that it starts from."""

    recipe: Recipe
    folder: RunFolder
    start: str = ""
    """Folder with ``adapter.gguf``; empty for the run's own training."""
    fresh: bool = False

    @property
    def rounds(self) -> range:
        """Numbers of the rounds."""
        return range(1, self.recipe.improve.rounds + 1)

    @property
    def base_model(self) -> str:
        """Where ``base.gguf`` stands."""
        return self.folder.stage(self.recipe.base_model_stage)

    def place(self, number: int, what: str) -> str:
        """Returns where a part of a round stands; of round 0 the start's."""
        name = f"round-{number}" if number else START
        return self.folder.stage(f"{FOLDER}/{name}/{what}")

    def model(self, number: int) -> str:
        """Returns the folder of the adapter that a round has trained; of round 0 the start."""
        return self.place(number, "training") if number else self.folder.stage("training", self.start)

    def name(self, number: int) -> str:
        """Returns a round's name in comparisons."""
        return f"round-{number}" if number else START

    def draw(self, number: int) -> StageResult:
        """Draws answers to training prompts with the model of the round before."""
        from airflownet.improvement.draw_stage import run

        return run(
            self.recipe.improve.drawing,
            self.folder.stage("dataset"),
            self.base_model,
            self.model(number - 1),
            self.place(number, "drawn"),
            fresh=self.fresh,
        )

    def select(self, number: int) -> StageResult:
        """Judges what this and the earlier rounds drew; leaves the dataset of the round.

        Raises:
            InputError: not one answer is good enough: the training would be the first one again.
        """
        from airflownet.improvement.select_stage import run

        result = run(
            self.recipe.improve.selection,
            self.folder.stage("dataset"),
            [self.place(one, "drawn") for one in range(1, number + 1)],
            self.place(number, "dataset"),
            fresh=self.fresh,
        )
        if not result.counts["new_rows"]:
            dropped = read_manifest(result.location)["funnel"]["dropped"]
            told = ", ".join(f"{reason} {count:,}" for reason, count in sorted(dropped.items()))
            raise InputError(
                f"round {number}: none of {result.counts['listed']:,} answers may be trained on ({told})",
                "draw more (improve.drawing.max_prompts, answers_per_prompt), or lower "
                "improve.selection.min_asked_for; fates.parquet tells the end of each answer",
            )
        return result

    def train(self, number: int) -> StageResult:
        """Fine-tunes the base on the dataset of the round, from the beginning."""
        from airflownet.training.stage import run

        steps = self.recipe.improve.max_steps
        settings = self.recipe.training
        if steps is not None:
            settings = settings.model_copy(update={"max_steps": steps})
        own = self.folder.stage("base_model") if self.recipe.base_model_stage == "base_model" else ""
        return run(
            settings, self.place(number, "dataset"), own, self.place(number, "training"), fresh=self.fresh
        )

    def answer(self, number: int) -> StageResult:
        """Answers the validation split with the model of a round, as the recipe's inference does."""
        return self._infer(number, "validation", self.place(number, "validation"))

    def compare(self, number: int) -> StageResult:
        """Compares this round, the earlier ones and the start on the validation split."""
        from airflownet.evaluation.comparison.stage import run
        from airflownet.improvement.select_stage import PROMPTS

        prompts = local_copy(self.place(1, "dataset")) / PROMPTS
        answers = [self._answers(one, self.place(one, "validation")) for one in range(number + 1)]
        place = self.place(number, "evaluation")
        return run(self.recipe.evaluation, answers, place, prompts=str(prompts), fresh=self.fresh)

    def best(self, *, or_start: bool) -> int:
        """Returns the round that is best on the validation split; 0 for the start, where it may be that.

        Judged by the share that loads and does what was asked, then by the share that loads; of equals the
        earlier: a round that gains nothing is not worth a model.
        """
        from airflownet.evaluation.comparison.measures import HEADLINE, LOADS
        from airflownet.evaluation.comparison.records import COMPARISON, read_comparison

        last = self.place(self.rounds[-1], "evaluation")
        found = read_comparison(local_copy(last) / COMPARISON)

        def worth(number: int) -> tuple[float, float, int]:
            rates = [found.rate(measure, self.name(number)) for measure in (HEADLINE, LOADS)]
            shares = [rate.share.rate if rate and rate.share else 0.0 for rate in rates]
            return shares[0], shares[1], -number

        return max((0, *self.rounds) if or_start else self.rounds, key=worth)

    def test(self, number: int) -> StageResult:
        """Answers the test split with the start and with one round, and compares them."""
        from airflownet.evaluation.comparison.stage import run

        answers = []
        for one in (0, number):
            place = self.place(one, "test")
            self._infer(one, "test", place)
            answers.append(self._answers(one, place))
        return run(
            self.recipe.evaluation,
            answers,
            self.folder.stage(f"{FOLDER}/test"),
            dataset=self.folder.stage("dataset"),
            fresh=self.fresh,
        )

    def _answers(self, number: int, place: str) -> tuple[str, str]:
        return self.name(number), str(local_copy(place) / GENERATIONS)

    def _infer(self, number: int, split: str, place: str) -> StageResult:
        from airflownet.inference.stage import run

        changes = {"split": split, "models": ("tuned",), "server": "managed", "arms": (), "shipped": False}
        return run(
            self.recipe.inference.model_copy(update=changes),
            self.folder.stage("dataset"),
            self.base_model,
            self.model(number),
            place,
            fresh=self.fresh,
        )


def improve(this: Improving) -> StageResult:
    """Runs every round, tests the best one, and leaves the summary; what is finished is skipped.

    Raises:
        InputError: a round found nothing to train on.
        AirflowNetError: a stage failed; what was finished before stays finished.
    """
    from airflownet.pipeline.improve_summary import summarise

    read_manifest(this.folder.stage("dataset"))
    _told("start: validation", this.answer(0))
    for number in this.rounds:
        for name, step in (
            ("draw", this.draw),
            ("select", this.select),
            ("train", this.train),
            ("validation", this.answer),
            ("compare", this.compare),
        ):
            _told(f"round {number}/{this.rounds[-1]}: {name}", step(number))
    best = this.best(or_start=False)
    log.info("best round on the validation split: %s", this.name(best))
    _told("test", this.test(best))
    return summarise(this)


def _told(what: str, result: StageResult) -> None:
    counts = ", ".join(f"{name} {count:,}" for name, count in list(result.counts.items())[:8])
    state = "finished before" if result.skipped else f"finished in {result.seconds:.1f} s"
    log.info("[%s] %s: %s", what, state, counts)


def improving(
    recipe: Recipe, artifact_root: str = "", *, start: str = "", rounds: int = 0, fresh: bool = False
) -> Improving:
    """Returns the run of a recipe that is to be improved.

    Args:
        recipe: its ``improve`` block says how.
        artifact_root: as for ``run_pipeline``.
        start: folder with ``adapter.gguf`` to begin with; empty for the run's own training.
        rounds: instead of the recipe's; 0 leaves them.
        fresh: do everything again, also what is finished.
    """
    changes = {"improve.rounds": rounds} if rounds else {}
    return Improving(recipe.with_changes(changes), RunFolder.of(recipe.name, artifact_root), start, fresh)


__all__ = ["FOLDER", "START", "Improving", "improve", "improving"]

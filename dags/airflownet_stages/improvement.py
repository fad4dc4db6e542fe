"""Rounds in which the judge teaches the model: draw, select, train, answer, compare, each a task."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from airflownet_provider.stage_run import StageRun, stage_run

MOST_ROUNDS = 3
"""What the settings allow; rounds beyond the recipe's or the form's are skipped."""


def improvement_params() -> dict[str, Param]:
    """Returns the form's fields: how many rounds, how many prompts, where to start."""
    return {
        "rounds": Param(
            None,
            type=["null", "integer"],
            minimum=1,
            maximum=MOST_ROUNDS,
            title="Rounds",
            description_md="Empty: as the recipe says. Each round draws with the model of the one before.",
        ),
        "prompts": Param(
            None,
            type=["null", "integer"],
            minimum=0,
            title="Training prompts",
            description_md="How many are asked, families in turns. Empty: as the recipe says; 0: all.",
        ),
        "training": Param(
            None,
            type=["null", "string"],
            title="Model to start with",
            description_md="Folder with `adapter.gguf`. Empty: what this recipe's run trained.",
            section="Advanced",
        ),
    }


def _improving(this: StageRun) -> Any:
    from airflownet.locations import join
    from airflownet.pipeline.improve import Improving
    from airflownet.pipeline.run_folder import RunFolder

    fields = {"rounds": "improve.rounds", "prompts": "improve.drawing.max_prompts"}
    changes = {to: this.params[name] for name, to in fields.items() if this.params.get(name) is not None}
    recipe, folder = this.recipe.with_changes(changes), RunFolder(join(this.root, this.folder))
    return Improving(recipe, folder, str(this.params.get("training") or ""), this.fresh)


@task.gpu(doc_md="Answers the validation split with the model that the rounds start from.")
def answer_before() -> str:
    """Returns the location of the answers."""
    with stage_run() as this:
        return this.done(_improving(this).answer(0))


def _done(step: str, number: int) -> str:
    with stage_run() as this:
        improving = _improving(this)
        if number not in improving.rounds:
            raise AirflowSkipException(f"{improving.rounds[-1]} rounds were asked for")
        return this.done(getattr(improving, step)(number))


@task.gpu(doc_md="Draws answers to training prompts; what the ledger holds is not drawn again.")
def draw(number: int) -> str:
    """Returns the location of the drawn answers."""
    return _done("draw", number)


@task(
    doc_md="Judges the drawn answers and leaves the dataset of the round; tells why each other was dropped."
)
def select(number: int) -> str:
    """Returns the location of the round's dataset."""
    return _done("select", number)


@task.gpu(doc_md="Fine-tunes the base on the dataset of the round, from the beginning.")
def train(number: int) -> str:
    """Returns the location of the round's adapter."""
    return _done("train", number)


@task.gpu(doc_md="Answers the validation split with the round's model.")
def answer(number: int) -> str:
    """Returns the location of the answers."""
    return _done("answer", number)


@task(doc_md="Compares this round, the earlier ones and the start on the validation split.")
def compare(number: int) -> str:
    """Returns the location of the comparison."""
    return _done("compare", number)


@task_group(tooltip="One round: drawn, selected, trained on, evaluated on the validation split")
def one_round(number: int) -> None:
    """Wires a round."""
    drawn, selected, trained = draw(number), select(number), train(number)
    drawn >> selected >> trained >> answer(number) >> compare(number)


@task.gpu(
    trigger_rule="none_failed",
    doc_md="Answers the test split with the start and the round that is best on the validation split.",
)
def answer_test_split() -> str:
    """Returns the location of the comparison."""
    with stage_run() as this:
        improving = _improving(this)
        return this.done(improving.test(improving.best(or_start=False)))


@task(doc_md="Leaves the tables of all rounds, with intervals and what a gamed reward would show.")
def summarise() -> str:
    """Returns the location of ``summary.html``."""
    from airflownet.pipeline.improve_summary import summarise as write_summary

    with stage_run() as this:
        return this.done(write_summary(_improving(this)))

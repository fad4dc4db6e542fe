"""Training: a person's approval where that is asked for, the run's own base model, and the adapter."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, task

from airflownet_provider.stage_run import stage_run
from airflownet_stages.approval import approval_or_none

APPROVE = "approve_training"
NO_APPROVAL = "training_needs_no_approval"


def ask_before_training_param() -> Param:
    """Returns the form's field that puts a person before the training."""
    return Param(
        False,
        type="boolean",
        title="Ask before training",
        description_md="Wait for a person's approval before a training that has something to do. The "
        "recipe's `ask_before_training` does the same for runs that nobody triggers.",
        section="Advanced",
    )


@task.branch(
    doc_md="Goes by a person's approval when recipe or form asks for it and there is something to train."
)
def plan_training(dataset: str = "") -> str:
    """Returns the task to go on with; pushes what the training would be as XCom ``plan``."""
    from airflownet.locations import read_manifest
    from airflownet.training.pending import is_pending

    with stage_run() as this:
        recipe, places = this.recipe, (this.location("base_model"), this.location("training"))
        dataset = this.input("dataset", dataset)
        counts = read_manifest(dataset)["counts"]
        rows = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        plan = {"recipe": recipe.name, "base": recipe.training.base.label, "rows": rows}
        this.context["ti"].xcom_push("plan", plan)
        asks = recipe.ask_before_training or this.params.get("ask_before_training")
        needs = asks and (this.fresh or is_pending(recipe.training, recipe.seedling, dataset, *places))
        return APPROVE if needs else NO_APPROVAL


def training_approval() -> list[Any]:
    """Returns the two ways past the decision: a person's approval, or none needed."""
    plan = "ti.xcom_pull(task_ids='plan_training', key='plan')"
    return approval_or_none(
        (APPROVE, NO_APPROVAL),
        subject="Train now?",
        body=(
            f"Recipe `{{{{ {plan}['recipe'] }}}}` would fine-tune `{{{{ {plan}['base'] }}}}`. "
            f"The dataset has: {{{{ {plan}['rows'] }}}}. "
            "Rejecting it skips the training, and the evaluation after it."
        ),
        waits_for="approve the GPU hours",
    )


@task.gpu(
    doc_md="Trains the small base model from scratch or fetches the recipe's, where the run has its own."
)
def train_base(dataset: str = "") -> str:
    """Returns the location of the base model's folder, empty when the recipe uses a folder or a hub id."""
    from airflownet.training.base_stage import run

    with stage_run() as this:
        base, seedling = this.recipe.training.base, this.recipe.seedling
        dataset = this.input("dataset", dataset)
        result = run(base, seedling, dataset, this.location("base_model"), fresh=this.fresh)
        return this.done(result) if result else ""


@task.gpu(doc_md="Fine-tunes the base with QLoRA on the training split; loss on the answers only.")
def finetune(base_model: str, dataset: str = "") -> str:
    """Returns the location of the adapter's folder."""
    from airflownet.training.stage import run

    with stage_run() as this:
        dataset = this.input("dataset", dataset)
        result = run(this.recipe.training, dataset, base_model, this.location("training"), fresh=this.fresh)
        return this.done(result, dataset=dataset, base_model=base_model)

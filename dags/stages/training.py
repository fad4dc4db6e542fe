"""Training: the base model (where the recipe trains its own) and the QLoRA adapter, both as GGUF."""

from __future__ import annotations

from airflow.sdk import task

from airflownet_provider.stage_run import stage_run


@task.gpu(doc_md="Trains the small base model from scratch, where the recipe asks for one.")
def train_base(dataset: str) -> str:
    """Returns the location of the base model's folder, empty when the recipe uses a published base."""
    from airflownet.training.seedling_stage import run

    with stage_run() as this:
        if this.recipe.seedling is None:
            return ""
        return this.done(run(this.recipe.seedling, dataset, this.location("base_model"), fresh=this.fresh))


@task.gpu(doc_md="Fine-tunes the base with QLoRA on the training split; loss on the answers only.")
def finetune(dataset: str, base_model: str) -> str:
    """Returns the location of the adapter's folder."""
    from airflownet.training.stage import run

    with stage_run() as this:
        return this.done(
            run(this.recipe.training, dataset, base_model, this.location("training"), fresh=this.fresh)
        )

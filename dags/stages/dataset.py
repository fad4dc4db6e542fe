"""Dataset: families of near-identical DAGs, split so that none crosses, with the proof."""

from __future__ import annotations

from airflow.sdk import task

from airflownet_provider.stage_run import stage_run


@task(doc_md="Assembles the dataset and proves that its splits do not leak.")
def assemble(dag_files: str, verdicts: str, instructions: str) -> str:
    """Returns the location of the dataset's folder."""
    from airflownet.dataset.stage import run

    with stage_run() as this:
        return this.done(
            run(
                this.recipe.dataset,
                dag_files,
                verdicts,
                instructions,
                this.location("dataset"),
                fresh=this.fresh,
            )
        )

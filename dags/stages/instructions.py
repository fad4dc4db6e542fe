"""Instructions: what a user would have asked for to get each mined DAG."""

from __future__ import annotations

from airflow.sdk import task

from airflownet_provider.stage_run import stage_run


@task(doc_md="Writes instructions in several phrasings for every mined DAG.")
def instruct(dag_files: str) -> str:
    """Returns the location of ``instructions.parquet``'s folder."""
    from airflownet.instructions.stage import run

    with stage_run() as this:
        return this.done(
            run(this.recipe.instructions, dag_files, this.location("instructions"), fresh=this.fresh)
        )

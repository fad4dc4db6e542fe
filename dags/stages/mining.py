"""Mining: DAG files from the recipe's sources, and what the judge says of each."""

from __future__ import annotations

from airflow.sdk import task

from airflownet_provider.stage_run import stage_run


@task(pool="github_api", doc_md="Collects DAG files with provenance and licence; see `mining/NOTICE.md`.")
def mine() -> str:
    """Returns the location of ``dag_files.parquet``'s folder."""
    from airflownet.mining.stage import run

    with stage_run() as this:
        return this.done(run(this.recipe.mining, this.location("mining"), fresh=this.fresh))


@task(doc_md="Labels each mined file: does it load on the Airflow line?")
def judge(dag_files: str) -> str:
    """Returns the location of ``verdicts.parquet``'s folder."""
    from airflownet.judge.stage import run

    with stage_run() as this:
        return this.done(run(this.recipe.judging, dag_files, this.location("judging"), fresh=this.fresh))

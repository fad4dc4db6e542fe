"""Mining: DAG files from the recipe's sources, and what the judge says of each."""

from __future__ import annotations

from typing import Any

from airflow.sdk import get_current_context, task

from airflownet_provider.stage_run import stage_run


@task.github_api(doc_md="Fixes what is mined tonight (releases, GitHub's commits) and cuts it into shards.")
def plan() -> list[dict[str, Any]]:
    """Returns the shards, each a dict of ``airflownet.mining.fetch_plan.FetchPart``."""
    from dataclasses import asdict

    from airflownet.mining.fetch_plan import plan_fetch

    with stage_run() as this:
        this.log_watermarks()
        return [asdict(part) for part in plan_fetch(this.recipe.mining)]


@task.github_api(
    map_index_template="{{ shard_label }}",
    doc_md="Brings one shard into the cache; defers while GitHub's rate limit is spent.",
)
def fetch(shard: dict[str, Any]) -> dict[str, int]:
    """Returns counts of files and requests."""
    from airflownet.mining.fetch_plan import FetchPart, fetch_part

    part = FetchPart(**shard)
    context: Any = get_current_context()
    context["shard_label"] = part.label
    with stage_run() as this:
        return fetch_part(this.recipe.mining, part)


@task.github_api(doc_md="Collects DAG files with provenance and licence; see `mining/NOTICE.md`.")
def mine(shards: list[dict[str, Any]] | None = None) -> str:
    """Returns the location of ``dag_files.parquet``'s folder."""
    from airflownet.mining.fetch_plan import FetchPart, with_snapshots
    from airflownet.mining.rerun import run_again

    with stage_run() as this:
        settings = with_snapshots(this.recipe.mining, [FetchPart(**shard) for shard in shards or ()])
        result = run_again(settings, this.location("mining"), date=this.partition, fresh=this.fresh)
        this.set_watermarks(result)
        return this.done(result)


@task(doc_md="Cuts the files into ranges for the workers; none when one task can judge them all.")
def plan_judging(dag_files: str) -> list[dict[str, int]]:
    """Returns the shards that are still to be judged, each a dict of ``airflownet.judge.shards.Shard``."""
    from airflownet.artifacts import would_run
    from airflownet.judge.shards import plan_shards
    from airflownet.judge.stage import run

    with stage_run() as this:
        settings, output = this.recipe.judging, this.location("judging")
        has_work = this.fresh or would_run(lambda: run(settings, dag_files, output))
        return plan_shards(settings, dag_files) if has_work else []


@task(
    map_index_template="{{ shard_label }}",
    doc_md="Judges one range of the files and leaves the rows beside the stage's output.",
)
def judge_shard(dag_files: str, shard: dict[str, int]) -> dict[str, int]:
    """Returns the counts of the range."""
    from airflownet.judge.shards import Shard, run_shard

    context: Any = get_current_context()
    context["shard_label"] = f"{shard['start']} to {shard['stop']}"
    with stage_run() as this:
        output = this.location("judging")
        return run_shard(this.recipe.judging, dag_files, output, Shard(**shard)).counts


@task(doc_md="Labels each mined file: does it load on the Airflow line?")
def judge(dag_files: str) -> str:
    """Returns the location of ``verdicts.parquet``'s folder."""
    from airflownet.judge.stage import run

    with stage_run() as this:
        result = run(this.recipe.judging, dag_files, this.location("judging"), fresh=this.fresh)
        return this.done(result, mining=dag_files)

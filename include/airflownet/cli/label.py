"""``airflownet label``: the judging stage; a verdict for every mined file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflownet.artifacts import StageResult


def label(
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `judging:` block is used.")
    ] = "laptop",
    airflow: Annotated[
        str, typer.Option(help="Airflow line to judge for, for example 2.10. Default: as the recipe says.")
    ] = "",
    dag_files: Annotated[
        str,
        typer.Option(
            help="Output folder of `airflownet mine`, with `dag_files.parquet`. "
            "Default: artifacts/RECIPE/mining."
        ),
    ] = "",
    output: Annotated[
        str,
        typer.Option(
            help="Folder or URL to write; a finished, equal one is left as it is. "
            "Default: artifacts/RECIPE/judging."
        ),
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Run even when a finished output is there.")] = False,
) -> None:
    """Label every mined file: does it load, on the recipe's Airflow line and on every other?

    Writes verdicts.parquet, which `airflownet dataset` asks for, and labels.parquet, a row for each file with
    the lines it loads on. Nothing is executed. Files that fail are labelled, not refused: exit 0.

    From a folder of DAGs to a dataset:

    \b
      airflownet mine --folder ~/dags --licence LicenseRef-Proprietary
      airflownet label
      airflownet instruct
      airflownet dataset

    To check DAG files of yours, without a dataset: `airflownet judge`.
    """  # noqa: D301 - \b keeps typer from joining the lines of the example
    from airflownet.judge.stage import run
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    loaded = load_recipe(recipe)
    if airflow:
        loaded = loaded.with_changes({"airflow": airflow})
    folder = RunFolder.of(loaded.name)
    mined, place = folder.stage("mining", dag_files), folder.stage("judging", output)
    _tell(run(loaded.judging, mined, place, fresh=fresh), loaded.judging.airflow)


def _tell(result: StageResult, airflow: str) -> None:
    from airflownet.locations import read_manifest

    counts, facts = result.counts, read_manifest(result.location)["facts"]
    typer.echo(
        f"{counts['loads']} of {counts['listed']} DAG files load on Airflow {airflow}, "
        f"{counts['fails']} fail, {counts['unknown']} cannot be known"
        f"{' (finished before)' if result.skipped else f' in {result.seconds:.1f} s'}: {result.location}"
    )
    if lines := facts.get("loads_on"):
        typer.echo("by line: " + ", ".join(f"{line}: {count}" for line, count in lines.items()))

"""``airflownet run``: every stage of a recipe, one after the other, without Airflow."""

from __future__ import annotations

from typing import Annotated, Any

import typer


def run(
    recipe: Annotated[str, typer.Argument(help="Recipe name or path of a YAML file.", show_default=False)],
    artifact_root: Annotated[
        str,
        typer.Option(
            help="Folder or URL below which the run keeps its folder, RECIPE/STAGE. "
            "Default: AIRFLOWNET_ARTIFACTS, else artifacts."
        ),
    ] = "",
    airflow: Annotated[
        str, typer.Option(help="Airflow line to judge for, for example 2.10. Default: as the recipe says.")
    ] = "",
    max_test_samples: Annotated[
        int | None,
        typer.Option(
            help="How many test prompts both models answer. Default: as the recipe says.", min=2, max=100_000
        ),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run every stage again, also those that are finished.")
    ] = False,
) -> None:
    """Run every stage of a recipe: mine, label, instruct, dataset, train, infer, evaluate.

    The same stages in the same folders as the DAG `airflownet_pipeline`; with --airflow or
    --max-test-samples the run has a folder of its own, named after them. A llama-server is started for
    the answers and stopped after them. Finished stages are skipped: after Ctrl-C or a failure, give the
    same command again. Ends with 1 when the dataset misses a threshold of the recipe.

    Try it: `airflownet setup`, then `airflownet run laptop`; no GPU and no keys are needed.
    """
    from airflownet.cli.evaluate import show_report
    from airflownet.pipeline.order import run_pipeline
    from airflownet.recipe import load_recipe

    changes: dict[str, Any] = {"airflow": airflow} if airflow else {}
    if max_test_samples is not None:
        changes["dataset.max_test_samples"] = max_test_samples
    results = run_pipeline(load_recipe(recipe), artifact_root, changes=changes, fresh=fresh)
    show_report(results[-1].location)

"""``airflownet evaluate``: judges the answers of a run and writes the report."""

from __future__ import annotations

from typing import Annotated

import typer

from airflownet.errors import InputError


def evaluate(
    root: Annotated[
        str,
        typer.Argument(
            help="Folder or URL of a run: it holds dataset/, inference/, training/ and base_model/. "
            "Default: artifacts/RECIPE.",
            show_default=False,
        ),
    ] = "",
    recipe: Annotated[
        str,
        typer.Option(
            help="Recipe whose evaluation settings are used: a name in recipes/ or the path of a file."
        ),
    ] = "laptop",
    airflow: Annotated[
        str,
        typer.Option(
            help="Airflow line to judge for, for example 3.3; empty: as the recipe says. With --answers "
            "also several "
            "(2.9,3.3), or `sample` for the line each prompt names (the default without a run folder)."
        ),
    ] = "",
    output: Annotated[str, typer.Option(help="Folder or URL to write; empty: evaluation/ of the run.")] = "",
    answers: Annotated[
        list[str] | None,
        typer.Option(
            help="Compare any models: NAME=answers.jsonl, once for each. Rows hold prompt_id (or the prompt) "
            "and completion or messages; the generations.parquet of an inference stage is read too. Without "
            "NAME each row's `model` is taken. With a run folder the answers of its inference stage and its "
            "ground truth are compared too."
        ),
    ] = None,
    prompts: Annotated[
        str,
        typer.Option(
            help="With --answers: JSONL of prompts (id, prompt, perhaps airflow, family, code of the real "
            "file). "
            "Empty: those of the run's dataset, or those in the answers."
        ),
    ] = "",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run also when a finished, equal output is there.")
    ] = False,
) -> None:
    """Judge base, tuned and ground truth alike, and write table, report.html, report.md and plots.

    With --answers: judge and compare any number of models, without training anything.
    """
    if answers:
        _compare(root, recipe, airflow, answers, prompts, output, fresh=fresh)
        return
    if prompts:
        raise InputError("--prompts is given without --answers", "add --answers NAME=answers.jsonl")
    from airflownet.evaluation.stage import run
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    chosen = load_recipe(recipe)
    if airflow:
        chosen = chosen.with_changes({"airflow": airflow})
    folder = RunFolder(root) if root else RunFolder.of(chosen.name)
    result = run(
        chosen.evaluation,
        folder.stage("dataset"),
        folder.stage("inference"),
        folder.finished("training"),
        folder.finished(chosen.base_model_stage),
        folder.stage("evaluation", output),
        mining=folder.finished("mining"),
        judging=folder.finished("judging"),
        instructions=folder.finished("instructions"),
        magpie=folder.finished("magpie"),
        fresh=fresh,
    )
    show_report(result.location)


def _compare(
    root: str, recipe: str, airflow: str, answers: list[str], prompts: str, output: str, *, fresh: bool
) -> None:
    from airflownet.evaluation.comparison.answer_files import split_argument
    from airflownet.evaluation.comparison.records import COMPARISON, read_comparison
    from airflownet.evaluation.comparison.report_tables import terminal_lines
    from airflownet.evaluation.comparison.stage import SAMPLE_LINE, run
    from airflownet.locations import local_copy
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    chosen = load_recipe(recipe)
    folder = RunFolder(root) if root else None
    dataset = folder.finished("dataset") if folder else ""
    if folder and not dataset and not prompts:
        raise InputError(
            f"{root} holds no finished dataset stage",
            "name the folder of a run, give --prompts, or leave the folder out",
        )
    lines = tuple(line.strip() for line in airflow.split(",") if line.strip())
    result = run(
        chosen.evaluation,
        [split_argument(one) for one in answers],
        output or (folder.stage("comparison") if folder else RunFolder.of("comparison").location),
        prompts=prompts,
        dataset=dataset,
        inference=folder.finished("inference") if folder else "",
        mining=folder.finished("mining") if folder else "",
        lines=lines or ((chosen.evaluation.airflow,) if folder else (SAMPLE_LINE,)),
        fresh=fresh,
    )
    place = local_copy(result.location)
    found = read_comparison(place / COMPARISON)
    typer.echo(terminal_lines(found))
    typer.echo(f"Report: {place / 'report.html'}")


def show_report(location: str) -> None:
    """Prints the table of a finished evaluation, and where its report is."""
    import shutil
    import sys

    from airflownet.evaluation.summary import read_summary
    from airflownet.evaluation.terminal_table import terminal_table
    from airflownet.locations import local_copy

    folder = local_copy(location)
    width = max(80, min(120, shutil.get_terminal_size((100, 24)).columns))
    typer.echo(terminal_table(read_summary(folder / "summary.json"), width=width, colour=sys.stdout.isatty()))
    typer.echo(f"Report: {folder / 'report.html'}")

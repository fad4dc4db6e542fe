"""``airflownet instruct``: writes what a user would have asked for to get each DAG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflownet.instructions.settings import InstructionSettings


def instruct(
    file: Annotated[
        Path | None,
        typer.Argument(help="A DAG file: print its instructions and write nothing.", show_default=False),
    ] = None,
    recipe: Annotated[
        str, typer.Option(help="Recipe name or path of a YAML file; its `instructions:` block is used.")
    ] = "laptop",
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
            "Default: artifacts/RECIPE/instructions."
        ),
    ] = "",
    server: Annotated[
        str, typer.Option(help="Address of a llama-server for a `llama` writer. Default: one is started.")
    ] = "",
    plan: Annotated[
        bool, typer.Option("--plan", help="Only tell what Claude would be asked, and what it costs at most.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run even when a finished output is there.")] = False,
) -> None:
    """Write what a user would have asked for to get each DAG.

    The describer writes without any model. A recipe with `model_writer: llama` or `claude` lets a language
    model write as well; Claude needs ANTHROPIC_API_KEY, and a budget in the recipe.

    Try it on one file: `airflownet instruct dags/mine_dags.py`. Exits 1 when that file gives no
    instruction: it does not parse, defines no DAG, or leaves nothing to tell.
    """
    if file is not None:
        _print_one(file)
        return
    from airflownet.instructions.stage import run
    from airflownet.pipeline.run_folder import RunFolder
    from airflownet.recipe import load_recipe

    loaded = load_recipe(recipe)
    settings, folder = loaded.instructions, RunFolder.of(loaded.name)
    dag_files, output = folder.stage("mining", dag_files), folder.stage("instructions", output)
    if plan:
        _print_plan(settings, dag_files, output)
        return
    result = run(settings, dag_files, output, server=server or None, fresh=fresh)
    counts = result.counts
    typer.echo(
        f"{counts['instructions']} instructions for {counts['kept']} of {counts['listed']} DAG files"
        f"{' (finished before)' if result.skipped else f' in {result.seconds:.1f} s'}: {result.location}"
    )


def _print_plan(settings: InstructionSettings, dag_files: str, output: str) -> None:
    from airflownet.instructions.claude_shards import plan

    found = plan(settings, dag_files, output, 1)
    typer.echo(
        f"{found.n_requests} requests to {settings.claude.model}, at most {found.most_usd:.2f} USD; "
        f"{found.paid_usd:.2f} USD paid before; budget {settings.claude.budget_usd:.2f} USD"
    )


def _print_one(file: Path) -> None:
    from airflownet.errors import InputError
    from airflownet.instructions.describer import describe
    from airflownet.instructions.settings import InstructionSettings
    from airflownet.judge.loader import load_source

    try:
        code = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{file} cannot be read: {error}", "give the path of a Python file in UTF-8"
        ) from None
    description = describe(load_source(code), file.name, InstructionSettings().bounds())
    if description.dropped:
        typer.echo(f"{file}: no instruction ({description.dropped})", err=True)
        raise typer.Exit(1)
    for view, text in description.texts.items():
        typer.secho(view, bold=True)
        typer.echo(f"{text}\n")

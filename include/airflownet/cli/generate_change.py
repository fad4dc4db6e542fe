"""``airflownet generate --edit`` and ``--migrate``: a file that is there, changed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from airflownet.cli.generate import draft_beside, keep
from airflownet.errors import InputError

if TYPE_CHECKING:
    from airflownet.generation.changing.change import Changed
    from airflownet.generation.place import Place
    from airflownet.generation.settings import GenerationSettings


def change_file(
    request: str,
    edit: Path | None,
    migrate: Path | None,
    airflow: str,
    model: str,
    server: str,
    api_key: str,
    settings: GenerationSettings,
    output: Path | None,
) -> int:
    """Changes the file, shows the difference on standard output, and returns the exit code.

    The file itself is never written, only ``output`` is, and only when the result is good.

    Raises:
        InputError: the file cannot be read.
    """
    path = edit or migrate
    assert path is not None
    try:
        code = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}", "give a DAG file in UTF-8") from None
    from airflownet.generation.place import place_of

    place = place_of(path)
    changed = asyncio.run(
        _change(code, request, migrate is not None, airflow, model, server, api_key, settings, place)
    )
    _tell(changed, path, airflow)
    if output is not None and changed.is_good:
        keep(output, changed.code)
        typer.echo(f"\n{output}", err=True)
    elif output is not None:
        beside = draft_beside(output)
        keep(beside, changed.code)
        typer.echo(f"\n{beside} (as far as it came; {output} is not touched)", err=True)
    return 0 if changed.is_good else 1


async def _change(
    code: str,
    request: str,
    migrates: bool,
    airflow: str,
    model: str,
    server: str,
    api_key: str,
    settings: GenerationSettings,
    place: Place,
) -> Changed:
    """Does by rule what rules can; a model is started only for what is left."""
    from airflownet.generation.changing.change import edit, migrate
    from airflownet.generation.model_source import NO_MODEL, model_files, open_model

    if migrates:
        by_rule = await migrate(code, airflow, settings, place=place)
    else:
        by_rule = await edit(code, request, airflow, settings, place=place)
    if by_rule.is_good:
        return by_rule
    if not server:
        try:
            model_files(model, or_shipped=False)
        except InputError:
            if model:
                raise
            typer.secho(f"note: there is no model for what is left; {NO_MODEL}", fg="yellow", err=True)
            return by_rule
    async with open_model(settings, model=model, server=server, api_key=api_key) as writing:
        if migrates:
            return await migrate(code, airflow, settings, writing, place)
        return await edit(code, request, airflow, settings, writing, place)


def _tell(changed: Changed, path: Path, airflow: str) -> None:
    if diff := changed.diff(path.name):
        typer.echo(diff, nl=False)
    else:
        typer.echo("nothing changed", err=True)
    for line in changed.done:
        typer.secho(f"done: {line}", err=True)
    for line in dict.fromkeys(changed.left):
        typer.secho(f"left: {line}", fg="yellow", err=True)
    if changed.checked.loads:
        typer.secho(f"It loads on Airflow {changed.checked.verdict.airflow}.", fg="green", err=True)
    else:
        typer.secho(
            f"It does not load on Airflow {airflow}: {changed.checked.verdict.reason}", fg="red", err=True
        )

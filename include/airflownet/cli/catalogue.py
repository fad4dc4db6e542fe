"""``airflownet catalogue``: build the API catalogue, or look something up in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Build or look into the API catalogue: what each Airflow line really offers.",
)


@app.command()
def build(
    line: Annotated[
        list[str] | None,
        typer.Option(
            help="Airflow line to build, for example 3.3; may be repeated. Default: all pinned lines."
        ),
    ] = None,
) -> None:
    """Read the pinned wheels and write the catalogue; nothing of them is imported or executed.

    Wheels are downloaded once into the cache folder and checked against the pinned hashes. The same
    pins give the same bytes.
    """
    from airflownet.judge.catalogue.builder.command import build as build_lines

    for name, n_modules in build_lines(line or []).items():
        typer.echo(f"Airflow {name}: {n_modules} modules")


@app.command()
def lock(
    lines: Annotated[
        list[str] | None, typer.Argument(help="Lines such as 3.3; all pinned lines by default.")
    ] = None,
) -> None:
    """Choose the wheels of each line anew: its newest patch and the providers of its time."""
    from airflownet.judge.catalogue.builder.command import lock as lock_lines

    for name, chosen in lock_lines(lines or []).items():
        n_wheels = len(chosen.wheels)
        typer.echo(f"Airflow {name}: {chosen.version}, {n_wheels} wheels until {chosen.resolved_until}")


@app.command()
def environment(
    python: Annotated[
        Path,
        typer.Argument(help="Python interpreter that runs Airflow, or the folder of its environment."),
    ],
    output: Annotated[Path, typer.Option(help="File to write, for `airflownet judge --catalogue FILE`.")],
) -> None:
    """Read what is installed there and write its catalogue; nothing of it is imported or executed.

    For CI and editors that have no Airflow: commit the file, and make it anew when the image changes. The
    same packages give the same bytes.
    """
    from airflownet.errors import InputError
    from airflownet.judge.catalogue.builder.environment import catalogue_of, write_whole
    from airflownet.judge.catalogue.environment_file import environment_catalogue

    kept = catalogue_of(python)
    try:
        write_whole(output, kept.read_bytes())
    except OSError as error:
        raise InputError(
            f"{output} cannot be written: {error.strerror or error}", "give another --output"
        ) from None
    found = environment_catalogue(str(kept))
    version = ".".join(map(str, found.python))
    n_others = len(found.installed.modules) if found.installed is not None else 0
    typer.echo(
        f"{output}: Airflow {found.version}, Python {version}: {len(found.modules):,} modules read, "
        f"{n_others:,} of other packages listed"
    )


@app.command()
def show(
    airflow: Annotated[
        str,
        typer.Argument(
            help="Airflow line or version, for example 3.3 or 2.9.3, or an environment's catalogue file."
        ),
    ],
    path: Annotated[str, typer.Argument(help="Dotted path of a module, class or function.")],
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Show what a dotted path is on an Airflow line, and what a call of it takes."""
    from airflownet.judge.catalogue import load_catalogue
    from airflownet.judge.catalogue.describe import describe
    from airflownet.judge.catalogue.environment_file import environment_catalogue

    catalogue = environment_catalogue(airflow) if Path(airflow).is_file() else load_catalogue(airflow)
    found = catalogue.resolve_path(path)
    if as_json:
        facts = {"path": found.path, "kind": found.kind, "reason": found.reason, "airflow": catalogue.version}
        typer.echo(json.dumps(facts | {"suggestions": [] if found else catalogue.suggestions(path)}))
    else:
        typer.echo("\n".join(describe(catalogue, path)))
    if not found:
        raise typer.Exit(1)

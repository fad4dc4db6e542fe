"""``airflownet judge``: tells which DAG files load on an Airflow version, without running them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflownet.judge.batch import Source
    from airflownet.judge.project.project import Project
    from airflownet.judge.report.output_file import OutputFile
    from airflownet.records import Verdict

_BAR_FROM = 50
"""Fewer files are judged before a bar would be seen."""


class FailOn(StrEnum):
    """Which outcomes make the command exit with 1."""

    FAILS = "fails"
    UNKNOWN = "unknown"


class Format(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"
    GITHUB = "github"
    HTML = "html"


def judge(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="DAG files, folders whose *.py files are judged, or - for standard input.",
            show_default=False,
        ),
    ] = None,
    airflow: Annotated[
        str | None,
        typer.Option(
            help="Airflow line (3.3) or version (2.9.3) to judge for; without it what the project pins, "
            "else the newest.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        Format,
        typer.Option(
            help="text for people; json, jsonl, sarif or github (annotations) for machines; html with --from."
        ),
    ] = Format.TEXT,
    jsonl: Annotated[
        Path | None,
        typer.Option(
            help="Judge the rows of a JSONL file instead; one line is written for each, in the same order.",
            show_default=False,
        ),
    ] = None,
    code_field: Annotated[str, typer.Option(help="Field of a row that holds the code.")] = "code",
    id_field: Annotated[str, typer.Option(help="Field of a row that is copied into the answer.")] = "id",
    airflow_field: Annotated[
        str | None,
        typer.Option(
            help="Field of a row that holds the Airflow version; without it --airflow counts.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="File to write; without it standard output.", show_default=False)
    ] = None,
    root: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder of your project from which local imports are resolved; may be repeated. "
            "The folders given as PATHS are roots already.",
            show_default=False,
        ),
    ] = None,
    project: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the project, whose requirements, Dockerfile, Variables and modules are read; "
            "without it the one around PATHS.",
            show_default=False,
        ),
    ] = None,
    installed: Annotated[
        list[str] | None,
        typer.Option(
            help="Package or module that is installed though no file of the project declares it; "
            "may be repeated.",
            show_default=False,
        ),
    ] = None,
    python: Annotated[
        Path | None,
        typer.Option(
            help="Python interpreter, or folder of its environment, that runs Airflow: judge for the "
            "versions installed there, which are read, not run.",
            show_default=False,
        ),
    ] = None,
    catalogue: Annotated[
        Path | None,
        typer.Option(
            help="Catalogue of such an environment, made by `airflownet catalogue environment`.",
            show_default=False,
        ),
    ] = None,
    assume: Annotated[
        str,
        typer.Option(
            help="What the project does not define but Airflow will have: variables, connections, "
            "environment; separated by commas.",
            show_default=False,
        ),
    ] = "",
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            help="Exit with 1 for files that fail only, or also for those that are unknown (the default).",
            show_default=False,
        ),
    ] = None,
    migrate_from: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Line you run now: tells per file what breaks on --airflow, the newest without it, and the "
            "order of work; as text, json, or a page (--output report.html).",
            show_default=False,
        ),
    ] = None,
    stats: Annotated[bool, typer.Option("--stats", help="Print outcomes by folder instead.")] = False,
    explain: Annotated[
        str | None, typer.Option(help="Explain a rule by its code, for example AFN301.", show_default=False)
    ] = None,
) -> None:
    """Tell which DAG files load on an Airflow version, without running them.

    `loads` means that Airflow would import the file without error and find at least one DAG in it.
    The files are judged in their project: what it declares is taken to be installed, what it defines to be
    there. Exits 0 when every file loads, 1 when one does not or (but for --fail-on fails) it cannot be known,
    2 for a usage error.
    """
    from airflownet.errors import InputError

    if explain is not None:
        from airflownet.judge.rules.registry import explain as explanation

        typer.echo(explanation(explain))
        return
    if jsonl is not None and paths:
        raise InputError("both PATHS and --jsonl are given", "give one of them")
    if jsonl is not None and migrate_from is not None:
        raise InputError("both --jsonl and --from are given", "give PATHS with --from")
    if jsonl is not None and format not in (Format.TEXT, Format.JSONL):
        raise InputError(f"--jsonl writes JSONL, not {format.value}", "leave --format out")
    if jsonl is not None:
        _refuse_for_rows(
            {
                "--root": root,
                "--project": project,
                "--installed": installed,
                "--assume": assume,
                "--stats": stats,
            }
        )
    environment = _environment(python, catalogue, airflow or airflow_field)
    if jsonl is not None:
        fields = {"code_field": code_field, "id_field": id_field, "airflow_field": airflow_field}
        bad = _bad_outcomes(fail_on or FailOn.UNKNOWN)
        _judge_rows(jsonl, fields, airflow or _newest(), output, environment, bad)
        return
    if not paths:
        raise InputError("no file or folder to judge", "give PATHS, --jsonl FILE or --explain CODE")
    around = _project(paths, project, root or [], installed or [], assume)
    wanted = fail_on or (around.configuration.fail_on if around is not None else "") or FailOn.UNKNOWN
    if migrate_from is not None:
        from airflownet.cli.judge_migration import report_migration

        if stats or environment:
            other = "--stats" if stats else "--python or --catalogue"
            raise InputError(f"both --from and {other} are given", "give one of them")
        line, bad = airflow or _newest(), _bad_outcomes(FailOn(wanted))
        raise typer.Exit(
            report_migration(paths, migrate_from, line, format.value, output, root or [], around, bad)
        )
    if format is Format.HTML:
        raise InputError("--format html is the report of a migration", "give --from LINE with it")
    if around is not None and not environment and not airflow:
        environment = _committed_catalogue(around)
    if environment:
        around = _in_environment(around, environment)
        line = _line_of_environment(environment)
    else:
        line = airflow or _line(around)
        _check_line(line)
    _judge_files(paths, line, format, output, root or [], around, stats=stats, fail_on=FailOn(wanted))


def _refuse_for_rows(given: dict[str, object]) -> None:
    """Refuses what only files have: rows lie in no project."""
    from airflownet.errors import InputError

    if said := [option for option, value in given.items() if value]:
        raise InputError(
            f"{' and '.join(said)} with --jsonl: rows lie in no project",
            "leave it out, or write the rows to files and give their folder",
        )


def _project(
    paths: list[Path], folder: Path | None, roots: list[Path], installed: list[str], assume: str
) -> Project | None:
    """Returns the project around the files; None for standard input alone."""
    from airflownet.errors import InputError
    from airflownet.judge.project.configuration import check_assumed
    from airflownet.judge.project.find import find_project
    from airflownet.judge.project.reading import read_project
    from airflownet.judge.selection import STANDARD_INPUT, check_roots

    check_roots(roots)
    assumed = tuple(name.strip() for name in assume.split(",") if name.strip())
    check_assumed(assumed, "--assume")
    if folder is not None and not folder.is_dir():
        raise InputError(f"--project {folder} is not a folder", "give the folder of your project")
    on_disk = [path for path in paths if path != STANDARD_INPUT and path.exists()]
    root = folder or find_project(on_disk) or _common_folder(on_disk)
    if root is None:
        return None
    return read_project(root, on_disk, roots=roots, installed=installed, assume=assumed)


def _environment(python: Path | None, catalogue: Path | None, airflow: str | None) -> str:
    """Returns the catalogue file of the environment to judge for, empty for none."""
    from airflownet.errors import InputError

    if python is None and catalogue is None:
        return ""
    if airflow or (python is not None and catalogue is not None):
        raise InputError(
            "--python and --catalogue each say which Airflow it is",
            "give one of --python, --catalogue and --airflow or --airflow-field",
        )
    if catalogue is not None:
        return str(catalogue.resolve())
    assert python is not None
    from airflownet.judge.catalogue.builder.environment import catalogue_of

    return str(catalogue_of(python))


def _committed_catalogue(project: Project) -> str:
    """Returns the catalogue file that the project's ``[tool.airflownet]`` names, empty for none."""
    named = project.configuration.catalogue
    return str(Path(project.folder.root, named).resolve()) if named else ""


def _in_environment(project: Project | None, catalogue_file: str) -> Project:
    """Returns the project as that environment runs it; for standard input one without files."""
    from airflownet.judge.project.folder import TextFolder
    from airflownet.judge.project.project import Project

    known = project if project is not None else Project(TextFolder({}), (), is_read=False)
    return replace(known, catalogue_file=catalogue_file)


def _line_of_environment(catalogue_file: str) -> str:
    from airflownet.judge.catalogue.environment_file import environment_catalogue

    found = environment_catalogue(catalogue_file)
    version = ".".join(map(str, found.python))
    _note(f"judged for Airflow {found.version}, Python {version}, and what is installed with them")
    return found.line


def _common_folder(paths: list[Path]) -> Path | None:
    """Returns the folder of the first path: all there is where nothing looks like a project."""
    return (paths[0] if paths[0].is_dir() else paths[0].parent) if paths else None


def _newest() -> str:
    from airflownet.judge.catalogue.store import known_lines

    return known_lines()[-1]


def _line(project: Project | None) -> str:
    """Returns the Airflow line that the project asks for; says where it was found."""
    from airflownet.judge.catalogue.store import known_lines
    from airflownet.judge.project.airflow_line import line_of_project

    if project is None:
        return _newest()
    line, said = line_of_project(project, known_lines())
    if project.python is not None:
        said += f", Python {project.python.version} ({project.python.place})"
    _note(f"judged for {said}")
    return line


def _judge_rows(
    path: Path,
    fields: dict[str, str | None],
    airflow: str,
    output: Path | None,
    environment: str,
    bad: tuple[str, ...],
) -> None:
    from airflownet.judge.batch import read_rows
    from airflownet.judge.report.output_file import OutputFile

    project = _in_environment(None, environment) if environment else None
    if environment:
        airflow = _line_of_environment(environment)
    else:
        _check_line(airflow)
    sources = list(read_rows(path, **fields, airflow=airflow))  # type: ignore[arg-type]
    verdicts = _verdicts(sources, project)
    with OutputFile(output) as file:
        for verdict in verdicts:
            file.line(json.dumps(_row_object(verdict), ensure_ascii=True))
    if any(verdict.outcome in bad for verdict in verdicts):
        raise typer.Exit(1)


def _row_object(verdict: Verdict) -> dict[str, object]:
    """The promised fields; ``reason`` is added where nothing else tells why the outcome is unknown."""
    from airflownet.judge.report.machine_formats import verdict_object

    row = verdict_object(verdict)
    if verdict.outcome != "unknown":
        del row["reason"]
    return row


def _check_line(airflow: str) -> None:
    from airflownet.judge.loader.worlds import world_of

    world_of(airflow)


def _judge_files(
    paths: list[Path],
    airflow: str,
    format: Format,
    output: Path | None,
    root: list[Path],
    project: Project | None,
    *,
    stats: bool,
    fail_on: FailOn,
) -> None:
    from airflownet.judge.report.output_file import OutputFile
    from airflownet.judge.selection import imported_modules, select

    selection = select(paths, airflow, root, project)
    verdicts = _verdicts(selection.sources, project)
    modules = set(selection.without_dag(verdicts))
    helpers = imported_modules(verdicts, project) if project is not None else frozenset()
    pairs = [(s, v) for s, v in zip(selection.sources, verdicts, strict=True) if v.id not in modules]
    with OutputFile(output) as file:
        if stats:
            _write_statistics(file, [v for _, v in pairs if v.id not in helpers])
        elif format is Format.TEXT:
            _write_text(file, [(source, v) for source, v in pairs if v.id not in helpers])
        else:
            _write_machine(file, format, [verdict for _, verdict in pairs])
        file.stream.flush()
    if n := len(helpers):
        _note(f"{n} file{'s' if n > 1 else ''} without a DAG passed over: modules that other files import")
    for name in sorted(modules):
        _note(f"{name}: left out by .airflowignore and builds no DAG: a module, not a DAG file")
    if n := len(selection.passed_over):
        _note(
            f"{n} file{'s' if n > 1 else ''} passed over, as Airflow does: without 'dag' and 'airflow' in it"
        )
    bad = _bad_outcomes(fail_on)
    if any(verdict.outcome in bad for _, verdict in pairs if verdict.id not in helpers):
        raise typer.Exit(1)


def _bad_outcomes(fail_on: FailOn) -> tuple[str, ...]:
    return ("fails",) if fail_on is FailOn.FAILS else ("fails", "unknown")


def _note(text: str) -> None:
    typer.secho(f"note: {text}", fg="bright_black", err=True)


def _verdicts(sources: Sequence[Source], project: Project | None = None) -> list[Verdict]:
    """Judges, and merges what ruff's AIR rules find; without ruff the verdicts stay as they are."""
    from airflownet.judge.air_rules import air_violations_of, with_air
    from airflownet.judge.batch import judge_sources
    from airflownet.progress import progress

    if len(sources) < _BAR_FROM:
        verdicts = list(judge_sources(list(sources), project=project))
    else:
        verdicts = []
        with progress("Judging", len(sources), "files") as bar:
            for verdict in judge_sources(list(sources), project=project):
                verdicts.append(verdict)
                bar.advance()
    found = air_violations_of([source.code for source in sources])
    return [with_air(verdict, violations) for verdict, violations in zip(verdicts, found, strict=True)]


def _write_statistics(file: OutputFile, verdicts: list[Verdict]) -> None:
    from rich.console import Console

    from airflownet.judge.report.statistics import print_statistics

    print_statistics(Console(file=file.stream, soft_wrap=True), verdicts)


def _write_text(file: OutputFile, pairs: list[tuple[Source, Verdict]]) -> None:
    from rich.console import Console

    from airflownet.judge.report.text import print_summary, print_verdict

    console = Console(file=file.stream, soft_wrap=True)
    for source, verdict in pairs:
        code = source.code if isinstance(source.code, str) else source.code.decode("utf-8", "replace")
        print_verdict(console, str(source.id), code, verdict)
    print_summary(console, [verdict for _, verdict in pairs])


def _write_machine(file: OutputFile, format: Format, verdicts: list[Verdict]) -> None:
    from airflownet.judge.report.machine_formats import github_lines, sarif_object, verdict_object

    if format is Format.JSON:
        file.line(json.dumps([verdict_object(verdict) for verdict in verdicts], indent=1))
    elif format is Format.SARIF:
        file.line(json.dumps(sarif_object(verdicts), indent=1))
    elif format is Format.JSONL:
        for verdict in verdicts:
            file.line(json.dumps(verdict_object(verdict)))
    else:
        for verdict in verdicts:
            for line in github_lines(verdict):
                file.line(line)

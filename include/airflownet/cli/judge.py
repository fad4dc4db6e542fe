"""``airflownet judge``: tells which DAG files load on an Airflow version, without running them."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflownet.judge.batch import Source
    from airflownet.records import Verdict


class Format(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"
    GITHUB = "github"


def judge(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="DAG files, or folders whose *.py files are judged.", show_default=False),
    ] = None,
    airflow: Annotated[str, typer.Option(help="Airflow line (3.3) or version (2.9.3) to judge for.")] = "3.3",
    format: Annotated[
        Format, typer.Option(help="text for people; json, jsonl, sarif or github (annotations) for machines.")
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
    explain: Annotated[
        str | None, typer.Option(help="Explain a rule by its code, for example AFN301.", show_default=False)
    ] = None,
) -> None:
    """Tell which DAG files load on an Airflow version, without running them.

    `loads` means that Airflow would import the file without error and find at least one DAG in it.
    Exits 0 when every file loads, 1 when one does not or it cannot be known, 2 for a usage error.
    """
    from airflownet.errors import InputError

    if explain is not None:
        from airflownet.judge.registry import explain as explanation

        typer.echo(explanation(explain))
        return
    if jsonl is not None and paths:
        raise InputError("both PATHS and --jsonl are given", "give one of them")
    if jsonl is not None:
        _judge_rows(jsonl, code_field, id_field, airflow_field, airflow, output)
        return
    if not paths:
        raise InputError("no file or folder to judge", "give PATHS, --jsonl FILE or --explain CODE")
    _judge_files(paths, airflow, format, output, root or [])


def _judge_rows(
    path: Path, code_field: str, id_field: str, airflow_field: str | None, airflow: str, output: Path | None
) -> None:
    from airflownet.judge.batch import read_rows

    sources = list(
        read_rows(
            path, code_field=code_field, id_field=id_field, airflow_field=airflow_field, airflow=airflow
        )
    )
    _check_line(airflow)
    all_load = True
    with _Writer(output) as writer:
        for verdict in _verdicts(sources):
            all_load = all_load and verdict.outcome == "loads"
            writer.line(json.dumps(_row_object(verdict), ensure_ascii=True))
    if not all_load:
        raise typer.Exit(1)


def _row_object(verdict: Verdict) -> dict[str, object]:
    """The promised fields; ``reason`` is added where nothing else tells why the outcome is unknown."""
    from airflownet.judge.machine_formats import verdict_object

    row = verdict_object(verdict)
    if verdict.outcome != "unknown":
        del row["reason"]
    return row


def _check_line(airflow: str) -> None:
    from airflownet.judge.loader.worlds import world_of

    world_of(airflow)


def _judge_files(
    paths: list[Path], airflow: str, format: Format, output: Path | None, root: list[Path]
) -> None:
    from airflownet.errors import InputError
    from airflownet.judge.batch import find_files, read_file

    files = find_files(paths)
    if not files:
        raise InputError(
            f"no *.py file below {', '.join(map(str, paths))}", "give a folder that holds DAG files"
        )
    _check_line(airflow)
    folders = [path if path.is_dir() else path.parent for path in paths]
    roots = tuple(dict.fromkeys(str(path.resolve()) for path in (*folders, *root)))
    sources = [read_file(path, airflow, roots) for path in files]
    verdicts = _with_air(sources, _verdicts(sources))
    with _Writer(output) as writer:
        if format is Format.TEXT:
            _write_text(writer, sources, verdicts)
        else:
            _write_machine(writer, format, verdicts)
    if any(verdict.outcome != "loads" for verdict in verdicts):
        raise typer.Exit(1)


def _with_air(sources: list[Source], verdicts: list[Verdict]) -> list[Verdict]:
    """Merges what ruff's AIR rules find; without ruff the verdicts stay as they are."""
    from airflownet.judge.air_rules import air_violations, with_air

    found = air_violations([source.path for source in sources if source.path])
    return [with_air(v, found.get(s.path, [])) for s, v in zip(sources, verdicts, strict=True)]


def _verdicts(sources: list[Source]) -> list[Verdict]:
    from airflownet.judge.batch import judge_sources
    from airflownet.progress import progress

    found: list[Verdict] = []
    if len(sources) < 50:
        return list(judge_sources(sources))
    with progress("Judging", len(sources), "files") as bar:
        for verdict in judge_sources(sources):
            found.append(verdict)
            bar.advance()
    return found


def _write_text(writer: _Writer, sources: list[Source], verdicts: list[Verdict]) -> None:
    from rich.console import Console

    from airflownet.judge.text_report import print_summary, print_verdict

    console = Console(file=writer.stream, soft_wrap=True)
    for source, verdict in zip(sources, verdicts, strict=True):
        code = source.code if isinstance(source.code, str) else source.code.decode("utf-8", "replace")
        print_verdict(console, str(source.id), code, verdict)
    print_summary(console, verdicts)


def _write_machine(writer: _Writer, format: Format, verdicts: list[Verdict]) -> None:
    from airflownet.judge.machine_formats import github_lines, sarif_object, verdict_object

    if format is Format.JSON:
        writer.line(json.dumps([verdict_object(verdict) for verdict in verdicts], indent=1))
    elif format is Format.SARIF:
        writer.line(json.dumps(sarif_object(verdicts), indent=1))
    else:
        for verdict in verdicts:
            lines = (
                [json.dumps(verdict_object(verdict))]
                if format is Format.JSONL
                else list(github_lines(verdict))
            )
            for line in lines:
                writer.line(line)


class _Writer:
    """Writes to standard output, or to a file that appears whole or not at all."""

    def __init__(self, output: Path | None) -> None:
        self.output = output
        self.partial = None if output is None else output.with_name(output.name + ".partial")
        self.stream = sys.stdout

    def __enter__(self) -> _Writer:
        from airflownet.errors import InputError

        if self.partial is not None:
            try:
                self.partial.parent.mkdir(parents=True, exist_ok=True)
                self.stream = self.partial.open("w", encoding="utf-8")
            except OSError as error:
                raise InputError(
                    f"{self.output} cannot be written: {error.strerror or error}", "give another --output"
                ) from None
        return self

    def line(self, text: str) -> None:
        """Writes one line."""
        self.stream.write(text + "\n")

    def __exit__(self, kind: object, *_: object) -> None:
        if self.partial is None or self.output is None:
            return
        self.stream.close()
        if kind is None:
            self.partial.replace(self.output)
        else:
            self.partial.unlink(missing_ok=True)

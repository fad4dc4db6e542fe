"""``airflownet judge --from``: what breaks on the way to another Airflow line, and in which order to work."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from airflownet.errors import InputError

if TYPE_CHECKING:
    from airflownet.judge.migration.file_migration import Migration
    from airflownet.judge.migration.mending import Menders
    from airflownet.judge.project.project import Project
    from airflownet.judge.report.output_file import OutputFile

FORMATS: Final = ("text", "json", "html")


def report_migration(
    paths: list[Path],
    old: str,
    new: str,
    format: str,
    output: Path | None,
    roots: list[Path],
    project: Project | None,
    bad_outcomes: Sequence[str],
) -> int:
    """Writes the report and returns the exit code: 1 where a file does not load on the new line.

    Raises:
        InputError: the lines or the format cannot be used.
    """
    from airflownet.judge.migration.compare import check_lines, compare
    from airflownet.judge.report.output_file import OutputFile
    from airflownet.judge.selection import select

    if format not in FORMATS:
        raise InputError(f"--from does not write {format}", f"take one of {', '.join(FORMATS)}")
    if format == "text" and output is not None and output.suffix.lower() in (".html", ".htm"):
        format = "html"
    check_lines(old, new)
    menders, not_tried = _menders(new)
    selection = select(paths, new, roots, project)
    migration = compare(selection.sources, old, new, project, menders, not_tried)
    with OutputFile(output) as file:
        _write(file, migration, format)
        file.stream.flush()
    return int(any(one.after.outcome.value in bad_outcomes or one.breaks for one in migration.files))


def _write(file: OutputFile, migration: Migration, format: str) -> None:
    if format == "json":
        from airflownet.judge.migration.migration_object import migration_object

        file.line(json.dumps(migration_object(migration), indent=1))
    elif format == "html":
        from airflownet.judge.migration.page import migration_page

        file.line(migration_page(migration).encode("utf-8", "replace").decode("utf-8"))
    else:
        from rich.console import Console

        from airflownet.judge.migration.text import print_migration

        print_migration(Console(file=file.stream, soft_wrap=True), migration)


def _menders(new: str) -> tuple[Menders | None, str]:
    """Returns what mends by rule, or why it cannot be tried."""
    from airflownet.judge.air_rules import ruff_path

    lacking = [
        name for name, is_there in (("ruff", ruff_path()), ("libcst", find_spec("libcst"))) if not is_there
    ]
    if lacking:
        return None, (
            f"{' and '.join(lacking)} not installed; in AirflowNet's folder: pip install '.[migration]'"
        )
    from airflownet.generation.changing.ruff_fixes import all_with_ruff_fixes
    from airflownet.judge.catalogue import load_catalogue
    from airflownet.judge.migration.mending import Menders

    is_for_ruff = int(load_catalogue(new).line.split(".")[0]) >= 3  # as generate --migrate does
    return Menders(all_with_ruff_fixes if is_for_ruff else list, partial(_by_codemods, new)), ""


def _by_codemods(airflow: str, codes: Sequence[str]) -> list[str]:
    from airflownet.parallel import in_parallel
    from airflownet.progress import progress

    fixed = []
    with progress("Mending by rule", len(codes), "files") as bar:
        for code in in_parallel(partial(_codemod, airflow), codes):
            fixed.append(code)
            bar.advance()
    return fixed


def _codemod(airflow: str, code: str) -> str:
    from airflownet.generation.changing.codemods import with_codemods

    try:
        return with_codemods(code, airflow)[0]
    except Exception:  # LibCST raises of many kinds for texts of strangers; such a file is left as it is
        return code

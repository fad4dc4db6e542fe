"""Builds lines and writes the shipped data; lines that are not built anew are kept as they are."""

from __future__ import annotations

from collections.abc import Sequence

from airflownet.errors import InputError
from airflownet.judge.catalogue.builder.line import build_line
from airflownet.judge.catalogue.builder.lines_file import Line, read_lines, write_lines
from airflownet.judge.catalogue.builder.lock import lock_line
from airflownet.judge.catalogue.builder.pack import read_line, write_data
from airflownet.judge.catalogue.builder.releases import Index
from airflownet.judge.catalogue.store import known_lines


def build(lines: Sequence[str]) -> dict[str, int]:
    """Builds the lines from the wheels pinned in ``lines.json`` and returns their numbers of modules.

    The data of a line depends on its wheels alone, so building twice gives the same bytes.

    Args:
        lines: names such as ``3.3``; all pinned lines when empty.

    Raises:
        InputError: a line is not pinned.
        NetworkError, IntegrityError, DiskSpaceError: the wheels cannot be had.
    """
    pinned = read_lines()
    wanted = list(lines) or list(pinned)
    for line in wanted:
        if line not in pinned:
            known = ", ".join(pinned)
            raise InputError(
                f"Airflow {line} is not pinned",
                f"give one of {known}, or run `airflownet catalogue lock {line}`",
            )
    kept = {line: read_line(line) for line in known_lines() if line not in wanted}
    built = {line: build_line(pinned[line]) for line in wanted}
    write_data({line: (kept | built)[line] for line in pinned if line in kept | built})
    return {line: len(records) for line, (_, records) in built.items()}


def lock(lines: Sequence[str]) -> dict[str, Line]:
    """Chooses the wheels of the lines anew, writes ``lines.json`` and returns the lines.

    Raises:
        InputError: a line has no final release.
        NetworkError: the package index does not answer.
    """
    pinned = read_lines()
    index = Index()
    for line in list(lines) or list(pinned):
        pinned[line] = lock_line(line, pinned.get(line), index)
        write_lines(pinned)
    return {line: pinned[line] for line in list(lines) or list(pinned)}

"""Outcomes by folder, for a look over a large project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from rich.console import Console

from airflownet.judge.report.terminal_markup import escape
from airflownet.records import Verdict


def print_statistics(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Prints one line for each folder, in order of its name: files, and how many load, fail, are unknown."""
    folders: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        folder = str(PurePath(verdict.id).parent)
        folders.setdefault(folder, Counter())[verdict.outcome.value] += 1
    width = max((len(folder) for folder in folders), default=0)
    console.print(
        f"[dim]{'folder'.ljust(width)}  files  loads  fails  unknown[/]", highlight=False, soft_wrap=True
    )
    for folder in sorted(folders):
        counts = folders[folder]
        numbers = f"{counts.total():5}  {counts['loads']:5}  {counts['fails']:5}  {counts['unknown']:7}"
        console.print(f"{escape(folder.ljust(width))}  {numbers}", highlight=False, soft_wrap=True)

"""What the ``.airflowignore`` files of a mined project leave out, read as its Airflow line reads them."""

from __future__ import annotations

import posixpath
from pathlib import Path

from airflownet.judge.ignored_files import IGNORE_FILE, Rule, TimeLeft, decides, rules_of
from airflownet.judge.project.folder import ProjectFolder


class LeftOut:
    """Says of a DAG folder's files whether Airflow would pass them over; reads each list once.

    Args:
        folder: the project's files.
        top: the DAG folder, absolute as the project has it.
        syntax: ``glob`` or ``regexp``.
        time_left: what searches may still take, together with those for other folders.
    """

    def __init__(self, folder: ProjectFolder, top: str, syntax: str, time_left: TimeLeft) -> None:
        self._files, self._top, self._syntax, self._time_left = folder, top, syntax, time_left
        self._folders: dict[str, tuple[bool, tuple[Rule, ...]]] = {}

    def has(self, path: str) -> bool:
        """Tells whether a file below the DAG folder, or a folder that it lies in, is left out."""
        is_out = False
        rules: tuple[Rule, ...] = ()
        for here in self._folders_above(path):
            if here not in self._folders:
                is_out = is_out or (here != self._top and decides(rules, Path(here), is_folder=True))
                self._folders[here] = is_out, rules if is_out else (*rules, *self._rules(here))
            is_out, rules = self._folders[here]
        return is_out or decides(rules, Path(path), is_folder=False)

    def _folders_above(self, path: str) -> list[str]:
        found = [self._top]
        for name in posixpath.relpath(path, self._top).split("/")[:-1]:
            found.append(f"{found[-1]}/{name}")
        return found

    def _rules(self, here: str) -> tuple[Rule, ...]:
        text = (self._files.read(f"{here}/{IGNORE_FILE}") or b"").decode("utf-8", "replace")
        text = text.replace("\r\n", "\n")
        return rules_of(text, Path(here), Path(self._top), self._syntax, self._time_left)

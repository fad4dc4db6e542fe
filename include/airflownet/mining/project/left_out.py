"""What the ``.airflowignore`` files of a mined project leave out, read as its Airflow line reads them."""

from __future__ import annotations

import posixpath
from pathlib import Path

from airflownet.judge.ignored_files import IGNORE_FILE, Rule, TimeLeft, decides, rules_of
from airflownet.judge.project.folder import ProjectFolder


def is_left_out(folder: ProjectFolder, top: str, path: str, syntax: str, time_left: TimeLeft) -> bool:
    """Tells whether Airflow would pass a file over, or a folder that it lies in.

    Args:
        folder: the project's files.
        top: the DAG folder, absolute as the project has it.
        path: the file, below it.
        syntax: ``glob`` or ``regexp``.
        time_left: what searches may still take, together with those for other files.
    """
    rules: tuple[Rule, ...] = ()
    here = top
    for name in posixpath.relpath(path, top).split("/"):
        text = (folder.read(f"{here}/{IGNORE_FILE}") or b"").decode("utf-8", "replace")
        text = text.replace("\r\n", "\n")
        rules = (*rules, *rules_of(text, Path(here), Path(top), syntax, time_left))
        here = f"{here}/{name}"
        if decides(rules, Path(here), is_folder=here != path):
            return True
    return False

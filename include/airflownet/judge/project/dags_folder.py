"""Which folder of a repository Airflow would have as its DAGs' for a file."""

from __future__ import annotations

from typing import Final

from airflownet.judge.project.folder import ProjectFolder

_NAME: Final = "dags"
IGNORE_FILE: Final = ".airflowignore"


def dags_folder(folder: ProjectFolder, path: str) -> str:
    """Returns the outermost folder above a file that is called ``dags`` or has an ``.airflowignore``.

    The file's own folder where there is none. Both paths are absolute, as the folder has them.
    """
    above = [folder.root]
    for name in path[len(folder.root) + 1 :].split("/")[:-1]:
        above.append(f"{above[-1]}/{name}")
    marked = (here for here in above if _is_marked(folder, here))
    return next(marked, above[-1])


def _is_marked(folder: ProjectFolder, here: str) -> bool:
    return here.rpartition("/")[2] == _NAME or folder.kind(f"{here}/{IGNORE_FILE}") == "file"

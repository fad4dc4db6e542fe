"""Where Airflow finds the project's own modules: the folders on its ``sys.path``, in Python's order.

What an image, a compose file or the user puts on ``PYTHONPATH`` comes first; ``dags``, ``config`` and
``plugins`` are appended by Airflow itself. The project's folder and those between it and the DAG files come
last: nothing says that they are on the path, and a verdict that needs them says so.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import Final

from airflownet.judge.project.folder import ProjectFolder

HOMES: Final = ("/opt/airflow", "/usr/local/airflow", "/home/airflow", "/root/airflow", "/airflow", "/app")
"""Where images have Airflow's home: what lies there is the project."""
_APPENDED: Final = ("config", "plugins")


def search_path(
    folder: ProjectFolder, chain: Sequence[str], given: Iterable[str], python_path: Iterable[tuple[str, str]]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Returns the folders in order, and those of them that are there by assumption only.

    Args:
        folder: the project's files.
        chain: folders from the DAG files' up to the project's.
        given: folders that the user named, or that hold the files to judge.
        python_path: entries of ``PYTHONPATH`` as declared, and the folder of the file that does so.
    """
    evident: dict[str, None] = {}
    for entry, here in python_path:
        evident.update(dict.fromkeys(_mapped(folder, chain, entry, here)))
    evident.update(dict.fromkeys(given))
    evident.update((here, None) for here in chain if posixpath.basename(here) == "dags")
    for name in _APPENDED:
        for here in chain:
            is_home = posixpath.basename(here) != "dags"
            if is_home and folder.kind(f"{here}/{name}") == "folder":
                evident[f"{here}/{name}"] = None
    for here in chain:
        if (
            folder.kind(f"{here}/airflow_settings.yaml") == "file"
        ):  # Astro's images have the project on the path
            evident[here] = None
    assumed = [here for here in chain if here not in evident]
    assumed += [f"{here}/src" for here in chain if folder.kind(f"{here}/src") == "folder"]
    return (*evident, *assumed), frozenset(assumed)


def _mapped(folder: ProjectFolder, chain: Sequence[str], entry: str, here: str) -> list[str]:
    """Returns the project's folders that an entry of an image's ``PYTHONPATH`` stands for."""
    entry = posixpath.normpath(entry.strip() or ".")
    if entry in (".", "/"):
        return [here] if entry == "." else []
    home = next((home for home in HOMES if entry == home or entry.startswith(home + "/")), None)
    if home is None and entry.startswith("/"):
        return []
    below = entry if home is None else posixpath.relpath(entry, home)
    if below.startswith(".."):
        return []
    if below == ".":  # where the image's own file lies, as a rule; else a folder of the chain
        return [here] if here in chain else [here for here in chain if posixpath.basename(here) != "dags"][:1]
    places = [posixpath.normpath(f"{place}/{below}") for place in (here, *chain)]
    return [place for place in places if folder.kind(place) == "folder"][:1]

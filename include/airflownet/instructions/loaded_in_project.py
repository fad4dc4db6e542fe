"""A mined DAG file as its description sees it: loaded in its project where it needs that."""

from __future__ import annotations

from pathlib import Path

from airflownet.errors import InputError
from airflownet.judge.loader import LoadedFile, load_source
from airflownet.judge.project.mined import PROJECT_FILES, mined_file, project_around
from airflownet.records import DagFile


def loaded_in_project(file: DagFile, mining: Path, airflow: str) -> LoadedFile:
    """Returns the file as that Airflow line loads it.

    Args:
        file: the file.
        mining: folder of the mining output, which holds what was kept of its project.
        airflow: line for which the dataset is made: a file of 2.10 may import what 3.3 has no more.
    """
    try:
        project, path = project_around(mined_file(file, mining / PROJECT_FILES))
    except InputError:  # the project's own settings are unusable: mining and judging have told so
        project, path = None, ""
    return load_source(file.content, airflow, path=path, project=project)

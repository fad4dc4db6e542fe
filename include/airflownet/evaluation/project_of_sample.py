"""Where an answer is judged: in the project of the real file that its request was made from.

A request of a company's file may lead to a package that the project declares, or a module that it has. The
real file loads there, and an answer in its place must be asked no more than that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from airflownet.errors import InputError
from airflownet.judge.project.mined import PROJECT_FILES, MinedFile, mined_file, project_around
from airflownet.judge.project.project import Project
from airflownet.records import DagFile, Sample
from airflownet.tables import read_table

Projects = Mapping[str, MinedFile]
"""Id of the mined file -> where its project is; files that need none are not in it."""


def projects_of(mining: Path | None, samples: Collection[Sample]) -> dict[str, MinedFile]:
    """Returns the projects of the files that samples were made from; none where mining's output is not given.

    Args:
        mining: folder of the mining output.
        samples: the test split.
    """
    table = mining / "dag_files.parquet" if mining is not None else None
    if mining is None or table is None or not table.exists():
        return {}
    wanted = {sample.dag_file_id for sample in samples}
    files = (file for file in read_table(table, DagFile) if file.project is not None and file.id in wanted)
    return {file.id: mined_file(file, mining / PROJECT_FILES) for file in files}


def surroundings(sample: Sample, projects: Projects) -> tuple[Project | None, str]:
    """Returns the project in which answers to a sample are judged, and where they lie in it."""
    return surroundings_of(projects.get(sample.dag_file_id))


def surroundings_of(file: MinedFile | None) -> tuple[Project | None, str]:
    """Returns the project around a mined file, and where the file lies in it."""
    if file is None:
        return None, ""
    try:
        return project_around(file)
    except InputError:  # the project's own settings are unusable: the real file is unknown by itself too
        return None, ""

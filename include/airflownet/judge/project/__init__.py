"""What a project says about itself: packages, versions, Variables, files. Read as text, nothing is run.

``find_project`` looks around the DAG files, ``read_project`` reads what lies there into a ``Project``, and
the loader asks the ``Project`` where a file alone would not tell. A project may be hostile: every reader is
bounded, and ``folder`` reads nothing outside of it.
"""

from __future__ import annotations

from airflownet.judge.project.find import find_project
from airflownet.judge.project.folder import DiskFolder, ProjectFolder, TextFolder
from airflownet.judge.project.project import Project, read_project

__all__ = ["DiskFolder", "Project", "ProjectFolder", "TextFolder", "find_project", "read_project"]

"""The Airflow line to judge for where the command line names none: the project's, else the newest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from airflownet.judge.project.project import Project


def line_of_project(project: Project, lines: Sequence[str]) -> tuple[str, str]:
    """Returns the line, and in words where it comes from.

    Args:
        project: what the project says.
        lines: those of the catalogue, oldest first.
    """
    newest = lines[-1]
    if project.configuration.airflow:
        return project.configuration.airflow, f"Airflow {project.configuration.airflow} ([tool.airflownet])"
    if project.airflow is None:
        return newest, f"Airflow {newest}: the project names no version, so the newest"
    version, place = project.airflow.version, project.airflow.place
    line = ".".join(version.split(".")[:2])
    if line in lines:
        return line, f"Airflow {line} ({version}: {place})"
    near = lines[0] if _numbers(line) < _numbers(lines[0]) else newest
    after = [known for known in lines if _numbers(known) > _numbers(line)]
    near = after[0] if after else near
    return near, f"Airflow {near}, the nearest that the judge knows to {version} ({place})"


def _numbers(line: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", line))

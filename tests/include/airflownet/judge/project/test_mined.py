"""What mining kept of a project is read back, and read again where mining ran again."""

from __future__ import annotations

import os

from airflownet.judge.project.mined import MinedFile, project_around
from airflownet.records import Licence, ProjectFile
from airflownet.tables import write_table


def test_what_was_mined_again_counts(tmp_path):
    table = tmp_path / "project_files.parquet"
    file = MinedFile("1", "", str(table), "acme", "main", "dags/a.py")
    packages = []
    for number, name in enumerate(("furl", "pandas")):
        licence = Licence("NOASSERTION", ())
        write_table(
            table,
            ProjectFile,
            [
                ProjectFile("acme", "main", "dags/a.py", False, False, licence, ""),
                ProjectFile("acme", "main", "requirements.txt", True, False, licence, f"{name}\n"),
            ],
        )
        os.utime(table, ns=(number, number))
        project, path = project_around(file)
        assert project is not None
        assert path == "/project/dags/a.py"
        packages.append(list(project.packages))
    assert packages == [["furl"], ["pandas"]]

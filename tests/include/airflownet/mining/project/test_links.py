"""Links within a project lead to its files, all others nowhere."""

from __future__ import annotations

import pytest

from airflownet.mining.project.links import aliases_of

PATHS = ["shared/__init__.py", "shared/sql/a.sql", "dags/own.py", "top.py"]


@pytest.mark.parametrize(
    ("link", "target", "aliases"),
    [
        pytest.param("dags/top.py", "../top.py", {"dags/top.py": "top.py"}, id="a file"),
        pytest.param(
            "dags/common",
            "../shared/",
            {"dags/common/__init__.py": "shared/__init__.py", "dags/common/sql/a.sql": "shared/sql/a.sql"},
            id="a folder",
        ),
        pytest.param("dags/common", "../../shared", {}, id="out by dots"),
        pytest.param("dags/common", "/etc", {}, id="absolute"),
        pytest.param("dags/all", "..", {}, id="all of it"),
        pytest.param("dags/none", "../nothing", {}, id="nothing"),
        pytest.param("dags/loop", "loop", {}, id="itself"),
    ],
)
def test_where_a_link_leads(link, target, aliases):
    assert aliases_of({link: target}, PATHS) == aliases

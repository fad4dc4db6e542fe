"""Files that need their project: left out with a reason, or asked for together with what they need."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.stage import run
from airflownet.records import Condition, DagFile, Licence, Outcome, ProjectFile, ProjectUse, Sample
from airflownet.tables import read_table, write_table

from .conftest import dag_code, dag_file

SPLITS = {"train_fraction": 0.6, "validation_fraction": 0.2, "test_fraction": 0.2}
PLAIN = [dag_file(f"{n:02}.py", dag_code(n)) for n in range(30)]
SHOWN = """The project has these files already; use what they hold.

`common/teams.py`:
```python
OWNER = 'data'
```

Target: Apache Airflow 3.3."""


def needing(number: int, *uses: str, assumed: tuple[Condition, ...] = (), code: str = "") -> DagFile:
    use = ProjectUse("3.3", "newest", Outcome.LOADS, "", assumed, (), uses)
    return replace(dag_file(f"{number}.py", code or dag_code(number)), self_contained=not uses, project=use)


FILES = {
    "package": needing(31, assumed=(Condition("package", "furl", "furl, requirements.txt, line 1"),)),
    "module": needing(32, "common/__init__.py", "common/teams.py"),
    "indirect": needing(
        37, "common/long.py", "common/teams.py", code="from common.teams import OWNER\n" + dag_code(37)
    ),
    "config": needing(33, "config/", "config/sales.yaml"),
    "unkept": needing(34, "common/other.py"),
    "copyleft": needing(35, "common/copyleft.py"),
    "long": needing(36, "common/long.py"),
}


def text(path: str, content: str, *, may_be_quoted: bool = True) -> ProjectFile:
    return ProjectFile("demo", "1.0", path, True, may_be_quoted, Licence("MIT", ()), content)


TEXTS = [
    text("common/__init__.py", ""),
    text("common/copyleft.py", "X = 1\n", may_be_quoted=False),
    text("common/long.py", f"X = '{'x' * 9_000}'\n"),
    text("common/teams.py", "OWNER = 'data'\n"),
    text("config/sales.yaml", "id: sales\n"),
]


@pytest.mark.parametrize(
    ("setting", "kept", "dropped"),
    [
        pytest.param("leave-out", {"package"}, {"not-self-contained": 6}, id="left-out"),
        pytest.param(
            "in-request",
            {"package", "module", "indirect", "config"},
            {"project-not-quotable": 2, "project-too-long": 1},
            id="in-request",
        ),
    ],
)
def test_the_recipe_decides(setting, kept, dropped, inputs, tmp_path):
    folders = inputs([*PLAIN, *FILES.values()])
    write_table(Path(folders["dag_files"]) / "project_files.parquet", ProjectFile, TEXTS)

    settings = DatasetSettings(project_files=setting, **SPLITS)
    result = run(settings, **folders, output=str(tmp_path / "out"))

    rows = list(read_table(tmp_path / "out/samples.parquet", Sample))
    requests = {row.dag_file_id: row.messages[1].content for row in rows}
    assert {name for name, file in FILES.items() if file.id in requests} == kept
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert {name: n for name, n in manifest["funnel"]["dropped"].items() if n} == dropped
    assert result.counts["self_contained"] == 31
    assert result.counts["with_project_files"] == len(kept) - 1
    if setting == "in-request":
        assert requests[FILES["module"].id].endswith(SHOWN)
        assert requests[FILES["indirect"].id].endswith(SHOWN)
        assert "`config/sales.yaml`:\n```yaml\nid: sales\n```" in requests[FILES["config"].id]
    assert "use what they hold" not in requests[FILES["package"].id]

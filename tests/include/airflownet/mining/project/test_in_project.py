"""Mined files are judged in their project, without a checkout, and nothing outside of it is read."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from airflownet.judge.settings import JudgeSettings
from airflownet.judge.stage import run as judge
from airflownet.mining.git.settings import GitSource
from airflownet.mining.settings import LocalSource, MiningSettings, PypiSource
from airflownet.mining.stage import run
from airflownet.records import DagFile, DroppedFile, ProjectFile, Verdict
from airflownet.tables import read_table

from .company import FILES, HEAD, write

LICENCE = "LicenseRef-Proprietary"
NEEDS = {
    # path: (loads or not in its project, self-contained, packages, what it uses)
    "dags/by_factory.py": ("loads", False, (), ("dags/common/__init__.py", "dags/common/factory.py")),
    "dags/from_config.py": (
        "loads",
        False,
        ("yaml",),
        ("dags/config/", "dags/config/costs.yaml", "dags/config/sales.yaml"),
    ),
    "dags/plain.py": (None, True, (), ()),
    "dags/undeclared.py": ("unknown", True, ("onepasswordconnectsdk",), ()),
    "dags/with_module.py": (
        "loads",
        False,
        (),
        ("dags/common/__init__.py", "dags/common/defaults.py", "dags/common/teams.py"),
    ),
    "dags/with_package.py": ("loads", True, ("furl",), ()),
    "dags/with_plugin.py": ("loads", False, (), ("plugins/acme_operators.py",)),
    "dags/with_variable.py": ("loads", True, (), ()),
    "teams/ads/dags/campaigns.py": ("loads", True, ("adsapi",), ()),
}
DROPPED = {
    "dags/common/__init__.py": "package-file",
    "dags/common/defaults.py": "not-a-dag-file",
    "dags/common/factory.py": "builds-no-dag",
    "dags/common/teams.py": "not-a-dag-file",
    "dags/drafts/unfinished.py": "left-out-by-airflowignore",
    "plugins/acme_operators.py": "not-a-dag-file",
}


def committed(folder: Path) -> Path:
    """Commits a folder into a repository of its own; returns the bare one, without a work tree."""
    bare = folder.with_name("acme.git")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-C", str(folder)]
    subprocess.run([*git, "init", "--quiet", "-b", "main"], check=True)
    subprocess.run([*git, "add", "--all", "--force"], check=True)
    subprocess.run([*git, "commit", "--quiet", "-m", "All"], check=True)
    subprocess.run(["git", "clone", "--quiet", "--bare", str(folder), str(bare)], check=True)
    return bare


def test_a_part_of_a_folder_is_mined_in_the_whole(tmp_path):
    source = LocalSource(path=str(write(tmp_path / "acme")), folders=("teams",), licence=LICENCE)
    (file,) = kept(mined(source, tmp_path / "out")).values()
    assert file.path == "teams/ads/dags/campaigns.py"
    assert file.packages == ("adsapi",)


def test_links_within_the_project_are_followed(tmp_path):
    root = write(tmp_path / "work", {"shared/names.py": "NAME = 'linked'\n"})
    dag = "from common.names import NAME\n\nwith DAG(NAME, schedule=None):\n    EmptyOperator(task_id='t')\n"
    write(root, {"dags/a.py": HEAD + dag})
    (root / "dags/common").symlink_to("../shared")
    sources = {
        "folder": LocalSource(path=str(root), licence=LICENCE),
        "git": GitSource(repository=str(committed(root)), licence=LICENCE),
    }
    for name, source in sources.items():
        file = kept(mined(source, tmp_path / name))["dags/a.py"]
        assert file.project is not None
        assert (file.project.outcome, file.project.uses) == ("loads", ("dags/common/names.py",)), name


def mined(source: object, output: Path, **more: object) -> Path:
    settings = MiningSettings(sources=(source,), allowed_licences=(LICENCE, "Apache-2.0"), **more)
    result = run(settings, str(output))
    n_kept, n_dropped = len(kept(output)), len(list(read_table(output / "dropped.parquet", DroppedFile)))
    assert result.counts["listed"] == n_kept + n_dropped
    return output


def kept(output: Path) -> dict[str, DagFile]:
    return {file.path: file for file in read_table(output / "dag_files.parquet", DagFile)}


def texts(output: Path) -> dict[str, ProjectFile]:
    return {row.path: row for row in read_table(output / "project_files.parquet", ProjectFile)}


@pytest.fixture(scope="module", params=["folder", "git"])
def company(request, tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp(request.param)
    if request.param == "folder":
        source = LocalSource(path=str(write(root / "acme")), licence=LICENCE)
    else:
        source = GitSource(repository=str(committed(write(root / "work"))), licence=LICENCE)
    return mined(source, root / "out")


def test_says_what_each_file_needs_of_its_project(company):
    found = {
        path: (
            file.project.outcome.value if file.project else None,
            file.self_contained,
            file.packages,
            file.project.uses if file.project else (),
        )
        for path, file in kept(company).items()
    }
    assert found == NEEDS
    assert {f.path: f.reason for f in read_table(company / "dropped.parquet", DroppedFile)} == DROPPED
    packaged = kept(company)["dags/with_package.py"].project
    assert packaged is not None
    assert packaged.airflow == "2.10"
    assert [(c.kind, c.subject, c.reason) for c in packaged.assumptions] == [
        ("package", "furl", "furl, requirements.txt, line 1")
    ]
    ads = kept(company)["teams/ads/dags/campaigns.py"].project
    assert ads is not None
    assert ads.airflow == "3.1"


def test_later_stages_see_the_same_with_what_was_kept(company, tmp_path):
    result = judge(JudgeSettings(airflow="2.10", lines=()), str(company), str(tmp_path / "judged"))

    verdicts = {v.id: v for v in read_table(tmp_path / "judged/verdicts.parquet", Verdict)}
    assert result.counts["loads"] == 7
    for file in kept(company).values():
        if file.project is not None and file.project.airflow == "2.10":
            verdict = verdicts[file.id]
            assert (verdict.outcome, verdict.uses) == (file.project.outcome, file.project.uses), file.path
    tasks = {dag.dag_id: dag.tasks for verdict in verdicts.values() for dag in verdict.dags}
    assert tasks["sales"] == ("extract", "load")
    assert tasks["with_raw"] == ("copy",)


def test_keeps_what_is_needed_without_secrets(company):
    rows = texts(company)
    everything = "".join(row.content for row in rows.values())
    assert rows["dags/common/teams.py"].may_be_quoted
    assert not rows["requirements.txt"].may_be_quoted
    assert "hunter2" not in everything
    assert "s3cr3t" not in everything
    assert "c9f1b2a4" not in everything
    assert "raw-data" in rows["settings/variables.json"].content


LONG = "x: 1\n" * 400_000


def test_hostile_project_is_bounded_and_nothing_outside_is_read(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("NAME = 'outside'\n")
    dag = "\nwith DAG({}, start_date=datetime(2024, 1, 1), schedule=None):\n    EmptyOperator(task_id='t')\n"
    root = write(
        tmp_path / "evil",
        {
            "requirements.txt": "-r requirements.txt\n-r ../outside/more.txt\n",
            "pyproject.toml": "[tool.airflownet]\nroots = ['../outside', '/etc']\nairflow = 7\n",
            "dags/a.py": HEAD + "from secret import NAME\n" + dag.format("NAME"),
            "dags/b.py": HEAD + "NAME = open('../../outside/secret.py').read()\n" + dag.format("NAME"),
            "dags/c.py": HEAD
            + "import json, os\nNAME = json.load(open(os.path.dirname(__file__) + '/pipe.json'))\n"
            + dag.format("NAME"),
            "dags/d.py": HEAD
            + "import yaml\nfrom pathlib import Path\n"
            + "NAME = yaml.safe_load((Path(__file__).parent / 'long.yaml').read_text())\n"
            + dag.format("NAME"),
            "dags/long.yaml": LONG,
        },
    )
    os.mkfifo(root / "dags/pipe.json")
    (root / "dags/secret.py").symlink_to(tmp_path / "outside/secret.py")
    (root / "dags/far").symlink_to(tmp_path / "outside")

    out = mined(LocalSource(path=str(root), licence=LICENCE), tmp_path / "out")

    files = kept(out)
    assert sorted(files) == ["dags/a.py", "dags/b.py", "dags/c.py", "dags/d.py"]
    assert all(file.project is not None and file.project.outcome == "unknown" for file in files.values())
    assert "NAME = 'outside'" not in "".join(row.content for row in texts(out).values())


def test_a_release_is_a_project_of_what_its_archive_holds(index, archive, tmp_path):
    head = HEAD.replace("airflow.operators.empty", "airflow.providers.standard.operators.empty")
    body = "\nwith DAG({}):\n    EmptyOperator(task_id='t')\n"
    files = {
        "src/demo/example_dags/alone.py": head
        + "import os\nROOT = os.getenv('X')\n"
        + body.format("'alone'"),
        "src/demo/example_dags/helpers.py": "NAME = 'one'\n",
        "src/demo/example_dags/one.py": head + "from helpers import NAME\n" + body.format("NAME"),
    }
    sha256 = index.add("demo", "demo-1.0.tar.gz", archive(files))

    out = mined(PypiSource(project="demo", version="1.0", sha256=sha256), tmp_path / "out")

    alone, one = kept(out).values()
    assert (alone.project, alone.self_contained) == (None, True)
    assert one.project is not None
    assert one.project.uses == ("src/demo/example_dags/helpers.py",)
    assert one.packages == ("apache-airflow-providers-standard",)


def test_the_same_project_gives_the_same_bytes(tmp_path):
    write(tmp_path / "acme", {path: text for path, text in FILES.items() if path.count("/") < 2})
    for name in ("one", "two"):
        mined(LocalSource(path=str(tmp_path / "acme"), licence=LICENCE), tmp_path / name)
    for table in ("dag_files.parquet", "project_files.parquet", "sources.json"):
        assert (tmp_path / "one" / table).read_bytes() == (tmp_path / "two" / table).read_bytes()

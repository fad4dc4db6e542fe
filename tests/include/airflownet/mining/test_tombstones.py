"""What disappears between two runs of the real stage over a folder, with the reason and the date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflownet.mining.settings import LocalSource, MiningSettings
from airflownet.mining.source import git_blob_sha1
from airflownet.mining.stage import run
from airflownet.records import Tombstone
from airflownet.tables import read_table

pytestmark = pytest.mark.usefixtures("separate_cache")


def dag(name: str) -> str:
    return f'from airflow.sdk import DAG\n\nwith DAG("{name}"):\n    pass\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "dags"
    folder.mkdir()
    for name in ("kept", "deleted", "changed", "broken", "relicensed", "blob", "path"):
        (folder / f"{name}.py").write_text(dag(name))
    return folder


def settings(folder: Path, date: str, **more: object) -> MiningSettings:
    source = LocalSource(path=str(folder), name="acme/dags", licence="MIT")
    return MiningSettings(sources=(source,), date=date, **more)


def stones(output: Path) -> dict[str, tuple[str, str]]:
    return {row.path: (row.reason, row.date) for row in read_table(output / "tombstones.parquet", Tombstone)}


def test_every_disappearance_has_its_reason_and_is_carried_forward(folder, tmp_path):
    run(settings(folder, "2026-01-01"), str(tmp_path / "one"))
    assert stones(tmp_path / "one") == {}
    (folder / "deleted.py").unlink()
    (folder / "changed.py").write_text(dag("other"))
    (folder / "broken.py").write_text("from airflow import DAG\nDAG(")
    (folder / "relicensed.py").write_text("# SPDX-License-Identifier: GPL-3.0-only\n" + dag("relicensed"))
    blob = git_blob_sha1(dag("blob").encode())
    (tmp_path / "out.yaml").write_text(f'blobs: [{blob}]\npaths: ["acme/dags:path.py"]\n')
    second = settings(folder, "2026-01-02", opt_out=str(tmp_path / "out.yaml"))

    result = run(second, str(tmp_path / "two"), previous=str(tmp_path / "one"))

    day = "2026-01-02"
    expected = {
        "deleted.py": ("file-deleted", day),
        "changed.py": ("file-changed", day),
        "broken.py": ("syntax-error", day),
        "relicensed.py": ("licence:GPL-3.0-only", day),
        "blob.py": ("opted-out", day),
        "path.py": ("opted-out", day),
    }
    assert stones(tmp_path / "two") == expected
    assert result.counts["tombstones"] == len(expected)
    funnel = json.loads((tmp_path / "two/manifest.json").read_text())["funnel"]
    assert funnel["dropped"]["opted-out"] == 2

    (folder / "deleted.py").write_text(dag("deleted"))  # The same file is back.
    (folder / "kept.py").unlink()
    third = settings(folder, "2026-01-03", opt_out=str(tmp_path / "out.yaml"))
    run(third, str(tmp_path / "three"), previous=str(tmp_path / "two"))
    del expected["deleted.py"]
    assert stones(tmp_path / "three") == {**expected, "kept.py": ("file-deleted", "2026-01-03")}


def test_a_repository_that_is_opted_out_or_no_source_any_more(folder, tmp_path):
    run(settings(folder, "2026-01-01"), str(tmp_path / "one"))
    (tmp_path / "out.yaml").write_text("owners: [acme]\n")
    opted = settings(folder, "2026-01-02", opt_out=str(tmp_path / "out.yaml"))
    result = run(opted, str(tmp_path / "two"), previous=str(tmp_path / "one"))
    assert set(stones(tmp_path / "two").values()) == {("opted-out", "2026-01-02")}
    assert (result.counts["listed"], result.counts["kept"]) == (1, 0)

    other = LocalSource(path=str(folder), name="acme/other", licence="MIT")
    run(
        MiningSettings(sources=(other,), date="2026-01-02"),
        str(tmp_path / "three"),
        previous=str(tmp_path / "one"),
    )
    assert set(stones(tmp_path / "three").values()) == {("source-removed", "2026-01-02")}

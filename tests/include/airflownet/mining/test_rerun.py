"""Mining a second time into the same place: skipped, or with tombstones of what is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflownet.mining.rerun import run_again
from airflownet.mining.settings import LocalSource, MiningSettings
from airflownet.records import Tombstone
from airflownet.tables import read_table

DAG_TEXT = 'from airflow.sdk import DAG\n\nwith DAG("%s"):\n    pass\n'


@pytest.fixture
def own(separate_cache: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.py").write_text(DAG_TEXT % name)
    return folder


def settings(own: Path, **more: object) -> MiningSettings:
    return MiningSettings(sources=(LocalSource(path=str(own), licence="MIT"),), **more)


def stones(out: Path) -> dict[str, tuple[str, str]]:
    table = read_table(out / "tombstones.parquet", Tombstone)
    return {stone.path: (stone.reason, stone.date) for stone in table}


def test_night_after_night(own, tmp_path):
    out = tmp_path / "mining"
    nights = {}

    def night(date: str) -> None:
        result = run_again(settings(own), str(out), date=date)
        nights[date] = (result.skipped, result.counts["kept"], stones(out))

    night("2026-11-20")
    night("2026-11-21")
    (own / "a.py").unlink()
    night("2026-11-22")
    night("2026-11-23")
    (own / "b.py").write_text(DAG_TEXT % "another")
    (own / "a.py").write_text(DAG_TEXT % "a")
    night("2026-11-24")
    night("2026-11-25")

    gone, changed = {"a.py": ("file-deleted", "2026-11-22")}, {"b.py": ("file-changed", "2026-11-24")}
    assert nights == {
        "2026-11-20": (False, 3, {}),
        "2026-11-21": (True, 3, {}),
        "2026-11-22": (False, 2, gone),
        "2026-11-23": (True, 2, gone),
        "2026-11-24": (False, 3, changed),
        "2026-11-25": (True, 3, changed),
    }
    assert sorted(path.name for path in tmp_path.iterdir() if "mining" in path.name and path.is_dir()) == [
        "mining",
        "mining_previous",
    ]


def test_other_settings_make_tombstones_too(own, tmp_path):
    out = tmp_path / "out"
    run_again(settings(own), str(out))
    stricter = settings(own, allowed_licences=("Apache-2.0",))
    assert run_again(stricter, str(out), date="2026-11-22").counts["kept"] == 0
    assert set(stones(out).values()) == {("licence:MIT", "2026-11-22")}

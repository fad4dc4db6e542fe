"""Which runs may go, and that nothing else goes with them."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from filelock import FileLock

from airflownet import object_store
from airflownet.errors import ArtifactError
from airflownet.retention import old_runs, remove_run

NOW = datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC)


def leave(folder: Path, run: str, days_ago: int, stages=("mining", "dataset")) -> None:
    for stage in stages:
        place = folder / run / stage
        place.mkdir(parents=True)
        (place / "rows.parquet").write_bytes(b"x" * 10)
        finished = NOW - datetime.timedelta(days=days_ago)
        outputs = {"rows.parquet": {"sha256": "", "size_bytes": 10}}
        manifest = {"finished_at": finished.isoformat(), "outputs": outputs}
        (place / "manifest.json").write_text(json.dumps(manifest))
    ledger = folder / run / "requests" / "claude.sqlite"
    ledger.parent.mkdir()
    ledger.write_bytes(b"paid")


@pytest.fixture(params=["local", "remote"])
def root(request, tmp_path):
    leave(tmp_path, "old", 200)
    leave(tmp_path, "kept", 300)
    leave(tmp_path, "mixed", 200, ["mining"])
    leave(tmp_path / "newer", "mixed", 5, ["dataset"])
    (tmp_path / "newer" / "mixed" / "dataset").rename(tmp_path / "mixed" / "dataset")
    (tmp_path / "of a person").mkdir()
    (tmp_path / "of a person" / "notes.txt").write_text("mine")
    if request.param == "local":
        return str(tmp_path)
    location = f"memory://airflownet-retention/{tmp_path.name}"
    for path in tmp_path.rglob("*"):
        if path.is_file():
            object_store.upload(path, location, path.relative_to(tmp_path).as_posix())
    return location


def files(root: str) -> list[str]:
    if "://" in root:
        return object_store.names_below(root)
    return sorted(p.relative_to(root).as_posix() for p in Path(root).rglob("*") if p.is_file())


def test_only_what_nobody_touched_may_go(root):
    found = old_runs(root, 180, NOW, keep=("kept",))
    assert [(run.location.rsplit("/", 1)[1], run.n_stages, run.size_bytes) for run in found] == [
        ("old", 2, 20)
    ]
    assert [run.location.rsplit("/", 1)[1] for run in old_runs(root, 180, NOW)] == ["kept", "old"]


@pytest.mark.parametrize("with_ledgers", [False, True])
def test_a_run_goes_with_all_it_has_and_nothing_else(root, with_ledgers):
    before = files(root)
    (run,) = old_runs(root, 180, NOW, keep=("kept",))
    remove_run(run, with_ledgers=with_ledgers)
    left = [] if with_ledgers else ["old/requests/claude.sqlite"]
    assert files(root) == [name for name in before if not name.startswith("old/") or name in left]


def test_a_stage_that_is_being_written_stays(tmp_path):
    leave(tmp_path, "old", 200)
    (run,) = old_runs(str(tmp_path), 180, NOW)
    with FileLock(tmp_path / "old" / ".dataset.partial.lock"), pytest.raises(ArtifactError, match="dataset"):
        remove_run(run)
    assert (tmp_path / "old" / "mining" / "manifest.json").exists()


def test_the_shelf_of_promoted_models_is_no_run(root):
    name = "models/laptop-1/manifest.json"
    (source,) = [file for file in files(root) if file == "old/mining/manifest.json"]
    if "://" in root:
        object_store.remote_path(f"{root}/{name}").write_text(object_store.read_text(root, source))
    else:
        (Path(root) / name).parent.mkdir(parents=True)
        (Path(root) / name).write_text((Path(root) / source).read_text())
        (Path(root) / "models" / "champion").symlink_to("laptop-1")
    assert [run.location.rsplit("/", 1)[1] for run in old_runs(root, 180, NOW)] == ["kept", "old"]


def test_what_a_link_leads_to_stays(tmp_path):
    leave(tmp_path / "elsewhere", "theirs", 200)
    leave(tmp_path / "root", "old", 200)
    (tmp_path / "root" / "linked").symlink_to(tmp_path / "elsewhere" / "theirs")
    (tmp_path / "root" / "old" / "base").symlink_to(tmp_path / "elsewhere" / "theirs" / "mining")
    before = files(str(tmp_path / "elsewhere"))
    (run,) = old_runs(str(tmp_path / "root"), 180, NOW)
    assert run.n_stages == 2
    remove_run(run)
    assert files(str(tmp_path / "elsewhere")) == before
    assert [path.name for path in (tmp_path / "root" / "old").iterdir()] == ["requests"]

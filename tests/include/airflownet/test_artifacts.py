"""The stage contract: skip, resume, whole or nothing, counted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from airflownet import artifacts
from airflownet.artifacts import StageSettings, StageWork, run_stage
from airflownet.errors import ArtifactError, DiskSpaceError, FunnelGapError
from airflownet.locations import join, local_copy, read_manifest


class Settings(StageSettings):
    text: str = "a"


def write_text(work: StageWork) -> None:
    work.funnel.listed = 2
    work.funnel.keep()
    work.funnel.drop("too-long")
    (work.directory / "out.txt").write_text("content")


def run(output: Path | str, body=write_text, **kwargs):
    settings = kwargs.pop("settings", Settings())
    return run_stage("demo", settings, kwargs.pop("inputs", {}), str(output), body, code=(), **kwargs)


def forbidden(work: StageWork) -> None:
    raise AssertionError("the stage must not run")


def test_manifest_tells_funnel_outputs_and_settings(tmp_path):
    result = run(tmp_path / "out")
    manifest = read_manifest(result.location)
    assert manifest["funnel"] == {"listed": 2, "kept": 1, "dropped": {"too-long": 1}}
    assert list(manifest["outputs"]) == ["out.txt"]
    assert manifest["settings"] == {"text": "a"}
    assert not result.skipped
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["manifest.json", "out.txt"]


def test_equal_run_is_skipped(tmp_path):
    run(tmp_path / "out")
    assert run(tmp_path / "out", forbidden).skipped


CHANGES = {
    "settings": {"settings": Settings(text="b")},
    "fresh": {"fresh": True},
    "library": {"libraries": ("pydantic",)},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_runs_the_stage_again(tmp_path, change):
    run(tmp_path / "out")
    assert not run(tmp_path / "out", **change).skipped


def test_changed_input_content_runs_the_stage_again(tmp_path):
    source = tmp_path / "in.txt"
    source.write_text("one")
    run(tmp_path / "out", inputs={"in": str(source)})
    assert run(tmp_path / "out", forbidden, inputs={"in": str(source)}).skipped
    source.write_text("two")
    assert not run(tmp_path / "out", inputs={"in": str(source)}).skipped


def test_a_deleted_output_file_runs_the_stage_again(tmp_path):
    run(tmp_path / "out")
    (tmp_path / "out" / "out.txt").unlink()
    assert not run(tmp_path / "out").skipped


def test_a_funnel_gap_publishes_nothing(tmp_path):
    def lose(work: StageWork) -> None:
        work.funnel.listed = 3
        work.funnel.keep(2)

    with pytest.raises(FunnelGapError, match="1 are unaccounted"):
        run(tmp_path / "out", lose)
    assert not (tmp_path / "out").exists()


def test_a_failed_run_keeps_the_earlier_output(tmp_path):
    run(tmp_path / "out")

    def fail(work: StageWork) -> None:
        (work.directory / "out.txt").write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run(tmp_path / "out", fail, fresh=True)
    assert (tmp_path / "out" / "out.txt").read_text() == "content"
    assert run(tmp_path / "out", forbidden).skipped


def test_missing_input_names_path_and_remedy(tmp_path):
    with pytest.raises(ArtifactError, match="does not exist") as caught:
        run(tmp_path / "out", inputs={"in": str(tmp_path / "nothing")})
    assert "run the stage" in caught.value.remedy


def test_full_disk_is_told_before_the_start(tmp_path):
    with pytest.raises(DiskSpaceError, match="GB"):
        run(tmp_path / "out", forbidden, needed_bytes=10**18)


def test_two_runs_of_one_output_exclude_each_other(tmp_path):
    def nested(work: StageWork) -> None:
        with pytest.raises(ArtifactError, match="another run"):
            run(tmp_path / "out", forbidden)
        write_text(work)

    run(tmp_path / "out", nested)


KILLED = """
import os, signal, sys, time
from pathlib import Path
from airflownet.artifacts import StageSettings, run_stage
class Settings(StageSettings):
    text: str = "a"
def body(work):
    note = work.scratch / "progress"
    done = int(note.read_text()) if note.exists() else 0
    while done < 3:
        done += 1
        note.write_text(str(done))
        if done == 2 and "kill" in sys.argv:
            os.kill(os.getpid(), signal.SIGKILL)
    (work.directory / "out.txt").write_text("first" if "kill" in sys.argv else f"from {os.environ['SEEN']}")
run_stage("demo", Settings(), {}, sys.argv[1], body, code=())
"""


def test_killed_run_continues_where_it_stopped(tmp_path):
    script = tmp_path / "stage.py"
    script.write_text(textwrap.dedent(KILLED))
    out = tmp_path / "out"
    killed = subprocess.run([sys.executable, script, out, "kill"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not out.exists()
    assert (tmp_path / ".out.partial" / artifacts.SCRATCH / "progress").read_text() == "2"
    subprocess.run([sys.executable, script, out], check=True, env={**os.environ, "SEEN": "scratch"})
    assert (out / "out.txt").read_text() == "from scratch"
    assert not (tmp_path / ".out.partial").exists()


@pytest.mark.parametrize("moment", ["before rename", "between renames"])
def test_a_kill_during_publication_loses_nothing(tmp_path, moment):
    run(tmp_path / "out")
    finished = tmp_path / "out"
    if moment == "before rename":
        finished.rename(tmp_path / ".out.partial")
    else:
        finished.rename(tmp_path / ".out.replaced")
    assert run(tmp_path / "out", forbidden).skipped


@pytest.mark.parametrize("moment", ["_remove_aids", "publish"])
@pytest.mark.parametrize("root", ["", "memory://airflownet-test/killed"], ids=["folder", "url"])
@pytest.mark.parametrize("older", [False, True], ids=["first", "over an older one"])
def test_what_was_finished_is_published_and_not_done_again(tmp_path, monkeypatch, moment, root, older):
    """A kill between the end of a stage's work, hours of training perhaps, and its publication."""
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path / "cache"))
    location = join(root or str(tmp_path), moment, str(older))
    if older:
        run(location, settings=Settings(text="older"))
    with monkeypatch.context() as killed:
        killed.setattr(artifacts, moment, lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(location)
    result = run(location, forbidden)
    assert result.counts == {"listed": 2, "kept": 1}
    assert read_manifest(location)["settings"] == {"text": "a"}
    assert sorted(path.name for path in local_copy(location).iterdir()) == ["manifest.json", "out.txt"]
    assert run(location, forbidden).skipped


def test_a_url_root_works_like_a_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path / "cache"))
    location = join("memory://airflownet-test/root", "demo")
    first = run(location)
    assert first.location == location
    assert run(location, forbidden).skipped
    copy = local_copy(location)
    assert (copy / "out.txt").read_text() == "content"
    assert json.loads((copy / "manifest.json").read_text())["stage"] == "demo"


def test_manifest_is_written_last_so_it_means_complete(tmp_path):
    started = time.time()
    run(tmp_path / "out")
    out = tmp_path / "out"
    assert (out / "manifest.json").stat().st_mtime >= (out / "out.txt").stat().st_mtime >= started - 1

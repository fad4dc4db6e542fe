"""An object store that answers late, never, or not to us; and what is copied to and from it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from airflownet import object_store
from airflownet.errors import ArtifactError, NetworkError
from airflownet.locations import MANIFEST, local_copy, publish

ROOT = "memory://airflownet-object-store"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(object_store, "WAITS_S", (0, 0))


class BotocoreError(Exception):
    """As s3fs lets some of botocore's errors through: no OSError."""


BotocoreError.__module__ = "botocore.exceptions"


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        pytest.param([ConnectionRefusedError("no")], "answer", id="comes-back"),
        pytest.param([TimeoutError(), BotocoreError("EndpointConnectionError")], "answer", id="twice"),
        pytest.param([OSError("503 SlowDown")] * 3, NetworkError, id="never"),
        pytest.param([FileNotFoundError("x")], FileNotFoundError, id="not-there-is-an-answer"),
        pytest.param([PermissionError("AccessDenied")], ArtifactError, id="refused"),
        pytest.param([ValueError("a bug")], ValueError, id="a-bug-is-shown-at-once"),
    ],
)
def test_a_store_that_fails(failures, expected):
    left = list(failures)

    def call() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    if isinstance(expected, str):
        assert object_store._patiently(call, "s3://b") == expected
        return
    with pytest.raises(expected):
        object_store._patiently(call, "s3://b")


def a_finished_output(tmp_path, name, content):
    from airflownet.artifacts import StageSettings, run_stage

    def body(work):
        (work.directory / "deep").mkdir()
        (work.directory / "deep" / name).write_bytes(content)

    location = f"{ROOT}/{tmp_path.name}/demo"
    run_stage("demo", StageSettings(), {}, location, body, code=[], fresh=True)
    return location


def test_what_an_earlier_output_had_and_the_new_one_has_not_is_gone(tmp_path, separate_cache):
    a_finished_output(tmp_path, "old.bin", b"old")
    location = a_finished_output(tmp_path, "new.bin", b"new")
    assert object_store.names_below(location) == ["deep/new.bin", MANIFEST]
    assert (local_copy(location) / "deep" / "new.bin").read_bytes() == b"new"


def test_tasks_that_want_the_same_copy_at_once_get_it(tmp_path, separate_cache):
    location = a_finished_output(tmp_path, "rows.bin", b"x" * 1_000_000)
    with ThreadPoolExecutor(8) as pool:
        copies = list(pool.map(local_copy, [location] * 16))
    assert len(set(copies)) == 1
    assert (copies[0] / "deep" / "rows.bin").stat().st_size == 1_000_000


def test_an_interrupted_copy_goes_on(tmp_path, separate_cache, monkeypatch):
    location = a_finished_output(tmp_path, "rows.bin", b"rows")
    with monkeypatch.context() as patch:
        patch.setattr(object_store, "fetch", lambda *_: None)
        with pytest.raises(ArtifactError, match="not what its manifest says"):
            local_copy(location)
    assert (local_copy(location) / "deep" / "rows.bin").read_bytes() == b"rows"


def test_publishing_empties_the_working_folder(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    (work / MANIFEST).write_text("{}")
    publish(work, f"{ROOT}/{tmp_path.name}/published")
    assert not work.exists()
    assert object_store.names_below(f"{ROOT}/{tmp_path.name}/published") == [MANIFEST]

"""The plan of a push, and the push itself through the real client to a local server."""

from __future__ import annotations

import hashlib

import pytest

from airflownet.dataset.hub import push, push_plan
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.stage import run
from airflownet.errors import ArtifactError, InputError, NetworkError
from servers.dataset_hub import dataset_hub

from .conftest import dag_code, dag_file

SETTINGS = DatasetSettings(train_fraction=0.6, validation_fraction=0.2, test_fraction=0.2)


@pytest.fixture
def finished(inputs, tmp_path):
    files = [dag_file(f"{n:02}.py", dag_code(n)) for n in range(30)]
    run(SETTINGS, **inputs(files), output=str(tmp_path / "out"))
    return tmp_path / "out"


def test_a_push_sends_what_the_plan_says_in_one_commit(finished):
    plan = push_plan(str(finished), "team/dags")
    names = [name for name, _ in plan.files]
    assert {"README.md", "NOTICE.md", "croissant.json", "data/test-00000-of-00001.parquet"} <= set(names)
    assert not [name for name in names if name.startswith(("dataset_dict", "samples.parquet", "manifest"))]
    assert f"private dataset team/dags, version 1.0.0: {len(names)} files" in plan.lines()[0]
    with dataset_hub() as hub:
        for _ in range(2):
            address = push(plan, hub.token, endpoint=hub.url)
        assert address.startswith(f"{hub.url}/datasets/team/dags")
        assert hub.commits == ["Version 1.0.0"] * 2
        assert hub.repos["team/dags"]["visibility"] == "private"
        assert sorted(hub.files) == names
        for name in names:
            local = (finished / name).read_bytes()
            assert hashlib.sha256(hub.files[name]).digest() == hashlib.sha256(local).digest()


@pytest.mark.parametrize(("status", "error"), [(403, InputError), (500, NetworkError)])
def test_a_refusal_is_explained(finished, status, error):
    plan = push_plan(str(finished), "team/dags")
    with dataset_hub() as hub:
        hub.status = status
        with pytest.raises(error, match=str(status)) as raised:
            push(plan, hub.token, endpoint=hub.url)
        assert hub.token not in str(raised.value)
        assert not hub.files


def test_what_cannot_be_pushed(finished, tmp_path):
    with pytest.raises(InputError, match="owner/name"):
        push_plan(str(finished), "no owner")
    with pytest.raises(InputError, match="no token"):
        push(push_plan(str(finished), "team/dags"), "")
    with pytest.raises(ArtifactError, match=r"manifest\.json"):
        push_plan(str(tmp_path), "team/dags")

"""A manifest that somebody else wrote writes nothing outside of the cache."""

from __future__ import annotations

import json

import pytest

from airflownet import object_store
from airflownet.cache import cache_dir
from airflownet.errors import ArtifactError
from airflownet.hashing import sha256_text
from airflownet.locations import local_copy


@pytest.mark.parametrize(
    ("name", "content"),
    [("../../evil.txt", "0" * 64), ("/tmp/airflownet-evil.txt", "1" * 64), ("a.txt", "../../evil")],
    ids=["above", "absolute", "hash"],
)
def test_a_manifest_that_leads_outside_is_refused(monkeypatch, tmp_path, name, content):
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path / "a" / "cache"))
    location = f"memory://airflownet-locations/{tmp_path.name}/stage"
    outputs = {name: {"sha256": sha256_text("x"), "size_bytes": 1}}
    manifest = {"content_sha256": content, "outputs": outputs, "finished_at": "2026-11-30T00:00:00+00:00"}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    object_store.upload(tmp_path / "manifest.json", location, "manifest.json")
    with pytest.raises(ArtifactError, match=r"evil|hash"):
        local_copy(location)
    inside = cache_dir("artifacts")
    written = [path for path in tmp_path.rglob("*") if path.is_file() and inside not in path.parents]
    assert [path.name for path in written] == ["manifest.json"]

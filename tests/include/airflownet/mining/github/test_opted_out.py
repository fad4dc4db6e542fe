"""Who is on the opt-out list is not asked for anything, under whatever name, and is counted all the same."""

from __future__ import annotations

import json

import pytest

from airflownet.mining.fetch_plan import fetch_part, plan_fetch, with_snapshots
from airflownet.mining.github.blob_store import open_blob_store
from airflownet.mining.rerun import run_again
from airflownet.mining.settings import MiningSettings
from airflownet.mining.source import git_blob_sha1
from airflownet.mining.stage import run
from airflownet.records import Tombstone
from airflownet.tables import read_table

from .conftest import DAG_TEXT, dags

WAYS = {
    "organisations": ("acme",),
    "repositories": ("acme/dags", "acme/out"),
    "search": ("topic:airflow",),
    "code_search": ("airflow.sdk language:python",),
}


@pytest.fixture
def opt_out(tmp_path):
    """Writes the list; returns what names it in the settings."""

    def write(text: str) -> dict[str, str]:
        (tmp_path / "out.yaml").write_text(text)
        return {"opt_out": str(tmp_path / "out.yaml")}

    return write


def about(github, hosted) -> list[str]:
    """The requests about one repository, by its number or its name."""
    names = (f"/repositories/{hosted.repo_id}", f"/repos/{hosted.full_name}")
    return [seen.path for seen in github.seen if seen.path.startswith(names)]


@pytest.mark.parametrize("way", list(WAYS))
def test_an_opted_out_repository_is_not_asked_for_and_counts_as_one_row(
    github, source, opt_out, tmp_path, kept, dropped, way
):
    github.add("acme/dags", dags(1))
    out = github.add("acme/out", {"dags/other.py": DAG_TEXT % "other"})
    settings = MiningSettings(sources=(source(**{way: WAYS[way]}),), **opt_out("repositories: [ACME/out]"))
    parts = plan_fetch(settings)
    for part in parts:
        fetch_part(settings, part)
    result = run(with_snapshots(settings, parts), str(tmp_path / "out"))
    assert about(github, out) == []
    assert git_blob_sha1((DAG_TEXT % "other").encode()) not in github.blobs_served
    assert [file.repo for file in kept()] == ["acme/dags"]
    assert dropped() == {"acme/out": "opted-out"}
    assert result.counts["listed"] == 2


def test_an_opted_out_file_is_listed_and_not_fetched(github, source, opt_out, tmp_path, dropped):
    files = {f"dags/{name}.py": DAG_TEXT % name for name in ("kept", "path", "blob")}
    github.add("acme/dags", files)
    blob = git_blob_sha1(files["dags/blob.py"].encode())
    listed = opt_out(f'paths: ["acme/dags:*/path.py"]\nblobs: [{blob}]')
    run(MiningSettings(sources=(source(organisations=("acme",)),), **listed), str(tmp_path / "out"))
    assert dropped() == {"dags/path.py": "opted-out", "dags/blob.py": "opted-out"}
    assert list(github.blobs_served) == [git_blob_sha1(files["dags/kept.py"].encode())]


@pytest.mark.parametrize("way", ["organisations", "repositories"])
def test_who_opts_out_later_leaves_the_output_and_the_cache(github, source, opt_out, tmp_path, way):
    github.add("acme/dags", dags(1))
    text = DAG_TEXT % "other"
    github.add("acme/out", {"dags/other.py": text})
    settings = MiningSettings(sources=(source(**{way: WAYS[way]}),))
    run_again(settings, str(tmp_path / "out"))
    settings = settings.model_copy(update=opt_out("repositories: [acme/out]"))
    for _ in range(2):
        run_again(settings, str(tmp_path / "out"), date="2026-11-22")
    (stone,) = read_table(tmp_path / "out" / "tombstones.parquet", Tombstone)
    assert (stone.repo, stone.path, stone.reason) == ("acme/out", "dags/other.py", "opted-out")
    with open_blob_store(github.url) as store:
        assert store.get(git_blob_sha1(text.encode())) is None


def test_an_opted_out_repository_that_gets_another_name_or_owner_stays_out(
    github, source, opt_out, tmp_path, dropped
):
    out = github.add("acme/out", dags(1))
    source = source(organisations=("acme", "beta"))
    github.add("beta/dags", {"dags/b.py": DAG_TEXT % "b"})
    settings = MiningSettings(sources=(source,), **opt_out("repositories: [acme/out]\nowners: [gamma]"))
    run_again(settings, str(tmp_path / "out"))
    github.add("acme/dags", {"dags/a.py": DAG_TEXT % "a"})
    for name in ("acme/another-name", "beta/another-owner"):
        github.rename(out, name)
        github.seen.clear()
        run_again(settings, str(tmp_path / "out"))
        assert dropped() == {name: "opted-out"}
        assert about(github, out) == []


def test_all_kinds_of_source_leave_out_who_is_on_the_list_unread(opt_out, tmp_path, separate_cache):
    recipe = [
        {"project": "demo", "version": "1.0", "sha256": "0" * 64},
        {"kind": "git", "repository": "https://git.invalid/acme/etl.git"},
        {"kind": "git", "repository": str(tmp_path / "no-clone"), "name": "acme/gone"},
    ]
    listed = opt_out("owners: [acme]\nrepositories: [demo]")
    settings = MiningSettings.model_validate({"sources": recipe, **listed})
    for part in plan_fetch(settings):
        fetch_part(settings, part)
    result = run(settings, str(tmp_path / "out"))
    funnel = json.loads((tmp_path / "out" / "manifest.json").read_text())["funnel"]
    assert (result.counts["listed"], funnel["dropped"]) == (3, {"opted-out": 3})

"""Mining from a real index over a socket: what is kept, what is dropped and why, and trouble."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from airflownet.errors import IntegrityError, NetworkError, SourceError
from airflownet.hashing import sha256_text
from airflownet.mining.settings import LocalSource, MiningSettings, PypiSource
from airflownet.mining.source import git_blob_sha1
from airflownet.mining.stage import run
from airflownet.records import DagFile, DroppedFile, stable_id
from airflownet.tables import read_table

from .conftest import ASF, DAG_TEXT


def link(target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo()
    member.type, member.linkname = kind, target
    return member


def pinned(project: str, version: str, sha256: str | None, **more: object) -> MiningSettings:
    return MiningSettings(sources=(PypiSource(project=project, version=version, sha256=sha256),), **more)


def kept(folder: Path) -> list[DagFile]:
    return list(read_table(folder / "dag_files.parquet", DagFile))


def reasons(folder: Path) -> dict[str, str]:
    return {file.path: file.reason for file in read_table(folder / "dropped.parquet", DroppedFile)}


def test_keeps_dag_files_with_provenance(index, archive, tmp_path):
    text = DAG_TEXT % "one"
    data = archive(
        {"src/demo/example_dags/one.py": text, "src/demo/operators/one.py": text, "README.md": "x"}
    )
    sha256 = index.add("demo", "demo-1.0.tar.gz", data)

    result = run(pinned("demo", "1.0", sha256), str(tmp_path / "out"))

    (file,) = kept(tmp_path / "out")
    assert result.counts["listed"] == result.counts["kept"] == 1
    assert (file.repo, file.ref, file.archive) == ("demo", "1.0", "demo-1.0.tar.gz")
    assert (file.archive_sha256, file.path) == (sha256, "src/demo/example_dags/one.py")
    assert file.blob_sha1 == git_blob_sha1(text.encode())
    assert file.licence.spdx == "Apache-2.0"
    assert [item.partition("=")[0] for item in file.licence.evidence] == [
        "header:text",
        "archive:PKG-INFO",
        "archive:LICENSE",
    ]
    assert file.content == text.removeprefix(ASF)
    assert file.content_sha256 == sha256_text(file.content)
    assert [(t.in_sha256, t.out_sha256) for t in file.transforms] == [
        (sha256_text(text), file.content_sha256)
    ]
    assert file.id == stable_id("demo", file.path, "1.0", sha256_text(text))
    (row,) = json.loads((tmp_path / "out/sources.json").read_text())
    assert (row["sha256"], row["size_bytes"], row["files_kept"]) == (sha256, len(data), 1)
    assert sha256 in (tmp_path / "out/NOTICE.md").read_text()


def test_every_listed_file_is_kept_or_dropped_with_a_reason(index, archive, tmp_path):
    text = DAG_TEXT % "x"
    files = {
        "tests/system/demo/kept.py": text,
        "tests/system/demo/__init__.py": "",
        "tests/system/demo/nothing.py": "import airflow\n",
        "tests/system/demo/broken.py": "from airflow import DAG\nDAG(\n",
        "tests/system/demo/large.py": text + "#" * 5_000,
        "tests/system/demo/latin.py": text.encode() + b"# \xe9\n",
        "tests/system/demo/cookie.py": b"# -*- coding: latin-1 -*-\n" + text.encode() + b"# \xe9\n",
        "tests/system/demo/null.py": text + "\0",
        "tests/system/demo/link.py": link("kept.py"),
        "tests/system/demo/hard.py": link("demo-1.0/tests/system/demo/kept.py", tarfile.LNKTYPE),
        "tests/system/demo/pipe.py": link("", tarfile.FIFOTYPE),
        "tests/system/../../up.py": text,
        "tests/system/demo/../x.py": text,
        "tests/system/demo/gpl.py": "# SPDX-License-Identifier: GPL-3.0-only\n" + text.removeprefix(ASF),
        "tests/unit/not_listed.py": text,
    }
    sha256 = index.add("demo", "demo-1.0.tar.gz", archive(files))

    result = run(pinned("demo", "1.0", sha256, max_file_bytes=4_000), str(tmp_path / "out"))

    here = "tests/system/demo/"
    assert [file.path for file in kept(tmp_path / "out")] == [here + "cookie.py", here + "kept.py"]
    assert reasons(tmp_path / "out") == {
        here + "__init__.py": "package-file",
        here + "nothing.py": "not-a-dag-file",
        here + "broken.py": "syntax-error",
        here + "large.py": "too-large",
        here + "latin.py": "undecodable",
        here + "null.py": "undecodable",
        here + "link.py": "symlink",
        here + "hard.py": "symlink",
        here + "pipe.py": "not-a-regular-file",
        "tests/system/../../up.py": "odd-name",
        here + "../x.py": "odd-name",
        here + "gpl.py": "licence:GPL-3.0-only",
    }
    assert result.counts["listed"] == len(files) - 1
    assert not (tmp_path / "up.py").exists()


def test_same_bytes_again_and_no_request_when_cached(index, archive, tmp_path):
    sha256 = index.add("demo", "demo-1.0.tar.gz", archive({"example_dags/a.py": DAG_TEXT % "a"}))
    settings = pinned("demo", "1.0", sha256)
    run(settings, str(tmp_path / "one"))
    index.requests.clear()

    run(settings, str(tmp_path / "two"))
    again = run(settings, str(tmp_path / "two"))

    assert index.requests == []
    assert again.skipped
    for name in ("dag_files.parquet", "dropped.parquet", "sources.json", "NOTICE.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_newest_takes_the_newest_final_release_and_runs_again_for_a_newer_one(index, archive, tmp_path):
    for version in ("1.9", "1.10", "2.0rc1", "1.11"):
        index.add("demo", f"demo-{version}.tar.gz", archive({"example_dags/a.py": DAG_TEXT % version}))
    index.add("demo", "demo-3.0-py3-none-any.whl", b"a wheel is no source archive")
    index.yanked.add("demo-1.11.tar.gz")
    settings = MiningSettings(sources=(PypiSource(project="demo"),))

    first = run(settings, str(tmp_path / "out"))
    same = run(settings, str(tmp_path / "out"))
    refs = {file.ref for file in kept(tmp_path / "out")}
    index.add("demo", "demo-1.12.tar.gz", archive({"example_dags/a.py": DAG_TEXT % "newer"}))
    newer = run(settings, str(tmp_path / "out"))

    assert refs == {"1.10"}
    assert (first.skipped, same.skipped, newer.skipped) == (False, True, False)
    assert {file.ref for file in kept(tmp_path / "out")} == {"1.12"}


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param(["3.0.1", "2.9.0"], ["2.9.0", "3.0.1"], id="list"),
        pytest.param(">=2.9,<3.1", ["2.10.1", "2.9.0", "2.9.3", "3.0.0", "3.0.1"], id="range"),
        pytest.param("newest-per-line", ["2.10.1", "2.9.3", "3.0.1", "3.1.0"], id="newest-per-line"),
        pytest.param("newest-per-line >=3", ["3.0.1", "3.1.0"], id="newest-per-line-in-a-range"),
    ],
)
def test_several_versions_of_one_project(index, archive, tmp_path, versions, expected):
    for version in ("2.9.0", "2.9.3", "2.10.1", "3.0.0", "3.0.1", "3.1.0", "3.1.1rc1", "3.1.2"):
        index.add("demo", f"demo-{version}.tar.gz", archive({"example_dags/a.py": DAG_TEXT % version}))
    index.yanked.add("demo-3.1.2.tar.gz")
    settings = MiningSettings(sources=(PypiSource(project="demo", versions=versions),))
    run(settings, str(tmp_path / "out"))
    assert [file.ref for file in kept(tmp_path / "out")] == expected
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert sorted(source["version"] for source in manifest["settings"]["sources"]) == expected


def test_no_version_in_the_range(index, archive, tmp_path):
    index.add("demo", "demo-1.0.tar.gz", archive({"example_dags/a.py": DAG_TEXT % "a"}))
    with pytest.raises(SourceError, match="no source archive"):
        run(MiningSettings(sources=(PypiSource(project="demo", versions=">=2"),)), str(tmp_path / "out"))


def test_files_of_a_company_are_redacted_and_releases_are_not_by_default(index, archive, tmp_path):
    text = DAG_TEXT % "a" + '\nOWNER = "jane.doe@acme.io"\n'
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags/a.py").write_text(text)
    sha256 = index.add("demo", "demo-1.0.tar.gz", archive({"example_dags/a.py": text}))
    sources = (
        PypiSource(project="demo", version="1.0", sha256=sha256),
        LocalSource(path=str(tmp_path / "dags")),
    )
    run(MiningSettings(sources=sources), str(tmp_path / "out"))
    contents = {file.source: file for file in kept(tmp_path / "out")}
    assert "jane.doe@acme.io" in contents["pypi"].content
    assert "jane.doe@acme.io" not in contents["local"].content
    assert [t.name for t in contents["local"].transforms] == ["strip-licence-comment", "redact"]
    assert contents["local"].transforms[-1].out_sha256 == contents["local"].content_sha256


def test_a_version_without_hash_is_recorded_as_trusted(index, archive, tmp_path):
    index.add("demo", "demo-1.0.tar.gz", archive({"example_dags/a.py": DAG_TEXT % "a"}))
    run(pinned("demo", "1.0", None), str(tmp_path / "out"))
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["facts"]["hash_trusted_from_index"] == ["demo"]
    assert manifest["settings"]["sources"][0]["sha256"] == index.digests["demo-1.0.tar.gz"]


@pytest.mark.parametrize("claimed", ["right", "0" * 64], ids=["index-tells-its-hash", "index-lies-as-pinned"])
def test_a_wrong_hash_names_both_and_keeps_nothing(index, archive, tmp_path, cache, claimed):
    real = index.add("demo", "demo-1.0.tar.gz", archive({}), sha256=claimed)
    with pytest.raises(IntegrityError) as caught:
        run(pinned("demo", "1.0", "0" * 64), str(tmp_path / "out"))
    assert real in caught.value.message
    assert "0" * 64 in caught.value.message
    assert not list(cache.rglob("*.tar.gz*"))
    assert not (tmp_path / "out").exists()


def test_network_down_keeps_what_was_downloaded(index, archive, tmp_path):
    hashes = [index.add(name, f"{name}-1.0.tar.gz", archive({name: "x"})) for name in ("here", "gone")]
    sources = [
        PypiSource(project=n, version="1.0", sha256=h) for n, h in zip(("here", "gone"), hashes, strict=True)
    ]
    run(MiningSettings(sources=(sources[0],)), str(tmp_path / "one"))
    index.failures = [0, 503, 503]

    with pytest.raises(NetworkError, match="gone could not be fetched"):
        run(MiningSettings(sources=tuple(sources)), str(tmp_path / "both"))
    index.requests.clear()
    run(MiningSettings(sources=tuple(sources)), str(tmp_path / "both"))

    assert index.requests == ["/simple/gone/", "/files/gone/gone-1.0.tar.gz"]


def test_passing_trouble_is_retried(index, archive, tmp_path):
    sha256 = index.add("demo", "demo-1.0.tar.gz", archive({"example_dags/a.py": DAG_TEXT % "a"}))
    index.failures = [0, 429]
    assert run(pinned("demo", "1.0", sha256), str(tmp_path / "out")).counts["kept"] == 1


def test_a_download_that_breaks_off_is_a_network_error(index, archive, tmp_path, cache):
    sha256 = index.add("demo", "demo-1.0.tar.gz", archive({"example_dags/a.py": DAG_TEXT % "a"}))
    index.cut_after = 100
    with pytest.raises(NetworkError):
        run(pinned("demo", "1.0", sha256), str(tmp_path / "out"))
    assert not list(cache.rglob("*.tar.gz"))


def test_what_a_killed_download_left_is_overwritten(index, archive, tmp_path, cache):
    sha256 = index.add("demo", "demo-1.0.tar.gz", archive({"example_dags/a.py": DAG_TEXT % "a"}))
    partial = cache / "archives" / sha256 / "demo-1.0.tar.gz.partial"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(b"half of")
    assert run(pinned("demo", "1.0", sha256), str(tmp_path / "out")).counts["kept"] == 1
    assert not partial.exists()


def test_a_damaged_cache_file_is_fetched_again(index, archive, tmp_path, cache):
    sha256 = index.add("demo", "demo-1.0.tar.gz", archive({"example_dags/a.py": DAG_TEXT % "a"}))
    run(pinned("demo", "1.0", sha256), str(tmp_path / "one"))
    (cached,) = cache.rglob("demo-1.0.tar.gz")
    cached.write_bytes(b"damaged")
    assert run(pinned("demo", "1.0", sha256), str(tmp_path / "two")).counts["kept"] == 1


@pytest.mark.parametrize(
    ("project", "version", "words"),
    [
        pytest.param("absent", "1.0", "no project absent", id="no-project"),
        pytest.param("demo", "9.9", "no source archive", id="no-version"),
    ],
)
def test_what_the_index_does_not_have(index, archive, tmp_path, project, version, words):
    index.add("demo", "demo-1.0.tar.gz", archive({}))
    with pytest.raises(SourceError, match=words):
        run(pinned(project, version, "0" * 64), str(tmp_path / "out"))


def test_not_an_archive(index, tmp_path):
    sha256 = index.add("demo", "demo-1.0.tar.gz", b"<html>no archive</html>")
    with pytest.raises(SourceError, match="cannot be read"):
        run(pinned("demo", "1.0", sha256), str(tmp_path / "out"))


def test_a_password_in_the_index_address_is_never_shown(index, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("//", "//user:hunter2@"))
    index.failures = [503, 503, 503]
    with pytest.raises(NetworkError) as caught:
        run(pinned("demo", "1.0", "0" * 64), str(tmp_path / "out"))
    assert "hunter2" not in str(caught.value)


def test_a_local_folder_and_its_changes(tmp_path, cache):
    folder = tmp_path / "dags"
    (folder / "team").mkdir(parents=True)
    (folder / "team/a.py").write_text(DAG_TEXT % "a")
    (folder / "b.py").symlink_to(folder / "team/a.py")
    settings = MiningSettings(sources=(LocalSource(path=str(folder), name="mine", ref="main"),))

    first = run(settings, str(tmp_path / "out"))
    assert [(f.source, f.repo, f.ref, f.path) for f in kept(tmp_path / "out")] == [
        ("local", "mine", "main", "team/a.py")
    ]
    assert reasons(tmp_path / "out") == {"b.py": "symlink"}
    (folder / "c.py").write_text("from airflow import DAG\nDAG('c')\n")
    second = run(settings, str(tmp_path / "out"))
    assert (first.skipped, second.skipped) == (False, False)
    assert reasons(tmp_path / "out") == {"b.py": "symlink", "c.py": "licence:NOASSERTION"}


def test_a_local_folder_that_is_not_there(tmp_path, cache):
    settings = MiningSettings(sources=(LocalSource(path=str(tmp_path / "none")),))
    with pytest.raises(SourceError, match="not a folder"):
        run(settings, str(tmp_path / "out"))


def test_codemods_are_recorded_and_their_refusals_counted(index, archive, tmp_path):
    trailer = (
        "from tests_common.test_utils.system_tests import get_test_run\n\ntest_run = get_test_run(dag)\n"
    )
    text = DAG_TEXT % "x"
    lineage = "from system.openlineage.operator import OpenLineageTestOperator\n"
    files = {
        "tests/system/demo/harness.py": f"{text}\n{trailer}",
        "tests/system/demo/plain.py": text,
        "tests/system/demo/lineage.py": text + lineage,
        "tests/system/demo/bound.py": f"{text}    print(get_test_run)\n\n{trailer}",
    }
    sha256 = index.add("demo", "demo-1.0.tar.gz", archive(files))

    run(pinned("demo", "1.0", sha256, codemods=("test-harness",)), str(tmp_path / "out"))

    harness, plain = kept(tmp_path / "out")
    assert harness.content == plain.content == text.removeprefix(ASF)
    assert [t.name for t in plain.transforms] == ["strip-licence-comment"]
    assert [t.name for t in harness.transforms] == ["strip-licence-comment", "remove-harness-tasks"]
    assert harness.transforms[0].out_sha256 == harness.transforms[1].in_sha256
    assert harness.transforms[-1].out_sha256 == harness.content_sha256
    assert reasons(tmp_path / "out") == {
        "tests/system/demo/lineage.py": "tests-airflow-itself",
        "tests/system/demo/bound.py": "harness-not-removable",
    }

"""Mining real repositories through real git: every kind of entry, several refs, hostile ones, addresses."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from airflownet.errors import NetworkError, SourceError
from airflownet.mining.git.mirror import mirror_directory
from airflownet.mining.git.settings import GitSource
from airflownet.mining.settings import MiningSettings
from airflownet.mining.source import git_blob_sha1
from airflownet.mining.stage import run
from airflownet.records import DagFile, DroppedFile
from airflownet.tables import read_table
from servers.git_daemon import GitDaemon

from .conftest import git

APACHE = (Path(__file__).parents[5] / "LICENSE").read_text()
MIT = """MIT License

Copyright (c) 2024 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
pytestmark = pytest.mark.usefixtures("separate_cache")


def dag(name: str) -> str:
    return f'from airflow.sdk import DAG\n\nwith DAG("{name}"):\n    pass\n'


def mine(path: object, output: Path, **more: object) -> tuple[list[DagFile], dict[tuple[str, str], str]]:
    source_fields = {key: more.pop(key) for key in ("refs", "folders", "licence", "name") if key in more}
    source = GitSource(repository=str(path), **source_fields)
    run(MiningSettings(sources=(source,), **more), str(output))
    return kept(output), reasons(output)


def kept(output: Path) -> list[DagFile]:
    return list(read_table(output / "dag_files.parquet", DagFile))


def reasons(output: Path) -> dict[tuple[str, str], str]:
    return {(row.ref, row.path): row.reason for row in read_table(output / "dropped.parquet", DroppedFile)}


def test_every_kind_of_entry_is_kept_or_has_its_reason(repository, tmp_path):
    text = dag("a")
    path = repository(
        {
            "main": {
                "LICENSE": APACHE,
                "dags/a.py": text,
                "dags/run.py": ("100755", dag("run")),
                "dags/link.py": ("120000", "a.py"),
                "dags/sub.py": ("160000", b"1" * 40),
                "modules/team": ("160000", b"2" * 40),
                "dags/lfs.py": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
                "dags/large.py": text + "#" * 5_000,
                "dags/latin.py": text.encode() + b"# \xe9\n",
                "dags/null.py": text + "\0",
                "dags/__init__.py": "",
                "dags/other.py": "import os\n",
                "dags/broken.py": "from airflow import DAG\nDAG(\n",
                b"dags/na\xefve.py": text,
                b"dags/new\nline.py": text,
                "dags/größe.py": dag("umlaut"),
                "README.md": "airflow DAG",
                ".gitattributes": "*.py filter=lfs diff=evil eol=crlf ident\n",
            }
        }
    )

    files, dropped = mine(path, tmp_path / "out", max_file_bytes=4_000)

    assert [file.path for file in files] == ["dags/a.py", "dags/größe.py", "dags/run.py"]
    assert {place[1]: reason for place, reason in dropped.items()} == {
        "dags/link.py": "symlink",
        "dags/sub.py": "submodule",
        "modules/team": "submodule",
        "dags/lfs.py": "lfs-pointer",
        "dags/large.py": "too-large",
        "dags/latin.py": "undecodable",
        "dags/null.py": "undecodable",
        "dags/__init__.py": "package-file",
        "dags/other.py": "not-a-dag-file",
        "dags/broken.py": "syntax-error",
        "dags/na\\xefve.py": "odd-name",
        "dags/new\\nline.py": "odd-name",
    }
    (file, *_) = files
    assert (file.source, file.repo, file.ref) == ("git", "repo", "HEAD")
    assert file.commit == git("-C", path, "rev-parse", "main")
    assert (file.content, file.blob_sha1) == (text, git_blob_sha1(text.encode()))
    assert (file.licence.spdx, file.licence.evidence) == ("Apache-2.0", ("repository:LICENSE=Apache-2.0",))


def test_a_file_is_listed_once_however_many_refs_have_it(repository, tmp_path):
    path = repository(
        {
            "main": {"LICENSE": MIT, "a.py": dag("a"), "b.py": dag("new")},
            "stable": {"LICENSE": MIT, "a.py": dag("a"), "b.py": dag("old"), "c.py": dag("c")},
            "refs/tags/v1": {"LICENSE": MIT, "a.py": dag("a"), "b.py": dag("old")},
            "refs/tags/v0": {"a.py": dag("a"), "z.py": dag("z")},
        }
    )
    git(
        "-C",
        path,
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.com",
        "tag",
        "-a",
        "-m",
        "x",
        "v2",
        "main",
    )

    files, dropped = mine(path, tmp_path / "out", refs=("main", "stable", "v*"))

    assert [(file.ref, file.path) for file in files] == [
        ("main", "a.py"),
        ("main", "b.py"),
        ("stable", "b.py"),
        ("stable", "c.py"),
    ]
    assert {file.commit for file in files if file.ref == "main"} == {git("-C", path, "rev-parse", "main")}
    # The tag without LICENSE states none for its own file.
    assert dropped == {("v0", "z.py"): "licence:NOASSERTION"}


@pytest.mark.parametrize("longest", [1, 2, 1_000])
def test_dropped_files_in_runs_are_each_one_row(repository, tmp_path, monkeypatch, longest):
    monkeypatch.setattr("airflownet.mining.sources.git._LONGEST_RUN", longest)
    others = {f"{n:02}.py": "import os\n" if n % 4 else ("120000", "00.py") for n in range(30)}
    path = repository({"main": {"LICENSE": MIT, **others, "05.py": dag("a"), "29.py": dag("b"), "z.py": ""}})

    files, dropped = mine(path, tmp_path / "out")

    assert [file.path for file in files] == ["05.py", "29.py"]
    assert [place[1] for place in dropped] == sorted({*others, "z.py"} - {"05.py", "29.py"})
    assert {place[1] for place, reason in dropped.items() if reason == "symlink"} == {
        f"{n:02}.py" for n in range(0, 30, 4)
    }


@pytest.mark.parametrize(
    ("refs", "words"),
    [
        pytest.param(("nothing",), "no branch or tag 'nothing'", id="no-such-ref"),
        pytest.param(("0" * 39 + "1",), "git says", id="no-such-commit"),
    ],
)
def test_refs_that_are_not_there(repository, tmp_path, refs, words):
    path = repository({"main": {"a.py": dag("a")}})
    with pytest.raises(SourceError, match=words):
        mine(path, tmp_path / "out", refs=refs)


def test_a_repository_without_commits_is_one_row(tmp_path):
    git("init", "--quiet", tmp_path / "empty")
    files, dropped = mine(tmp_path / "empty", tmp_path / "out")
    assert (files, dropped) == ([], {("HEAD", ""): "empty-repository"})


def test_not_a_repository(tmp_path):
    with pytest.raises(SourceError, match="not a git repository"):
        mine(tmp_path, tmp_path / "out")


def test_nearest_licence_wins_and_vendored_folders_are_not_trusted(repository, tmp_path):
    path = repository(
        {
            "main": {
                "LICENSE": APACHE,
                "NOTICE": "Notice of the project",
                "a.py": dag("a"),
                "mit/LICENSE.txt": MIT,
                "mit/deep/b.py": dag("b"),
                "mit/gpl.py": "# SPDX-License-Identifier: GPL-3.0-only\n" + dag("g"),
                "own/LICENSE": "All rights reserved. This software is proprietary and confidential.\n" * 9,
                "own/c.py": dag("c"),
                "vendor/lib/LICENSE": MIT,
                "vendor/lib/d.py": dag("d"),
            }
        }
    )

    files, dropped = mine(path, tmp_path / "out", keep_restricted=True)

    assert {file.path: file.licence.spdx for file in files} == {"a.py": "Apache-2.0", "mit/deep/b.py": "MIT"}
    assert {place[1]: reason for place, reason in dropped.items()} == {
        "mit/gpl.py": "licence:GPL-3.0-only",
        "own/c.py": "licence:NOASSERTION",
        "vendor/lib/d.py": "licence:NOASSERTION",
    }
    restricted = list(read_table(tmp_path / "out/restricted.parquet", DagFile))
    assert [file.path for file in restricted] == ["mit/gpl.py", "own/c.py", "vendor/lib/d.py"]
    assert "vendored:vendor=NOASSERTION" in restricted[-1].licence.evidence
    copies = {copy.read_text() for copy in (tmp_path / "out/licences").iterdir()}
    assert {APACHE, MIT, "Notice of the project"} <= copies
    assert "mit/LICENSE.txt" in (tmp_path / "out/NOTICE.md").read_text()


def test_a_hostile_repository_runs_nothing(repository, tmp_path):
    path = repository({"main": {"LICENSE": MIT, "a.py": dag("a"), ".gitattributes": "*.py filter=evil\n"}})
    marker = tmp_path / "was-run"
    program = tmp_path / "evil.sh"
    program.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "core.alternateRefsCommand",
        "diff.external",
        "filter.evil.smudge",
        "filter.evil.process",
        "filter.evil.clean",
        "uploadpack.packObjectsHook",
        "credential.helper",
    ):
        git("-C", path, "config", key, program)
    git("-C", path, "config", "core.repositoryformatversion", "1")
    git("-C", path, "config", "extensions.partialClone", "origin")
    git("-C", path, "config", "remote.origin.promisor", "true")
    git("-C", path, "config", "remote.origin.url", f"ext::{program}")
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        (path / "hooks").mkdir(exist_ok=True)
        (path / "hooks" / hook).write_bytes(program.read_bytes())
        (path / "hooks" / hook).chmod(0o755)
    blob = git("-C", path, "rev-parse", "main:a.py")
    replacement = git("-C", path, "hash-object", "-w", program)
    git("-C", path, "replace", blob, replacement)
    marker.unlink()  # git itself ran a hook when the replacement was made: the trap works.

    files, _ = mine(path, tmp_path / "out", refs=("main",))

    assert [file.content for file in files] == [dag("a")]
    assert not marker.exists()


def test_a_missing_object_is_a_reason_not_a_request(repository, tmp_path):
    path = repository({"main": {"LICENSE": MIT, "a.py": dag("a"), "b.py": dag("b")}})
    git("-C", path, "repack", "-a", "-d", "-q")
    pack = next((path / "objects/pack").glob("*.pack"))
    pack.rename(tmp_path / "pack")
    with (tmp_path / "pack").open("rb") as data:
        os.system(f"git -C {path} unpack-objects -q < {tmp_path / 'pack'}")
        assert data
    for leftover in (path / "objects/pack").glob("pack-*"):
        leftover.unlink()
    blob = git("-C", path, "rev-parse", "main:a.py")
    (path / "objects" / blob[:2] / blob[2:]).unlink()

    files, dropped = mine(path, tmp_path / "out")

    assert [file.path for file in files] == ["b.py"]
    assert dropped == {("HEAD", "a.py"): "object-missing"}


def test_an_address_is_mirrored_once_and_only_news_are_fetched(repository, tmp_path):
    root = repository({"main": {"LICENSE": MIT, "a.py": dag("a")}}).parent
    with GitDaemon(root) as daemon:
        url = daemon.url("repo.git")
        files, _ = mine(url, tmp_path / "one", refs=("main", "*"))
        first = daemon.requests
        again, _ = mine(url, tmp_path / "two", refs=("main", "*"))
        second = daemon.requests - first
        repository({"next": {"LICENSE": MIT, "a.py": dag("a"), "b.py": dag("b")}})
        newer, _ = mine(url, tmp_path / "three", refs=("main", "*"))
        third = daemon.requests - first - second

    assert [(file.repo, file.ref, file.path) for file in files] == [(files[0].repo, "main", "a.py")]
    assert files[0].repo.endswith("/repo")
    assert again == files
    assert [(file.ref, file.path) for file in newer] == [("main", "a.py"), ("next", "b.py")]
    # ls-remote and fetch; ls-remote alone; ls-remote and fetch.
    assert (first, second, third) == (2, 1, 2)


def test_what_a_killed_fetch_left_keeps_nobody_from_fetching(repository, tmp_path):
    """Its lock files, and its git that still runs; one that only reads, as another run's, goes on."""
    root = repository({"main": {"dags/a.py": dag("a")}}).parent
    with GitDaemon(root) as daemon, socket.create_server(("127.0.0.1", 0)) as silent:
        source = GitSource(repository=daemon.url("repo.git"), licence="MIT")
        mirror = mirror_directory(source)
        git("init", "--quiet", "--bare", mirror)
        (mirror / "shallow.lock").touch()
        address = f"git://127.0.0.1:{silent.getsockname()[1]}/x.git"
        orphan, reader = (
            subprocess.Popen(
                ["git", f"--git-dir={mirror}", *words], stdin=subprocess.PIPE, start_new_session=True
            )
            for words in (["fetch", address], ["cat-file", "--batch"])
        )
        files, _ = mine(source.repository, tmp_path / "out", licence="MIT")
        assert [file.path for file in files] == ["dags/a.py"]
        orphan.wait(timeout=10)
        assert reader.poll() is None
        reader.communicate()


def test_an_address_that_does_not_answer(tmp_path):
    with pytest.raises(NetworkError):
        mine("git://127.0.0.1:9/x.git", tmp_path / "out")


@pytest.mark.parametrize(
    ("repository", "name", "is_remote"),
    [
        pytest.param("https://github.com/acme/dags.git", "acme/dags", True, id="https"),
        pytest.param("git@git.acme.io:data/dags.git", "data/dags", True, id="scp"),
        pytest.param("ssh://git@git.acme.io:2222/data/dags", "data/dags", True, id="ssh"),
        pytest.param("/srv/mirrors/dags.git", "dags", False, id="bare"),
        pytest.param("~/src/dags/.git", "dags", False, id="clone"),
    ],
)
def test_names_in_provenance(repository, name, is_remote):
    source = GitSource(repository=repository)
    assert (source.repo, source.is_remote) == (name, is_remote)


@pytest.mark.parametrize(
    "address", ["https://user:hunter2@host/x.git", "ext::sh -c whoami", "--upload-pack=x", "fd::7"]
)
def test_addresses_that_are_refused(address):
    with pytest.raises(ValueError, match="address"):
        GitSource(repository=address)

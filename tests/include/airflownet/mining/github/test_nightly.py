"""Night after night: what a second run costs, what a kill costs; an Enterprise server is mined alike."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from airflownet.mining.fetch_plan import fetch_part, plan_fetch, with_snapshots
from airflownet.mining.rerun import run_again
from airflownet.mining.settings import MiningSettings
from airflownet.mining.stage import run
from airflownet.records import Tombstone
from airflownet.tables import read_table
from servers.github.server import TOKEN, Fault, GithubServer

from .conftest import DAG_TEXT, dags

ROOT = Path(__file__).resolve().parents[5]
TABLES = ("dag_files.parquet", "dropped.parquet", "sources.json", "NOTICE.md")


def organisation(github, count):
    """Repositories of every kind, with files that some of them share."""
    for number in range(count):
        files = dags(2) | {f"dags/own_{number}.py": DAG_TEXT % f"own_{number}", "setup.py": "x = 1\n"}
        github.add(f"acme/r{number:02}", files)
    github.add("acme/empty", None)
    github.add("acme/fork", dags(1), fork=True)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES}


def test_a_second_night_without_changes_asks_for_nothing_new(github, mine, source, tmp_path):
    organisation(github, 20)
    listed, named = {"organisations": ("acme",)}, {"repositories": tuple(f"acme/r{n:02}" for n in range(20))}
    for settings, most in ((listed, 1), (named, 20)):
        github.seen.clear()
        mine("out", **settings)
        again_from = len(github.seen)
        again = mine("out", **settings)
        second = [seen.status for seen in github.seen[again_from:]]
        assert again.skipped
        assert len(second) <= most
        assert second.count(304) >= 0.95 * len(second)


def test_a_file_of_many_repositories_is_fetched_once(github, mine, kept):
    organisation(github, 6)
    mine(organisations=("acme",))
    assert len(kept()) == 6 * 3
    assert max(github.blobs_served.values()) == 1


def test_a_push_brings_only_the_new_file_and_a_tombstone(github, source, tmp_path, kept):
    organisation(github, 3)
    settings = MiningSettings(sources=(source(organisations=("acme",)),))
    run_again(settings, str(tmp_path / "out"))
    before = {file.id for file in kept()}
    served = set(github.blobs_served)
    hosted = github.find("acme/r01")
    github.push(hosted, dags(2) | {"dags/new.py": DAG_TEXT % "new", "setup.py": "x = 1\n"})

    changed = run_again(settings, str(tmp_path / "out"), date="2026-11-22")
    same = run_again(settings, str(tmp_path / "out"), date="2026-11-23")

    assert (changed.skipped, same.skipped) == (False, True)
    assert [file.path for file in kept() if file.id not in before] == ["dags/new.py"]
    assert len(set(github.blobs_served) - served) == 1
    assert max(github.blobs_served.values()) == 1
    (stone,) = read_table(tmp_path / "out" / "tombstones.parquet", Tombstone)
    assert (stone.repo, stone.path, stone.reason, stone.date) == (
        "acme/r01",
        "dags/own_1.py",
        "file-deleted",
        "2026-11-22",
    )


def kinds(github) -> dict[str, int]:
    """How often each kind of request was sent."""
    names = ("graphql", "git/trees", "git/ref", "git/blobs", "orgs")
    return dict(Counter(next(name for name in names if name in seen.path) for seen in github.seen))


def push_to_some(github, count: int) -> None:
    for number in range(count):
        new = {f"dags/new_{number}.py": DAG_TEXT % f"new_{number}"}
        github.push(github.find(f"acme/r{number:02}"), dags(2) | new)
    github.seen.clear()


def test_what_several_pushes_brought_is_asked_for_together(github, source, tmp_path, kept):
    organisation(github, 12)
    settings = MiningSettings(sources=(source(organisations=("acme",)),))
    run_again(settings, str(tmp_path / "out"))
    assert kinds(github) == {"orgs": 1, "graphql": 2, "git/ref": 1, "git/trees": 12}  # the one ref: empty
    push_to_some(github, 5)
    result = run_again(settings, str(tmp_path / "out"))
    assert kinds(github) == {"orgs": 1, "graphql": 2, "git/trees": 5}
    assert result.counts["kept"] == 12 * 3
    assert sum("new_" in file.path for file in kept()) == 5
    assert max(github.blobs_served.values()) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"data": None, "errors": [{"message": "timeout"}]}, id="nothing"),
        pytest.param({"data": {"r0": None, "r1": {"databaseId": 1, "defaultBranchRef": None}}}, id="unsure"),
    ],
)
def test_what_a_query_for_many_does_not_tell_is_asked_for_singly(github, source, tmp_path, kept, answer):
    organisation(github, 3)
    github.faults.append(Fault("/graphql", 200, {}, answer, times=2))
    run_again(MiningSettings(sources=(source(organisations=("acme",)),)), str(tmp_path / "out"))
    assert kinds(github)["git/ref"] == 4
    assert len(kept()) == 3 * 3
    assert max(github.blobs_served.values()) == 1


def test_a_renamed_repository_and_a_renamed_branch_are_no_disappearance(github, source, tmp_path, kept):
    organisation(github, 2)
    settings = MiningSettings(sources=(source(organisations=("acme",)),))
    run_again(settings, str(tmp_path / "out"))
    hosted = github.find("acme/r01")
    github.rename(hosted, "acme/etl")
    github.push(hosted, dags(1) | {"jobs/dag_001.py": dags(2)["dags/dag_001.py"]})
    other = github.find("acme/r00")
    other.git.commit(dags(2) | {"dags/own_0.py": DAG_TEXT % "own_0"}, branch="trunk")
    other.default_branch, other.pushed_at = "trunk", "2026-03-01T00:00:00Z"

    result = run_again(settings, str(tmp_path / "out"), date="2026-11-22")

    assert {(file.repo, file.ref) for file in kept()} == {("acme/etl", "main"), ("acme/r00", "trunk")}
    stones = read_table(tmp_path / "out" / "tombstones.parquet", Tombstone)
    assert [(stone.repo, stone.path, stone.reason) for stone in stones] == [
        ("acme/r01", "dags/own_1.py", "file-deleted")
    ]
    rows = json.loads((tmp_path / "out" / "sources.json").read_text())
    (row,) = [row for row in rows if "moved" in row]
    assert (row["project"], row["repository_id"]) == ("acme/etl", hosted.repo_id)
    assert [(move["repository"], move["path"], move["now"]) for move in row["moved"]] == [
        ("acme/r01", "dags/dag_000.py", "dags/dag_000.py"),
        ("acme/r01", "dags/dag_001.py", "jobs/dag_001.py"),
    ]
    assert result.counts["moved"] == 2
    assert max(github.blobs_served.values()) == 1


def test_parts_fetched_side_by_side_leave_nothing_for_the_stage(github, source, tmp_path):
    organisation(github, 12)
    settings = MiningSettings(sources=(source(organisations=("acme",)),))
    parts = plan_fetch(settings)
    counts = [fetch_part(settings, part) for part in reversed(parts)]
    assert [part.label for part in parts] == ["github: 1-10 of 14", "github: 11-14 of 14"]
    assert sum(count["files"] for count in counts) == 12 * 4 + 2
    asked = len(github.seen)
    result = run(with_snapshots(settings, parts), str(tmp_path / "out"))
    assert result.counts["kept"] == 36
    assert len(github.seen) == asked


def test_an_enterprise_server_is_mined_alike(separate_cache, tmp_path, source, github, monkeypatch):
    organisation(github, 2)
    with GithubServer(tmp_path / "enterprise", prefix="/api/v3") as enterprise:
        organisation(enterprise, 2)
        for name, server in (("public", github), ("enterprise", enterprise)):
            own = source(organisations=("acme",), base_url=server.url)
            run(MiningSettings(sources=(own,)), str(tmp_path / name))
        assert any(seen.path == "/api/graphql" for seen in enterprise.seen)
    for name in ("dag_files.parquet", "dropped.parquet"):
        assert (tmp_path / "public" / name).read_bytes() == (tmp_path / "enterprise" / name).read_bytes()


def test_no_token_is_left_anywhere(github, mine, separate_cache, tmp_path):
    organisation(github, 1)
    mine(organisations=("acme",))
    for folder in (separate_cache, tmp_path / "out"):
        for path in (path for path in folder.rglob("*") if path.is_file()):
            assert TOKEN.encode() not in path.read_bytes(), path


@pytest.mark.timeout(300)
def test_killed_at_random_requests_it_comes_to_the_same_rows_and_fetches_no_file_twice(
    github, source, separate_cache, tmp_path, monkeypatch
):
    organisation(github, 6)
    recipe = yaml.safe_load((ROOT / "recipes" / "laptop.yaml").read_text())
    acme = source(organisations=("acme",))
    recipe["mining"] = {"sources": [acme.model_dump(mode="json")]}
    (tmp_path / "acme.yaml").write_text(yaml.safe_dump(recipe))
    command = [sys.executable, "-m", "airflownet.cli.main", "mine", "--recipe", str(tmp_path / "acme.yaml")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    def finished(last: int) -> bool:
        """Runs until request number ``last`` arrives, at which the process is killed."""
        child = subprocess.Popen(
            [*command, "--output", str(tmp_path / "out")], env=environment, stderr=subprocess.PIPE, text=True
        )

        def answers(number: int) -> bool:
            if number == last:
                os.kill(child.pid, signal.SIGKILL)
            return number != last

        github.answers = answers
        _, errors = child.communicate(timeout=120)
        assert child.returncode in (0, -signal.SIGKILL), errors
        return child.returncode == 0

    dice = random.Random()
    first = dice.randrange(2, 9)
    kills = [first, dice.randrange(2, min(7, 13 - first))]  # the run as a whole makes 12 requests
    assert not finished(kills[0]), kills
    assert not finished(len(github.seen) + kills[1]), kills
    assert finished(0), kills
    assert max(github.blobs_served.values()) == 1, kills

    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path / "another cache"))
    run(MiningSettings(sources=(acme,)), str(tmp_path / "undisturbed"))
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "undisturbed"), kills

"""Files of a repository on GitHub are judged in it: what that takes is fetched in lots, and once."""

from __future__ import annotations

from airflownet.mining.pin import pin_github
from airflownet.mining.source import Limits
from airflownet.mining.sources.github import open_github

from ..project.company import FILES
from ..project.test_in_project import DROPPED, NEEDS
from .test_blobs import kinds


def test_a_company_on_github_needs_what_its_clone_needs(github, mine, kept, dropped):
    github.add("acme/etl", dict(FILES))
    result = mine(repositories=("acme/etl",))

    found = {
        f.path: (
            f.project.outcome.value if f.project else None,
            f.self_contained,
            f.packages,
            f.project.uses if f.project else (),
        )
        for f in kept()
    }
    assert found == NEEDS
    assert {path: reason for path, reason in dropped().items() if path in DROPPED} == DROPPED | {
        "dags/common/__init__.py": "package-file"
    }
    assert result.counts["with_project_files"] == 4
    assert kinds(github)["graphql"] + kinds(github)["git/blobs"] <= 8


def test_fetching_ahead_leaves_nothing_to_ask_for(github, source, mine):
    github.add("acme/etl", dict(FILES))
    pinned = pin_github(source(repositories=("acme/etl",)))
    for commit in open_github(pinned):
        commit.prefetch(Limits((), 200_000))
    asked = [kinds(github)[kind] for kind in ("graphql", "git/blobs")]

    mine(repositories=("acme/etl",))

    assert [kinds(github)[kind] for kind in ("graphql", "git/blobs")] == asked

"""Trees as GitHub gives them: whole, truncated at every level, and never into other people's code."""

from __future__ import annotations

import pytest

from airflownet.errors import FunnelGapError
from airflownet.mining.github.tree import list_tree

from .conftest import DAG_TEXT, dags

FILES = {
    **dags(4, "a/b"),
    **dags(3, "a"),
    **dags(2, "c"),
    "top.py": DAG_TEXT % "top",
    "vendor/x/y.py": DAG_TEXT % "vendored",
    "a/site-packages/z.py": DAG_TEXT % "vendored",
    "vendor.py": DAG_TEXT % "not_vendored",
}
EXPECTED = sorted(
    path if "vendor/" not in path and "site-packages" not in path else path[: path.rindex("/") + 1]
    for path in FILES
)
EXPECTED = sorted({path.replace("vendor/x/", "vendor/") for path in EXPECTED})


@pytest.mark.parametrize("limit", [100_000, 12, 9, 6])
def test_a_truncated_tree_is_walked_to_the_same_listing(github, client, limit):
    hosted = github.add("acme/dags", FILES)
    github.tree_limit = limit
    entries = list_tree(client, hosted.repo_id, hosted.git.head("heads/main"))
    assert [entry.path for entry in entries] == EXPECTED
    if limit < 100_000:
        assert len(github.seen) > 1
        assert not any("vendor" in seen.path for seen in github.seen)


def test_a_folder_that_github_cannot_list_is_a_gap(github, mine, dropped):
    github.add("acme/dags", dags(9))
    github.tree_limit = 5
    with pytest.raises(FunnelGapError, match="kind: git"):
        mine(repositories=("acme/dags",))
    result = mine(repositories=("acme/dags",), allow_partial=True)
    assert result.counts["kept"] == 5
    assert dropped()["dags/"] == "gap:tree-truncated"


def test_a_tree_is_asked_for_once(github, client):
    hosted = github.add("acme/dags", FILES)
    head = hosted.git.head("heads/main")
    assert list_tree(client, hosted.repo_id, head) == list_tree(client, hosted.repo_id, head)
    assert len(github.seen) == 1

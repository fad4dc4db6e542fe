from __future__ import annotations

import pytest

from airflownet.errors import InputError
from airflownet.mining.distinct_names import with_distinct_names
from airflownet.mining.git.settings import GitSource
from airflownet.mining.github.settings import GithubSource
from airflownet.mining.github.snapshot import SnapshotRow, write_snapshot
from airflownet.mining.opt_out import NOBODY, OptOut
from airflownet.mining.settings import LocalSource, PypiSource


def git(repository: str, **more: object) -> GitSource:
    return GitSource.model_validate({"repository": repository, **more})


def local(path: str, **more: object) -> LocalSource:
    return LocalSource.model_validate({"path": path, **more})


@pytest.fixture(autouse=True)
def _cache(separate_cache):
    pass


def github(*repositories: str, host: str = "https://api.github.com") -> GithubSource:
    rows = [SnapshotRow(number, name) for number, name in enumerate(repositories, start=1)]
    return GithubSource(repositories=repositories, base_url=host, snapshot=write_snapshot(rows))


def name_of(source: GitSource | LocalSource) -> str:
    return source.repo if isinstance(source, GitSource) else source.name or source.path.rpartition("/")[2]


CASES = {
    "two-mirrors": ([git("/srv/a/repo.git"), git("/srv/b/repo")], ["a/repo", "b/repo"]),
    "the-same-parents-further-up": (
        [git("/srv/one/x/repo"), git("/srv/two/x/repo")],
        ["one/x/repo", "two/x/repo"],
    ),
    "two-refs-of-one-clone": ([git("/srv/repo"), git("/srv/repo/.git", refs=("v1",))], ["repo", "repo"]),
    "two-servers": (
        [git("https://one.example/acme/dags"), git("git@two.example:acme/dags.git")],
        ["one.example/acme/dags", "two.example/acme/dags"],
    ),
    "one-server-in-two-spellings": (
        [git("https://one.example/acme/dags"), git("git@one.example:acme/dags.git", refs=("v1",))],
        ["acme/dags", "acme/dags"],
    ),
    "two-folders": ([local("/srv/a/dags"), local("/srv/b/dags")], ["a/dags", "b/dags"]),
    "a-folder-and-a-mirror": ([local("/srv/a/dags"), git("/srv/b/dags.git")], ["a/dags", "b/dags"]),
    "nothing-clashes": ([local("/srv/a/dags"), git("/srv/b/etl")], ["dags", "etl"]),
    "a-given-name-stays": ([git("/srv/a/repo", name="repo"), git("/srv/b/repo")], ["repo", "b/repo"]),
    "names-given-twice-are-one-repository": (
        [git("/srv/a/repo", name="etl"), git("/srv/b/repo", name="etl")],
        ["etl", "etl"],
    ),
    "at-the-root-of-the-disk": ([git("/repo"), git("/x/repo")], ["repo", "x/repo"]),
}


@pytest.mark.parametrize(("sources", "names"), CASES.values(), ids=CASES)
def test_only_what_clashes_is_renamed(sources, names):
    assert [name_of(source) for source in with_distinct_names(sources, NOBODY)] == names
    backwards = with_distinct_names(sources[::-1], NOBODY)
    assert [name_of(source) for source in backwards] == names[::-1]


def test_names_that_others_decide_are_respected():
    sources = [
        github("acme/dags"),
        git("https://github.com/acme/dags", refs=("v1",)),
        git("https://gitlab.example/acme/dags"),
        PypiSource(project="dags"),
        local("/srv/a/dags"),
    ]
    named = with_distinct_names(sources, NOBODY)
    assert [name_of(s) for s in named if isinstance(s, GitSource | LocalSource)] == [
        "acme/dags",
        "gitlab.example/acme/dags",
        "a/dags",
    ]


def test_two_github_servers_with_one_name_are_refused():
    sources = [github("acme/dags"), github("acme/dags", host="https://git.acme.example/api/v3")]
    with pytest.raises(InputError, match=r"acme/dags .*github\.com .*git\.acme\.example"):
        with_distinct_names(sources, NOBODY)


@pytest.mark.parametrize(
    "opt_out",
    [OptOut(repositories=frozenset({"repo"})), OptOut(paths=("rep*:dags/*",))],
    ids=["whole", "files"],
)
def test_an_opt_out_never_lapses(opt_out):
    named = with_distinct_names([git("/srv/a/repo"), git("/srv/b/repo")], opt_out)
    assert [name_of(source) for source in named] == ["repo", "repo"]

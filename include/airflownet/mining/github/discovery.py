"""Which repositories a source means: named, of organisations, found by search; each once, by its number."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.errors import SourceError
from airflownet.hashing import canonical_json, sha256_text
from airflownet.mining.github.client import Answer, GithubClient
from airflownet.mining.github.opted_out import OptedOutRepositories
from airflownet.mining.github.repository import Repository, repository_of
from airflownet.mining.github.search_slices import Gap, search_code, search_repositories
from airflownet.progress import progress


class Discovery:
    """What one run found; filled by ``discover``."""

    def __init__(self) -> None:
        self.repositories: dict[int, Repository] = {}
        self.unreadable: dict[str, tuple[int | None, Answer]] = {}
        """Name (or ``id:NUMBER``) -> number when known, and the answer in the repository's place."""
        self.opted_out: dict[str, int] = {}
        """Name -> number (0 when not known) of repositories that were named and not asked for."""
        self.gaps: list[Gap] = []

    def add(self, repository: Repository) -> None:
        """Takes a repository, joining the refs of one that is there already."""
        known = self.repositories.get(repository.repo_id)
        self.repositories[repository.repo_id] = known.with_refs(repository.refs) if known else repository


def discover(client: GithubClient, opted_out: OptedOutRepositories) -> Discovery:
    """Returns every repository that the source means, and what kept it from listing more.

    A listing shows repositories of the opt-out list too; those named or told by name alone are not asked for.

    Raises:
        SourceError: an organisation or search cannot be read at all.
        NetworkError, RateLimitError: see ``client``.
    """
    source, found = client.source, Discovery()
    if source.code_search and client.access.is_anonymous:
        raise SourceError(
            "GitHub's code search needs a token", f"set {source.token_env}, or remove code_search"
        )
    with progress("Finding repositories", None, "repositories") as bar:
        for name, refs in _named(source.repositories).items():
            if opted_out.has_name(name):
                found.opted_out[name] = opted_out.forget(name)
            else:
                _ask(client, f"/repos/{name}", name, found, refs)
            bar.update(len(found.repositories))
        for organisation in source.organisations:
            for repository in _repositories_of(client, organisation):
                found.add(repository)
            bar.update(len(found.repositories), organisation)
        for query in source.search:
            full = query + (" fork:true" if source.include_forks and "fork:" not in query else "")
            _take(client, search_repositories(client, full), found, opted_out)
            bar.update(len(found.repositories), query)
        for query in source.code_search:
            _take(client, search_code(client, query), found, opted_out, of_code=True)
            bar.update(len(found.repositories), query)
        _ask_for_the_vanished(client, found, opted_out)
        bar.update(len(found.repositories))
    return found


def listing_key(client: GithubClient) -> str:
    """Returns what names this source's listings in the ledger."""
    source = client.source
    wanted = (source.repositories, source.organisations, source.search, source.code_search)
    return sha256_text(canonical_json(wanted))[:16]


def _named(repositories: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    named: dict[str, tuple[str, ...]] = {}
    for repository in repositories:
        name, _, ref = repository.partition("@")
        named[name] = (*named.get(name, ()), ref or "default")
    return {name: () if refs == ("default",) else refs for name, refs in named.items()}


def _ask(client: GithubClient, path: str, name: str, found: Discovery, refs: tuple[str, ...] = ()) -> None:
    answer = client.get(path, repo_id=client.ledger.id_of(name))
    repository = repository_of(answer.data) if answer.status == 200 else None
    if repository is not None:
        found.add(repository.with_refs(refs))
    else:
        found.unreadable[name] = (client.ledger.id_of(name), answer)


def _repositories_of(client: GithubClient, organisation: str) -> Iterator[Repository]:
    for kind in ("orgs", "users"):
        parameters = {"type": "all" if kind == "orgs" else "owner"}
        for answer in client.pages(f"/{kind}/{organisation}/repos", parameters):
            if answer.status != 200:
                break
            for item in answer.data:
                if (repository := repository_of(item)) is not None:
                    yield repository
        else:
            return
        if answer.status != 404:
            break
    raise SourceError(
        f"GitHub shows no organisation or user {organisation!r} (status {answer.status})",
        f"correct the name, or give {client.source.token_env} a token that may read it",
    )


def _take(
    client: GithubClient,
    results: Iterator[dict[str, object] | Gap],
    found: Discovery,
    opted_out: OptedOutRepositories,
    *,
    of_code: bool = False,
) -> None:
    asked: set[str] = set()
    for result in results:
        if isinstance(result, Gap):
            found.gaps.append(result)
            continue
        data = result["repository"] if of_code else result
        assert isinstance(data, dict)
        repository = repository_of(data)
        if repository is not None:
            found.add(repository)
        elif int(data["id"]) not in found.repositories and data["full_name"] not in asked:
            asked.add(data["full_name"])  # code search tells only a repository's name
            if opted_out.has_name(str(data["full_name"])):
                found.opted_out[str(data["full_name"])] = int(data["id"])
                opted_out.forget(str(data["full_name"]))
                continue
            _ask(client, f"/repos/{data['full_name']}", data["full_name"], found)


def _ask_for_the_vanished(client: GithubClient, found: Discovery, opted_out: OptedOutRepositories) -> None:
    """A repository that was listed before and is not now may be gone or taken down: its number tells."""
    told = {repo_id for repo_id, _ in found.unreadable.values()} | set(found.opted_out.values())
    for repo_id in client.ledger.members(listing_key(client)):
        if repo_id not in found.repositories and repo_id not in told and not opted_out.has_number(repo_id):
            answer = client.get(f"/repositories/{repo_id}", repo_id=repo_id)
            if answer.status != 200:
                found.unreadable[f"id:{repo_id}"] = (repo_id, answer)

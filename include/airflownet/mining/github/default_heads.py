"""The heads of many repositories' default branches, a hundred in one GraphQL query.

Only those that were pushed to are asked for. What the query does not tell surely (an empty repository,
another default branch than the listing told, another number) is left to a request of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airflownet.mining.github.client import GithubClient
from airflownet.mining.github.refs import ResolvedRef
from airflownet.mining.github.repository import Repository

MOST_PER_QUERY = 100


def default_heads(client: GithubClient, repositories: Sequence[Repository]) -> dict[int, ResolvedRef]:
    """Returns repository number -> head of the default branch, for those that the query tells.

    Nothing for fewer than two repositories, and without a token, which GraphQL needs.

    Raises:
        NetworkError, RateLimitError: see ``client``.
    """
    heads: dict[int, ResolvedRef] = {}
    if len(repositories) < 2 or client.access.is_anonymous:
        return heads
    for start in range(0, len(repositories), MOST_PER_QUERY):
        part = repositories[start : start + MOST_PER_QUERY]
        names = [repository.full_name.partition("/") for repository in part]
        owners = {f"o{i}": owner for i, (owner, _, _) in enumerate(names)}
        data = client.graphql(
            heads_query(len(part)), owners | {f"n{i}": name for i, (_, _, name) in enumerate(names)}
        )
        for i, repository in enumerate(part):
            commit = _head(data.get(f"r{i}") or {}, repository)
            if commit:
                heads[repository.repo_id] = ResolvedRef(repository.default_branch, commit)
    return heads


def heads_query(count: int) -> str:
    """Returns the GraphQL query for so many repositories."""
    variables = ", ".join(f"$o{i}: String!, $n{i}: String!" for i in range(count))
    fields = " ".join(
        f"r{i}: repository(owner: $o{i}, name: $n{i}) "
        "{ databaseId defaultBranchRef { name target { __typename oid } } }"
        for i in range(count)
    )
    return f"query({variables}) {{ {fields} }}"


def _head(told: dict[str, Any], repository: Repository) -> str:
    ref = told.get("defaultBranchRef") or {}
    target = ref.get("target") or {}
    is_sure = (
        told.get("databaseId") == repository.repo_id
        and ref.get("name") == repository.default_branch
        and target.get("__typename") == "Commit"
    )
    return str(target.get("oid", "")) if is_sure else ""

"""GitHub's GraphQL API for files by object name, run by graphql-core against the published types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graphql import build_schema, graphql_sync

from servers.github.account import Hosted

_SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text())
TRUNCATED_ABOVE = 512_000


def answer(body: dict[str, Any], find: Any, served: Any) -> dict[str, Any]:
    """Returns the response to a query; ``served`` is told of each file whose text is given away."""

    def repository(_info: Any, owner: str, name: str, followRenames: bool = True) -> Any:  # noqa: N803
        hosted: Hosted | None = find(f"{owner}/{name}")
        if hosted is None or hosted.state != 200:
            return None
        return {
            "databaseId": hosted.repo_id,
            "nameWithOwner": hosted.full_name,
            "defaultBranchRef": _head(hosted),
            "object": lambda _info, oid: _blob(hosted, oid, served),
        }

    result = graphql_sync(
        _SCHEMA, body["query"], root_value={"repository": repository}, variable_values=body["variables"]
    )
    answered: dict[str, Any] = {"data": result.data}
    if result.errors:
        answered["errors"] = [{"message": error.message} for error in result.errors]
    elif missing := [name for name, repository in (result.data or {}).items() if repository is None]:
        answered["errors"] = [
            {"type": "NOT_FOUND", "path": [name], "message": "Could not resolve"} for name in missing
        ]
    return answered


def _head(hosted: Hosted) -> dict[str, Any] | None:
    commit = hosted.git.head(f"heads/{hosted.default_branch}")
    target = {"__typename": "Commit", "oid": commit, "abbreviatedOid": commit[:7]} if commit else None
    return {"name": hosted.default_branch, "target": target} if target else None


def _blob(hosted: Hosted, sha: str, served: Any) -> dict[str, Any] | None:
    if hosted.git.type_of(sha) != "blob":
        return None
    content = hosted.git.content(sha)
    is_binary = b"\0" in content
    is_truncated = len(content) > TRUNCATED_ABOVE
    if not is_binary and not is_truncated:
        served(sha)
    return {
        "__typename": "Blob",
        "oid": sha,
        "abbreviatedOid": sha[:7],
        "byteSize": len(content),
        "isBinary": is_binary,
        "isTruncated": is_truncated,
        # Text that is not UTF-8 comes with replacement characters.
        "text": None if is_binary else content[:TRUNCATED_ABOVE].decode(errors="replace"),
    }

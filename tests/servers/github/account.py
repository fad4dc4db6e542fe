"""What the server knows of a repository beside its git content, and the answers that describe it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from servers.github.git_repository import GitRepository
from servers.github.openapi import sample


@dataclass
class Hosted:
    """One repository of the server."""

    repo_id: int
    full_name: str
    git: GitRepository
    fork: bool = False
    archived: bool = False
    disabled: bool = False
    licence: str | None = "Apache-2.0"
    topics: list[str] = field(default_factory=lambda: ["airflow"])
    created_at: str = "2024-05-01T12:00:00Z"
    pushed_at: str = "2026-01-01T00:00:00Z"
    default_branch: str = "main"
    state: int = 200
    """404, 451 or 403 instead of answers."""

    @property
    def facts(self) -> dict[str, Any]:
        owner, _, name = self.full_name.partition("/")
        licence = {"key": "x", "name": "x", "url": None, "spdx_id": self.licence, "node_id": "x"}
        return {
            "id": self.repo_id,
            "name": name,
            "full_name": self.full_name,
            "owner": sample("simple-user", login=owner),
            "fork": self.fork,
            "archived": self.archived,
            "disabled": self.disabled,
            "default_branch": self.default_branch,
            "license": licence if self.licence else None,
            "size": 120,
            "topics": self.topics,
            "created_at": self.created_at,
            "updated_at": self.pushed_at,
            "pushed_at": self.pushed_at,
            "language": "Python",
        }

    def described(self, schema: str) -> dict[str, Any]:
        """Returns the repository in the shape of one of GitHub's schemas."""
        return sample(schema, **self.facts)

    def named(self) -> dict[str, Any]:
        """Returns the repository as code search tells it: without branch, dates and licence."""
        few = ("id", "name", "full_name", "owner", "fork")
        return sample("minimal-repository", **{name: self.facts[name] for name in few})

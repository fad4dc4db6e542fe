"""What is mined from one GitHub, and with which patience: one ``kind: github`` source of a recipe."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class GithubSource(BaseModel):
    """Repositories of one GitHub (github.com or an Enterprise server): named, of organisations, or searched.

    Each repository is read at the commits its refs point to when the run begins; the list of repositories
    and commits is the source's snapshot, and its hash pins the source as a SHA-256 pins an archive.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["github"] = "github"
    repositories: tuple[str, ...] = Field(
        default=(), description="`owner/name`, or `owner/name@ref` for one branch, tag or commit."
    )
    organisations: tuple[str, ...] = Field(
        default=(), description="Every repository of these organisations (or users) that the token can see."
    )
    search: tuple[str, ...] = Field(
        default=(),
        description="Repository searches, as `topic:airflow language:python`; sliced by date of creation "
        "until each slice has at most 1,000 results.",
    )
    code_search: tuple[str, ...] = Field(
        default=(),
        description="Code searches, as `airflow.sdk language:python`; they find repositories, sliced by file "
        "size. Needs a token.",
    )
    refs: tuple[str, ...] = Field(
        default=("default",),
        min_length=1,
        description="`default` is the default branch; else `heads/NAME`, `tags/NAME` or a pattern as "
        "`tags/2.*`, for every repository without a ref of its own.",
    )
    folders: tuple[str, ...] = Field(
        default=(), description="Only .py files below these folders, at any depth, as `dags`. Empty: all."
    )
    include_forks: bool = Field(default=False, description="Mine forks too.")
    include_archived: bool = Field(default=True, description="Mine archived repositories too.")
    base_url: str = Field(
        default="https://api.github.com",
        pattern=r"^https?://[^\s@]+$",
        description="Address of the REST API; `https://HOST/api/v3` for an Enterprise server.",
    )
    token_env: str = Field(
        default="GITHUB_TOKEN",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="Environment variable that holds the token on the command line; never the token itself.",
    )
    connection: str = Field(
        default="github_default",
        pattern=r"^[\w.-]+$",
        description="Airflow connection that tasks take token and address from.",
    )
    licence: str = Field(
        default="",
        description="SPDX identifier for files that state none and whose repository states none, as "
        "`LicenseRef-Proprietary` for your own company's code (add it to allowed_licences).",
    )
    allow_partial: bool = Field(
        default=False,
        description="Go on when a search or a listing stays incomplete; each gap is a dropped row.",
    )
    max_wait_s: int = Field(
        default=3_900,
        ge=0,
        le=86_400,
        description="Longest wait for one rate limit on the command line; a task defers instead.",
    )
    seconds_between_requests: float = Field(
        default=0.25, ge=0.0, le=60.0, description="Pause between two requests of one process."
    )
    search_every_h: float = Field(
        default=20.0,
        ge=0.0,
        le=720.0,
        description="A search answered in the last so many hours is not asked again.",
    )
    gone_after_h: float = Field(
        default=12.0,
        ge=0.0,
        le=720.0,
        description="A repository that answers 404 in two runs at least so many hours apart is gone; "
        "between the two its last state is kept.",
    )
    archive_above_files: int = Field(
        default=250,
        ge=1,
        le=100_000,
        description="With more missing files than this a repository is fetched as one archive.",
    )
    max_archive_mb: int = Field(
        default=500, ge=0, le=20_000, description="Larger repositories are never fetched as an archive."
    )
    snapshot: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 of a list of repositories and commits in the cache. Without it GitHub is asked "
        "for the present one, which is recorded.",
    )

    @field_validator("repositories")
    @classmethod
    def _owner_and_name(cls, repositories: tuple[str, ...]) -> tuple[str, ...]:
        for repository in repositories:
            if not re.fullmatch(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+(@[^\s@~^:?*\[\\]+)?", repository):
                raise ValueError(f"{repository!r} is not owner/name or owner/name@ref")
        return repositories

    @field_validator("search", "code_search")
    @classmethod
    def _short_queries(cls, queries: tuple[str, ...]) -> tuple[str, ...]:
        for query in queries:
            if not query.strip() or len(query) > 200:
                raise ValueError(
                    f"{query!r} must have 1 to 200 characters (GitHub takes 256 with the slice added)"
                )
        return queries

    @model_validator(mode="after")
    def _names_something(self) -> GithubSource:
        if not (self.repositories or self.organisations or self.search or self.code_search):
            raise ValueError("name at least one of repositories, organisations, search, code_search")
        return self

    @property
    def identity(self) -> tuple[str, str]:
        """What must not be listed twice."""
        wanted = (*self.repositories, *self.organisations, *self.search, *self.code_search)
        return f"github {', '.join(wanted)}", " ".join(self.refs)

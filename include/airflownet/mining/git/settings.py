"""What is mined from one git repository: one ``kind: git`` source of a recipe."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

_REMOTE = re.compile(r"(https?|ssh|git)://\S+|[\w.-]+@[\w.-]+:\S+")
_PASSWORD = re.compile(r"https?://([^/@\s]*:[^/@\s]+|(?:gh[a-z]_|github_pat_|glpat-)[^/@\s]+|[^/@\s]{40,})@")
"""A password, or a token in the place of the user's name."""


class GitSource(BaseModel):
    """A clone, a bare mirror, or the address of one; every ``.py`` file of the chosen refs is listed.

    A path is read where it is. An address is mirrored into the cache with ``git fetch`` and only what is new
    is fetched later. The commits that the refs point to when the run begins pin the source.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["git"] = "git"
    repository: str = Field(
        min_length=1,
        description="Folder of a clone or bare mirror, or its address (https, ssh, git, user@host:path).",
    )
    name: str = Field(
        default="", description="Name in provenance, as `owner/name`; by default taken from the address."
    )
    refs: tuple[str, ...] = Field(
        default=("HEAD",),
        min_length=1,
        description="`HEAD`, names and patterns of branches and tags (`main`, `v*`, `heads/release-*`), `*` "
        "for all of both. A file that is the same in several refs is listed under the first.",
    )
    folders: tuple[str, ...] = Field(
        default=(), description="Only .py files below these folders, at any depth, as `dags`. Empty: all."
    )
    licence: str = Field(
        default="",
        description="SPDX identifier for files that state none and have no licence file above them. Use "
        "`LicenseRef-Proprietary` for your own company's code.",
    )
    commits: tuple[tuple[str, str], ...] | None = Field(
        default=None,
        description="Pinned (ref, commit) pairs. Without them the refs are looked up when the run begins.",
    )

    @field_validator("repository")
    @classmethod
    def _no_password(cls, repository: str) -> str:
        if _PASSWORD.match(repository):
            raise ValueError(
                "the address holds a password or token; use a credential helper or an ssh key instead"
            )
        if repository.startswith("-") or "::" in repository:
            raise ValueError(f"{repository!r} is neither a folder nor an https, ssh or git address")
        return repository

    @field_validator("commits")
    @classmethod
    def _whole_names(cls, commits: tuple[tuple[str, str], ...] | None) -> tuple[tuple[str, str], ...] | None:
        for ref, commit in commits or ():
            if not re.fullmatch(r"[0-9a-f]{40}", commit):
                raise ValueError(f"{commit!r} ({ref}) is not a commit's 40 hex digits")
        return commits

    @property
    def is_remote(self) -> bool:
        """True for an address, False for a folder."""
        return bool(_REMOTE.fullmatch(self.repository))

    @property
    def identity(self) -> tuple[str, str]:
        """What must not be listed twice."""
        return f"git {self.repository}", " ".join(self.refs)

    @property
    def repo(self) -> str:
        """Name in provenance: the one given, else the last two parts of an address, else the folder's."""
        if self.name:
            return self.name
        path = self.repository.rstrip("/").removesuffix("/.git").removesuffix(".git")
        parts = [part for part in re.split(r"[/:]", path) if part]
        return "/".join(parts[-2:] if self.is_remote else parts[-1:])

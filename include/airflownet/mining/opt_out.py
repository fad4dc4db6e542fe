"""Who asked not to be mined: a YAML file of owners, repositories, paths and blobs, honoured and counted.

owners: [someone]                        # every repository of an owner or organisation
repositories: [someone/dags]             # by the name in provenance
paths: ["someone/dags:private/*.py"]     # repository, colon, pattern of the path
blobs: [2fd4e1c67a2d28fced849ee1bb76e7391b93eb12]   # git blob SHA-1: the content, wherever it is
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from airflownet.errors import InputError

OPTED_OUT = "opted-out"


class OptOut(BaseModel):
    """The list; names are compared without regard to case, as GitHub's are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owners: frozenset[str] = Field(default=frozenset())
    repositories: frozenset[str] = Field(default=frozenset())
    paths: tuple[str, ...] = Field(default=())
    blobs: frozenset[str] = Field(default=frozenset())

    def has_repository(self, repo: str) -> bool:
        """Tells whether the whole repository is opted out, by itself or by its owner."""
        name = repo.casefold()
        return name in self.repositories or ("/" in name and name.partition("/")[0] in self.owners)

    def has_file(self, repo: str, path: str, blob_sha1: str) -> bool:
        """Tells whether one file is opted out, by its path or by its content."""
        name = f"{repo.casefold()}:{path}"
        return blob_sha1 in self.blobs or any(fnmatch.fnmatchcase(name, pattern) for pattern in self.paths)

    def mentions(self, repo: str) -> bool:
        """Tells whether the list asks for anything about the repository, as a whole or about its files."""
        name = repo.casefold()
        patterns = (pattern.partition(":")[0] for pattern in self.paths)
        return self.has_repository(repo) or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


NOBODY = OptOut()
"""The empty list."""


def read_opt_out(path: Path | None) -> OptOut:
    """Returns the list, an empty one without a path.

    Raises:
        InputError: the file cannot be read, or is not such a list.
    """
    if path is None:
        return NOBODY
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            f"the opt-out list {path} cannot be read: {error}", "correct its path (opt_out of a recipe)"
        ) from None
    try:
        read = OptOut.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            f"the opt-out list {path} is wrong at {'.'.join(map(str, first['loc']))}: {first['msg']}",
            "it holds lists named owners, repositories, paths and blobs",
        ) from None
    return OptOut(
        owners=_folded(read.owners),
        repositories=_folded(read.repositories),
        paths=tuple(_path_pattern(pattern, path) for pattern in read.paths),
        blobs=_folded(read.blobs),
    )


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)


def _path_pattern(pattern: str, path: Path) -> str:
    repo, colon, inner = pattern.partition(":")
    if not (repo and colon and inner):
        raise InputError(
            f"the opt-out list {path} has the path {pattern!r}",
            "write owner/name:pattern, as acme/etl:dags/*",
        )
    return f"{repo.casefold()}:{inner}"

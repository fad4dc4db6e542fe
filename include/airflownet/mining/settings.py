"""What mining reads and keeps: the ``mining:`` block of a recipe.

sources:
  - {project: apache-airflow-core, version: "3.3.2", sha256: 0123...}
  - {project: apache-airflow-providers-amazon, version: newest}
  - {kind: local, path: ~/dags, licence: Apache-2.0}
  - {project: apache-airflow, versions: "newest-per-line >=2.7,<3"}
  - {kind: git, repository: ~/src/dags, refs: [main, "v*"]}
  - {kind: github, repositories: [apache/airflow@main], folders: [example_dags]}
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from airflownet.artifacts import StageSettings
from airflownet.mining.codemod_names import CodemodName
from airflownet.mining.git.settings import GitSource
from airflownet.mining.github.settings import GithubSource

NEWEST = "newest"
NEWEST_PER_LINE = "newest-per-line"

PERMISSIVE = (
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "PSF-2.0",
    "Python-2.0",
    "Unlicense",
)


class PypiSource(BaseModel):
    """The source archive of one release on the package index that pip is configured to use."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["pypi"] = "pypi"
    project: str = Field(
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", description="Project name on the index."
    )
    version: str = Field(
        default=NEWEST,
        min_length=1,
        description="Release version; `newest` takes the newest final release at the time of the run.",
    )
    versions: tuple[str, ...] | str = Field(
        default=(),
        description="Several releases instead of one: a list, a range (`>=3.0,<4`), or `newest-per-line` "
        "(the newest final release of each major.minor line), alone or with a range behind it.",
    )
    sha256: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 of the archive. Without it the index's own digest is trusted, and recorded.",
    )

    @field_validator("version")
    @classmethod
    def _is_a_version(cls, version: str) -> str:
        if version != NEWEST:
            try:
                Version(version)
            except InvalidVersion:
                raise ValueError(f"{version!r} is neither `newest` nor a release version as 3.3.2") from None
        return version

    @field_validator("versions")
    @classmethod
    def _are_versions(cls, versions: tuple[str, ...] | str) -> tuple[str, ...] | str:
        if isinstance(versions, str):
            wanted = versions.removeprefix(NEWEST_PER_LINE).strip()
            try:
                SpecifierSet(wanted)
            except InvalidSpecifier:
                raise ValueError(f"{wanted!r} is no range of versions as >=3.0,<4") from None
            if not versions.strip():
                raise ValueError("name at least one version, a range, or newest-per-line")
            return versions
        return tuple(cls._is_a_version(version) for version in versions)

    @model_validator(mode="after")
    def _one_or_several(self) -> PypiSource:
        if self.versions and (self.version != NEWEST or self.sha256 is not None):
            raise ValueError(f"{self.project}: give version (and sha256), or versions, not both")
        return self

    @property
    def is_pinned(self) -> bool:
        """True when version and hash are both fixed: no index is asked once the archive is cached."""
        return not self.versions and self.version != NEWEST and self.sha256 is not None


class LocalSource(BaseModel):
    """A folder of DAG files on this machine; every ``.py`` file in it is listed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["local"] = "local"
    path: str = Field(min_length=1, description="The folder.")
    name: str = Field(default="", description="Name in provenance; by default the folder's own name.")
    ref: str = Field(default="", description="Version or branch the folder holds, for provenance.")
    folders: tuple[str, ...] = Field(
        default=(),
        description="List only .py files below these folders, at any depth, as `dags`; the whole folder is "
        "the project that they are judged in. Empty: all.",
    )
    licence: str = Field(
        default="",
        description="SPDX identifier for files that state none and have no licence file above them.",
    )


def _kind(value: Any) -> str:
    return str(value.get("kind", "pypi") if isinstance(value, dict) else getattr(value, "kind", "pypi"))


Source = Annotated[
    Annotated[PypiSource, Tag("pypi")]
    | Annotated[LocalSource, Tag("local")]
    | Annotated[GitSource, Tag("git")]
    | Annotated[GithubSource, Tag("github")],
    Discriminator(_kind),
]

SourceKind = Literal["pypi", "git", "github", "local"]


class MiningSettings(StageSettings):
    """Settings of the mining stage."""

    sources: tuple[Source, ...] = Field(min_length=1, description="Where DAG files are read from.")
    folders: tuple[str, ...] = Field(
        default=("example_dags", "tests/system"),
        min_length=1,
        description="Folders inside archives, at any depth, whose .py files are listed.",
    )
    max_file_bytes: int = Field(
        default=200_000, ge=1_000, le=10_000_000, description="Larger files are dropped, with that reason."
    )
    allowed_licences: tuple[str, ...] = Field(
        default=PERMISSIVE,
        min_length=1,
        description="SPDX identifiers that may be kept; any other file is dropped, with that reason.",
    )
    codemods: tuple[CodemodName, ...] = Field(
        default=(),
        description=(
            "Rewritings of each kept file: `test-harness` makes a user's DAG of an official example that is "
            "also a system test, `doc-markers` removes the markers of Airflow's documentation."
        ),
    )

    redact: tuple[SourceKind, ...] = Field(
        default=("git", "github", "local"),
        description="Kinds of source whose files have secrets and personal data replaced by placeholders.",
    )
    in_project: tuple[SourceKind, ...] = Field(
        default=("pypi", "git", "github", "local"),
        description="Kinds of source whose files are judged in the project around them, so that it is known "
        "what they need of it: local modules, files, packages, Variables.",
    )
    opt_out: str = Field(
        default="",
        description="YAML file of owners, repositories, paths and blobs that must not be mined; each file it "
        "keeps out is counted as `opted-out`.",
    )
    keep_restricted: bool = Field(
        default=False,
        description="Also write files of other licences, cleaned, to restricted.parquet; they stay out of "
        "dag_files.parquet and everything after it.",
    )
    date: str = Field(
        default="",
        pattern=r"^(\d{4}-\d\d-\d\d)?$",
        description="Date partition of the run, for tombstones; by default today (UTC).",
    )

    @field_validator("folders")
    @classmethod
    def _plain_folders(cls, folders: tuple[str, ...]) -> tuple[str, ...]:
        for folder in folders:
            parts = folder.split("/")
            if not all(parts) or ".." in parts or "." in parts:
                raise ValueError(f"{folder!r} must be folder names joined by single slashes, as tests/system")
        return folders

    @field_validator("sources")
    @classmethod
    def _no_repeats(cls, sources: tuple[Source, ...]) -> tuple[Source, ...]:
        seen: set[tuple[str, str]] = set()
        for source in sources:
            if isinstance(source, GithubSource | GitSource):
                key = source.identity
            elif isinstance(source, PypiSource):
                key = (source.project, str(source.versions or source.version))
            else:
                key = (source.path, source.ref)
            if key in seen:
                raise ValueError(f"{key[0]} {key[1]} is listed twice")
            seen.add(key)
        return sources

"""What mining reads and keeps: the ``mining:`` block of a recipe.

sources:
  - {project: apache-airflow-core, version: "3.3.2", sha256: 0123...}
  - {project: apache-airflow-providers-amazon, version: newest}
  - {kind: local, path: ~/dags, licence: Apache-2.0}
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator

from airflownet.artifacts import StageSettings
from airflownet.mining.codemods import CodemodName

NEWEST = "newest"

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

    @property
    def is_pinned(self) -> bool:
        """True when version and hash are both fixed: no index is asked once the archive is cached."""
        return self.version != NEWEST and self.sha256 is not None


class LocalSource(BaseModel):
    """A folder of DAG files on this machine; every ``.py`` file in it is listed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["local"] = "local"
    path: str = Field(min_length=1, description="The folder.")
    name: str = Field(default="", description="Name in provenance; by default the folder's own name.")
    ref: str = Field(default="", description="Version or branch the folder holds, for provenance.")
    licence: str = Field(
        default="", description="SPDX identifier for files that state none; by default read from LICENSE."
    )


def _kind(value: Any) -> str:
    return str(value.get("kind", "pypi") if isinstance(value, dict) else getattr(value, "kind", "pypi"))


Source = Annotated[
    Annotated[PypiSource, Tag("pypi")] | Annotated[LocalSource, Tag("local")], Discriminator(_kind)
]


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
            key = (source.project, source.version) if source.kind == "pypi" else (source.path, source.ref)
            if key in seen:
                raise ValueError(f"{key[0]} {key[1]} is listed twice")
            seen.add(key)
        return sources

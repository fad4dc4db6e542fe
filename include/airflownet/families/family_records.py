"""The records of families: what is known of a file without its text, and the tables that are kept."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FamilyFile:
    """One file as families see it; its text stays where it is."""

    id: str
    repo: str
    ref: str
    path: str
    blob_sha1: str
    content_sha256: str


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """One file with its family: the row of ``families.parquet``."""

    dag_file_id: str
    family_id: str
    split: str
    repo: str
    ref: str
    path: str
    content_sha256: str
    blob_sha1: str
    family_size: int
    """Files of the family that are here now."""
    closest_id: str
    """The most similar other file at or above the threshold, empty when there is none."""
    closest_jaccard: float
    since: int
    """Number of the dataset edition in which the family was first seen."""
    present: bool = field(default=True)
    """False: known from an earlier edition and gone since; it still holds its place in the family."""


@dataclass(frozen=True, slots=True)
class FamilyAlias:
    """An id that a family had before it was found to be one with another: ``family_aliases.parquet``."""

    alias: str
    family_id: str
    since: int
    """Edition in which they were joined."""


@dataclass(frozen=True, slots=True)
class FamilyLink:
    """Why two files are of one family: a row of ``near_duplicates.parquet``."""

    first_id: str
    second_id: str
    why: str
    """``path``, ``blob``, ``content``, ``rename`` or ``similar``."""
    jaccard: float
    """Similarity on normalised code; 1 for equal content, -1 where it was not what joined them."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A file left out because it would join families that live on different sides of the split."""

    dag_file_id: str
    family_ids: tuple[str, ...]
    """Families it is related to, directly or through other new files."""
    splits: tuple[str, ...]

"""Reads Python files out of a source archive without unpacking it to disk.

Members are read in memory, only those in the listed folders, only regular files, never past a size limit;
a hostile archive can neither write nor fill the disk.
"""

from __future__ import annotations

import re
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from airflownet.errors import SourceError
from airflownet.mining.licence_files import is_licence_file, is_notice_file
from airflownet.mining.project.texts import is_plain
from airflownet.mining.source import Limits

# A gzip stream of zeros shrinks a thousandfold: this is what one archive may unpack to.
MAX_UNPACKED_BYTES = 2_000_000_000
MAX_TEXT_BYTES = 1_000_000
MAX_PROJECT_BYTES = 20_000_000
_DECLARING = re.compile(r"(?i)pyproject\.toml|setup\.cfg|[\w.-]*requirements[\w.-]*\.txt")


@dataclass(frozen=True, slots=True)
class Entry:
    """One listed member: its bytes, or the reason why it was not read."""

    path: str
    """Without the archive's top folder."""
    content: bytes | str


@dataclass(frozen=True, slots=True)
class ArchiveContent:
    """What mining needs of one archive."""

    entries: tuple[Entry, ...]
    """Sorted by path; each path once."""
    pkg_info: str | None
    licence_text: str | None
    licence_texts: dict[str, str]
    """Name -> text of the licence and notice files at the top of the archive."""
    project_texts: dict[str, bytes]
    """Path -> content of other files that say or hold what DAG files need: in the listed folders, and what
    declares packages at the top; within the bounds on one file and on all."""


def read_archive(path: Path, limits: Limits) -> ArchiveContent:
    """Returns the ``.py`` members in the listed folders of a ``.tar.gz`` file.

    Raises:
        SourceError: the file is not a readable archive, or unpacks to more than 2 GB.
    """
    entries: dict[str, Entry] = {}
    texts: dict[str, str] = {}
    project: dict[str, bytes] = {}
    bytes_left = MAX_PROJECT_BYTES
    try:
        with tarfile.open(path, "r|gz") as tar:
            for member in tar:
                if member.offset_data + member.size > MAX_UNPACKED_BYTES:
                    raise SourceError(
                        f"{path.name} unpacks to more than {MAX_UNPACKED_BYTES / 1e9:.0f} GB",
                        "remove it from the sources: a release of this size is not expected",
                    )
                inner = member.name.partition("/")[2]
                if (inner == "PKG-INFO" or ("/" not in inner and is_licence_file(inner))) and member.isreg():
                    texts[inner] = _bytes_of(tar, member, MAX_TEXT_BYTES).decode("utf-8", "replace")
                elif inner.endswith(".py") and in_folders(inner, limits.folders) and not member.isdir():
                    entries[inner] = _entry(tar, member, inner, limits)
                elif _is_of_project(member, inner, limits) and member.size <= bytes_left:
                    project[inner] = _bytes_of(tar, member, MAX_TEXT_BYTES)
                    bytes_left -= member.size
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise SourceError(
            f"{path.name} cannot be read as .tar.gz: {error}", f"delete {path} and run again"
        ) from error
    return ArchiveContent(
        tuple(entries[name] for name in sorted(entries)),
        texts.pop("PKG-INFO", None),
        next((text for name, text in sorted(texts.items()) if not is_notice_file(name)), None),
        texts,
        project,
    )


def in_folders(path: str, folders: tuple[str, ...]) -> bool:
    """Tells whether a file lies in one of the folders, at any depth: whole names, in order."""
    inside = "/" + path.rpartition("/")[0] + "/"
    return any(f"/{folder}/" in inside for folder in folders)


def _is_of_project(member: tarfile.TarInfo, inner: str, limits: Limits) -> bool:
    """Tells whether a member that is not listed itself may matter to those that are."""
    is_wanted = in_folders(inner, limits.folders) or ("/" not in inner and _DECLARING.fullmatch(inner))
    return bool(is_wanted) and member.isreg() and is_plain(inner) and member.size <= MAX_TEXT_BYTES


def _entry(tar: tarfile.TarFile, member: tarfile.TarInfo, inner: str, limits: Limits) -> Entry:
    if member.issym() or member.islnk():
        return Entry(inner, "symlink")
    if not member.isreg():
        return Entry(inner, "not-a-regular-file")
    if ".." in inner.split("/") or not inner.isprintable() or "\\" in inner:
        return Entry(ascii(inner)[1:-1], "odd-name")
    if member.size > limits.max_file_bytes:
        return Entry(inner, "too-large")
    return Entry(inner, _bytes_of(tar, member, limits.max_file_bytes))


def _bytes_of(tar: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    file = tar.extractfile(member)
    return b"" if file is None else file.read(limit)

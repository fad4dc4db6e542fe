"""``SHA256SUMS``: the hash of every file of the dataset, as ``sha256sum --check`` reads it."""

from __future__ import annotations

from pathlib import Path

from airflownet.artifacts import SCRATCH
from airflownet.hashing import sha256_file

SUMS = "SHA256SUMS"


def write_checksums(folder: Path) -> None:
    """Writes the sums of all files in the folder, sorted by name; hidden files are passed over."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    names = [path.relative_to(folder) for path in files]
    lines = [
        f"{sha256_file(folder / name)}  {name.as_posix()}\n"
        for name in names
        if SCRATCH not in name.parts and not any(part.startswith(".") for part in name.parts)
    ]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")

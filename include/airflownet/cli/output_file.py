"""The file that a command writes: looked at before the work begins, and written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from airflownet.errors import InputError

_REMEDY = "give --output the name of a file in a folder that you may write to, such as dags/nightly.py"


def require_place(output: Path, *beside: Path) -> None:
    """Makes the folder of a file to come and proves that it, and what shall lie beside it, can be written.

    A trial is the only proof: permissions, a full disk, a read-only file system and names that are too long
    all answer differently, and the administrator may write where the permissions say no. Files that are there
    stay as they are; a trial's own are taken away.

    Raises:
        InputError: one of them is a folder, or cannot be written.
    """
    for path in (output, *beside):
        try:
            if path.is_dir():
                raise InputError(f"{path} is a folder", "give the name of a file, such as dags/nightly.py")
            path.parent.mkdir(parents=True, exist_ok=True)
            was_there = path.exists()
            with path.open("ab"):
                pass
            if not was_there:
                path.unlink()
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror or error}", _REMEDY) from None


def write_whole(path: Path, text: str) -> None:
    """Writes the text so that a kill leaves the old file or the new one, never a part.

    Raises:
        InputError: it cannot be written any more.
    """
    target = path.resolve()  # a link stays a link
    partial = target.with_name(f".{target.name}.partial")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            partial.chmod(target.stat().st_mode & 0o7777)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(f"{path} cannot be written: {error.strerror or error}", _REMEDY) from None

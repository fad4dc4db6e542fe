"""The shelf ``models/``: promoted models by content, ``champion.json``, and the alias ``champion``.

A promoted model is kept as it was judged, under the hash of its content, because the next run of a recipe
replaces its own training folder. ``champion.json`` is written aside and renamed, then the alias (a symbolic
link) is swapped by one rename: whoever opens ``models/champion`` finds the old model or the new one, whole.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from airflownet.errors import ArtifactError, InputError
from airflownet.locations import MANIFEST, is_local, local_path
from airflownet.tables import from_row, to_row

SHELF: Final = "models"
ALIAS: Final = "champion"
RECORD: Final = "champion.json"
_LOCK_WAIT_S: Final = 60
_UNFIT: Final = re.compile(r"[^\w.-]")
"""A comparison may call a model ``Qwen/Qwen3``, or anything else that a file of answers holds."""


@dataclass(frozen=True, slots=True)
class Champion:
    """The present champion and how it became it: ``champion.json``."""

    folder: str
    """Name of its folder on the shelf."""
    content_sha256: str
    name: str
    """What the comparison calls it."""
    source: str
    """Where it was trained."""
    promoted_at: str
    """UTC, ISO 8601."""
    promoted_by: str
    """``gate``, or the person who decided."""
    beaten: str
    """Name of the model whose place it took."""
    checks: tuple[str, ...]
    """What the gate found, a line each."""
    previous: str
    """Folder of the champion before, empty for the first."""


def shelf_of(root: str) -> Path:
    """Returns the shelf of an artifact root.

    Raises:
        InputError: the root is no folder of this machine.
    """
    if not is_local(root):
        raise InputError(
            f"{root} is not on this machine; an alias is a symbolic link",
            "promote on the machine that serves, with a local artifact root",
        )
    return local_path(root) / SHELF


def read_champion(shelf: Path) -> Champion | None:
    """Returns the present champion, None when nothing was promoted yet.

    Raises:
        ArtifactError: the record is not readable.
    """
    path = shelf / RECORD
    try:
        return from_row(Champion, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ArtifactError(
            f"{path} is not readable: {error}", "remove it to start without a champion"
        ) from None


def promote(
    shelf: Path, model: str, *, name: str, beaten: str, checks: tuple[str, ...], promoted_by: str = "gate"
) -> Champion:
    """Puts a model on the shelf and makes it the champion; the same model again changes nothing.

    Args:
        shelf: the folder ``models``.
        model: folder of a finished training stage.
        name: what the comparison calls it.
        beaten: whose place it takes.
        checks: what the gate found.
        promoted_by: ``gate`` or a person.

    Raises:
        ArtifactError: the model's folder is not a finished stage, or another promotion takes long.
    """
    source = local_path(model).resolve()
    try:
        content = str(json.loads((source / MANIFEST).read_text(encoding="utf-8"))["content_sha256"])
    except (OSError, ValueError, KeyError):
        raise ArtifactError(
            f"{source} is no finished training stage", "name the folder that `airflownet finetune` wrote"
        ) from None
    shelf.mkdir(parents=True, exist_ok=True)
    with _locked(shelf):
        now = read_champion(shelf)
        folder = _UNFIT.sub("_", f"{name}-{content[:12]}").lstrip(".")
        if now is not None and now.content_sha256 == content:
            _point(shelf, now.folder)
            return now
        _keep(source, shelf / folder)
        champion = Champion(
            folder=folder,
            content_sha256=content,
            name=name,
            source=str(source),
            promoted_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            promoted_by=promoted_by,
            beaten=beaten,
            checks=checks,
            previous=now.folder if now is not None else "",
        )
        _write_record(shelf / RECORD, champion)
        _point(shelf, folder)
    return champion


@contextlib.contextmanager
def _locked(shelf: Path) -> Iterator[None]:
    try:
        with FileLock(shelf / ".lock", timeout=_LOCK_WAIT_S):
            yield
    except Timeout:
        raise ArtifactError(
            f"another promotion holds {shelf} for more than {_LOCK_WAIT_S} s", "try again when it has ended"
        ) from None


def _keep(source: Path, target: Path) -> None:
    """Copies the model beside the shelf's others; whole or not at all."""
    if target.is_dir():
        return
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(source, part, copy_function=_link_or_copy)
    part.rename(target)


def _link_or_copy(source: str, target: str) -> None:
    """Links where the file system can: stages replace their files, they never write into them."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write_record(path: Path, champion: Champion) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(json.dumps(to_row(champion), indent=1, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _point(shelf: Path, folder: str) -> None:
    """Lets the alias name the folder, by one rename."""
    alias, part = shelf / ALIAS, shelf / f".{ALIAS}.part"
    if alias.is_symlink() and alias.readlink() == Path(folder):
        return
    part.unlink(missing_ok=True)
    part.symlink_to(folder, target_is_directory=True)
    part.replace(alias)

"""Where stage outputs stand: a folder, or any fsspec URL (``s3://``, ``gs://``, ``memory://``).

A ``manifest.json`` in the folder means "complete": it is renamed into place with the folder, or uploaded
after everything else.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from filelock import FileLock

from airflownet import object_store
from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import ArtifactError
from airflownet.hashing import sha256_file

MANIFEST = "manifest.json"


def is_local(location: str) -> bool:
    """Returns whether the location is on this machine's file system: a path or a ``file://`` URL."""
    return "://" not in location or location.startswith("file://")


def path_of(location: str) -> Any:
    """Returns a location as a path that is read as it is now: a ``Path``, or universal_pathlib's for a URL.

    Plain ``UPath`` keeps listings of an object store in memory: a web server would never see a new run.
    """
    return local_path(location) if is_local(location) else object_store.remote_path(location)


def local_path(location: str) -> Path:
    """Returns the absolute path of a local location."""
    return Path(location.removeprefix("file://")).expanduser().resolve()


def join(root: str, *parts: str) -> str:
    """Returns the location of a part below an artifact root, for paths and URLs alike."""
    if is_local(root):
        return str(local_path(root).joinpath(*parts))
    return "/".join([root.rstrip("/"), *parts])


def read_manifest(location: str) -> dict[str, Any]:
    """Returns the manifest of a finished stage output.

    Raises:
        ArtifactError: there is none, or it cannot be read.
    """
    path = f"{location}/{MANIFEST}"
    try:
        text = (
            (local_path(location) / MANIFEST).read_text()
            if is_local(location)
            else object_store.read_text(location, MANIFEST)
        )
        manifest: dict[str, Any] = json.loads(text)
    except FileNotFoundError:
        raise ArtifactError(
            f"{location} holds no {MANIFEST}: the stage that writes it has not finished",
            "run that stage first, or give the folder of a finished one",
        ) from None
    except ValueError as error:
        raise ArtifactError(
            f"{path} is not readable JSON: {error}", "delete the folder and run again"
        ) from None
    return manifest


def local_copy(location: str) -> Path:
    """Returns a local folder or file with the content at the location.

    A local location is returned as it is; a remote stage output is fetched once into the cache, under
    its content hash.

    Raises:
        ArtifactError: nothing is there, or the copy does not have the hash its manifest tells.
    """
    if is_local(location):
        path = local_path(location)
        if not path.exists():
            raise ArtifactError(f"{path} does not exist", "run the stage that writes it first")
        return path
    manifest = read_manifest(location)
    name = str(manifest["content_sha256"])
    if not name.isalnum():
        raise ArtifactError(f"{location}: its manifest's hash is {name!r}", "run that stage again")
    target = cache_dir("artifacts") / name
    # Two tasks of one worker may want the same output at the same moment.
    with FileLock(target.with_name(target.name + ".lock")):
        if not (target / MANIFEST).exists():
            _fetch(location, manifest, target)
    return target


def _fetch(location: str, manifest: dict[str, Any], target: Path) -> None:
    partial = target.with_name(target.name + ".partial")
    size_bytes = sum(output["size_bytes"] for output in manifest["outputs"].values())
    require_free_disk(partial.parent, size_bytes, f"A copy of {location}")
    for name, output in manifest["outputs"].items():
        file = partial / name
        if not file.resolve().is_relative_to(partial.resolve()):
            raise ArtifactError(f"{location}: its manifest names {name!r}, outside of it", "do not use it")
        if file.is_file() and sha256_file(file) == output["sha256"]:
            continue  # of a copy that was interrupted
        try:
            object_store.fetch(location, name, file)
        except FileNotFoundError:
            file.unlink(missing_ok=True)
        if not file.is_file() or sha256_file(file) != output["sha256"]:
            file.unlink(missing_ok=True)
            raise ArtifactError(f"{location}/{name} is not what its manifest says", "run that stage again")
    partial.mkdir(parents=True, exist_ok=True)
    (partial / MANIFEST).write_text(json.dumps(manifest, indent=1))
    partial.rename(target)


def publish(work_dir: Path, location: str) -> None:
    """Puts a complete working folder in the place of the output; a copied manifest comes last."""
    if is_local(location):
        target = local_path(location)
        replaced = target.with_name(f".{target.name}.replaced")
        shutil.rmtree(replaced, ignore_errors=True)
        if target.exists():
            target.rename(replaced)
        work_dir.rename(target)
        shutil.rmtree(replaced, ignore_errors=True)
        return
    # A manifest always means "complete": the old one goes first, the new one comes last.
    object_store.remove(location, [MANIFEST])
    names = [path.relative_to(work_dir).as_posix() for path in sorted(work_dir.rglob("*")) if path.is_file()]
    for name in names:
        if name != MANIFEST:
            object_store.upload(work_dir / name, location, name)
    object_store.remove(location, set(object_store.names_below(location)) - set(names))
    object_store.upload(work_dir / MANIFEST, location, MANIFEST)
    shutil.rmtree(work_dir)


def recover(work_dir: Path, location: str) -> None:
    """Finishes or undoes a publication that a kill cut in two."""
    if is_local(location):
        target = local_path(location)
        replaced = target.with_name(f".{target.name}.replaced")
        if not target.exists() and (work_dir / MANIFEST).exists():
            work_dir.rename(target)
        if target.exists():
            shutil.rmtree(replaced, ignore_errors=True)
        elif replaced.exists():
            replaced.rename(target)

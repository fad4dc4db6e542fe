"""The pinned llama.cpp source: the complete copy (MIT) inside llama-cpp-python's source archive.

llama.cpp itself is on no Python package index; ``vendor/llama.cpp`` of this archive is its whole tree at
commit 0c1e570, build 11434 (llama-cpp-python's changelog, 0.3.36).
"""

from __future__ import annotations

import contextlib
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

from airflownet.cache import cache_dir
from airflownet.errors import IntegrityError
from airflownet.toolchain.source_archive import SourceArchive, fetch
from airflownet.toolchain.waiting_lock import waiting_lock

ARCHIVE = SourceArchive(
    project="llama-cpp-python",
    version="0.3.36",
    filename="llama_cpp_python-0.3.36.tar.gz",
    size_bytes=76_589_250,
    sha256="832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e",
)
BUILD_NUMBER = 11434
COMMIT = "0c1e570"
TREE = "llama_cpp_python-0.3.36/vendor/llama.cpp/"

CONVERT_HF = "convert_hf_to_gguf.py"
CONVERT_LORA = "convert_lora_to_gguf.py"
# The convert scripts put the gguf-py folder beside them first on sys.path: package and scripts always match.
SCRIPT_PARTS = (CONVERT_HF, CONVERT_LORA, "conversion", "gguf-py", "LICENSE")


def unpack(archive: Path, destination: Path) -> None:
    """Unpacks llama.cpp's tree alone into ``destination``, whole or not at all.

    Links and members that would leave the folder are refused by tarfile's "data" filter (PEP 706).
    """
    partial = destination.with_name(destination.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(destination, ignore_errors=True)
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(partial, members=_below_tree(tar), filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise IntegrityError(
            f"{archive} cannot be unpacked: {error}", f"delete {archive} and run `make setup` again"
        ) from error
    partial.replace(destination)


def script_dir() -> Path:
    """Returns where the convert scripts of the pinned source lie (or would lie) in the cache."""
    return cache_dir("llama.cpp") / f"scripts-{ARCHIVE.sha256[:16]}"


def ensure_scripts() -> Path:
    """Returns the folder of the convert scripts, taken from the pinned archive when it is not there."""
    folder = script_dir()
    if folder.is_dir():
        return folder
    with waiting_lock(folder.with_suffix(".lock"), "Unpacking llama.cpp's convert scripts"):
        if not folder.is_dir():
            tree = folder.with_name(folder.name + ".tree")
            unpack(fetch(ARCHIVE), tree)
            _keep_scripts(tree, folder)
            shutil.rmtree(tree, ignore_errors=True)
    return folder


def _keep_scripts(tree: Path, folder: Path) -> None:
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for part in SCRIPT_PARTS:
        with contextlib.suppress(FileNotFoundError):
            (tree / part).rename(partial / part)
    partial.replace(folder)


def _below_tree(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in tar:
        if member.name.startswith(TREE):
            yield member.replace(name=member.name.removeprefix(TREE), deep=False)

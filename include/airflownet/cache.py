"""The user's cache folder, shared by all clones, and the check for free disk.

Everything in it can be deleted at any time; it is fetched or built again. ``AIRFLOWNET_CACHE_DIR``
puts it elsewhere.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import platformdirs

from airflownet.errors import DiskSpaceError


def cache_dir(*parts: str) -> Path:
    """Returns a folder below the user's cache folder, created when it is not there."""
    root = os.environ.get("AIRFLOWNET_CACHE_DIR") or platformdirs.user_cache_dir("airflownet")
    path = Path(root).expanduser().joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True)
    return path


def require_free_disk(path: Path, needed_bytes: int, purpose: str) -> None:
    """Raises DiskSpaceError when the file system of ``path`` has less than ``needed_bytes`` free."""
    existing = path
    while not existing.exists():
        existing = existing.parent
    free_bytes = shutil.disk_usage(existing).free
    if free_bytes < needed_bytes:
        raise DiskSpaceError(
            f"{purpose} needs {needed_bytes / 1e9:.1f} GB free on the disk of {existing}, "
            f"but {free_bytes / 1e9:.2f} GB are left",
            "free some space, or put the artifacts (AIRFLOWNET_ARTIFACTS) or the cache "
            "(AIRFLOWNET_CACHE_DIR) on another disk",
        )

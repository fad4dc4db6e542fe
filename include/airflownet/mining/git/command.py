"""Runs git's plumbing on repositories that nobody vouches for.

The user's and the system's configuration are left out, so are hooks, replacement objects, prompts and every
transport: a repository can name programs in its own configuration, and none of the commands used here runs
them. Content is read as stored: no filters, no text conversion, no checkout.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from airflownet.errors import SetupError, SourceError

TIMEOUT_S = 600.0

# Unlike the user's own settings these come before the repository's and cannot be overridden by it.
_OVERRIDES = (
    "safe.directory=*",  # Files of another user are read, never trusted: nothing of them is run.
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.bigFileThreshold=1m",  # Larger files are streamed instead of held in memory.
    "protocol.allow=never",
    "gc.auto=0",
)


def git_environment() -> dict[str, str]:
    """Returns the environment for reading: no configuration but the repository's, no network, no prompt."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def git_command(directory: Path, *arguments: str) -> list[str]:
    """Returns the command line of git for a bare repository or the ``.git`` folder of a clone."""
    overrides = [part for override in _OVERRIDES for part in ("-c", override)]
    return [git_program(), "--no-pager", *overrides, f"--git-dir={directory}", *arguments]


def git_program() -> str:
    """Returns the path of git.

    Raises:
        SetupError: git is not installed.
    """
    program = shutil.which("git")
    if program is None:
        raise SetupError("git is not installed", "install git, or use another kind of source")
    return program


def git_output(directory: Path, *arguments: str, purpose: str) -> bytes:
    """Returns what git writes.

    Raises:
        SourceError: git refuses, or does not answer within ten minutes.
    """
    return checked(git_command(directory, *arguments), git_environment(), purpose, TIMEOUT_S)


def checked(
    command: Sequence[str], environment: dict[str, str], purpose: str, timeout_s: float = TIMEOUT_S
) -> bytes:
    """Runs one git command and returns its output; SourceError with git's own words when it fails."""
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"{purpose}: git gave no answer within {timeout_s:.0f} s", "check the repository and run again"
        ) from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceError(
            f"{purpose}: git says {words[-1] if words else f'exit status {done.returncode}'!r}",
            "check the repository's path or address, and that git can read it",
        )
    return done.stdout


def git_directory(folder: Path) -> Path:
    """Returns where the objects of a clone or bare repository are.

    Raises:
        SourceError: the folder is no git repository.
    """
    for place in (folder / ".git", folder):
        if (place / "objects").is_dir() and (place / "HEAD").is_file():
            return place.resolve()
    # A worktree or submodule keeps a file that names the folder.
    pointer = folder / ".git"
    if pointer.is_file():
        named = pointer.read_text("utf-8", "replace").partition("gitdir:")[2].strip()
        place = (folder / named).resolve()
        if (place / "HEAD").is_file():
            return place
    raise SourceError(f"{folder} is not a git repository", "give the folder of a clone or of a bare mirror")

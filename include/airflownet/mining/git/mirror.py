"""A mirror in the cache of a repository that is elsewhere: only the chosen commits, fetched once.

The refs are asked first (``git ls-remote``); when every commit is in the mirror nothing is fetched.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from airflownet.cache import cache_dir
from airflownet.errors import NetworkError, SourceError
from airflownet.mining.git.after_a_kill import clear_locks
from airflownet.mining.git.command import checked, git_command, git_environment, git_program
from airflownet.mining.git.settings import GitSource

FETCH_TIMEOUT_S = 3_600.0
_REFS_AT_ONCE = 100


def mirror_directory(source: GitSource) -> Path:
    """Returns the folder of the source's mirror, whether it is there or not."""
    name = hashlib.sha256(source.repository.encode()).hexdigest()[:20]
    return cache_dir("git") / f"{name}.git"


def remote_refs(source: GitSource) -> dict[str, str]:
    """Returns full ref name -> commit as the remote tells now; tags are followed to their commit.

    Raises:
        NetworkError: nothing answered, or access is refused.
    """
    command = [git_program(), *_FETCH_SAFELY, "ls-remote", "--quiet", source.repository]
    output = _over_network(command, source.repo)
    refs: dict[str, str] = {}
    for line in output.decode("utf-8", "surrogateescape").splitlines():
        sha1, _, name = line.partition("\t")
        if name == "HEAD" or name.startswith(("refs/heads/", "refs/tags/")):
            refs[name.removesuffix("^{}")] = sha1  # The peeled line comes after the tag's own.
    return refs


def bring(source: GitSource, commits: Iterable[str]) -> Path:
    """Returns the mirror, after fetching those of the commits that are not in it yet.

    Raises:
        NetworkError: the fetch failed; what was there before is as it was.
    """
    directory = mirror_directory(source)
    with FileLock(directory.with_name(directory.name + ".lock")):
        if not (directory / "HEAD").exists():
            checked(
                [git_program(), "init", "--quiet", "--bare", str(directory)], git_environment(), source.repo
            )
        clear_locks(directory)
        missing = [commit for commit in dict.fromkeys(commits) if not _has(directory, commit)]
        for start in range(0, len(missing), _REFS_AT_ONCE):
            _fetch(source, directory, missing[start : start + _REFS_AT_ONCE])
    return directory


def _fetch(source: GitSource, directory: Path, commits: list[str]) -> None:
    # A ref of our own keeps each commit; without history, since only the files at it are read.
    kept = [f"{commit}:refs/mined/{commit}" for commit in commits]
    fetch = [
        git_program(),
        *_FETCH_SAFELY,
        f"--git-dir={directory}",
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-auto-maintenance",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
    ]
    try:
        _over_network([*fetch, "--depth=1", source.repository, *kept], source.repo)
    except NetworkError:
        # An old or plain file server cannot send single commits: take every branch and tag.
        everything = ["+refs/heads/*:refs/remote/heads/*", "+refs/tags/*:refs/remote/tags/*"]
        _over_network([*fetch, source.repository, *everything], source.repo)
    absent = [commit for commit in commits if not _has(directory, commit)]
    if absent:
        raise SourceError(
            f"{source.repo} did not send commit {absent[0]}", "run again: its refs changed meanwhile"
        )


def _has(directory: Path, commit: str) -> bool:
    """Whether a whole fetch of the commit was finished: its ref is written last."""
    known = subprocess.run(
        git_command(directory, "for-each-ref", "--count=1", "--format=x", f"--contains={commit}"),
        env=git_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return known.returncode == 0 and bool(known.stdout.strip())


_FETCH_SAFELY = (
    "-c",
    "protocol.ext.allow=never",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "gc.auto=0",
    "-c",
    "fetch.fsckObjects=false",
)


def _over_network(command: list[str], repo: str) -> bytes:
    """Runs git with the user's own configuration (proxies, credential helpers), without prompts."""
    environment = {
        **os.environ,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "https:http:ssh:git",
        "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes"),
        "LC_ALL": "C",
    }
    try:
        return checked(command, environment, repo, FETCH_TIMEOUT_S)
    except SourceError as error:
        raise NetworkError(
            error.message,
            "check address, network and access (git ls-remote with the same address must work without a "
            "question); what was mirrored before is kept",
        ) from None

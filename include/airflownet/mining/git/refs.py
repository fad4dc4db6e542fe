"""Which commits a source's refs point to; annotated tags are followed to their commit."""

from __future__ import annotations

import fnmatch
import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from airflownet.errors import SourceError
from airflownet.mining.git.command import git_output

log = logging.getLogger(__name__)

EMPTY = "0" * 40
"""Stands for the commit of a repository that has none yet."""
_PREFIXES = ("refs/heads/", "refs/tags/")


def local_refs(directory: Path, repo: str) -> dict[str, str]:
    """Returns full ref name -> commit of a repository on this machine, ``HEAD`` among them when it is born.

    A tag of something that is no commit is left out.
    """
    form = "%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
    output = git_output(directory, "for-each-ref", f"--format={form}", *_PREFIXES, purpose=repo)
    refs: dict[str, str] = {}
    for line in output.decode("utf-8", "surrogateescape").splitlines():
        name, kind, sha1, peeled_kind, peeled_sha1 = line.split("\0")
        if "commit" in (kind, peeled_kind):
            refs[name] = sha1 if kind == "commit" else peeled_sha1
        else:
            log.warning("%s: %s points to a %s, not a commit; left out", repo, name, peeled_kind or kind)
    head = _head(directory, refs)
    return {**({"HEAD": head} if head else {}), **refs}


def _head(directory: Path, refs: Mapping[str, str]) -> str:
    text = (directory / "HEAD").read_text("utf-8", "replace").strip()
    if text.startswith("ref: "):
        name = text.removeprefix("ref: ")
        return refs.get(name, "")
    return text if len(text) == 40 else ""


def short_name(ref: str) -> str:
    """Returns ``main`` for ``refs/heads/main`` and ``v1`` for ``refs/tags/v1``."""
    for prefix in _PREFIXES:
        if ref.startswith(prefix):
            return ref.removeprefix(prefix)
    return ref


def chosen_refs(refs: Mapping[str, str], patterns: Iterable[str], repo: str) -> list[tuple[str, str]]:
    """Returns (short name, object name) for each chosen ref: in the order of the patterns, then by name.

    A commit that several refs point to is chosen once, under the first; 40 hex digits are a
    commit of their own. ``HEAD`` of a repository without
    commits gives ``("HEAD", EMPTY)``.

    Raises:
        SourceError: a pattern matches no ref.
    """
    chosen: dict[str, str] = {}
    for pattern in patterns:
        if re.fullmatch(r"[0-9a-f]{40}", pattern):
            chosen[pattern] = pattern
            continue
        matching = [ref for ref in sorted(refs) if _matches(ref, pattern)]
        if not matching and pattern == "HEAD" and not refs:
            return [("HEAD", EMPTY)]
        if not matching:
            raise SourceError(
                f"{repo} has no branch or tag {pattern!r}",
                f"choose among: {', '.join(short_name(ref) for ref in sorted(refs)[:20]) or 'none'}",
            )
        for ref in matching:
            if refs[ref] not in chosen.values():
                chosen[short_name(ref)] = refs[ref]
    return list(chosen.items())


def _matches(ref: str, pattern: str) -> bool:
    if ref == "HEAD":
        return pattern == "HEAD"
    return any(
        fnmatch.fnmatchcase(name, pattern) for name in (short_name(ref), ref, ref.removeprefix("refs/"))
    )

"""Two repositories of one name get names that tell them apart.

A file is known by its repository's name and its path, in families, tombstones and opt-outs. Clones and
mirrors are named after the end of their address, so that ``a/repo.git`` and ``b/repo.git`` would be one
repository whose files replace each other. Only names that clash are made longer, by as much of the address
as it takes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from airflownet.errors import InputError
from airflownet.mining.github.settings import GithubSource
from airflownet.mining.opt_out import OptOut
from airflownet.mining.settings import LocalSource, PypiSource, Source

_ADDRESS = re.compile(r"(?:\w+://)?(?:[^/@\s]*@)?(?P<host>[^/:\s]+)(?::\d+(?=/))?[/:](?P<path>.+)")
_PUBLIC_GITHUB = "api.github.com"

Place = tuple[str, ...]
"""Where a repository is, in parts: a host and a path, or a path of this machine."""


def with_distinct_names(sources: Sequence[Source], opt_out: OptOut) -> tuple[Source, ...]:
    """Returns the sources, with a ``name`` for each unnamed one whose name belongs to another place as well.

    The same place under one name, as two refs of a clone, keeps it. A name that the opt-out list mentions is
    kept too: what somebody asked to leave out must still be met by it.

    Raises:
        InputError: two GitHub servers have a repository of the same name.
    """
    _check_servers(sources)
    places: dict[str, set[Place]] = defaultdict(set)
    for source in sources:
        for name, place in _names(source):
            places[name].add(place)
    fixed = {pair for source in sources if isinstance(source, GithubSource) for pair in _names(source)}
    return tuple(_renamed(source, places, fixed, opt_out) for source in sources)


def _renamed(
    source: Source, places: dict[str, set[Place]], fixed: set[tuple[str, Place]], opt_out: OptOut
) -> Source:
    if isinstance(source, PypiSource | GithubSource) or source.name:
        return source
    ((name, place),) = _names(source)
    others = places[name] - {place}
    if not others or (name, place) in fixed or opt_out.mentions(name):
        return source
    longer = ["/".join(place[-n_parts:]) for n_parts in range(1, len(place) + 1)]
    taken = {"/".join(other[-n_parts:]) for other in others for n_parts in range(1, len(other) + 1)}
    free = (candidate for candidate in longer if candidate not in taken and candidate not in places)
    return source.model_copy(update={"name": next(free, longer[-1])})


def _check_servers(sources: Sequence[Source]) -> None:
    """GitHub's own names cannot be made longer: they are what it is asked for."""
    hosts: dict[str, str] = {}
    for source in sources:
        if isinstance(source, GithubSource):
            for name, place in _names(source):
                if hosts.setdefault(name, place[0]) != place[0]:
                    raise InputError(
                        f"{name} is a repository of {hosts[name]} and one of {place[0]}: "
                        "their files would replace each other",
                        "mine the two servers in two runs, or one repository from a clone (kind: git)",
                    )


def _names(source: Source) -> Iterator[tuple[str, Place]]:
    """Yields the names that the source's files have, each with its place; a given name is a place itself."""
    if isinstance(source, PypiSource):
        yield source.project, ("pypi", source.project)
    elif isinstance(source, GithubSource):
        if source.snapshot is not None:
            from airflownet.mining.github.snapshot import read_snapshot  # reads the cache

            for row in read_snapshot(source.snapshot):
                yield row.repo, (_host(source.base_url), *row.repo.casefold().split("/"))
    elif source.name:
        yield source.name, ("name", source.name)
    elif isinstance(source, LocalSource):
        root = Path(source.path).expanduser().resolve()
        yield root.name, _parts(root.as_posix())
    elif source.is_remote:
        found = _ADDRESS.fullmatch(source.repository)
        host, path = (found["host"], found["path"]) if found else ("", source.repository)
        yield source.repo, (host.casefold(), *_parts(path.casefold()))
    else:
        yield source.repo, _parts(Path(source.repository).expanduser().resolve().as_posix())


def _host(base_url: str) -> str:
    host = base_url.partition("://")[2].partition("/")[0].casefold()
    return "github.com" if host == _PUBLIC_GITHUB else host


def _parts(path: str) -> Place:
    trimmed = path.rstrip("/").removesuffix("/.git").removesuffix(".git")
    return tuple(part for part in trimmed.split("/") if part)

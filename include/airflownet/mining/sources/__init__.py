"""The kinds of source; one file each, one line each in ``open_sources``."""

from __future__ import annotations

from collections.abc import Sequence

from airflownet.mining.git.settings import GitSource
from airflownet.mining.github.settings import GithubSource
from airflownet.mining.settings import LocalSource, PypiSource
from airflownet.mining.source import MiningSource
from airflownet.mining.sources.git import open_git
from airflownet.mining.sources.github import open_github
from airflownet.mining.sources.local import LocalFolder
from airflownet.mining.sources.pypi import open_archives


def open_sources(
    sources: Sequence[PypiSource | LocalSource | GitSource | GithubSource],
) -> list[MiningSource]:
    """Returns readable sources in the order of the settings; what must be downloaded is downloaded.

    Raises:
        SourceError: a source cannot be read (NetworkError, IntegrityError among them).
    """
    archives = open_archives([source for source in sources if isinstance(source, PypiSource)])
    opened: list[MiningSource] = []
    for source in sources:
        if isinstance(source, PypiSource):
            opened.append(archives[source])
        elif isinstance(source, GithubSource):
            opened += open_github(source)
        elif isinstance(source, GitSource):
            opened += open_git(source)
        else:
            opened.append(LocalFolder(source))
    return opened

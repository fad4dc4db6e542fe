"""The kinds of source; one file each, one line each in ``open_sources``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from airflownet.mining.git.settings import GitSource
from airflownet.mining.github.settings import GithubSource
from airflownet.mining.opt_out import NOBODY, OPTED_OUT, OptOut
from airflownet.mining.settings import LocalSource, PypiSource
from airflownet.mining.source import Limits, MiningSource, Origin
from airflownet.mining.sources.git import open_git
from airflownet.mining.sources.local import LocalFolder
from airflownet.mining.sources.pypi import open_archives
from airflownet.records import DroppedFile, SourceFile


@dataclass(frozen=True)
class OptedOut:
    """Stands in the place of a whole project that is opted out: one row without a path, nothing is read."""

    origin: Origin

    def iter_files(self, _limits: Limits) -> Iterator[SourceFile | DroppedFile]:
        """Yields the one row."""
        yield DroppedFile(self.origin.repo, self.origin.ref, "", OPTED_OUT)


def open_sources(
    sources: Sequence[PypiSource | LocalSource | GitSource | GithubSource], opt_out: OptOut = NOBODY
) -> list[MiningSource]:
    """Returns readable sources in the order of the settings; what must be downloaded is downloaded.

    What the opt-out list names is neither downloaded nor mirrored.

    Raises:
        SourceError: a source cannot be read (NetworkError, IntegrityError among them).
    """
    releases = [source for source in sources if isinstance(source, PypiSource)]
    archives = open_archives([source for source in releases if not opt_out.has_repository(source.project)])
    opened: list[MiningSource] = []
    for source in sources:
        if isinstance(source, PypiSource):
            missing = OptedOut(Origin("pypi", source.project, source.version))
            opened.append(archives.get(source, missing))
        elif isinstance(source, GithubSource):
            from airflownet.mining.sources.github import open_github  # takes the client along

            opened += open_github(source)
        elif isinstance(source, GitSource):
            opened += open_git(source)
        else:
            opened.append(LocalFolder(source))
    return opened

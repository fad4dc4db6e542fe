"""The sources that ``airflownet mine`` is told on the command line, in place of a recipe's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflownet.errors import InputError

if TYPE_CHECKING:
    from airflownet.mining.settings import MiningSettings


@dataclass(frozen=True)
class NamedSources:
    """What the options of the command name; empty where nothing was given."""

    folders: Sequence[str] = ()
    git: Sequence[str] = ()
    pypi: Sequence[str] = ()
    github: Sequence[str] = ()
    github_org: Sequence[str] = ()
    github_search: Sequence[str] = ()
    github_url: str = ""
    refs: Sequence[str] = ()
    licence: str = ""
    opt_out: str = ""

    def applied_to(self, settings: MiningSettings) -> MiningSettings:
        """Returns the settings with these sources, where there are some, and with the licence allowed.

        Raises:
            InputError: a value is not what its option takes.
        """
        sources = self._sources()
        if not sources and (self.refs or self.licence):
            raise InputError(
                "--ref and --licence belong to sources of the command line, and none is given",
                "add --folder, --git, --github, --github-org or --github-search; or set both in the recipe",
            )
        update: dict[str, Any] = {"opt_out": self.opt_out} if self.opt_out else {}
        if sources:
            allowed = dict.fromkeys((*settings.allowed_licences, *((self.licence,) if self.licence else ())))
            update |= {"sources": sources, "allowed_licences": tuple(allowed)}
        return settings.model_copy(update=update)

    def _sources(self) -> tuple[Any, ...]:
        from airflownet.mining.git.settings import GitSource
        from airflownet.mining.github.settings import GithubSource
        from airflownet.mining.settings import LocalSource, PypiSource

        refs = {"refs": tuple(self.refs)} if self.refs else {}
        sources: list[Any] = []
        for path in self.folders:
            sources.append(_made("--folder", path, LocalSource, path=path, licence=self.licence))
        for place in self.git:
            sources.append(_made("--git", place, GitSource, repository=place, licence=self.licence, **refs))
        for release in self.pypi:
            project, _, version = release.partition("==")
            versions = {"version": version} if version else {}
            sources.append(_made("--pypi", release, PypiSource, project=project, **versions))
        if self.github or self.github_org or self.github_search:
            named = (*self.github, *self.github_org, *self.github_search)
            source = _made(
                "--github",
                ", ".join((*named, self.github_url)),
                GithubSource,
                repositories=tuple(self.github),
                organisations=tuple(self.github_org),
                search=tuple(self.github_search),
                base_url=self.github_url,
                licence=self.licence,
                **refs,
            )
            sources.append(source)
        if len(set(sources)) != len(sources):
            raise InputError("a source is given twice", "name each folder, repository and release once")
        return tuple(sources)


def _made(option: str, value: str, make: Callable[..., Any], **settings: Any) -> Any:
    from pydantic import ValidationError

    try:
        return make(**settings)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        problem = first["msg"].removeprefix("Value error, ")
        raise InputError(
            f"{option} {_without_secret(value)!r}: {f'{field}: ' if field else ''}{problem}",
            "see airflownet mine --help",
        ) from None


def _without_secret(address: str) -> str:
    """Returns the address without what stands before the host, which may be a password."""
    scheme, mark, rest = address.partition("://")
    return f"{scheme}://...@{rest.rpartition('@')[2]}" if mark and "@" in rest.partition("/")[0] else address

"""Who asks GitHub: PyGithub's client, with a token from the environment or one that a task brings along.

The token goes nowhere else: no settings, no manifest, no log. A task hands over the client that Airflow's
``GithubHook`` has made (token, App or Enterprise); its authentication is taken, its retry is not.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflownet.errors import SourceError
from airflownet.mining.github.retry import Gate, api_retry
from airflownet.mining.github.settings import GithubSource

if TYPE_CHECKING:
    from github import Github

TIMEOUT_S = 60
PER_PAGE = 100
USER_AGENT = "airflownet"

Connect = Callable[[GithubSource], "Github | None"]
_connect: contextvars.ContextVar[Connect | None] = contextvars.ContextVar("github_connect", default=None)


@contextlib.contextmanager
def connected_by(connect: Connect) -> Iterator[None]:
    """Within the block sources are read with the client that ``connect`` gives; None means no token."""
    token = _connect.set(connect)
    try:
        yield
    finally:
        _connect.reset(token)


@dataclass(frozen=True, slots=True)
class Access:
    """PyGithub's client, and which class of token it has."""

    github: Github
    token_class: str
    """``anonymous``, or PyGithub's name of the kind of authentication, as ``Token``."""
    base_url: str

    @property
    def is_anonymous(self) -> bool:
        """True without a token: 60 requests an hour, no GraphQL, no code search."""
        return self.token_class == "anonymous"  # noqa: S105


def open_access(source: GithubSource, gate: Gate) -> Access:
    """Returns the client for one source.

    Raises:
        SourceError: the Airflow connection points to another server than the source.
    """
    from github import Auth, Github

    auth = None
    connect = _connect.get()
    if connect is not None:
        given = connect(source)
        if given is not None:
            if given.requester.base_url.rstrip("/") != source.base_url.rstrip("/"):
                raise SourceError(
                    f"connection {source.connection} is for {given.requester.base_url}, but the recipe's "
                    f"source is at {source.base_url}",
                    "give the source the same base_url, or another connection",
                )
            auth = given.requester.auth
    elif token := os.environ.get(source.token_env, "").strip():
        auth = Auth.Token(token)
    github = Github(
        auth=auth,
        base_url=source.base_url.rstrip("/"),
        timeout=TIMEOUT_S,
        user_agent=USER_AGENT,
        per_page=PER_PAGE,
        retry=api_retry(gate),
        seconds_between_requests=source.seconds_between_requests,
        api_version="2022-11-28",
    )
    kind = "anonymous" if auth is None else type(auth).__name__
    return Access(github, kind, source.base_url.rstrip("/"))

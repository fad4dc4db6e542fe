"""Requests to one GitHub: conditional where an answer is known, none where it cannot have changed.

Each answer is on disk before it is used, so that no kill makes GitHub be asked twice. ``counts`` tells what
was sent, what was answered 304 and what was spared.
"""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from airflownet.errors import NetworkError, SourceError
from airflownet.mining.github.access import PER_PAGE, Access, open_access
from airflownet.mining.github.ledger import GithubLedger, KeptAnswer, Limit, open_ledger
from airflownet.mining.github.patience import wait_until
from airflownet.mining.github.rate_limits import (
    MOST_REFUSALS,
    pause_after,
    reset_when_spent,
    resource_of,
)
from airflownet.mining.github.retry import NotALimit
from airflownet.mining.github.settings import GithubSource

JSON = "application/vnd.github+json"
FOR_EVER = math.inf
"""``max_age_s`` of what is named by its hash and so cannot change."""
_STATES = (403, 404, 409, 410, 422, 451)


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub says: data, or the status that tells a state of the repository."""

    status: int
    """200 (also when 304 confirmed what was known), 403, 404, 409, 410, 422 or 451."""
    data: Any
    next_url: str = ""

    @property
    def message(self) -> str:
        """GitHub's own words, empty without any."""
        return str(self.data.get("message", "")) if isinstance(self.data, dict) else ""


class GithubClient:
    """One process's requests for one source. Open it with ``open_client``."""

    def __init__(self, source: GithubSource, ledger: GithubLedger) -> None:
        self.source = source
        self.ledger = ledger
        self.counts: Counter[str] = Counter()
        self._access: Access | None = None

    @property
    def access(self) -> Access:
        """PyGithub's client, made at the first request."""
        if self._access is None:
            self._access = open_access(self.source, self)
        return self._access

    def get(
        self,
        path: str,
        *,
        repo_id: int | None = None,
        max_age_s: float = 0.0,
        keep: bool = True,
        parameters: Mapping[str, str | int] | None = None,
    ) -> Answer:
        """Returns the answer to GET; ``path`` is relative to the API's address, or a page's full URL.

        Args:
            path: as ``/repos/apache/airflow``.
            repo_id: the repository that the answer is about, so that it can be forgotten with it.
            max_age_s: an answer of the ledger that is younger is taken without asking.
            keep: whether the answer goes to the ledger.
            parameters: of the query.

        Raises:
            NetworkError: nothing answered, or only 5xx.
            RateLimitError: a limit lasts longer than this process may wait.
            SourceError: the token is refused.
        """
        url = path + ("?" + urlencode(sorted(parameters.items())) if parameters else "")
        url = self._relative(url)
        key = (url, JSON, self.access.token_class)
        known = self.ledger.answer(*key)
        if known is not None and time.time() - known.asked_at < max_age_s:
            self.counts["spared"] += 1
            return Answer(200, known.data, known.next_url)
        headers = {"Accept": JSON}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        status, told, body = self.send("GET", url, headers)
        now = time.time()
        if status == 304 and known is not None:
            self.counts["not_modified"] += 1
            self.ledger.confirm_answer(*key, now)
            return Answer(200, known.data, known.next_url)
        data = _parsed(body)
        if status in _STATES:
            return Answer(status, data)
        if status != 200:
            raise _refusal(status, url, data)
        next_url = self._relative(_next_page(told.get("link", "")))
        if keep and not (isinstance(data, dict) and data.get("incomplete_results")):
            self.ledger.keep_answer(*key, KeptAnswer(told.get("etag", ""), next_url, data, now), repo_id)
        return Answer(200, data, next_url)

    def pages(self, path: str, parameters: Mapping[str, str | int] | None = None) -> Iterator[Answer]:
        """Yields every page of a listing; the last may be a state instead of data."""
        answer = self.get(path, parameters={"per_page": PER_PAGE, **(parameters or {})})
        yield answer
        while answer.next_url:
            answer = self.get(answer.next_url)
            yield answer

    def graphql(self, query: str, variables: dict[str, Any]) -> Any:
        """Returns the ``data`` of the answer (None for what failed); an empty dict when there is none."""
        for _ in range(MOST_REFUSALS):
            told: dict[str, str]
            status, told, body = self.send(
                "POST", self.access.github.requester.graphql_url, {}, {"query": query, "variables": variables}
            )
            data = _parsed(body)
            if status != 200 or not isinstance(data, dict):
                return {}
            kinds = {error.get("type") for error in data.get("errors") or () if isinstance(error, dict)}
            if "RATE_LIMITED" not in kinds:
                return data.get("data") or {}
            # GraphQL tells a spent limit with status 200.
            self.refused("/graphql", 429, told, "API rate limit exceeded")
        return {}

    def send(
        self, verb: str, url: str, headers: dict[str, str], content: Any = None
    ) -> tuple[int, dict[str, str], str]:
        """Returns status, headers and body of one request, after the retries.

        Raises:
            NetworkError: nothing answered, or only 5xx.
            RateLimitError: a limit lasts longer than this process may wait.
        """
        import requests

        resource = resource_of(self._relative(url))
        wait_until(self.ledger.limit(resource).until, resource, self.source.max_wait_s)
        self.counts["sent"] += 1
        try:
            status, told, body = self.access.github.requester.requestJson(
                verb, url, headers=dict(headers), input=content
            )
        except NotALimit as answer:
            return answer.status, answer.headers, answer.body.decode(errors="replace")
        except requests.RequestException as error:
            raise _no_answer(url, type(error).__name__) from None
        except (AssertionError, RuntimeError) as error:  # PyGithub's words for a redirect to elsewhere
            raise SourceError(
                f"{self.source.base_url} sends requests on to another address: {error}",
                "correct base_url of the source (https://HOST/api/v3 for an Enterprise server)",
            ) from None
        if status >= 500:
            raise _no_answer(url, f"status {status}")
        if status == 401:
            raise SourceError(
                f"{self.source.base_url} refuses the token (401)",
                f"check {self.source.token_env} (connection {self.source.connection} in Airflow): expired?",
            )
        spent = reset_when_spent(told, time.time())
        if spent is not None or self.ledger.limit(resource) != Limit(0.0, 0):
            self.ledger.set_limit(resource, Limit(spent or 0.0, 0))
        return status, told, body

    def refused(self, url: str, status: int, headers: dict[str, str], message: str) -> bool:
        """Records the limit and waits for its end; see ``retry.Gate``."""
        resource = resource_of(self._relative(url))
        before = self.ledger.limit(resource)
        pause = pause_after(status, headers, message, before.refusals, time.time())
        if pause is None:
            return False
        self.counts["refused"] += 1
        refusals = before.refusals + 1 if pause.is_secondary else 0
        self.ledger.set_limit(resource, Limit(pause.until, refusals))
        if refusals >= MOST_REFUSALS:
            self.ledger.set_limit(resource, Limit(pause.until, 0))
            raise SourceError(
                f"GitHub has refused {resource} requests {refusals} times in a row for its secondary limit",
                "run later, with fewer shards at a time (pool github_api) or a larger "
                "seconds_between_requests; what was fetched is kept",
            )
        wait_until(pause.until, resource, self.source.max_wait_s)
        return True

    def _relative(self, url: str) -> str:
        """Returns path and query below the API's address, however the URL was given."""
        parts = urlsplit(url)
        base = urlsplit(self.source.base_url)
        path = parts.path.removeprefix(base.path.rstrip("/"))
        return path + (f"?{parts.query}" if parts.query else "")


@contextlib.contextmanager
def open_client(source: GithubSource) -> Iterator[GithubClient]:
    """Yields a client whose answers are kept in the server's ledger."""
    with open_ledger(source.base_url) as ledger:
        client = GithubClient(source, ledger)
        try:
            yield client
        finally:
            if client._access is not None:
                client._access.github.close()


def _next_page(link: str) -> str:
    for part in link.split(","):
        address, _, relation = part.partition(";")
        if 'rel="next"' in relation:
            return address.strip().strip("<>")
    return ""


def _parsed(body: str) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def _no_answer(url: str, what: str) -> NetworkError:
    return NetworkError(
        f"GitHub did not answer {urlsplit(url).path}: {what}, after several tries. What was fetched is kept",
        "check the network and run again; nothing is fetched twice",
    )


def _refusal(status: int, url: str, data: Any) -> SourceError:
    message = data.get("message", "") if isinstance(data, dict) else ""
    return SourceError(
        f"GitHub answered {urlsplit(url).path} with status {status} {message}".rstrip(),
        "check base_url and the rights of the token",
    )

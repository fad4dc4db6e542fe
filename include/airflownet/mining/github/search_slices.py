"""Searches with more than 1,000 results, which is all that GitHub shows of one: halved until each part fits.

Repositories are halved by date of creation, code by file size, always at the same points, so that the next
night asks the same questions. A part that stays incomplete, or shows fewer results than it counts after two
sweeps, is a gap.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from airflownet.errors import SourceError
from airflownet.mining.github.access import PER_PAGE
from airflownet.mining.github.client import GithubClient

MOST_RESULTS = 1_000
INCOMPLETE_PAUSES_S = (2.0, 8.0, 30.0)
"""Before an answer that GitHub calls incomplete is asked for again."""

_FIRST_DAY = datetime.datetime(2007, 1, 1, tzinfo=datetime.UTC)
_ALL_SECONDS = 1 << 31  # until 2075
_ALL_SIZES = 1 << 19  # code search knows files below 384 KB


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that exists but could not be listed."""

    what: str
    """The query or place."""
    reason: str


Item = dict[str, Any]


def search_repositories(client: GithubClient, query: str) -> Iterator[Item | Gap]:
    """Yields the repositories that match, each once."""
    yield from _sliced(client, "/search/repositories", query, 0, _ALL_SECONDS, _created, _repository_id)


def search_code(client: GithubClient, query: str) -> Iterator[Item | Gap]:
    """Yields the files that match, each once; ``repository`` in each names where it is."""
    yield from _sliced(client, "/search/code", query, 0, _ALL_SIZES, _size, _file_key)


def _sliced(
    client: GithubClient,
    path: str,
    query: str,
    low: int,
    high: int,
    term: Callable[[int, int], str],
    key: Callable[[Item], Any],
) -> Iterator[Item | Gap]:
    part = f"{query} {term(low, high)}"
    max_age_s = client.source.search_every_h * 3600.0
    first = _page(client, path, part, 1, max_age_s)
    if isinstance(first, Gap):
        yield first
    elif first["total_count"] <= MOST_RESULTS:
        yield from _swept(client, path, part, first, max_age_s, key)
    elif high - low > 1:
        middle = (low + high) // 2
        yield from _sliced(client, path, query, low, middle, term, key)
        yield from _sliced(client, path, query, middle, high, term, key)
    else:
        yield Gap(part, "gap:too-many-results")
        yield from _swept(client, path, part, first, max_age_s, key)


def _swept(
    client: GithubClient, path: str, part: str, first: Item, max_age_s: float, key: Callable[[Item], Any]
) -> Iterator[Item | Gap]:
    """Pages may shift while they are read, so a sweep that falls short is repeated and both are joined."""
    wanted = min(first["total_count"], MOST_RESULTS)
    found: dict[Any, Item] = {}
    for sweep in range(2):
        page: Item | Gap = first
        for number in range(1, -(-wanted // PER_PAGE) + 1):
            if number > 1 or sweep:
                page = _page(client, path, part, number, 0.0 if sweep else max_age_s)
            if isinstance(page, Gap):
                yield page
                break
            found |= {key(item): item for item in page["items"]}
        if len(found) >= wanted:
            break
    yield from found.values()
    if len(found) < wanted:
        yield Gap(part, "gap:fewer-results-than-counted")


def _page(client: GithubClient, path: str, part: str, number: int, max_age_s: float) -> Item | Gap:
    for pause_s in (*INCOMPLETE_PAUSES_S, None):
        answer = client.get(
            path, max_age_s=max_age_s, parameters={"q": part, "per_page": PER_PAGE, "page": number}
        )
        if answer.status != 200:
            raise SourceError(
                f"GitHub refuses the search {part!r} with status {answer.status}: {answer.message}",
                "correct the query in the recipe, or the rights of the token",
            )
        if not answer.data["incomplete_results"]:
            return dict(answer.data)
        if pause_s is not None:
            time.sleep(pause_s)
    return Gap(part, "gap:search-incomplete")


def _created(low: int, high: int) -> str:
    def moment(second: int) -> str:
        return (_FIRST_DAY + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")

    return f"created:{moment(low)}..{moment(high - 1)}"


def _size(low: int, high: int) -> str:
    return f"size:{low}..{high - 1}"


def _repository_id(item: Item) -> int:
    return int(item["id"])


def _file_key(item: Item) -> tuple[int, str]:
    return int(item["repository"]["id"]), str(item["path"])

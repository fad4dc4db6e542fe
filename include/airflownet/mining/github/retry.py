"""PyGithub's retry with what it lacks: 429, the documented pauses, waits that others know of, and an end.

Connection errors and 5xx are tried again with growing, jittered pauses; 401, 404 and 422 never.
"""

from __future__ import annotations

import json
import logging
from functools import cache
from typing import Any, Protocol

log = logging.getLogger(__name__)

TRIES = 5
"""Further tries after a broken connection or a 5xx answer."""
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 900.0
SERVER_TROUBLE = (500, 502, 503, 504)


class Gate(Protocol):
    """Told of every refusal; waits, or raises."""

    def refused(self, url: str, status: int, headers: dict[str, str], message: str) -> bool:
        """Returns True when the pause is over and the request may be sent again, False when it is no limit.

        Raises:
            RateLimitError: the pause is longer than this process may wait.
        """
        ...


def api_retry(gate: Gate) -> Any:
    """Returns the ``urllib3.Retry`` for PyGithub's client."""
    return _retry_class()(
        gate=gate,
        total=TRIES,
        backoff_factor=FIRST_PAUSE_S,
        backoff_max=LONGEST_PAUSE_S,
        backoff_jitter=FIRST_PAUSE_S,
        status_forcelist=[*SERVER_TROUBLE, 403, 429],
        raise_on_status=False,
    )


@cache
def _retry_class() -> type:
    from github.GithubRetry import GithubRetry
    from urllib3 import Retry

    class GithubApiRetry(GithubRetry):
        """See the module."""

        def __init__(self, gate: Gate, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.gate = gate

        def new(self, **kwargs: Any) -> Any:
            # GithubRetry adds its own arguments, which it also takes back as keywords.
            return super().new(gate=self.gate, **kwargs)

        def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
            return super().is_retry(method, status_code, has_retry_after) or status_code in (403, 429)

        def increment(
            self,
            method: str | None = None,
            url: str | None = None,
            response: Any = None,
            error: Exception | None = None,
            _pool: Any = None,
            _stacktrace: Any = None,
        ) -> Any:
            if response is not None and response.status in (403, 429):
                text = self.get_content(response, url or "")
                if self.gate.refused(url or "", response.status, dict(response.headers), _message(text)):
                    return self.new()  # the wait is over; it costs no try
                raise NotALimit(response.status, dict(response.headers), text)
            what = type(error).__name__ if error is not None else f"status {getattr(response, 'status', '?')}"
            log.warning("GitHub: no answer (%s); tries left: %s", what, self.total)
            # Past GithubRetry: what it adds is for 403 only.
            return Retry.increment(self, method, url, response, error, _pool, _stacktrace)

        def sleep(self, response: Any = None) -> None:
            if response is not None and response.status in (403, 429):
                return  # waited for in ``increment``, where it can be seen and refused
            super().sleep(response)

    return GithubApiRetry


class NotALimit(Exception):  # noqa: N818 - an answer, carried past urllib3
    """A 403 or 429 that is no rate limit."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body


def _message(body: bytes) -> str:
    try:
        data = json.loads(body)
    except ValueError:
        return ""
    return str(data.get("message", "")) if isinstance(data, dict) else ""

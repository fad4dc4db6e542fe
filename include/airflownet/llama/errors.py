"""What can go wrong between us and llama-server; every class is a ``ServerError``.

ServerError                  (airflownet.errors)
    ServerStartError         the server did not come up as it was asked for
        PortTakenError            the given port belongs to another process
    ServerUnavailableError        nothing answers, or it is still loading: the only kind that is tried again
    RequestRejectedError          the server refused this one request (HTTP 4xx): never tried again
        PromptTooLongError        the prompt does not fit the context of a slot
    LostAnswersError         some answers could not be had, though nothing was wrong with their prompts
    ServerAnswerError        the server answered what it must not: wrong adapter, wrong template, no JSON
"""

from __future__ import annotations

from airflownet.errors import ServerError


class ServerStartError(ServerError):
    """The process ended, did not become ready in time, or does not offer what was asked for."""


class PortTakenError(ServerStartError):
    """The given port is in use."""


class ServerUnavailableError(ServerError):
    """Connection refused, reset or timed out, or HTTP 429 or 503, after all attempts."""


class RequestRejectedError(ServerError):
    """HTTP 4xx for one request.

    Attributes:
        status: the HTTP status.
        kind: llama.cpp's error type, for example ``invalid_request_error``.
        detail: what the server said, without its address: equal for equal requests.
    """

    def __init__(self, message: str, remedy: str, *, status: int, kind: str, detail: str) -> None:
        super().__init__(message, remedy)
        self.status = status
        self.kind = kind
        self.detail = detail


class PromptTooLongError(RequestRejectedError):
    """llama.cpp's ``exceed_context_size_error``: the prompt is longer than the context of a slot."""


class LostAnswersError(ServerError):
    """The server failed at some of the prompts; all other answers are in the ledger."""


class ServerAnswerError(ServerError):
    """The answer contradicts the request; results of such a server cannot be trusted."""

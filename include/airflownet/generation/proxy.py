"""An OpenAI-compatible server whose answers are verified DAG files.

``POST /v1/chat/completions`` (streamed or not) and ``GET /v1/models``, for any editor or chat client. The
last user message is the request. An answer is the file in a fence, then what is to be known of it; streamed,
nothing is sent before it is verified, and comments keep the connection alive meanwhile. The model's name
chooses the Airflow line: ``airflownet`` is the one the server was started for, ``airflownet-2.9`` another.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from airflownet.errors import AirflowNetError, InputError
from airflownet.generation.compose import Composer, Written
from airflownet.generation.summary import summary_lines
from airflownet.judge.catalogue.store import known_lines
from airflownet.markdown_fence import fenced

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger(__name__)

NAME: Final = "airflownet"
_LINE: Final = re.compile(rf"^{NAME}-(\d+\.\d+(?:\.\d+)?)$")
_MOST_BODY_BYTES: Final = 1_000_000
_MOST_REQUEST_CHARS: Final = 20_000
_ALIVE_EVERY_S: Final = 10.0


class _Refused(Exception):  # noqa: N818 - an answer to the client
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def proxy_app(opened: AbstractAsyncContextManager[Composer], *, api_key: str = "") -> Starlette:
    """Returns the application; the model is opened when it starts and closed when it ends.

    Args:
        opened: who writes; its line is that of the model name ``airflownet``.
        api_key: demanded as bearer token when not empty.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened as composer:
            app.state.composer = composer
            yield

    async def models(request: Request) -> Response:
        try:
            _check_key(request, api_key)
        except _Refused as refused:
            return _error(refused.status, str(refused))
        return _models()

    async def chat(request: Request) -> Response:
        return await _chat(request, api_key)

    async def health(_request: Request) -> Response:
        return _json({"status": "ok"})

    return Starlette(
        routes=[
            Route("/v1/models", models),
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/health", health),
        ],
        lifespan=lifespan,
    )


def _models() -> Response:
    names = [NAME, *(f"{NAME}-{line}" for line in sorted(known_lines(), key=_number, reverse=True))]
    return _json({"object": "list", "data": [{"id": n, "object": "model", "owned_by": NAME} for n in names]})


def _number(line: str) -> tuple[int, ...]:
    return tuple(int(part) for part in line.split("."))


async def _chat(request: Request, api_key: str) -> Response:
    from starlette.responses import StreamingResponse

    try:
        _check_key(request, api_key)
        body = await _body(request)
        text, composer = _asked(body), _composer(request.app.state.composer, body)
    except _Refused as refused:
        return _error(refused.status, str(refused))
    if body.get("stream"):
        return StreamingResponse(_stream(composer, text, body), media_type="text/event-stream")
    try:
        written = await composer.write(text)
    except InputError as error:
        return _error(400, str(error))
    except AirflowNetError as error:
        return _error(502, str(error))
    return _json(_completion(written, composer, body))


async def _stream(composer: Composer, text: str, body: Mapping[str, Any]) -> AsyncIterator[str]:
    """Yields server-sent events; a client that leaves ends the writing."""
    task = asyncio.create_task(composer.write(text))
    head = {"id": _id(), "object": "chat.completion.chunk", "created": int(time.time())}
    head["model"] = str(body.get("model") or NAME)
    try:
        while True:
            done, _ = await asyncio.wait({task}, timeout=_ALIVE_EVERY_S)
            if done:
                break
            yield ": writing\n\n"
        try:
            written = task.result()
        except AirflowNetError as error:
            yield _event({"error": {"message": str(error), "type": "server_error"}})
            yield "data: [DONE]\n\n"
            return
        yield _event(head | _delta({"role": "assistant", "content": ""}))
        for line in _content(written, composer.airflow).splitlines(keepends=True):
            yield _event(head | _delta({"content": line}))
        yield _event(head | _delta({}, "stop") | {"usage": _usage(written), NAME: _facts(written)})
        yield "data: [DONE]\n\n"
    finally:
        task.cancel()


def _composer(composer: Composer, body: Mapping[str, Any]) -> Composer:
    """Returns who writes for this request: for the line of the model's name, with the client's seed."""
    name = str(body.get("model") or NAME)
    match = _LINE.match(name)
    if name != NAME and match is None:
        raise _Refused(404, f"there is no model {name!r}; GET /v1/models tells which there are")
    settings = composer.settings
    if isinstance(seed := body.get("seed"), int) and not isinstance(seed, bool):
        settings = settings.model_copy(update={"seed": abs(seed) % 2**31})
    line = match[1] if match else composer.airflow
    if ".".join(line.split(".")[:2]) not in known_lines():
        raise _Refused(404, f"there is no catalogue for Airflow {line}")
    return replace(composer, airflow=line, settings=settings)


def _asked(body: Mapping[str, Any]) -> str:
    """Returns the request: the last user message."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        raise _Refused(400, "messages is missing or no list")
    for message in reversed(messages):
        if isinstance(message, dict) and message.get("role") == "user":
            text = _text(message.get("content")).strip()
            if not text:
                raise _Refused(400, "the last user message is empty")
            if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
                raise _Refused(400, "the last user message holds half of a surrogate pair, which is no text")
            if len(text) > _MOST_REQUEST_CHARS:
                raise _Refused(
                    400, f"the request has {len(text):,} characters, {_MOST_REQUEST_CHARS:,} are the most"
                )
            return text
    raise _Refused(400, "there is no user message")


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(p.get("text", "")) for p in parts if isinstance(p, dict) and p.get("type") == "text")


async def _body(request: Request) -> dict[str, Any]:
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > _MOST_BODY_BYTES:
            raise _Refused(413, f"the body has more than {_MOST_BODY_BYTES:,} bytes")
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise _Refused(400, "the body is no JSON") from None
    if not isinstance(body, dict):
        raise _Refused(400, "the body is no JSON object")
    return body


def _check_key(request: Request, api_key: str) -> None:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if api_key and not hmac.compare_digest(given.encode(), api_key.encode()):
        raise _Refused(401, "wrong API key")


def _completion(written: Written, composer: Composer, body: Mapping[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": _content(written, composer.airflow)}
    return {
        "id": _id(),
        "object": "chat.completion",
        "created": int(time.time()),
        "model": str(body.get("model") or NAME),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": _usage(written),
        NAME: _facts(written),
    }


def _content(written: Written, airflow: str) -> str:
    told = "\n".join(f"- {line}" for line in summary_lines(written, airflow))
    code = f"{fenced(written.code, 'python')}\n\n" if written.code.strip() else ""
    return f"{code}{told}\n"


def _facts(written: Written) -> dict[str, Any]:
    checked = written.checked
    return {
        "outcome": str(checked.verdict.outcome),
        "is_good": checked.is_good,
        "asked_for": checked.asked.score,
        "missing": list(checked.missing),
        "n_drafts": written.n_drafts,
    }


def _usage(written: Written) -> dict[str, int]:
    return {
        "prompt_tokens": 0,
        "completion_tokens": written.n_tokens_drawn,
        "total_tokens": written.n_tokens_drawn,
    }


def _delta(delta: dict[str, str], reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def _id() -> str:
    return f"chatcmpl-{uuid.uuid4().hex}"


def _event(value: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(value)}\n\n"


def _json(value: Mapping[str, Any], status: int = 200) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse(value, status_code=status)


def _error(status: int, message: str) -> Response:
    kind = "invalid_request_error" if status < 500 else "server_error"
    return _json({"error": {"message": message, "type": kind, "code": None}}, status)

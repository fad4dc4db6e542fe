"""llama-server's HTTP interface: async, typed errors, explicit time-outs, bounded retries.

``async with LlamaClient("http://127.0.0.1:8080") as client: await client.tokenize("with DAG(")``.
Source: llama.cpp ``tools/server/README.md`` (build 11434).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from airflownet.llama.errors import (
    PromptTooLongError,
    RequestRejectedError,
    ServerAnswerError,
    ServerUnavailableError,
)
from airflownet.llama.retry import Backoff, with_retries
from airflownet.llama.sampling import Sampling

_TRY_AGAIN = (429, 503)


class LlamaClient:
    """One server. Use with ``async with``; safe for any number of concurrent requests.

    Args:
        base_url: such as ``http://127.0.0.1:8080``.
        api_key: sent as bearer token when not empty.
        request_timeout_s: how long one completion may take.
        connect_timeout_s: how long a connection may take; also the limit for the small requests' answers.
        backoff: attempts for what may be tried again.
        transport: replaces the network, for tests.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str = "",
        request_timeout_s: float = 3600.0,
        connect_timeout_s: float = 30.0,
        backoff: Backoff = Backoff(),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._backoff = backoff
        self._completion_timeout = httpx.Timeout(connect_timeout_s, read=request_timeout_s, pool=None)
        self._http = httpx.AsyncClient(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            timeout=httpx.Timeout(connect_timeout_s, pool=None),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
            transport=transport,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes all connections; the server cancels what they were waiting for."""
        await self._http.aclose()

    async def is_ready(self) -> bool:
        """Returns True when the model is loaded; never retries, never raises for a server that is away."""
        try:
            await self._once("GET", "/health", None, None)
        except ServerUnavailableError:
            return False
        return True

    async def props(self) -> dict[str, Any]:
        """Returns GET /props: context per slot, slots, build, chat template."""
        return _mapping(await self._call("GET", "/props"), "/props")

    async def model_facts(self) -> dict[str, Any]:
        """Returns what GET /v1/models tells of the loaded model: ``n_params``, ``size``, ``n_vocab``..."""
        answer = _mapping(await self._call("GET", "/v1/models"), "/v1/models")
        models = answer.get("data") or [{}]
        return dict(models[0].get("meta") or {})

    async def lora_adapters(self) -> list[dict[str, Any]]:
        """Returns the loaded adapters: ``[{"id", "path", "scale"}]``."""
        answer = await self._call("GET", "/lora-adapters")
        if not isinstance(answer, list):
            raise ServerAnswerError(f"{self.base_url}/lora-adapters answered {answer!r}", _NOT_LLAMA_SERVER)
        return answer

    async def metrics(self) -> dict[str, float]:
        """Returns GET /metrics without the ``llamacpp:`` prefix; empty when started without --metrics."""
        try:
            text = str(await self._call("GET", "/metrics"))
        except RequestRejectedError:
            return {}
        lines = (line.split() for line in text.splitlines() if line.startswith("llamacpp:"))
        return {
            parts[0].removeprefix("llamacpp:"): float(parts[1])
            for parts in lines
            if len(parts) == 2 and "{" not in parts[0]
        }

    async def tokenize(self, text: str, *, parse_special: bool, add_special: bool = False) -> list[int]:
        """Returns the ids of the text.

        Args:
            text: any text.
            parse_special: read ``<|im_end|>`` and the like as control tokens; False for untrusted text.
            add_special: put the model's BOS in front, if it has one.
        """
        body = {"content": text, "parse_special": parse_special, "add_special": add_special}
        answer = _mapping(await self._call("POST", "/tokenize", body), "/tokenize")
        return [int(token) for token in answer["tokens"]]

    async def detokenize(self, ids: Sequence[int]) -> str:
        """Returns the text of the ids, control tokens included."""
        answer = _mapping(await self._call("POST", "/detokenize", {"tokens": list(ids)}), "/detokenize")
        return str(answer["content"])

    async def apply_template(self, messages: Sequence[Mapping[str, str]]) -> str:
        """Returns the messages in the model's chat template, up to where the assistant begins."""
        body = {"messages": [dict(message) for message in messages]}
        return str(_mapping(await self._call("POST", "/apply-template", body), "/apply-template")["prompt"])

    async def completion(
        self,
        prompt: str | Sequence[int],
        sampling: Sampling,
        *,
        sample_index: int = 0,
        lora: Sequence[Mapping[str, float]] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Returns llama.cpp's answer to POST /completion.

        Args:
            prompt: ids (sent as they are) or text (tokenised by the server, control tokens parsed).
            sampling: all samplers.
            sample_index: shifts the seed.
            lora: scale of every adapter, such as ``[{"id": 0, "scale": 1.0}]``; the answer is checked.
            extra: further fields, such as ``{"n_probs": 1}``.

        Raises:
            PromptTooLongError: the prompt does not fit a slot.
            RequestRejectedError: any other HTTP 4xx.
            ServerUnavailableError: after all attempts.
            ServerAnswerError: the answer was not made with the adapters asked for.
        """
        body = {
            "prompt": prompt if isinstance(prompt, str) else list(prompt),
            **sampling.request(sample_index),
            **(extra or {}),
        }
        asked = [{"id": int(item["id"]), "scale": float(item["scale"])} for item in lora]
        if asked:
            body["lora"] = asked
        answer = _mapping(
            await self._call("POST", "/completion", body, self._completion_timeout), "/completion"
        )
        used = _mapping(answer.get("generation_settings"), "/completion")
        if asked and _scales(used.get("lora", [])) != _scales(asked):
            raise ServerAnswerError(
                f"{self.base_url} answered with adapters {used.get('lora')}, asked for were {asked}",
                "start llama-server with --lora-scaled ADAPTER:0 and no other adapter",
            )
        return answer

    async def stream_completion(
        self,
        prompt: Sequence[int],
        sampling: Sampling,
        *,
        sample_index: int = 0,
        lora: Sequence[Mapping[str, float]] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> AsyncIterator[dict[str, Any]]:
        """Yields llama.cpp's answer to POST /completion as it grows: each with ``tokens`` and ``content``.

        The last one has ``stop``: true and ``stop_type``. Leaving the loop early ends the generation; the
        server keeps what it has read in its slot. Never tried again: the caller knows what it has.

        Raises:
            RequestRejectedError: HTTP 4xx.
            ServerUnavailableError: no connection, or it broke.
        """
        body = {
            "prompt": list(prompt),
            **sampling.request(sample_index),
            "stream": True,
            "return_tokens": True,
            **({"lora": [{"id": int(i["id"]), "scale": float(i["scale"])} for i in lora]} if lora else {}),
            **(extra or {}),
        }
        where = f"{self.base_url}/completion"
        try:
            async with self._http.stream(
                "POST", "/completion", json=body, timeout=self._completion_timeout
            ) as response:
                if response.status_code >= 400:
                    await response.aread()
                    if response.status_code in _TRY_AGAIN:
                        raise ServerUnavailableError(f"{where} answered {response.status_code}", _BUSY)
                    raise _refusal(response, where)
                async for line in response.aiter_lines():
                    if line.startswith("data: ") and line != "data: [DONE]":
                        yield _stream_part(line.removeprefix("data: "), where)
                    elif line.startswith("error: "):
                        raise ServerAnswerError(f"{where}: {line[:300]}", "see the server's log")
        except httpx.TransportError as error:
            raise ServerUnavailableError(
                f"{where}: {type(error).__name__} {error}".rstrip(),
                "see whether llama-server still runs there, and its log",
            ) from error

    async def token_pieces(self, text: str) -> list[tuple[int, str]]:
        """Returns the ids of a plain text, each with its piece; part of a character is an empty piece."""
        body = {"content": text, "parse_special": False, "add_special": False, "with_pieces": True}
        answer = _mapping(await self._call("POST", "/tokenize", body), "/tokenize")
        return [
            (int(token["id"]), token["piece"] if isinstance(token["piece"], str) else "")
            for token in answer["tokens"]
        ]

    async def chat(
        self,
        messages: Sequence[Mapping[str, str]],
        sampling: Sampling,
        *,
        lora: Sequence[Mapping[str, float]] = (),
    ) -> dict[str, Any]:
        """Returns POST /v1/chat/completions; the server's template reads control tokens in the contents.

        For text from elsewhere build ids with ``ChatTemplate`` and use ``completion``.
        """
        body = {"messages": [dict(message) for message in messages], **sampling.request()}
        body["max_tokens"] = body.pop("n_predict")
        if lora:
            body["lora"] = [dict(item) for item in lora]
        answer = await self._call("POST", "/v1/chat/completions", body, self._completion_timeout)
        return _mapping(answer, "/v1/chat/completions")

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        timeout: httpx.Timeout | None = None,
    ) -> Any:
        return await with_retries(lambda: self._once(method, path, body, timeout), self._backoff)

    async def _once(
        self, method: str, path: str, body: Mapping[str, Any] | None, timeout: httpx.Timeout | None
    ) -> Any:
        try:
            response = await self._http.request(
                method, path, json=body, timeout=timeout or self._http.timeout
            )
        except httpx.TransportError as error:
            raise ServerUnavailableError(
                f"{self.base_url}{path}: {type(error).__name__} {error}".rstrip(),
                "see whether llama-server still runs there, and its log",
            ) from error
        if response.status_code in _TRY_AGAIN:
            raise ServerUnavailableError(
                f"{self.base_url}{path} answered {response.status_code}: {response.text[:200]}",
                "wait until the model is loaded, or lower the number of concurrent requests",
            )
        if response.status_code >= 400:
            raise _refusal(response, f"{self.base_url}{path}")
        if path == "/metrics":
            return response.text
        try:
            return response.json()
        except ValueError:
            raise ServerAnswerError(
                f"{self.base_url}{path} did not answer JSON: {response.text[:200]!r}", _NOT_LLAMA_SERVER
            ) from None


_BUSY = "wait until the model is loaded, or lower the number of concurrent requests"
_NOT_LLAMA_SERVER = "check the address: this does not look like a llama-server"


def _stream_part(text: str, where: str) -> dict[str, Any]:
    try:
        return _mapping(json.loads(text), where)
    except ValueError:
        raise ServerAnswerError(f"{where} did not stream JSON: {text[:200]!r}", _NOT_LLAMA_SERVER) from None


def _mapping(answer: Any, path: str) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise ServerAnswerError(f"{path} answered {str(answer)[:200]!r}", _NOT_LLAMA_SERVER)
    return answer


def _scales(lora: Any) -> dict[int, float]:
    return {int(item["id"]): float(item["scale"]) for item in lora if float(item["scale"]) != 0.0}


def _refusal(response: httpx.Response, where: str) -> RequestRejectedError:
    try:
        error = response.json()["error"]
        kind, detail = str(error.get("type", "")), str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        kind, detail = "", response.text[:500]
    status = response.status_code
    error_class: type[RequestRejectedError] = RequestRejectedError
    if kind == "exceed_context_size_error":
        error_class, remedy = PromptTooLongError, "raise context_tokens_per_slot, or shorten the prompt"
    elif status >= 500:
        remedy = "see the server's log: it could not do what was asked"
    else:
        remedy = "check the API key" if status in (401, 403) else "the request itself must change"
    message = f"{where} answered {status}: {detail}"
    return error_class(message, remedy, status=status, kind=kind, detail=detail)

"""Who writes: a llama-server started for a model's files, one that runs already, or any compatible server.

Only llama-server takes prompts as token ids, which verified decoding needs; every server that speaks
``/v1/chat/completions`` can give drafts and repair them.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx

from airflownet.errors import InputError, ServerError
from airflownet.generation.scratch_folder import scratch_folder
from airflownet.generation.settings import GenerationSettings
from airflownet.generation.shipped_model import shipped_model
from airflownet.llama.chat_prompt import ChatTemplate
from airflownet.llama.client import LlamaClient
from airflownet.llama.endpoint import Endpoint
from airflownet.llama.errors import ServerAnswerError, ServerUnavailableError
from airflownet.llama.readiness import read_props
from airflownet.llama.sampling import Sampling
from airflownet.llama.serving import Models, RemoteServer, open_endpoints, serving
from airflownet.locations import is_local, local_copy

BASE: Final = "base.gguf"
ADAPTER: Final = "adapter.gguf"
NO_MODEL: Final = (
    "`make demo` trains the laptop's model into artifacts/laptop; or give --model FOLDER (or a GGUF file), "
    "or --server URL of a llama-server or any server that speaks /v1/chat/completions"
)
_CONTROL: Final = ("<|", "|>")
_HTTP_TIMEOUT_S: Final = 600.0
_MOST_RECOVERIES: Final = 2
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Said:
    """One whole answer."""

    text: str
    n_tokens: int
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """How one answer is drawn."""

    temperature: float
    seed: int
    most_tokens: int
    most_seconds: float
    grammar: str = ""
    """GBNF, for servers that know it."""


class WritingModel(ABC):
    """What every source can do."""

    can_verify = False
    takes_grammars = False
    is_tuned = False
    """True where an adapter of ours answers."""
    name = ""

    @abstractmethod
    async def say(self, messages: Sequence[Mapping[str, str]], drawing: Drawing) -> Said:
        """Returns one answer, under the grammar where the server knows them.

        Raises:
            ServerError: the server does not answer, or refuses.
        """


class NoModel(WritingModel):
    """Nobody: for what needs no model."""

    async def say(self, messages: Sequence[Mapping[str, str]], drawing: Drawing) -> Said:
        """Raises ServerError: there is nobody to ask."""
        del messages, drawing
        raise ServerError("no model was opened", NO_MODEL)


@dataclass
class LlamaModel(WritingModel):
    """A llama-server; the slots of all its endpoints are handed out one answer each."""

    endpoints: Sequence[Endpoint]
    settings: GenerationSettings
    lora: Sequence[Mapping[str, float]] = ()
    name: str = ""
    can_verify: bool = True
    takes_grammars: bool = True
    _free: asyncio.Queue[tuple[Endpoint, int]] = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        for slot in range(max(endpoint.n_slots for endpoint in self.endpoints)):
            for endpoint in self.endpoints:
                if slot < endpoint.n_slots:
                    self._free.put_nowait((endpoint, slot))

    @property
    def is_tuned(self) -> bool:  # type: ignore[override]
        """True where an adapter of ours answers."""
        return bool(self.lora)

    @property
    def n_slots(self) -> int:
        """Answers that can grow together."""
        return sum(endpoint.n_slots for endpoint in self.endpoints)

    @contextlib.asynccontextmanager
    async def slot(self) -> AsyncIterator[tuple[Endpoint, int]]:
        """Yields a slot that nobody else uses; waits for one."""
        endpoint, slot = await self._free.get()
        try:
            yield endpoint, slot
        finally:
            self._free.put_nowait((endpoint, slot))

    async def prompt_ids(self, endpoint: Endpoint, messages: Sequence[Mapping[str, str]]) -> tuple[int, ...]:
        """Returns the ids of a conversation; no text of it can become a control token."""
        return await _recovering(endpoint, lambda client: ChatTemplate(client).ids(messages))

    async def say(self, messages: Sequence[Mapping[str, str]], drawing: Drawing) -> Said:
        """Returns one answer, from the slot that becomes free first."""
        sampling = Sampling(
            drawing.most_tokens,
            temperature=drawing.temperature,
            seed=drawing.seed,
            min_p=self.settings.min_p if drawing.temperature else 0.0,
            grammar=drawing.grammar,
        )
        async with self.slot() as (endpoint, slot):
            ids = await self.prompt_ids(endpoint, messages)

            async def answer(client: LlamaClient) -> Said:
                stream = client.stream_completion(ids, sampling, lora=self.lora, extra={"id_slot": slot})
                return await _collected(stream, drawing.most_seconds)

            return await _recovering(endpoint, answer)


async def _recovering(endpoint: Endpoint, ask: Callable[[LlamaClient], Awaitable[_Answer]]) -> _Answer:
    """Returns what a server answers; one that went away is waited for, a few times, and asked again."""
    for _ in range(_MOST_RECOVERIES):
        client = endpoint.client
        try:
            return await ask(client)
        except ServerUnavailableError:
            await endpoint.recover(client)
    return await ask(endpoint.client)


async def _collected(stream: AsyncIterator[dict[str, Any]], most_seconds: float) -> Said:
    """Returns the streamed answer, or what there is of it when the time is over."""
    deadline, text, n_tokens = time.monotonic() + most_seconds, "", 0
    async with aclosing(stream) as parts:  # type: ignore[type-var]
        async for part in parts:
            text += str(part.get("content", ""))
            n_tokens += len(part.get("tokens") or [])
            if part.get("stop"):
                return Said(text, n_tokens, part.get("stop_type") == "limit")
            if time.monotonic() > deadline:
                break
    return Said(text, n_tokens, is_cut=True)


@dataclass
class ChatServer(WritingModel):
    """A server that speaks OpenAI's ``/v1/chat/completions`` and perhaps nothing else."""

    base_url: str
    api_key: str = field(default="", repr=False)
    model: str = ""
    name: str = ""

    async def say(self, messages: Sequence[Mapping[str, str]], drawing: Drawing) -> Said:
        """Returns one answer; control tokens in the texts are broken, for the server reads them as such.

        A grammar is llama.cpp's own and not sent.
        """
        body = {
            "model": self.model,
            "messages": [{**message, "content": _broken(message["content"])} for message in messages],
            "temperature": drawing.temperature,
            "seed": drawing.seed,
            "max_tokens": drawing.most_tokens,
        }
        asked = _json_of(self.base_url, self.api_key, "/v1/chat/completions", body)
        try:
            answer = await asyncio.wait_for(asked, drawing.most_seconds)
        except TimeoutError:
            return Said("", 0, is_cut=True)
        try:
            choice = answer["choices"][0]
            text = str(choice["message"].get("content") or "")
        except (KeyError, IndexError, TypeError, AttributeError):
            raise ServerAnswerError(
                f"{self.base_url} answered {str(answer)[:200]!r}",
                "give a server that speaks OpenAI's chat API",
            ) from None
        used = (answer.get("usage") or {}).get("completion_tokens") or 0
        return Said(text, int(used), choice.get("finish_reason") == "length")


@contextlib.asynccontextmanager
async def open_model(
    settings: GenerationSettings, *, model: str = "", server: str = "", api_key: str = ""
) -> AsyncIterator[WritingModel]:
    """Yields who writes.

    Args:
        settings: capacity of a server that is started.
        model: folder of a run, of a training or of a base model, or a GGUF file.
        server: address of a server that runs; then no model is needed.
        api_key: of the server.

    Raises:
        InputError: no model is at that place, or none was given and none lies where `make demo` puts it.
        ServerError: the server does not start or does not answer.
    """
    if server:
        async with _remote(settings, server.rstrip("/"), api_key) as found:
            yield found
        return
    base, adapter = model_files(model)
    models = await asyncio.to_thread(Models.of, base, adapter)
    with (
        scratch_folder() as folder,
        serving(settings, models, [], folder, api_key=api_key) as servers,
    ):
        async with open_endpoints(servers, settings, models, api_key=api_key) as endpoints:
            lora = [{"id": 0.0, "scale": 1.0}] if adapter else []
            yield LlamaModel(endpoints, settings, lora, f"{base.parent.parent.name or base.name}")


def model_files(model: str, *, or_shipped: bool = True) -> tuple[Path, Path | None]:
    """Returns base and adapter of a model: of a GGUF file, of a run's folder, or of one stage's folder.

    Without a name it is what the laptop's own run left, or the model that came with the clone.

    Args:
        model: the place; empty for the laptop's own run.
        or_shipped: False leaves out the clone's own model, which writes plans and changes no code.

    Raises:
        InputError: there are none.
    """
    from airflownet.pipeline.run_folder import RunFolder

    place = model or RunFolder.of("laptop").location
    if or_shipped and not model and is_local(place) and not (Path(place) / "training" / ADAPTER).is_file():
        shipped = shipped_model()
        if shipped is not None:
            return shipped
    if is_local(place) and not Path(place).expanduser().exists():
        what = f"there is no model at {place}" if model else f"no model was given and {place} does not exist"
        raise InputError(what, NO_MODEL)
    path = local_copy(place)
    if path.is_file():
        return path, None
    for folder in (path / "training", path):
        if (folder / BASE).is_file():
            adapter = folder / ADAPTER
            return folder / BASE, adapter if adapter.is_file() else None
    if (path / "base_model" / BASE).is_file():
        adapter = path / "training" / ADAPTER
        return path / "base_model" / BASE, adapter if adapter.is_file() else None
    raise InputError(f"{place} holds neither {BASE} nor training/{BASE}", NO_MODEL)


@contextlib.asynccontextmanager
async def _remote(settings: GenerationSettings, url: str, api_key: str) -> AsyncIterator[WritingModel]:
    try:
        props: dict[str, Any] = await asyncio.to_thread(read_props, url, api_key)
        is_llama = "total_slots" in props
    except ServerError:
        is_llama = False
    if not is_llama:
        listed = await _json_of(url, api_key, "/v1/models", None)
        names = [str(one.get("id", "")) for one in listed.get("data") or [] if isinstance(one, dict)]
        yield ChatServer(url, api_key, names[0] if names else "", names[0] if names else url)
        return
    given = RemoteServer(url, api_key)
    models = await asyncio.to_thread(lambda: Models.of_server(given, api_key=api_key))
    fitting = settings.model_copy(update={"context_tokens_per_slot": 256})  # what it has is what is used
    async with open_endpoints([given], fitting, models, api_key=api_key) as endpoints:
        for endpoint in endpoints:
            endpoint.recovery_timeout_s = 30.0
        adapters = await endpoints[0].client.lora_adapters()
        lora = [{"id": float(adapter["id"]), "scale": 1.0} for adapter in adapters[:1]]
        yield LlamaModel(endpoints, settings, lora, str(props.get("model_alias") or url))


async def _json_of(url: str, api_key: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        async with httpx.AsyncClient(timeout=httpx.Timeout(30.0, read=_HTTP_TIMEOUT_S)) as client:
            response = await client.request(
                "GET" if body is None else "POST", url + path, json=body, headers=headers
            )
    except (httpx.TransportError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise ServerUnavailableError(
            f"{url}{path}: {type(error).__name__} {error}".rstrip(),
            "check the address and whether the server runs",
        ) from error
    if response.status_code >= 400:
        raise ServerAnswerError(
            f"{url}{path} answered {response.status_code}: {response.text[:300]}", "see its log"
        )
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ServerAnswerError(
            f"{url}{path} did not answer JSON", "give a server that speaks OpenAI's chat API"
        )
    return answer


def _broken(text: str) -> str:
    for mark in _CONTROL:
        text = text.replace(mark, f"{mark[0]} {mark[1]}")
    return text


__all__ = [
    "ChatServer",
    "Drawing",
    "LlamaModel",
    "NoModel",
    "Said",
    "WritingModel",
    "model_files",
    "open_model",
]

"""Which servers a stage uses: those it is given if they fit, else one of its own."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from airflownet.errors import InputError, ServerError
from airflownet.hashing import sha256_file
from airflownet.llama.client import LlamaClient
from airflownet.llama.endpoint import Endpoint, managed_client
from airflownet.llama.errors import ServerAnswerError, ServerStartError, ServerUnavailableError
from airflownet.llama.fingerprint import describe_server
from airflownet.llama.process import is_alive
from airflownet.llama.readiness import (
    check_capacity,
    context_tokens,
    read_model_identity,
    read_props,
    wait_until_ready,
)
from airflownet.llama.server import RECORD, managed_server, restart_server
from airflownet.llama.server_spec import ServerHandle, ServerSpec
from airflownet.llama.settings import ServerSettings, physical_cores

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RemoteServer:
    """A server that runs elsewhere."""

    base_url: str
    api_key: str = field(default="", repr=False)
    """Empty: the key given for all servers."""


Server = ServerHandle | RemoteServer
ServerLike = ServerHandle | RemoteServer | str | Mapping[str, Any] | None
# Vocabulary and other metadata; the tensors' bytes alone tell one quantisation from another.
_MOST_METADATA_BYTES = 64_000_000
_STARTS = 6
_TINY_MODEL_BYTES = 50_000_000


@dataclass(frozen=True)
class Models:
    """The files that answers are made with."""

    base: Path | None
    """None when the file is not on this machine, or its place is the server's affair (``hf:``)."""
    adapter: Path | None
    base_sha256: str
    adapter_sha256: str

    @classmethod
    def of(cls, base: Path, adapter: Path | None) -> Models:
        """Returns the models with their hashes."""
        return cls(base, adapter, sha256_file(base), sha256_file(adapter) if adapter else "")

    @classmethod
    def of_server(cls, server: Server, *, api_key: str = "") -> Models:
        """Returns what a ready server has loaded, for callers that have no file.

        Of a remote server neither file nor adapter can be hashed; what it tells of its model stands in
        their place, so that equal models have equal keys in a ledger.

        Raises:
            ServerError: it does not answer.
        """
        if isinstance(server, ServerHandle):
            return cls(None, None, server.model_sha256, server.adapter_sha256)
        identity = read_model_identity(server.base_url.rstrip("/"), server.api_key or api_key)
        return cls(None, None, identity, "")


def server_spec(settings: ServerSettings, base_gguf: str, adapter_gguf: str = "") -> ServerSpec:
    """Returns what a managed server is asked for by these settings.

    Args:
        settings: capacity, threads, port.
        base_gguf: path, or ``hf:OWNER/REPO[:QUANT]``.
        adapter_gguf: path, empty without an adapter.
    """

    def absolute(path: str) -> str:
        return path if not path or path.startswith("hf:") else str(Path(path).expanduser().resolve())

    return ServerSpec(
        model=absolute(base_gguf),
        adapter=absolute(adapter_gguf),
        n_slots=settings.n_slots,
        context_tokens_per_slot=settings.context_tokens_per_slot,
        threads=settings.threads or _suitable_threads(absolute(base_gguf)),
        n_gpu_layers=settings.n_gpu_layers,
        flash_attention=settings.flash_attention,
        port=settings.port,
        start_timeout_s=settings.start_timeout_s,
    )


def _suitable_threads(model: str) -> int:
    """Returns 1 for a tiny model, else the physical cores.

    Threads meet after every matrix product. A tiny product takes less time than the meeting, and when
    other programs hold the cores each meeting waits for the scheduler: measured on 2 busy cores with a
    model of 2 MB and 8 slots, 1 thread gave 2,000 tokens/s and 2 threads 60.
    """
    is_tiny = not model.startswith("hf:") and Path(model).stat().st_size < _TINY_MODEL_BYTES
    return 1 if is_tiny else physical_cores()


def server_from_json(value: ServerLike) -> Server | None:
    """Returns the server that a setup task described: a handle, ``{"base_url"}``, a URL, or nothing.

    Raises:
        InputError: it describes none.
    """
    if not value:
        return None
    if isinstance(value, (ServerHandle, RemoteServer)):
        return value
    if isinstance(value, str):
        return RemoteServer(value)
    if set(value) == {"base_url"}:
        return RemoteServer(str(value["base_url"]))
    try:
        return ServerHandle.from_json(dict(value))
    except (KeyError, TypeError) as error:
        raise InputError(
            f"not a server: {dict(value)!r} ({error})", "give what start_server returned"
        ) from None


def servers_from_json(value: ServerLike | Sequence[ServerLike]) -> list[Server]:
    """Returns the servers that were described, one or several; what describes nothing is left out.

    Raises:
        InputError: something describes no server.
    """
    listed = value if isinstance(value, (list, tuple)) else [cast("ServerLike", value)]
    return [server for item in listed if (server := server_from_json(item)) is not None]


@contextlib.contextmanager
def serving(
    settings: ServerSettings,
    models: Models,
    given: Sequence[ServerLike],
    folder: Path,
    *,
    api_key: str = "",
) -> Iterator[list[Server]]:
    """Yields the servers to use; one started here ends with the block.

    Args:
        settings: capacity asked for.
        models: the files that managed servers must have loaded.
        given: servers that run already; handles that do not fit are left out.
        folder: for log and record of an own server.
        api_key: of an own server.

    Raises:
        InputError: the settings say ``url`` and none was given.
    """
    usable = [server for server in servers_from_json(given) if _fits(server, settings, models)]
    if usable:
        yield usable
        return
    if settings.server == "url" and not given:
        raise InputError(
            "the setting server is 'url', but no server was given",
            "give its address (--server URL, or the connection llama_server_default)",
        )
    if models.base is None:
        raise InputError("no model file to start llama-server with", "use serving_model, or give a server")
    spec = server_spec(settings, str(models.base), str(models.adapter or ""))
    with managed_server(spec, folder, api_key=api_key) as handle:
        yield [handle]
    (folder / (RECORD + ".lock")).unlink(missing_ok=True)


@contextlib.contextmanager
def serving_model(
    settings: ServerSettings,
    model: str,
    folder: Path,
    *,
    adapter: str = "",
    given: Sequence[ServerLike] = (),
    api_key: str = "",
) -> Iterator[tuple[list[Server], Models]]:
    """Yields the servers of one model and what they have loaded: those given, else a managed one.

    Args:
        settings: capacity asked for.
        model: GGUF path or ``hf:OWNER/REPO[:QUANT]``; not looked at when servers are given.
        folder: for log and record of a managed server.
        adapter: GGUF path of a LoRA adapter of a managed server, loaded at scale 0.
        given: servers that run already, all with the same model.
        api_key: of the servers.

    Raises:
        InputError: the model or adapter does not exist, or settings say ``url``, none given.
        ServerError: a server did not start, does not answer, or they have different models.
    """
    if servers := servers_from_json(given):
        loaded = [Models.of_server(server, api_key=api_key) for server in servers]
        if len(set(loaded)) > 1:
            raise ServerAnswerError(
                f"the {len(servers)} servers do not have the same model and adapter loaded",
                "start all of them with the same files",
            )
        yield servers, loaded[0]
        return
    if settings.server == "url":
        raise InputError("the setting server is 'url', but no server was given", "give its address")
    with managed_server(server_spec(settings, model, adapter), folder, api_key=api_key) as handle:
        yield [handle], Models.of_server(handle)


@contextlib.asynccontextmanager
async def open_endpoints(
    servers: Sequence[ServerLike], settings: ServerSettings, models: Models, *, api_key: str = ""
) -> AsyncIterator[list[Endpoint]]:
    """Yields one checked endpoint per server.

    Raises:
        ServerStartError: a server is not ready in time or lacks context.
        ServerAnswerError: a remote server has another model loaded.
    """
    async with contextlib.AsyncExitStack() as stack:
        endpoints = []
        for server in servers_from_json(servers):
            endpoint = await _living_endpoint(server, settings, models, api_key)
            stack.push_async_callback(endpoint.aclose)
            endpoints.append(endpoint)
        yield endpoints


def _fits(server: Server, settings: ServerSettings, models: Models) -> bool:
    if isinstance(server, RemoteServer):
        return True
    handle = server
    fits = (
        is_alive(handle.process)
        and (handle.model_sha256, handle.adapter_sha256) == (models.base_sha256, models.adapter_sha256)
        and handle.n_slots == settings.n_slots
        and handle.context_tokens_per_slot == settings.context_tokens_per_slot
    )
    if not fits:
        log.warning("the server at %s does not run or is not the one asked for", handle.base_url)
    return fits


async def _living_endpoint(
    server: Server, settings: ServerSettings, models: Models, api_key: str
) -> Endpoint:
    """Returns the endpoint; a managed server that died since its start is started again."""
    for attempt in range(1, _STARTS + 1):
        try:
            return await _endpoint(server, settings, models, api_key)
        except ServerError as error:
            if isinstance(server, RemoteServer) or attempt == _STARTS:
                raise
            if is_alive(server.process) and not isinstance(error, ServerUnavailableError):
                raise
            server = restart_server(server, api_key=api_key)
    raise AssertionError("unreachable")


async def _endpoint(server: Server, settings: ServerSettings, models: Models, api_key: str) -> Endpoint:
    handle = server if isinstance(server, ServerHandle) else None
    url = server.base_url.rstrip("/")
    if isinstance(server, RemoteServer):
        api_key = server.api_key or api_key

    def check_process() -> None:
        if handle and not is_alive(handle.process):
            raise ServerStartError(f"llama-server at {url} has ended", f"see its log, {handle.log_path}")

    timeout_s = settings.start_timeout_s
    wait_until_ready(url, timeout_s=timeout_s, api_key=api_key, check_process=check_process)
    props = read_props(url, api_key)
    if handle:
        slots, context = settings.n_slots, settings.context_tokens_per_slot
        check_capacity(props, n_slots=slots, context_tokens_per_slot=context, where=url)
        client = managed_client(handle, api_key=api_key, request_timeout_s=settings.request_timeout_s)
    else:
        client = LlamaClient(url, api_key=api_key, request_timeout_s=settings.request_timeout_s)
        await _check_remote(client, props, settings, models)
    return Endpoint(
        client=client,
        n_slots=int(props["total_slots"]),
        description=describe_server(
            props, model_sha256=models.base_sha256, adapter_sha256=models.adapter_sha256, handle=handle
        ),
        handle=handle,
        api_key=api_key,
        request_timeout_s=settings.request_timeout_s,
        recovery_timeout_s=settings.start_timeout_s,
    )


async def _check_remote(
    client: LlamaClient, props: dict[str, Any], settings: ServerSettings, models: Models
) -> None:
    """A remote server may have more slots and context than asked for, but not another model."""
    context, asked = context_tokens(props), settings.context_tokens_per_slot
    if context < asked:
        raise ServerStartError(
            f"{client.base_url} has {context} tokens of context per slot, {asked} were asked for",
            "start it with --ctx-size of slots x context, or lower context_tokens_per_slot",
        )
    if models.base is None:
        return
    tensor_bytes = int((await client.model_facts()).get("size", 0))
    file_bytes = models.base.stat().st_size
    if tensor_bytes and not 0 <= file_bytes - tensor_bytes <= _MOST_METADATA_BYTES:
        raise ServerAnswerError(
            f"{client.base_url} serves {props.get('model_path')} with {tensor_bytes:,} bytes of weights, "
            f"but {models.base} has {file_bytes:,} bytes",
            f"start that server with {models.base.name} of this run",
        )

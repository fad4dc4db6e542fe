"""Starts, finds again and stops llama-server.

``with managed_server(spec, folder) as handle:`` for one process: the server ends with it, even after
SIGKILL. ``start_server`` and ``stop_server`` for setup and teardown in different processes: the record
``server.json`` in the folder lets a retry find the earlier server instead of starting a second one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from airflownet.errors import InputError, ServerError
from airflownet.hashing import sha256_file
from airflownet.llama.errors import PortTakenError
from airflownet.llama.process import ProcessIdentity, exit_status, is_alive, spawn_group, stop_group
from airflownet.llama.readiness import check_capacity, read_props, wait_until_ready
from airflownet.llama.server_spec import LOOPBACK, ServerHandle, ServerSpec
from airflownet.llama.start_failure import why_it_ended

log = logging.getLogger(__name__)

RECORD = "server.json"
LOG = "llama-server.log"
_ATTEMPTS_AT_A_PORT = 3


def start_server(
    spec: ServerSpec, folder: Path, *, api_key: str = "", with_owner: bool = False
) -> ServerHandle:
    """Returns a ready server for the spec: the one that the folder's record names, else a new one.

    Args:
        spec: model, adapter and capacity.
        folder: receives ``server.json`` and ``llama-server.log``; one server per folder.
        api_key: demanded by the server from every client; passed on outside the command line.
        with_owner: the server ends when this process ends; False leaves it for ``stop_server``.

    Raises:
        InputError: model or adapter do not exist.
        PortTakenError: the given port is in use.
        ServerStartError: it ended, was not ready in time, or does not offer what was asked for.
        SetupError: llama.cpp is not set up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _require_files(spec)
    with FileLock(folder / (RECORD + ".lock"), timeout=spec.start_timeout_s):
        earlier = read_record(folder)
        if earlier is not None:
            if earlier.spec == spec and _is_serving(earlier, api_key):
                log.info("llama-server already runs at %s (pid %d)", earlier.base_url, earlier.pid)
                return earlier
            stop_group(earlier.process)
        for attempt in range(1, _ATTEMPTS_AT_A_PORT + 1):
            try:
                handle = _start(spec, folder, api_key, with_owner)
                break
            except PortTakenError:
                if spec.port is not None or attempt == _ATTEMPTS_AT_A_PORT:
                    raise
    log.info("llama-server %s is ready at %s, log in %s", handle.build, handle.base_url, handle.log_path)
    return handle


def stop_server(handle: ServerHandle) -> bool:
    """Ends the server and the successor a restart may have put in its place.

    Returns:
        True when something was ended, False when nothing ran any more. Safe to repeat.

    Raises:
        ServerError: it runs on another machine.
    """
    if handle.host != socket.gethostname():
        raise ServerError(
            f"llama-server was started on {handle.host}, but this is {socket.gethostname()}",
            "give setup, work and teardown one queue that only that machine serves",
        )
    stopped = stop_group(handle.process)
    successor = read_record(handle.folder)
    if successor is not None and successor.process != handle.process:
        stopped = stop_group(successor.process) or stopped
    Path(handle.record_path).unlink(missing_ok=True)
    return stopped


@contextlib.contextmanager
def managed_server(spec: ServerSpec, folder: Path, *, api_key: str = "") -> Iterator[ServerHandle]:
    """Yields a server that ends with the block, and with this process however it ends."""
    handle = start_server(spec, folder, api_key=api_key, with_owner=True)
    try:
        yield handle
    finally:
        stop_server(handle)


def restart_server(handle: ServerHandle, *, api_key: str = "") -> ServerHandle:
    """Returns a new server for the same spec, model files and folder; ends what is left of the old one."""
    stop_group(handle.process)
    return start_server(handle.spec, handle.folder, api_key=api_key, with_owner=handle.with_owner)


def read_record(folder: Path) -> ServerHandle | None:
    """Returns the handle recorded in the folder; None when there is none or it cannot be read."""
    try:
        return ServerHandle.from_json(json.loads((folder / RECORD).read_text()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _require_files(spec: ServerSpec) -> None:
    for path in (spec.model, spec.adapter):
        if path and not path.startswith("hf:") and not Path(path).is_file():
            raise InputError(f"{path} is not a file", "run the stage that exports the model as GGUF first")


def _is_serving(handle: ServerHandle, api_key: str) -> bool:
    """Returns True when the recorded process runs, answers under its own name and has these very files."""
    if not is_alive(handle.process):
        return False
    files = _hash(handle.spec.model), _hash(handle.spec.adapter)
    if files != (handle.model_sha256, handle.adapter_sha256):
        return False
    try:
        return bool(read_props(handle.base_url, api_key).get("model_alias") == handle.alias)
    except ServerError:
        return False


def _hash(path: str) -> str:
    return sha256_file(Path(path)) if path and not path.startswith("hf:") else ""


def _start(spec: ServerSpec, folder: Path, api_key: str, with_owner: bool) -> ServerHandle:
    port = spec.port or _free_port(spec.host)
    _require_free_port(spec.host, port)
    log_path, alias = folder / LOG, f"airflownet-{secrets.token_hex(8)}"
    log_start = log_path.stat().st_size if log_path.exists() else 0
    # Settings of the user's own servers must not leak into ours.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LLAMA_ARG_")}
    if api_key:
        environment["LLAMA_API_KEY"] = api_key
    command = spec.command(spec.binary or _default_binary(), port, alias)
    process = spawn_group(command, log_path, with_owner=with_owner, environment=environment)
    reachable = LOOPBACK if spec.host in ("0.0.0.0", "::") else spec.host  # noqa: S104
    handle = ServerHandle(
        base_url=f"http://{reachable}:{port}",
        pid=process.pid,
        born_at=process.born_at,
        host=process.host,
        log_path=str(log_path),
        record_path=str(folder / RECORD),
        alias=alias,
        model_sha256="",
        adapter_sha256="",
        n_slots=spec.n_slots,
        context_tokens_per_slot=spec.context_tokens_per_slot,
        build="",
        with_owner=with_owner,
        spec=spec,
    )
    # Written before the wait: a retry after a kill in between finds and ends this server.
    _write_record(handle)
    try:
        return _finish_start(handle, process, api_key, log_start)
    except BaseException:
        stop_group(process)
        Path(handle.record_path).unlink(missing_ok=True)
        raise


def _finish_start(
    handle: ServerHandle, process: ProcessIdentity, api_key: str, log_start: int
) -> ServerHandle:
    def check_process() -> None:
        if not is_alive(process):
            raise why_it_ended(handle, exit_status(process), log_start)

    timeout_s = handle.spec.start_timeout_s
    wait_until_ready(handle.base_url, timeout_s=timeout_s, api_key=api_key, check_process=check_process)
    props = read_props(handle.base_url, api_key)
    check_process()
    if props.get("model_alias") != handle.alias:
        raise PortTakenError(
            f"another llama-server answers at {handle.base_url}", "stop it, or leave the setting port empty"
        )
    check_capacity(
        props,
        n_slots=handle.n_slots,
        context_tokens_per_slot=handle.context_tokens_per_slot,
        where=f"llama-server at {handle.base_url}",
    )
    model = handle.spec.model if not handle.spec.model.startswith("hf:") else str(props["model_path"])
    ready = dataclasses.replace(
        handle,
        model_sha256=_hash(model),
        adapter_sha256=_hash(handle.spec.adapter),
        build=str(props.get("build_info", "")),
    )
    _write_record(ready)
    return ready


def _write_record(handle: ServerHandle) -> None:
    path = Path(handle.record_path)
    temporary = path.with_name(path.name + ".partial")
    temporary.write_text(json.dumps(handle.to_json(), indent=1))
    temporary.replace(path)


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _require_free_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(
                f"port {port} on {host} cannot be used for llama-server: {error.strerror}",
                "stop the program that uses it, or leave the setting port empty so that a free one is taken",
            ) from None


def _default_binary() -> str:
    from airflownet.toolchain.llama_cpp import find_llama_cpp

    return str(find_llama_cpp().server)

"""Why a llama-server ended while it was starting: the log's words, and what to do about them."""

from __future__ import annotations

from pathlib import Path

from airflownet.llama.errors import PortTakenError, ServerStartError
from airflownet.llama.readiness import log_tail
from airflownet.llama.server_spec import ServerHandle

_BIND_FAILED = "couldn't bind HTTP server socket"
_NO_HTTPS = "HTTPS is not supported"
_NOT_FETCHED = ("failed to resolve commit", "failed to fetch model metadata", "get_repo_files")
_OR_LOCAL = "or fetch the GGUF file by other means and give its path"


def _repository(model: str) -> str:
    return model.removeprefix("hf:").partition(":")[0]


def why_it_ended(handle: ServerHandle, status: int | None, log_start: int) -> ServerStartError:
    """Returns the error for a server whose process is gone.

    Args:
        handle: as it was written before the start.
        status: the process's exit status, if it is known.
        log_start: size of the log before the start, in bytes.
    """
    log = log_tail(Path(handle.log_path), n_lines=60, start=log_start)
    if _BIND_FAILED in log:
        return PortTakenError(
            f"llama-server could not listen at {handle.base_url}: the port is in use",
            "stop the program that uses it, or leave the setting port empty so that a free one is taken",
        )
    model = handle.spec.model
    if model.startswith("hf:") and _NO_HTTPS in log:
        return ServerStartError(
            f"llama-server cannot fetch {model}: it was built without HTTPS",
            f"fetch the file with `hf download {_repository(model)} FILE.gguf` and give its path; or "
            "name a llama.cpp that was built with HTTPS (AIRFLOWNET_LLAMA_CPP_DIR), or a hub's mirror that "
            "speaks plain HTTP (HF_ENDPOINT)",
        )
    if model.startswith("hf:") and any(words in log for words in _NOT_FETCHED):
        return ServerStartError(
            f"llama-server could not fetch {model}; see {handle.log_path}",
            "check the name (hf:OWNER/REPO[:QUANT]), the network, and HF_TOKEN for a gated model; "
            "HF_ENDPOINT names a mirror; " + _OR_LOCAL,
        )
    tail = "\n".join(log.splitlines()[-12:])
    return ServerStartError(
        f"llama-server ended with status {status} while it was starting; its last lines:\n{tail}",
        f"see the whole log in {handle.log_path}; fewer slots or a shorter context need less memory",
    )

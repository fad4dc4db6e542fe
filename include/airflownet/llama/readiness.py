"""Waits until a llama-server has loaded its model, and checks that it offers what was asked for."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from airflownet.errors import ServerError
from airflownet.hashing import canonical_json, sha256_text
from airflownet.llama.errors import ServerStartError, ServerUnavailableError
from airflownet.progress import progress

_PROBE_TIMEOUT_S = 10.0


def log_tail(path: Path, n_lines: int = 12, start: int = 0) -> str:
    """Returns the log's last lines, counting from byte ``start``."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            lines = deque((line.decode("utf-8", "replace").rstrip() for line in file), maxlen=n_lines)
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in lines if line)


def wait_until_ready(
    base_url: str,
    *,
    timeout_s: float,
    api_key: str = "",
    check_process: Callable[[], None] = lambda: None,
) -> None:
    """Polls GET /health until it answers 200.

    Args:
        base_url: the server's address.
        timeout_s: how long to wait.
        api_key: bearer token.
        check_process: called before each poll; raises when waiting is in vain.

    Raises:
        ServerStartError: not ready in time.
    """
    started, pause_s, last = time.monotonic(), 0.03, "no answer"
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    with (
        httpx.Client(base_url=base_url, headers=headers, timeout=_PROBE_TIMEOUT_S, trust_env=False) as http,
        progress("Waiting for llama-server", unit="s") as bar,
    ):
        while (waited_s := time.monotonic() - started) < timeout_s:
            check_process()
            try:
                response = http.get("/health")
                if response.status_code == 200:
                    return
                last = f"HTTP {response.status_code}"
            except httpx.TransportError as error:
                last = type(error).__name__
            bar.update(waited_s, "loading the model" if last == "HTTP 503" else last)
            time.sleep(pause_s)
            pause_s = min(pause_s * 1.5, 1.0)
    raise ServerStartError(
        f"llama-server at {base_url} was not ready after {timeout_s:.0f} s (last: {last})",
        "raise start_timeout_s, or choose a smaller model",
    )


def is_ready(base_url: str, api_key: str = "") -> bool:
    """Returns whether GET /health answers 200 now."""
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        answer = httpx.get(f"{base_url}/health", headers=headers, timeout=_PROBE_TIMEOUT_S, trust_env=False)
    except httpx.TransportError:
        return False
    return answer.status_code == 200


def read_props(base_url: str, api_key: str = "") -> dict[str, Any]:
    """Returns GET /props of a server that is ready.

    Raises:
        ServerUnavailableError: nothing answers.
        ServerError: no usable answer.
    """
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        response = httpx.get(f"{base_url}/props", headers=headers, timeout=_PROBE_TIMEOUT_S, trust_env=False)
        response.raise_for_status()
        props = response.json()
    except httpx.TransportError as error:
        raise ServerUnavailableError(f"{base_url}/props: {error}", "see whether it still runs") from error
    except (httpx.HTTPError, ValueError) as error:
        raise ServerError(f"{base_url}/props: {error}", "check address and API key of the server") from error
    if not isinstance(props, dict) or "total_slots" not in props:
        raise ServerError(f"{base_url}/props has no total_slots", "this does not look like a llama-server")
    return props


def read_model_identity(base_url: str, api_key: str = "") -> str:
    """Returns a hash of what a ready server tells of its model: file name, sizes, chat template.

    Raises:
        ServerUnavailableError: nothing answers.
        ServerError: no usable answer.
    """
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    props = read_props(base_url, api_key)
    try:
        url = f"{base_url}/v1/models"
        answer = httpx.get(url, headers=headers, timeout=_PROBE_TIMEOUT_S, trust_env=False).json()
        facts = dict(answer["data"][0].get("meta") or {})
    except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
        raise ServerError(
            f"{base_url}/v1/models: {error}", "this does not look like a llama-server"
        ) from error
    names = ("n_params", "size", "n_vocab", "n_embd", "n_ctx_train")
    identity = {name: facts.get(name) for name in names}
    identity |= {
        "file": Path(str(props.get("model_path", ""))).name,
        "template": props.get("chat_template", ""),
    }
    return sha256_text(canonical_json(identity))


def context_tokens(props: dict[str, Any]) -> int:
    """Returns the context of one slot in tokens."""
    return int(props["default_generation_settings"]["n_ctx"])


def check_capacity(props: dict[str, Any], *, n_slots: int, context_tokens_per_slot: int, where: str) -> None:
    """Raises ServerStartError unless slots and context per slot are exactly what was asked for."""
    slots, context = int(props["total_slots"]), context_tokens(props)
    if slots != n_slots:
        raise ServerStartError(
            f"{where} has {slots} slots, {n_slots} were asked for", "check --parallel of the server"
        )
    if context != context_tokens_per_slot:
        raise ServerStartError(
            f"{where} has {context} tokens of context per slot, {context_tokens_per_slot} were asked for",
            "the model may have been trained with a shorter context: lower context_tokens_per_slot",
        )

"""The form of the ``llama_server`` connection type; read by every Airflow process, so it imports nothing."""

from __future__ import annotations

from typing import Any


def _count(label: str, description: str, minimum: int, maximum: int | None = None) -> dict[str, Any]:
    limits = {"minimum": minimum} if maximum is None else {"minimum": minimum, "maximum": maximum}
    return {
        "label": label,
        "description": f"{description} Empty: as the recipe says.",
        "schema": {"type": ["integer", "null"], **limits},
    }


CONNECTION_TYPE: dict[str, Any] = {
    "connection-type": "llama_server",
    "hook-class-name": "airflownet_provider.hooks.llama_server_hook.LlamaServerHook",
    "hook-name": "llama.cpp server",
    "conn-fields": {
        "mode": {
            "label": "Mode",
            "description": "managed: a task starts and stops the server; remote: it runs at host and port. "
            "Empty: remote when a host is given.",
            "schema": {"type": ["string", "null"], "enum": ["managed", "remote", None]},
        },
        "n_slots": _count("Slots", "Requests decoded together.", 1, 256),
        "context_tokens_per_slot": _count("Context per slot", "Tokens of prompt and answer together.", 256),
        "threads": _count("Threads", "CPU threads of a managed server.", 1),
        "n_gpu_layers": _count("GPU layers", "Layers put on the GPU by a managed server.", 0),
        "flash_attention": {
            "label": "Flash attention",
            "description": "Empty: as the recipe says.",
            "schema": {"type": ["string", "null"], "enum": ["auto", "on", "off", None]},
        },
    },
    "ui-field-behaviour": {
        "hidden-fields": ["login"],
        "relabeling": {"password": "API key", "schema": "http or https"},
        "placeholders": {"host": "127.0.0.1", "port": "8080", "schema": "http"},
    },
}

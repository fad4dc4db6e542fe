"""The form of the ``llama_server`` connection type; read by every Airflow process, so it imports nothing."""

from __future__ import annotations

from typing import Any

CONNECTION_TYPE: dict[str, Any] = {
    "connection-type": "llama_server",
    "hook-class-name": "airflownet_provider.hooks.llama_server_hook.LlamaServerHook",
    "hook-name": "llama.cpp server",
    "conn-fields": {
        "mode": {
            "label": "Mode",
            "description": "managed: a task starts and stops the server; remote: it runs at host and port.",
            "schema": {"type": ["string", "null"], "default": "managed", "enum": ["managed", "remote"]},
        },
    },
    "ui-field-behaviour": {
        "hidden-fields": ["schema", "login"],
        "relabeling": {"password": "API key"},
        "placeholders": {"host": "127.0.0.1", "port": "8080"},
    },
}

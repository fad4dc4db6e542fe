"""The form of the ``gpu_worker`` connection type; read by every Airflow process, so it imports nothing."""

from __future__ import annotations

from typing import Any

CONNECTION_TYPE: dict[str, Any] = {
    "connection-type": "gpu_worker",
    "hook-class-name": "airflownet_provider.hooks.gpu_hook.GpuHook",
    "hook-name": "GPU worker",
    "conn-fields": {
        "devices": {
            "label": "Devices",
            "description": "Indices that tasks may use, such as 0,1. Empty: all GPUs of the machine.",
            "schema": {"type": ["string", "null"], "pattern": r"^\d+(\s*,\s*\d+)*$"},
        },
        "min_free_memory_gb": {
            "label": "Free memory (GB)",
            "description": "A task waits for a GPU with that much memory free. Empty: any.",
            "schema": {"type": ["number", "null"], "minimum": 0},
        },
        "wait_s": {
            "label": "Wait (s)",
            "description": "How long a task waits for a GPU before it fails. Empty: an hour.",
            "schema": {"type": ["number", "null"], "minimum": 0},
        },
        "training_python": {
            "label": "Training interpreter",
            "description": "A Python with torch and trl on the workers. Empty: what `airflownet setup` made.",
            "schema": {"type": ["string", "null"]},
        },
    },
    "ui-field-behaviour": {"hidden-fields": ["host", "port", "schema", "login", "password"]},
}

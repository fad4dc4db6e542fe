"""AirflowNet's provider package: connection types, decorators and settings, registered by entry point.

Only an installed provider can register connection types; a module in the plugins folder cannot. Nothing
heavy is imported here: every Airflow process reads ``get_provider_info``.
"""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Returns what Airflow's providers manager reads, see its ``provider_info.schema.json``."""
    from airflownet_provider import gpu_worker_connection, llama_server_connection

    return {
        "package-name": "airflownet",
        "name": "AirflowNet",
        "description": "Fine-tunes and evaluates language models that write Airflow DAGs.",
        "connection-types": [llama_server_connection.CONNECTION_TYPE, gpu_worker_connection.CONNECTION_TYPE],
        "task-decorators": [
            {"name": "gpu", "class-name": "airflownet_provider.gpu_task.gpu_task"},
            {"name": "github_api", "class-name": "airflownet_provider.github_task.github_api_task"},
            {"name": "report", "class-name": "airflownet_provider.report_task.report_task"},
        ],
        "config": {
            "airflownet": {
                "description": "Where AirflowNet keeps what it makes and finds what it needs.",
                "options": {
                    "artifact_root": {
                        "description": "Path or fsspec URL below which each run keeps its folder.",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "s3://bucket/airflownet",
                        "default": "artifacts",
                    },
                    "recipe": {
                        "description": "Recipe that forms begin with; the nightly run of mine_dags takes it.",
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "github-nightly",
                        "default": "laptop",
                    },
                    "gpu_executor": {
                        "description": "With several executors: the one that runs GPU tasks.",
                        "version_added": "0.2.0",
                        "type": "string",
                        "example": "EdgeExecutor",
                        "default": "",
                    },
                    "deadline_hours": {
                        "description": "Hours after which a run of the chain or the pipeline is told to be "
                        "late; 0 for never. deadline_hours_<dag_id> says it for one DAG.",
                        "version_added": "0.2.0",
                        "type": "float",
                        "example": "8",
                        "default": "0",
                    },
                },
            }
        },
    }

"""What a cluster consists of: the one description behind ``make cluster`` and docker-compose.yaml.

``tests/cluster/test_topology.py`` holds the compose file against it.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_QUEUE = "default"
GPU_QUEUE = "gpu"


@dataclass(frozen=True, slots=True)
class Component:
    """One Airflow process: its name in the compose file, and the words after ``airflow``."""

    name: str
    words: tuple[str, ...]

    @property
    def is_worker(self) -> bool:
        """True for a Celery worker."""
        return self.words[:2] == ("celery", "worker")


COMPONENTS = (
    Component("api-server", ("api-server",)),
    Component("scheduler", ("scheduler",)),
    Component("dag-processor", ("dag-processor",)),
    Component("triggerer", ("triggerer",)),
    Component("worker", ("celery", "worker", "--queues", DEFAULT_QUEUE, "--concurrency", "4")),
    Component("gpu-worker", ("celery", "worker", "--queues", GPU_QUEUE, "--concurrency", "1")),
)
"""In the order in which they are started."""

DATABASE, BROKER, LLAMA_SERVER = "postgres", "redis", "llama-server"

SETTINGS = {
    "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
    "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "True",
    # A worker that was killed is missed after this time; its tasks are tried again.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "120",
    # A message that was lost with its broker is sent again after this time, in seconds.
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "300",
}
"""Settings with the same value here and in the compose file."""

PLACES = (
    "AIRFLOW__CORE__DAGS_FOLDER",
    "AIRFLOW__CORE__PLUGINS_FOLDER",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "AIRFLOW__CELERY__RESULT_BACKEND",
    "AIRFLOW__CELERY__BROKER_URL",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL",
    "AIRFLOW__AIRFLOWNET__ARTIFACT_ROOT",
    "AIRFLOWNET_ARTIFACTS",
    "AIRFLOWNET_RECIPES",
    "PYTHONPATH",
)
"""Settings that both have, with addresses, folders and secrets of their own."""

REDIS_OPTIONS = ("--appendonly", "yes", "--appendfsync", "everysec")
"""The queue is on disk: a broker that was killed comes back with the messages nobody had taken."""

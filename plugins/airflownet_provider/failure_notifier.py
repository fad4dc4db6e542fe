"""Tells a person that a task has failed for good: one message to the web hook of a connection.

The connection ``airflownet_alerts`` names it: ``AIRFLOW_CONN_AIRFLOWNET_ALERTS=https://hooks.example/T/B/secret``,
or in the web interface type HTTP, the address as host, a secret path as password. Without it nothing is sent.
The message is ``{"text": ...}``, as Slack, Mattermost and others take it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.configuration import conf
from airflow.sdk import BaseHook
from airflow.sdk.bases.notifier import BaseNotifier
from airflow.sdk.exceptions import AirflowNotFoundException

from airflownet_provider.run_links import task_address

if TYPE_CHECKING:
    from airflow.sdk import Connection, Context

CONNECTION = "airflownet_alerts"
TIMEOUT_S = 10
MOST_CHARACTERS = 1500


class FailureNotifier(BaseNotifier):
    """For ``on_failure_callback``; Airflow calls it when no retry is left."""

    def notify(self, context: Context) -> None:
        """Sends the message; a web hook that does not answer is logged, the task has failed all the same."""
        try:
            connection = BaseHook.get_connection(CONNECTION)
        except AirflowNotFoundException:
            return
        send(connection, message(context), self.log)


def send(connection: Connection, text: str, log: Any) -> None:
    """Sends a message to the connection's web hook; one that does not answer is logged."""
    import requests

    try:
        answer = requests.post(hook_address(connection), json={"text": text}, timeout=TIMEOUT_S)
        answer.raise_for_status()
    except requests.RequestException as error:  # its text may hold the secret address
        log.warning("%s could not be told: %s", CONNECTION, type(error).__name__)


def message(context: Context) -> str:
    """Returns what failed, why, and where its log is."""
    ti: Any = context["ti"]
    why = str(context.get("exception") or "no reason is known")[:MOST_CHARACTERS]
    lines = [f"{ti.dag_id}.{ti.task_id} failed at try {ti.try_number} (run {ti.run_id})", why]
    if conf.get("api", "base_url", fallback=""):
        lines.append(task_address(ti.dag_id, ti.run_id, ti.task_id))
    return "\n".join(lines)


def hook_address(connection: Connection) -> str:
    """Returns the web hook's URL; the path may be the URI's, or the password."""
    host = connection.host or ""
    scheme = connection.conn_type if connection.conn_type in ("http", "https") else "https"
    address = host if "://" in host else f"{scheme}://{host}"
    if connection.port:
        address += f":{connection.port}"
    path = connection.password or connection.schema or ""
    return f"{address.rstrip('/')}/{path.lstrip('/')}" if path not in ("", "http", "https") else address

"""Tells a person that a run is late: one message to the web hook of the connection ``airflownet_alerts``.

``[airflownet] deadline_hours`` says how long a run of any of the DAGs may take, counted from the moment it
was queued; ``deadline_hours_<dag_id>`` says it for one DAG. Without either, or with 0, no run is late. The
run goes on: a deadline alert of Airflow tells, it ends nothing.
"""

from __future__ import annotations

import asyncio
import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.configuration import conf
from airflow.sdk import AsyncCallback, BaseHook, DeadlineAlert, DeadlineReference
from airflow.sdk.bases.notifier import BaseNotifier
from airflow.sdk.exceptions import AirflowNotFoundException

from airflownet_provider.failure_notifier import CONNECTION, send

if TYPE_CHECKING:
    from airflow.sdk import Context


class DeadlineNotifier(BaseNotifier):
    """For a deadline alert; the triggerer calls it."""

    async def async_notify(self, context: Context) -> None:
        """Sends the message; a web hook that does not answer is logged."""
        try:
            connection = await BaseHook.aget_connection(CONNECTION)
        except AirflowNotFoundException:
            return
        await asyncio.to_thread(send, connection, message(context), self.log)


def run_deadline(dag_id: str) -> DeadlineAlert | None:
    """Returns the deadline of a DAG's runs; None where the settings name none.

    Raises:
        AirflowConfigException: the setting is no number.
    """
    usual = conf.getfloat("airflownet", "deadline_hours", fallback=0.0)
    hours = conf.getfloat("airflownet", f"deadline_hours_{dag_id}", fallback=usual)
    if not hours > 0:
        return None
    return DeadlineAlert(
        name=f"{hours:g} h",
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=datetime.timedelta(hours=hours),
        callback=AsyncCallback(DeadlineNotifier),
    )


def message(context: Any) -> str:
    """Returns which run is late, what it was to be done by, and its address."""
    run, due = context["dag_run"], context["deadline"]["deadline_time"]
    dag_id, run_id = run["dag_id"], run["dag_run_id"]
    lines = [f"{dag_id} is late: its run {run_id} was to be done by {due} and is {run['state']}"]
    if base := conf.get("api", "base_url", fallback="").rstrip("/"):
        lines.append(f"{base}/dags/{quote(dag_id)}/runs/{quote(run_id, safe='')}")
    return "\n".join(lines)

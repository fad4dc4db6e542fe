"""Buttons at a task in the web interface: its report, and how far it is.

The plugin registers them, so the API server makes the addresses when the page is opened; a link that an
operator brings along would only be known once the task has ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.configuration import conf
from airflow.sdk import BaseOperatorLink

from airflownet_provider.gpu_task import GpuDecoratedOperator
from airflownet_provider.report_task import ReportDecoratedOperator

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

PAGES = "/airflownet"


def page_address(page: str, *parts: str) -> str:
    """Returns the address of one of our pages on this web server."""
    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return f"{base}{PAGES}/{page}/" + "/".join(quote(part, safe="") for part in parts)


def task_address(dag_id: str, run_id: str, task_id: str) -> str:
    """Returns the address of a task in the web interface."""
    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return f"{base}/dags/{quote(dag_id)}/runs/{quote(run_id, safe='')}/tasks/{quote(task_id, safe='')}"


class ReportLink(BaseOperatorLink):
    """Opens the report of the task's run."""

    name = "Report"
    operators = [ReportDecoratedOperator]  # noqa: RUF012 - Airflow's interface

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:  # noqa: ARG002
        """Returns the page's address."""
        return page_address("reports", ti_key.dag_id, ti_key.run_id)


class ProgressLink(BaseOperatorLink):
    """Opens the progress of a long task: text, numbers, when it was last heard of."""

    name = "Progress"
    operators = [GpuDecoratedOperator, ReportDecoratedOperator]  # noqa: RUF012

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:  # noqa: ARG002
        """Returns the page's address."""
        return page_address("progress", ti_key.dag_id, ti_key.run_id, ti_key.task_id)


LINKS = (ReportLink(), ProgressLink())

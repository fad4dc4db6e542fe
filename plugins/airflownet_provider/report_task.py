"""``@task.report``: a TaskFlow task that leaves a report, with a button in the web interface that opens it.

Registered as a task decorator by ``get_provider_info``; the button is ``ReportLink`` of ``run_links``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.decorator import task_decorator_factory

from airflownet_provider.function_task import FunctionTaskOperator

if TYPE_CHECKING:
    from airflow.sdk.bases.decorator import TaskDecorator


class ReportDecoratedOperator(FunctionTaskOperator):
    """A Python task whose result is the location of a report."""

    custom_operator_name = "@task.report"


def report_task(python_callable: Callable[..., Any] | None = None, **kwargs: Any) -> TaskDecorator:
    """Returns the decorated task; accepts every argument of ``@task``."""
    return task_decorator_factory(
        python_callable=python_callable,
        decorated_operator_class=ReportDecoratedOperator,
        **kwargs,
    )

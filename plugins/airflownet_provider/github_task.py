"""``@task.github_api``: a TaskFlow task that may ask GitHub, and gives its worker back while it must not.

It takes a slot of the pool ``github_api``. When a rate limit is spent it defers until GitHub answers again
and then runs once more from its beginning: what it had fetched is in the cache. Registered as a task
decorator by ``get_provider_info``.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk.bases.decorator import task_decorator_factory

from airflownet.errors import RateLimitError
from airflownet_provider.function_task import FunctionTaskOperator

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.sdk.bases.decorator import TaskDecorator

log = logging.getLogger("airflownet.stage")

GITHUB_POOL = "github_api"
LONGEST_WAIT_S = 2.0
"""Shorter waits than a deferral takes are waited for in the worker."""


class GithubApiDecoratedOperator(FunctionTaskOperator):
    """A Python task in GitHub's pool, with the connection's client, deferred while a limit is spent."""

    custom_operator_name = "@task.github_api"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("pool", GITHUB_POOL)
        super().__init__(**kwargs)

    def execute(self, context: Context) -> Any:
        """Runs the function; defers at a spent limit."""
        from airflownet.mining.github.access import connected_by
        from airflownet.mining.github.patience import longest_wait
        from airflownet_provider.hooks.github_connection import github_client

        try:
            with connected_by(github_client), longest_wait(LONGEST_WAIT_S):
                return super().execute(context)
        except RateLimitError as error:
            moment = datetime.datetime.fromtimestamp(error.reset_at, datetime.UTC)
            log.info("%s. Deferred until %s", error.message, moment.isoformat(timespec="seconds"))
            self.defer(trigger=DateTimeTrigger(moment=moment), method_name="execute_complete")

    def execute_complete(self, context: Context, event: Any = None) -> Any:  # noqa: ARG002
        """Runs the function again after the limit's end."""
        return self.execute(context)


def github_api_task(python_callable: Callable[..., Any] | None = None, **kwargs: Any) -> TaskDecorator:
    """Returns the decorated task; accepts every argument of ``@task``."""
    return task_decorator_factory(
        python_callable=python_callable,
        decorated_operator_class=GithubApiDecoratedOperator,
        **kwargs,
    )

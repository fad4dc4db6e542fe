"""``@task.gpu``: a TaskFlow task that belongs on a GPU worker.

It defaults to ``queue="gpu"`` and ``pool="gpu"``; an executor without queues ignores the first, and
``config/pools.json`` ships the second. Registered as a task decorator by ``get_provider_info``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.decorators.python import _PythonDecoratedOperator
from airflow.sdk.bases.decorator import task_decorator_factory

if TYPE_CHECKING:
    from airflow.sdk.bases.decorator import TaskDecorator

GPU_QUEUE = "gpu"
GPU_POOL = "gpu"


class GpuDecoratedOperator(_PythonDecoratedOperator):
    """A Python task on the GPU queue, taking one slot of the GPU pool unless told otherwise."""

    custom_operator_name = "@task.gpu"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queue", GPU_QUEUE)
        kwargs.setdefault("pool", GPU_POOL)
        super().__init__(**kwargs)


def gpu_task(python_callable: Callable[..., Any] | None = None, **kwargs: Any) -> TaskDecorator:
    """Returns the decorated task; accepts every argument of ``@task``."""
    return task_decorator_factory(
        python_callable=python_callable,
        decorated_operator_class=GpuDecoratedOperator,
        **kwargs,
    )

"""``@task.gpu``: a TaskFlow task that belongs on a GPU worker.

It defaults to ``queue="gpu"`` and ``pool="gpu"``; an executor without queues ignores the first, and
``config/pools.json`` ships the second. While it runs it leases one GPU (``GpuHook``), which no other such
task of the machine gets; without a GPU it runs on the CPU. Registered as a task decorator by
``get_provider_info``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflow.configuration import conf
from airflow.sdk.bases.decorator import task_decorator_factory

from airflownet_provider.function_task import FunctionTaskOperator
from airflownet_provider.hooks.gpu_hook import GpuHook

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.sdk.bases.decorator import TaskDecorator

GPU_QUEUE = "gpu"
GPU_POOL = "gpu"


class GpuDecoratedOperator(FunctionTaskOperator):
    """A Python task on the GPU queue, taking one slot of the GPU pool unless told otherwise.

    With several executors ``[airflownet] gpu_executor`` names the one that has the GPUs.

    Args:
        gpu_conn_id: the ``gpu_worker`` connection of the machine; it need not exist.
    """

    custom_operator_name = "@task.gpu"

    def __init__(self, *, gpu_conn_id: str = GpuHook.default_conn_name, **kwargs: Any) -> None:
        kwargs.setdefault("queue", GPU_QUEUE)
        kwargs.setdefault("pool", GPU_POOL)
        if executor := conf.get("airflownet", "gpu_executor", fallback=""):
            kwargs.setdefault("executor", executor)
        super().__init__(**kwargs)
        self.gpu_conn_id = gpu_conn_id

    def execute(self, context: Context) -> Any:
        """Runs the function with a GPU of its own."""
        with GpuHook(self.gpu_conn_id).lease():
            return super().execute(context)

    def on_kill(self) -> None:
        """Ends a training at once: its checkpoints stay, the next try goes on there."""
        from airflownet.training.worker_process import stop_workers

        stop_workers()
        super().on_kill()


def gpu_task(python_callable: Callable[..., Any] | None = None, **kwargs: Any) -> TaskDecorator:
    """Returns the decorated task; accepts every argument of ``@task``."""
    return task_decorator_factory(
        python_callable=python_callable,
        decorated_operator_class=GpuDecoratedOperator,
        **kwargs,
    )

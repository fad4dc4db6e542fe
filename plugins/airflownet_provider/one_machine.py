"""Whether all tasks of a run are on one machine, which decides who may hand a process on to whom."""

from __future__ import annotations

from airflow.configuration import conf

_ON_THIS_MACHINE = ("LocalExecutor", "SequentialExecutor")


def tasks_share_a_machine() -> bool:
    """Returns True when every configured executor runs its tasks beside the scheduler.

    With any other (Celery, Kubernetes, Edge) two tasks of a queue may land on two hosts: a llama-server that
    one of them starts is then out of reach of the next, and of the one that should stop it.
    """
    names = conf.get("core", "executor", fallback="LocalExecutor").replace(";", ",").split(",")
    return all(name.strip().split(":")[-1].split(".")[-1] in _ON_THIS_MACHINE for name in names)

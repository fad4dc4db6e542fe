"""Cycle detection, as Airflow does it before a DAG is accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from airflownet.judge.airflow.objects import TaskValue

Edges = AbstractSet[tuple[TaskValue, TaskValue]]


def find_cycle(tasks: Iterable[TaskValue], without: Edges = frozenset()) -> TaskValue | None:
    """Returns a task from which a downstream path leads back to itself, None when there is none.

    Edges of ``without`` do not count. Depth-first with three colours, iterative, in the order in which the
    file builds the tasks.
    """
    place = {task: number for number, task in enumerate(tasks)}
    if all(place.get(down, -1) > number for task, number in place.items() for down in task.downstream):
        return None  # each edge leads to a task that was built later, as in most files
    finished: set[TaskValue] = set()
    for start in tasks:
        if start in finished:
            continue
        on_path: dict[TaskValue, Iterator[TaskValue]] = {start: _below(start, without)}
        while on_path:
            task, rest = next(reversed(on_path.items()))
            following = next(rest, None)
            if following is None:
                finished.add(task)
                del on_path[task]
            elif following in on_path:
                return task
            elif following not in finished:
                on_path[following] = _below(following, without)
    return None


def _below(task: TaskValue, without: Edges) -> Iterator[TaskValue]:
    if not without:
        return iter(task.downstream)
    return iter([down for down in task.downstream if (task, down) not in without])

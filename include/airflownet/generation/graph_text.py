"""The graph of a file as text, for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.loader import DagModel, LoadedFile, Symbol, Unknown

_MOST_TASKS = 200


def graph_text(loaded: LoadedFile) -> str:
    """Returns one block for each DAG: its schedule, then its tasks, each after those it waits for."""
    return "\n\n".join("\n".join(_dag_lines(dag)) for dag in loaded.dags)


def _dag_lines(dag: DagModel) -> Iterator[str]:
    schedule = dag.arguments.get("schedule", dag.arguments.get("schedule_interval"))
    yield f"DAG {shown(dag.dag_id)} (schedule: {shown(schedule)})"
    before: dict[str, list[str]] = {}
    for up, down in dag.edges:
        before.setdefault(down, []).append(up)
    tasks = {str(task.task_id): task for task in dag.tasks}
    width = max((len(task_id) for task_id in tasks), default=0)
    for number, task_id in enumerate(_in_order(list(tasks), before)):
        if number == _MOST_TASKS:
            yield f"  ... and {len(tasks) - _MOST_TASKS} more"
            return
        after = f"  after {', '.join(before[task_id])}" if task_id in before else ""
        mapped = " (mapped)" if tasks[task_id].is_mapped else ""
        yield f"  {task_id:<{width}}  {tasks[task_id].operator}{mapped}{after}"


def _in_order(task_ids: list[str], before: dict[str, list[str]]) -> list[str]:
    """Returns the ids so that each stands behind those it waits for, else in the order of the file."""
    done: dict[str, None] = {}
    left = list(task_ids)
    while left:
        ready = [one for one in left if all(up in done or up not in left for up in before.get(one, ()))]
        for one in ready or left[:1]:
            done[one] = None
        left = [one for one in left if one not in done]
    return list(done)


def shown(value: object) -> str:
    """Returns an argument's value as a person reads it."""
    if isinstance(value, Unknown):
        return "known only when it runs"
    if isinstance(value, Symbol):
        parts = [repr(one) for one in value.args] + [f"{name}={one!r}" for name, one in value.kwargs]
        return f"{value.path.rpartition('.')[2]}({', '.join(parts)})" if value.called else value.path
    return str(value)

"""The order of a plan's tasks: nothing after what is not there, nothing in a circle."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from airflownet.plans.model import DagPlan, Reference, TaskPlan, Value, inputs_of
from airflownet.plans.reconciling.lenient import Tell


def with_sound_order(dag: DagPlan, tell: Tell) -> DagPlan:
    """Returns the DAG with ids that exist after ``after``, no id of a task that is a group's, no circle."""
    tasks = _without_clashes(dag.tasks, tell)
    ids = {task.task_id for task in tasks}
    groups = {".".join(t.task_id.split(".")[:n]) for t in tasks for n in range(1, t.task_id.count(".") + 1)}
    done = [replace(task, after=_known(task, ids, groups, tell)) for task in tasks]
    return replace(dag, tasks=tuple(_without_circles(done, tell)))


def _without_clashes(tasks: Sequence[TaskPlan], tell: Tell) -> list[TaskPlan]:
    ids = {task.task_id for task in tasks}
    new: dict[str, str] = {}
    for task in tasks:
        parts = task.task_id.split(".")
        if any(".".join(parts[:n]) in ids for n in range(1, len(parts))):
            new[task.task_id] = _free("_".join(parts), ids | set(new.values()))
            tell(f"{task.task_id} is called {new[task.task_id]}: a task has the id of its group.")
    if not new:
        return list(tasks)
    return [
        replace(
            task,
            task_id=new.get(task.task_id, task.task_id),
            after=tuple(new.get(up, up) for up in task.after),
            arguments=_renamed(task.arguments, new),
            call=_renamed(task.call, new),
            mapped=_renamed(task.mapped, new),
        )
        for task in tasks
    ]


def _free(name: str, taken: set[str]) -> str:
    known, number = name, 2
    while known in taken:
        known, number = f"{name}_{number}", number + 1
    return known


def _renamed(values: Mapping[str, Value], new: Mapping[str, str]) -> dict[str, Value]:
    def renamed(value: Value) -> Value:
        if isinstance(value, Reference):
            return replace(value, task_id=new.get(value.task_id, value.task_id))
        if isinstance(value, list):
            return [renamed(item) for item in value]
        if isinstance(value, dict):
            return {name: renamed(item) for name, item in value.items()}
        return value

    return {name: renamed(value) for name, value in values.items()}


def _known(task: TaskPlan, ids: set[str], groups: set[str], tell: Tell) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for up in task.after:
        known = up if up in ids or up in groups else ""
        if not known:
            # The id alone, without its group, or a near spelling.
            ends = [one for one in ids if one.rpartition(".")[2] == up]
            near = ends if len(ends) == 1 else difflib.get_close_matches(up, sorted(ids), 1, 0.85)
            known = near[0] if near else ""
        if not known:
            tell(f"{task.task_id}: there is no {up} that it could come after.")
        elif known != task.task_id and not task.task_id.startswith(f"{known}."):
            found[known] = None
    return tuple(name for name in found if name not in inputs_of(task))


def _without_circles(tasks: Sequence[TaskPlan], tell: Tell) -> list[TaskPlan]:
    """Returns the tasks without those steps back that would close a circle, in the plan's order."""
    downs: dict[str, set[str]] = {task.task_id: set() for task in tasks}
    members = {task.task_id: [task.task_id] for task in tasks}
    for task in tasks:
        parts = task.task_id.split(".")
        for n in range(1, len(parts)):
            members.setdefault(".".join(parts[:n]), []).append(task.task_id)

    def reaches(start: str, goal: str) -> bool:
        pending, seen = [start], {start}
        while pending:
            one = pending.pop()
            if one == goal:
                return True
            new = downs[one] - seen
            seen |= new
            pending += new
        return False

    done = []
    for task in tasks:
        for up in inputs_of(task):
            if up in downs and up != task.task_id and not reaches(task.task_id, up):
                downs[up].add(task.task_id)
    for task in tasks:
        kept = []
        for up in task.after:
            ups = members[up]
            if any(reaches(task.task_id, one) for one in ups):
                tell(f"{task.task_id} cannot come after {up}: {up} comes after it.")
                continue
            kept.append(up)
            for one in ups:
                downs[one].add(task.task_id)
        done.append(replace(task, after=tuple(kept)))
    return done

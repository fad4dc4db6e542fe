"""The order in which a plan names its tasks, and groups in it: what comes after all last tasks of a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from airflownet.plans.model import TaskPlan, inputs_of


def in_running_order(tasks: Sequence[TaskPlan], ups: Mapping[str, Sequence[str]]) -> list[TaskPlan]:
    """Returns the tasks so that each stands after those it comes after; else in the order of the file."""
    left = {task.task_id: task for task in tasks}
    done: dict[str, TaskPlan] = {}
    while left:
        ready = next(
            (one for one in left if not any(up in left for up in ups.get(one, ()))), next(iter(left))
        )
        done[ready] = left.pop(ready)
    return list(done.values())


def with_groups(tasks: Sequence[TaskPlan]) -> tuple[TaskPlan, ...]:
    """Returns the tasks with groups in the place of all their last tasks, where there are several."""
    leaves = _leaves(tasks)
    done = []
    for task in tasks:
        after = list(task.after)
        for group_id, last in leaves.items():
            inside = task.task_id.startswith(f"{group_id}.")
            if not inside and len(last) > 1 and set(last) <= set(after):
                place = after.index(next(up for up in after if up in last))
                after.insert(place, group_id)
                after = [up for up in after if up not in last]
        done.append(replace(task, after=tuple(after)))
    return tuple(done)


def _leaves(tasks: Sequence[TaskPlan]) -> dict[str, list[str]]:
    """Returns, for each group, the outer ones first, its tasks that nothing in the group comes after."""
    ups = {task.task_id: {*task.after, *inputs_of(task)} for task in tasks}
    groups: dict[str, None] = {}
    for task in tasks:
        parts = task.task_id.split(".")[:-1]
        for n in range(1, len(parts) + 1):
            groups[".".join(parts[:n])] = None
    found = {}
    for group_id in sorted(groups, key=lambda one: one.count(".")):
        inside = [task.task_id for task in tasks if task.task_id.startswith(f"{group_id}.")]
        followed = {up for one in inside for up in ups[one]}
        found[group_id] = [one for one in inside if one not in followed]
    return found

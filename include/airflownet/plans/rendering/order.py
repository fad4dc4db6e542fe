"""In which order tasks are written, and how the order in which they run is told with arrows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from airflownet.plans.model import TaskPlan, inputs_of


@dataclass
class Group:
    """A group while it is written: tasks and groups, in the order of the file."""

    group_id: str
    children: list[TaskPlan | Group] = field(default_factory=list)

    def tasks(self) -> Iterable[TaskPlan]:
        """Yields the tasks, those of groups within included."""
        for child in self.children:
            if isinstance(child, Group):
                yield from child.tasks()
            else:
                yield child


def as_tree(tasks: Sequence[TaskPlan]) -> Group:
    """Returns the groups with their tasks; what takes an output stands after what gives it."""
    root = Group("")
    known = {"": root}
    for task in tasks:
        within = root
        for depth in range(task.task_id.count(".")):
            group_id = ".".join(task.task_id.split(".")[: depth + 1])
            if group_id not in known:
                known[group_id] = Group(group_id)
                within.children.append(known[group_id])
            within = known[group_id]
        within.children.append(task)
    _sort(root)
    return root


def _sort(group: Group) -> None:
    for child in group.children:
        if isinstance(child, Group):
            _sort(child)
    members = [list(child.tasks()) if isinstance(child, Group) else [child] for child in group.children]
    gives = {task.task_id: n for n, tasks in enumerate(members) for task in tasks}
    needs = [
        {gives[up] for task in tasks for up in inputs_of(task) if up in gives} - {n}
        for n, tasks in enumerate(members)
    ]
    done: list[int] = []
    left = list(range(len(members)))
    while left:
        # Without one that is ready the outputs go round in a circle: the file's order, and the judge says it.
        ready = next((n for n in left if needs[n] <= set(done)), left[0])
        done.append(ready)
        left.remove(ready)
    group.children = [group.children[n] for n in done]


def arrows(after: Mapping[str, Sequence[str]]) -> list[list[list[str]]]:
    """Returns statements ``[[a], [b, c], [d]]`` for ``a >> [b, c] >> d`` that draw exactly the given order.

    Args:
        after: id -> ids of what it comes after, in the order of the tasks; those without any may be absent.
    """
    pairs: list[tuple[list[str], list[str]]] = []
    by_ups: dict[tuple[str, ...], list[str]] = {}
    for task_id, ups in after.items():
        if ups:
            by_ups.setdefault(tuple(ups), []).append(task_id)
    for ups, downs in by_ups.items():
        if len(ups) > 1 and len(downs) > 1:  # a list cannot be followed by a list
            pairs += [(list(ups), [down]) for down in downs]
        else:
            pairs.append((list(ups), downs))
    statements: list[list[list[str]]] = []
    for first, then in pairs:
        fits = next(
            (s for s in statements if s[-1] == first and not (len(first) > 1 and len(then) > 1)), None
        )
        if fits is not None:
            fits.append(then)
        else:
            statements.append([first, then])
    return statements

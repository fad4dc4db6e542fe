"""``with setup >> teardown``: the tasks built within run between the two.

Follows Airflow's ``BaseSetupTeardownContext`` for one setup and one teardown at each level.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from airflownet.judge.airflow.objects import SetupTeardownScope, TaskValue
from airflownet.judge.airflow.relations import add_edge
from airflownet.judge.airflow.world import state_of
from airflownet.judge.interpreter.raised import Raised

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def enter_setup(
    interpreter: Interpreter, tasks: list[TaskValue], *, of_operator: bool = False
) -> SetupTeardownScope:
    """Opens the context of a setup or a teardown.

    Raises:
        Raised: the task is neither.
    """
    if any(not task.is_setup and not task.is_teardown for task in tasks):
        is_3 = interpreter.world.line.startswith("3")
        exception = "RuntimeError" if of_operator and is_3 else "AirflowException"
        message = "Only setup/teardown tasks can be used as context managers."
        raise Raised(exception, message, "wrong-relation")
    if tasks and tasks[0].is_setup:
        setups, teardowns = tasks, _nearest(tasks, "is_teardown", downstream=True)
    else:
        setups, teardowns = _nearest(tasks, "is_setup", downstream=False), tasks
    scope = SetupTeardownScope(setups, teardowns)
    state_of(interpreter).setup_stack.append(scope)
    return scope


def _nearest(tasks: list[TaskValue], role: str, *, downstream: bool) -> list[TaskValue]:
    seen: set[TaskValue] = set(tasks)
    pending = list(tasks)
    while pending:
        near: list[TaskValue] = []
        for task in pending:
            near.extend(
                other for other in (task.downstream if downstream else task.upstream) if other not in seen
            )
        found = [task for task in near if getattr(task, role)]
        if found:
            return found
        seen.update(near)
        pending = near
    return []


def exit_setup(interpreter: Interpreter) -> None:
    """Closes the innermost context: setups before its first tasks, teardowns after its last."""
    if not state_of(interpreter).setup_stack:
        return
    scope = state_of(interpreter).setup_stack.pop()
    tasks = [task for task in scope.tasks if not task.is_setup and not task.is_teardown]
    if tasks:
        roots = [task for task in tasks if not task.upstream] or tasks[:1]
        leaves = [task for task in tasks if not task.downstream] or tasks[-1:]
        _connect(interpreter, scope.roots, roots)
        _connect(interpreter, leaves, scope.leaves)
    if state_of(interpreter).setup_stack:
        outer = state_of(interpreter).setup_stack[-1]
        _connect(interpreter, outer.roots, scope.roots)
        _connect(interpreter, scope.leaves, outer.leaves)


def _connect(interpreter: Interpreter, before: Iterable[TaskValue], after: Iterable[TaskValue]) -> None:
    for up in before:
        for down in after:
            if up is not down:
                add_edge(interpreter, up, down)

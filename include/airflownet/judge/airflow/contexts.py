"""``with DAG(...)``, ``with TaskGroup(...)`` and ``with setup >> teardown``."""

# ruff: noqa: ARG001 - slots of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.databricks_workflow import MARK, leave_workflow
from airflownet.judge.airflow.objects import DagValue, GroupValue, TaskValue, XComArgValue
from airflownet.judge.airflow.setup_teardown import enter_setup, exit_setup
from airflownet.judge.airflow.world import state_of
from airflownet.judge.interpreter.values import truth

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def enter_dag(interpreter: Interpreter, dag: DagValue) -> DagValue:
    """Enters a DAG: what is built now is built in it."""
    state = state_of(interpreter)
    dag.is_registered = truth(dag.arguments.get("auto_register", True)) is not False
    state.dag_stack.append(dag)
    state.group_marks.append(len(state.group_stack))
    return dag


def exit_dag(interpreter: Interpreter, dag: DagValue) -> None:
    """Leaves the innermost DAG."""
    state = state_of(interpreter)
    if state.dag_stack:
        state.dag_stack.pop()
        del state.group_stack[state.group_marks.pop() :]


def enter_group(interpreter: Interpreter, group: GroupValue) -> GroupValue:
    """Enters a task group."""
    state_of(interpreter).group_stack.append(group)
    return group


def exit_group(interpreter: Interpreter, group: GroupValue) -> None:
    """Leaves the innermost task group."""
    if MARK in group.attributes:
        leave_workflow(interpreter, group)
    state = state_of(interpreter)
    if state.group_stack:
        state.group_stack.pop()


def enter_task(interpreter: Interpreter, task: TaskValue) -> Any:
    """Enters the context of a setup or teardown task."""
    return enter_setup(interpreter, [task], of_operator=True)


def enter_output(interpreter: Interpreter, output: XComArgValue) -> Any:
    """Enters the context of the setup or teardown whose output it is."""
    return enter_setup(interpreter, list(output.references))


def exit_task(interpreter: Interpreter, task: TaskValue | XComArgValue) -> None:
    """Leaves the innermost such context."""
    exit_setup(interpreter)

"""``DatabricksWorkflowTaskGroup``: leaving the group adds a task that starts the workflow.

Source: ``DatabricksWorkflowTaskGroup.__exit__`` of the Databricks provider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from airflownet.judge.airflow.objects import GroupValue, TaskValue
from airflownet.judge.airflow.operators import build_task
from airflownet.judge.airflow.relations import add_edge, roots_of
from airflownet.judge.airflow.world import world_of
from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter.raised import Raised

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_METHOD: Final = "_convert_to_databricks_workflow_task"
MARK: Final = "launches workflow"
"""Key in the attributes of such a group; no name of Python's."""


def leave_workflow(interpreter: Interpreter, group: GroupValue) -> None:
    """Adds the task ``launch`` before the first tasks of the group.

    Raises:
        Raised: a task of the group cannot be part of a workflow, or the id is taken.
    """
    roots = roots_of(group)
    tasks = group.all_tasks()
    arguments = {"task_id": "launch", "dag": group.dag, "task_group": group}
    launch = build_task(interpreter, arguments, "_CreateDatabricksWorkflowOperator", "", add_edges=False)
    for task in tasks:
        _check_conversion(task)
        fields = world_of(interpreter).template_fields(task.definition)
        if fields is None or "workflow_run_metadata" in fields:
            add_edge(interpreter, launch, task)  # the attribute is set to the output of `launch`
    for root in roots:
        add_edge(interpreter, launch, root)
    for task in group.upstream_tasks:
        add_edge(interpreter, task, launch)


def _check_conversion(task: TaskValue) -> None:
    definition = task.definition
    if isinstance(definition, ClassInfo) and definition.member_kind(_METHOD) is None:
        message = f"Task {task.task_id} does not support conversion to databricks workflow task."
        raise Raised("AirflowException", message, "wrong-type", str(task.task_id))

"""Operators by one name: a TaskFlow decorator is the operator it stands for."""

from __future__ import annotations

from typing import Final

_TASKFLOW: Final = {
    "task": "PythonOperator",
    "task.python": "PythonOperator",
    "task.virtualenv": "PythonVirtualenvOperator",
    "task.external_python": "ExternalPythonOperator",
    "task.branch": "BranchPythonOperator",
    "task.short_circuit": "ShortCircuitOperator",
    "task.bash": "BashOperator",
    "task.sensor": "PythonSensor",
    "task.kubernetes": "KubernetesPodOperator",
    "task.docker": "DockerOperator",
    "task.sql": "SQLExecuteQueryOperator",
    "task.pyspark": "PySparkOperator",
    "DummyOperator": "EmptyOperator",
}


def operator_name(operator: str) -> str:
    """Returns the operator's class name; that of the operator a TaskFlow decorator stands for."""
    name = operator.removeprefix("@").split("(")[0]
    return _TASKFLOW.get(name, name)

"""Labels beside the outcome: what kind of code it is, and what kind of invention keeps it from loading.

Used by the evaluation to tell *why* a model's files fail and how modern they are; a label never changes
the outcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from airflownet.judge.catalogue import Catalogue
from airflownet.judge.interpreter.raised import Failure
from airflownet.judge.loader.loaded_file import LoadedFile

_INVENTED: Final = {
    "unknown-name": "hallucinated-name",
    "unknown-argument": "hallucinated-argument",
    "unknown-attribute": "hallucinated-attribute",
    "test-harness": "test-harness",
    "third-party-module": "package-not-in-catalogue",
}
_MODERN: Final = {
    "airflow.sdk": "task-sdk",
    "airflow.sdk.asset": "asset-decorator",
    "airflow.sdk.Asset": "assets",
    "airflow.datasets.Dataset": "assets",
    "airflow.sdk.task_group": "task-groups",
    "airflow.sdk.TaskGroup": "task-groups",
    "airflow.utils.task_group.TaskGroup": "task-groups",
    "airflow.decorators.task_group": "task-groups",
    "airflow.sdk.setup": "setup-teardown",
    "airflow.sdk.teardown": "setup-teardown",
    "airflow.sdk.Param": "params",
    "airflow.models.param.Param": "params",
}


def labels_of(file: LoadedFile, catalogue: Catalogue | None = None) -> tuple[str, ...]:
    """Returns the labels of a file, sorted, without repeats."""
    found = {
        label for failure in (*file.failures, *file.uncertain) for label in _invented(failure, catalogue)
    }
    found.update(_features(file))
    return tuple(sorted(found))


def _invented(failure: Failure, catalogue: Catalogue | None) -> Iterator[str]:
    if failure.kind == "unknown-module":
        parts = failure.subject.split(".")
        package = ".".join(parts[:3]) if parts[:2] == ["airflow", "providers"] else parts[0]
        is_package = catalogue is not None and catalogue.has_module(package)
        yield "hallucinated-module" if is_package else "hallucinated-package"
    elif failure.kind in _INVENTED:
        yield _INVENTED[failure.kind]


def _features(file: LoadedFile) -> Iterator[str]:
    for path in file.imports:
        if path.startswith("airflow.sdk."):
            yield _MODERN["airflow.sdk"]
        if path in _MODERN:
            yield _MODERN[path]
    operators = [task.operator for dag in file.dags for task in dag.tasks]
    n_taskflow = sum(operator.startswith("@") for operator in operators)
    if n_taskflow:
        yield "taskflow" if n_taskflow == len(operators) else "taskflow-partly"
    elif operators:
        yield "classic-operators"
    if any(task.is_mapped for dag in file.dags for task in dag.tasks):
        yield "dynamic-task-mapping"
    if any(task.arguments.get("deferrable") is True for dag in file.dags for task in dag.tasks):
        yield "deferrable"

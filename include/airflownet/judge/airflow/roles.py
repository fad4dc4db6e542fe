"""Which names of Airflow the interpreter gives a meaning of their own.

A role is told by the last part of the path and by where the path lies, so that the many places from
which Airflow lets one import ``DAG`` or ``chain`` are all covered, on every line.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_CORE_NAMES: Final = frozenset(
    {
        "DAG",
        "dag",
        "task",
        "task_group",
        "TaskGroup",
        "setup",
        "teardown",
        "chain",
        "chain_linear",
        "cross_downstream",
        "Label",
        "EdgeModifier",
        "XComArg",
        "Variable",
        "Connection",
        "BaseHook",
        "days_ago",
        "literal",
        "asset",
        "multi",
        "is_venv_installed",
        "apply_defaults",
        "poke_mode_only",
        "ParamsDict",
    }
)
_RENAMED: Final = {"setup_task": "setup", "teardown_task": "teardown"}
WORKFLOW_GROUP: Final = ".DatabricksWorkflowTaskGroup"
"""The one class of a provider that derives from ``TaskGroup``."""
_CORE_PROVIDERS: Final = ("airflow.providers.common.compat", "airflow.providers.standard")


@lru_cache(maxsize=4096)
def role_of(path: str) -> str:
    """Returns the role, for example ``DAG`` or ``chain``; empty for a path with none."""
    if not path.startswith("airflow."):
        return ""
    if path.startswith("airflow.providers.") and not path.startswith(_CORE_PROVIDERS):
        return "TaskGroup" if path.endswith(WORKFLOW_GROUP) else ""
    name = path.rpartition(".")[2]
    name = _RENAMED.get(name, name)
    if name == "multi" and not path.endswith(".asset.multi"):
        return ""
    return name if name in _CORE_NAMES else ""

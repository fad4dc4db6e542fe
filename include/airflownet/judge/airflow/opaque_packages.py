"""Packages that a project declares and nobody has read: what their names say of operators and DAGs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_ENDINGS: Final = ("Operator", "Sensor", "OperatorAsync", "SensorAsync")
_MOST_NAMES: Final = 20


@lru_cache(maxsize=4096)
def is_opaque_operator(path: str) -> bool:
    """Whether a class of such a package builds tasks, told by its name: ``fivetran...FivetranOperator``."""
    name = path.rpartition(".")[2]
    return not path.startswith("airflow.") and name[:1].isupper() and name.endswith(_ENDINGS)


def note_opaque_dag(interpreter: Interpreter, path: str, *, is_dag: bool = False) -> None:
    """Notes a call that may build a DAG, ``cosmos.DbtDag(...)``, where the package is of unknown content."""
    names = path.rpartition(".")[2]
    is_foreign = not path.startswith("airflow.") and "dag" in names.lower()
    if (is_foreign or is_dag) and len(interpreter.opaque_dags) < _MOST_NAMES:
        interpreter.opaque_dags[path] = None

"""Names that Airflow fills in when a ``@task`` function runs, per line.

Sources: ``KNOWN_CONTEXT_KEYS`` of ``airflow.utils.context`` (2.x) and of ``airflow.sdk.definitions.context``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import line_of, python_type
from airflownet.judge.interpreter.values import FunctionValue

_ALWAYS: Final = frozenset(
    {
        "conn", "dag", "dag_run", "data_interval_end", "data_interval_start", "ds", "ds_nodash", "exception",
        "expanded_ti_count", "inlets", "logical_date", "macros", "map_index_template", "outlets", "params",
        "prev_data_interval_end_success", "prev_data_interval_start_success", "prev_end_date_success",
        "prev_start_date_success", "reason", "run_id", "task", "task_instance", "task_instance_key_str",
        "templates_dict", "test_mode", "ti", "try_number", "ts", "ts_nodash", "ts_nodash_with_tz", "var",
    }
)  # fmt: skip
_BEFORE_3: Final = frozenset(
    {
        "conf", "execution_date", "next_ds", "next_ds_nodash", "next_execution_date", "prev_ds",
        "prev_ds_nodash", "prev_execution_date", "prev_execution_date_success", "tomorrow_ds",
        "tomorrow_ds_nodash", "triggering_dataset_events", "yesterday_ds", "yesterday_ds_nodash",
    }
)  # fmt: skip
_SINCE: Final = {
    (2, 10): frozenset({"outlet_events", "inlet_events"}),
    (3, 0): frozenset({"triggering_asset_events", "start_date", "task_reschedule_count"}),
    (3, 3): frozenset({"task_state_store", "asset_state_store", "partition_key", "partition_date"}),
}


@cache
def context_keys(airflow: str) -> frozenset[str]:
    """Returns the names of a line."""
    line = line_of(airflow)
    keys = _ALWAYS if line >= (3, 0) else _ALWAYS | _BEFORE_3
    for since, names in _SINCE.items():
        if line >= since:
            keys |= names
    return keys - {"start_date"} if line >= (3, 2) else keys


def check_context_defaults(function: FunctionValue, airflow: str) -> None:
    """Raises for a parameter of such a name with a default that is not None."""
    spec = function.node.args
    positional = [*spec.posonlyargs, *spec.args]
    names = [parameter.arg for parameter in positional[len(positional) - len(function.defaults) :]]
    defaults = dict(zip(names, function.defaults, strict=False)) | function.keyword_defaults
    known = context_keys(airflow)
    for name, default in defaults.items():
        if name in known and default is not None and python_type(default) is not None:
            message = f"Context key parameter {name} can't have a default other than None"
            raise Raised("ValueError", message, "bad-value", name)


def check_context_order(function: FunctionValue, airflow: str) -> None:
    """Raises for a parameter without a default after one of such a name: from 2.8 to 3.1.

    Airflow gives each parameter that is named like a context key the default None, after which Python allows
    none without a default among those given by position.
    """
    if not (2, 8) <= line_of(airflow) < (3, 2):
        return
    spec = function.node.args
    keys = context_keys(airflow)
    positional = [parameter.arg for parameter in (*spec.posonlyargs, *spec.args)]
    n_required = len(positional) - len(function.defaults)
    is_after_key = False
    for name in positional[:n_required]:
        if name in keys:
            is_after_key = True
        elif is_after_key:
            message = (
                "The function signature broke while assigning defaults to context key parameters: "
                f"non-default argument follows default argument ({name})"
            )
            raise Raised("ValueError", message, "bad-value", name)


def check_mapped_context(names: Iterable[str], method: str, airflow: str) -> None:
    """Raises what ``expand`` and ``partial`` of a ``@task`` function raise for such a name."""
    taken = [name for name in names if name in context_keys(airflow)]
    if taken:
        plural = "s" if len(taken) > 1 else ""
        message = f"cannot call {method}() on task context variable{plural} {', '.join(map(repr, taken))}"
        raise Raised("ValueError", message, "bad-value", taken[0])

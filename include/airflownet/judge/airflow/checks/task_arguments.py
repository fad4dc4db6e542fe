"""Values that Airflow checks when a task is built.

Sources: ``BaseOperator.__init__`` of Airflow 2.9 and of the task SDK of 3.x. Only a value that is known is
checked; everything else passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from airflownet.judge.airflow.checks.argument_checks import check_arguments, groups
from airflownet.judge.airflow.checks.dates import check_date, check_duration
from airflownet.judge.airflow.checks.params import check_plain_params
from airflownet.judge.airflow.objects import XComArgValue
from airflownet.judge.interpreter.classes.instances import has_plain_bases, is_plain_object, object_text
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import line_of, python_type, shown, shown_type
from airflownet.judge.interpreter.values import Instance, truth

_RESOURCES: Final = {"cpus": "CPU", "ram": "RAM", "disk": "Disk", "gpus": "GPU"}
_CHECKED: Final = frozenset(groups()["task"].rows) | {
    "execution_timeout", "start_date", "end_date", "retries", "params", "pool_slots", "weight_rule",
    "retry_delay", "max_retry_delay", "resources", "default_args",
}  # fmt: skip
"""Arguments of any task that ``check_task_values`` looks at."""
_TYPED_SINCE: Final = (2, 10)
"""First line whose BaseOperator checks those types."""
_WEIGHT_RULES: Final = frozenset({"downstream", "upstream", "absolute"})


def check_task_values(arguments: Mapping[str, Any], airflow: str, trigger_rules: frozenset[str]) -> None:
    """Raises what ``BaseOperator.__init__`` raises for values it refuses."""
    if _CHECKED.isdisjoint(arguments):
        return
    line = line_of(airflow)
    check_arguments("task timeout", arguments, airflow)
    for name in ("start_date", "end_date"):
        if line >= (3, 0) or (name == "end_date" and truth(arguments.get(name)) is not False):
            check_date(arguments.get(name), name, line)
    check_retries(arguments.get("retries"), line)
    check_mapping(arguments.get("params"), "params")
    check_plain_params(arguments.get("params"), line)
    if "default_args" in arguments:
        check_mapping(arguments["default_args"], "default_args")
    check_resources(arguments.get("resources"), line)
    slots = arguments.get("pool_slots")
    if type(slots) is int and slots < 1:
        task_id = arguments.get("task_id")
        message = f"pool slots for {task_id} cannot be less than 1 (pool_slots)"
        raise Raised("ValueError", message, "bad-value", "pool_slots")
    if "pool_slots" in arguments:
        check_slots_order(slots)
    rule = arguments.get("trigger_rule")
    if isinstance(rule, str) and trigger_rules and rule not in trigger_rules:
        raise Raised(
            "ValueError" if line >= (3, 0) else "AirflowException",
            f"The trigger_rule must be one of {sorted(trigger_rules)}; received '{rule}'.",
            "bad-value",
            rule,
        )
    kind = python_type(rule)
    received = object_text(rule) if is_plain_object(rule) else ""
    if received or (kind is not None and kind is not str and "trigger_rule" in arguments):
        received = received or shown(rule)
        raise Raised(
            "ValueError" if line >= (3, 0) else "AirflowException",
            f"The trigger_rule must be one of {sorted(trigger_rules)}; received {received} (trigger_rule)",
            "bad-value",
            "trigger_rule",
        )
    check_arguments("task priority", arguments, airflow)
    if arguments.get("priority_weight", 1) is None and line >= (3, 0):
        message = "'<' not supported between instances of 'NoneType' and 'int' (priority_weight)"
        raise Raised("TypeError", message, "bad-value", "priority_weight")
    weight = arguments.get("weight_rule")
    if python_type(weight) in (int, float, bool) and line < (3, 0):
        message = f"Unknown priority strategy builtins.{shown_type(weight)}"
        raise Raised("AirflowException", message, "bad-value", "weight_rule")
    if isinstance(weight, str) and line < (3, 0) and weight not in _WEIGHT_RULES and "." not in weight:
        raise Raised("AirflowException", f"Unknown priority strategy {weight}", "bad-value", weight)
    for name in ("retry_delay", "max_retry_delay"):
        check_duration(arguments.get(name), name)
    if line < (3, 0) and "retry_delay" in arguments and arguments["retry_delay"] is None:
        message = "unsupported type for timedelta seconds component: NoneType (retry_delay)"
        raise Raised("TypeError", message, "bad-value", "retry_delay")
    if line >= _TYPED_SINCE:
        refuse_outputs(arguments)
        check_arguments("task", arguments, airflow)
        check_arguments("task backoff", arguments, airflow)


def check_mapping(value: Any, name: str) -> None:
    """Raises for a known value that is neither a mapping nor empty."""
    kind = python_type(value)
    if kind is not None and kind is not dict and truth(value):
        raise Raised("TypeError", f"{name} must be a mapping, got {kind}", "bad-value", name)


def check_slots_order(slots: Any) -> None:
    """The number of slots is compared with 1 before its type is asked.

    Raises:
        Raised: TypeError for what has no order with numbers.
    """
    kind = python_type(slots)
    if kind is not None and not issubclass(kind, (int, float, Decimal, Fraction)):
        message = f"'<' not supported between instances of '{shown_type(slots)}' and 'int' (pool_slots)"
        raise Raised("TypeError", message, "bad-value", "pool_slots")


def check_resources(value: Any, line: tuple[int, int]) -> None:
    """Raises what ``Resources(**value)`` raises."""
    kind = python_type(value)
    if kind in (None, type(None)):
        return
    if kind is not dict:
        message = f"Resources() argument after ** must be a mapping, not {shown_type(value)} (resources)"
        raise Raised("TypeError", message, "bad-value", "resources")
    unknown = [key for key in value if isinstance(key, str) and key not in _RESOURCES]
    if unknown:
        message = f"Resources.__init__() got an unexpected keyword argument '{unknown[0]}'"
        raise Raised("TypeError", message, "unknown-argument", unknown[0])
    for name, amount in value.items():
        if type(amount) in (int, float) and amount < 0:
            message = (
                f"Received resource quantity {amount} for resource {_RESOURCES[name]}, "
                "but resource quantity must be non-negative."
            )
            raise Raised("ValueError" if line >= (3, 0) else "AirflowException", message, "bad-value", name)


def check_retries(retries: Any, line: tuple[int, int]) -> None:
    """Raises for a number of retries that is none."""
    kind = python_type(retries)
    if type(retries) is Instance and retries.plain is None and has_plain_bases(retries.cls):
        kind = type(retries.cls.name, (), {})
    if kind is None or retries is None or kind is int:
        return
    try:
        int(kind() if type(retries) is Instance else retries)
    except (TypeError, ValueError, OverflowError):
        raise Raised(
            "RuntimeError" if line >= (3, 0) else "AirflowException",
            f"'retries' type must be int, not {kind.__name__}",
            "bad-value",
            "retries",
        ) from None


def check_fail_fast(dag: Mapping[str, Any], rule: Any) -> None:
    """Raises what Airflow raises for a task of a ``fail_fast`` DAG (``fail_stop`` before 3.0)."""
    for name in ("fail_fast", "fail_stop"):
        if dag.get(name) is True and isinstance(rule, str) and rule != "all_success":
            raise Raised(
                "FailFastDagInvalidTriggerRule" if name == "fail_fast" else "DagInvalidTriggerRule",
                f"A '{name}' dag can only have TriggerRule.ALL_SUCCESS trigger rule",
                "bad-value",
                name,
            )


def check_virtualenv(interpreter: Any, definition: Any) -> None:
    """Airflow 2 builds a virtualenv operator only where virtualenv is; Airflow 2 does not install it."""
    if interpreter.world.line[0] != "2" or interpreter.is_installed("virtualenv"):
        return
    order = getattr(definition, "mro", ())
    if any(path.endswith(".PythonVirtualenvOperator") for path in order):
        message = "PythonVirtualenvOperator requires virtualenv, please install it."
        raise Raised("AirflowException", message, "bad-value", "virtualenv")


def refuse_outputs(arguments: Mapping[str, Any]) -> None:
    """Raises for a task's output where a plain value of one type is expected."""
    for name, row in groups()["task"].rows.items():
        if isinstance(arguments.get(name), XComArgValue):
            message = f"'{name}' expects {row.types[0]}, got a task's output (PlainXComArg)"
            raise Raised("TypeError", message, "bad-value", name)

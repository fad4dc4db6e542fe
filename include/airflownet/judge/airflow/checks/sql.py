"""What the check operators of the common SQL provider refuse when they are built.

Source: ``SQLColumnCheckOperator._column_mapping_validation``, ``SQLTableCheckOperator`` and
``SQLIntervalCheckOperator`` of ``airflow.providers.common.sql.operators.sql``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import python_type
from airflownet.judge.interpreter.values import DictValue

_CHECKS: Final = frozenset({"null_check", "distinct_check", "unique_check", "min", "max"})
_BOUNDS: Final = frozenset({"greater_than", "geq_to", "less_than", "leq_to"})


def check_column_mapping(arguments: Mapping[str, Any]) -> None:
    """Checks ``column_mapping`` of a column check."""
    mapping = arguments.get("column_mapping", UNKNOWN)
    _check_items(mapping)
    for checks in mapping.values() if isinstance(mapping, DictValue) else ():
        for check, values in checks.items() if isinstance(checks, DictValue) else ():
            if isinstance(check, str) and check not in _CHECKS:
                raise Raised("AirflowException", f"Invalid column check: {check}.", "bad-value", check)
            if isinstance(values, DictValue) and values.exact:
                _check_bounds(values)


def _check_items(value: Any) -> None:
    """``value.items()`` is asked for."""
    kind = python_type(value)
    if kind is not None and not hasattr(kind, "items"):
        message = f"'{kind.__name__}' object has no attribute 'items'"
        raise Raised("AttributeError", message, "wrong-type", "items")


def _check_bounds(values: DictValue) -> None:
    given = _BOUNDS & set(values)
    message = ""
    if not given and "equal_to" not in values:
        message = (
            "Please provide one or more of: less_than, leq_to, greater_than, geq_to, or equal_to "
            "in the check's dict."
        )
    elif {"greater_than", "geq_to"} <= given:
        message = "Only supply one of greater_than or geq_to."
    elif {"less_than", "leq_to"} <= given:
        message = "Only supply one of less_than or leq_to."
    elif given and "equal_to" in values:
        message = "equal_to cannot be passed with a greater or less than function."
    else:
        low, high = (
            values.get("greater_than", values.get("geq_to")),
            values.get("less_than", values.get("leq_to")),
        )
        if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
            return
        if low > high or (low == high and given != {"geq_to", "leq_to"}):
            message = "greater_than should be strictly less than less_than."
    if message:
        raise Raised("ValueError", message, "bad-value", "column_mapping")


def check_table_checks(arguments: Mapping[str, Any]) -> None:
    """Checks that each of ``checks`` of a table check has its statement."""
    checks = arguments.get("checks", UNKNOWN)
    _check_items(checks)
    for check in checks.values() if isinstance(checks, DictValue) else ():
        if isinstance(check, str):
            message = "string indices must be integers, not 'str' (checks)"
            raise Raised("TypeError", message, "wrong-type", "checks")
        if isinstance(check, DictValue) and check.exact and "check_statement" not in check:
            raise Raised("KeyError", "'check_statement'", "bad-value", "check_statement")


def check_days_back(arguments: Mapping[str, Any]) -> None:
    """Checks ``days_back`` of an interval check."""
    days = arguments.get("days_back")
    if isinstance(days, str):
        raise Raised("TypeError", "bad operand type for abs(): 'str' (days_back)", "wrong-type", "days_back")

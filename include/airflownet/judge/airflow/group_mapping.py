"""What ``expand``, ``expand_kwargs`` and ``partial`` of a ``@task_group`` function refuse.

Source: ``_TaskGroupFactory`` and ``ExpandableFactory`` of Airflow 2.9 and of the task SDK.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflownet.judge.airflow.checks.mapping import check_mappable, check_output_keys
from airflownet.judge.airflow.objects import GroupFactory, MappedArgumentValue
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.value_types import line_of
from airflownet.judge.interpreter.values import FunctionValue


def check_names(function: Any, kwargs: Mapping[str, Any], method: str) -> bool:
    """Raises for arguments that the function does not take; returns False where it takes any."""
    if not isinstance(function, FunctionValue):
        return False
    spec = function.node.args
    if spec.kwarg is not None:
        return False
    names = {parameter.arg for parameter in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)}
    if spec.vararg is not None:
        names.add(spec.vararg.arg)
    for name, value in kwargs.items() if method == "expand" else ():
        if name in names:
            check_mappable(name, value, "expand()")
    unknown = [name for name in kwargs if name not in names]
    if unknown:
        listed = f"an unexpected keyword argument {unknown[0]!r}"
        if len(unknown) > 1:
            listed = "unexpected keyword arguments " + ", ".join(map(repr, unknown))
        raise Raised("TypeError", f"{method}() got {listed}", "unknown-argument", unknown[0])
    return True


def check_duplicates(given: Mapping[str, Any], kwargs: Mapping[str, Any], reason: str) -> None:
    """Raises for arguments that ``partial`` was given already."""
    twice = sorted(name for name in kwargs if name in given)
    if twice:
        plural = "s" if len(twice) > 1 else ""
        message = f"{reason} argument{plural}: {', '.join(twice)}"
        raise Raised("TypeError", message, "argument-twice", twice[0])


def refuses_output_keys(airflow: str) -> bool:
    """Whether mapping a group over an output with a key of its own fails.

    A correction of 3.1 that 2.11.1 has as well and 3.0 never got: a line is judged as its newest patch.
    """
    line = line_of(airflow)
    return line == (2, 11) or line >= (3, 1)


def check_group_mapping(
    factory: GroupFactory, kwargs: Mapping[str, Any], airflow: str, *, by_rows: bool
) -> None:
    """Raises what mapping a group refuses.

    Args:
        factory: the function.
        kwargs: what is mapped, by parameter.
        airflow: the line.
        by_rows: by ``expand_kwargs``.
    """
    if by_rows:
        spec = factory.function.node.args if isinstance(factory.function, FunctionValue) else None
        if spec is not None and (spec.vararg is not None or spec.kwarg is not None):
            message = "calling expand_kwargs() on task group function with * or ** is not supported"
            raise Raised("TypeError", message, "wrong-type", "expand_kwargs")
        return
    if not kwargs:
        raise Raised("TypeError", "no arguments to expand against", "missing-argument", "expand")
    check_names(factory.function, kwargs, "expand")
    check_duplicates(factory.partial, kwargs, "mapping already partial")
    if refuses_output_keys(airflow):
        check_output_keys(kwargs.values())
    is_nested = any(isinstance(value, MappedArgumentValue) for value in kwargs.values())
    if is_nested and line_of(airflow) >= (3, 0):
        raise Raised("ValueError", "Nested Mapped TaskGroups are not yet supported", "bad-value", "expand")

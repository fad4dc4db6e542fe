"""What mapping a task refuses: ``partial``, ``expand`` and ``expand_kwargs``, and ``map``/``zip`` of outputs.

A mapped task is not built when the file is loaded, so most of its arguments are not checked then.
Sources: ``BaseOperator.partial``, ``OperatorPartial``, ``_TaskDecorator._expand`` and ``XComArg`` of
Airflow 2.9 and of the task SDK.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from airflownet.judge.airflow.checks.dates import check_date, check_duration
from airflownet.judge.airflow.checks.task_arguments import (
    check_mapping,
    check_resources,
    check_retries,
    check_slots_order,
)
from airflownet.judge.airflow.objects import GroupValue, TaskFactory, TaskValue, XComArgValue
from airflownet.judge.interpreter.classes.instances import has_plain_bases
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import line_of, python_type
from airflownet.judge.interpreter.values import (
    MAX_NESTED,
    SCALARS,
    DictValue,
    FunctionValue,
    Instance,
    ListValue,
    SetValue,
    is_concrete,
)

_SET_SINCE_3: Final = frozenset(
    {
        "allow_nested_operators", "depends_on_past", "email_on_failure", "email_on_retry",
        "execution_timeout", "executor_config", "ignore_first_depends_on_past", "inlets",
        "map_index_template", "on_execute_callback", "on_failure_callback", "on_retry_callback",
        "on_skipped_callback", "on_success_callback", "outlets", "owner", "pool_slots",
        "priority_weight", "queue", "retries", "retry_delay", "retry_exponential_backoff",
        "trigger_rule", "wait_for_past_depends_before_skipping", "wait_for_downstream", "weight_rule",
        "max_retry_delay", "dag", "task_group",
    }
)  # fmt: skip
"""Arguments that ``partial`` of the task SDK sets itself, so that they cannot be mapped."""
_SET_BEFORE_3: Final = (_SET_SINCE_3 - {"email_on_failure", "email_on_retry"}) | {
    "start_date", "end_date", "email", "pool", "sla", "max_active_tis_per_dag", "max_active_tis_per_dagrun",
    "run_as_user", "resources", "doc", "doc_json", "doc_md", "doc_rst", "doc_yaml", "task_display_name",
    "logger_name",
}  # fmt: skip
_UNMAPPABLE: Final[dict[type, str]] = {
    SetValue: "set",
    FunctionValue: "function",
    TaskFactory: "_TaskDecorator",
    GroupValue: "TaskGroup",
}
_ITERATORS: Final = frozenset(
    {"generator", "map", "filter", "zip", "enumerate", "reversed", "dict_keys", "dict_values", "dict_items"}
)


def check_mapped_values(arguments: Mapping[str, Any], airflow: str, *, is_decorated: bool) -> None:
    """Raises what mapping raises for values of any task's arguments.

    Args:
        arguments: those of ``partial``, ``default_args`` included, without those that are mapped.
        airflow: the line.
        is_decorated: for a ``@task`` function.
    """
    line = line_of(airflow)
    for name in ("start_date", "end_date"):
        if name in arguments:
            check_date(arguments[name], name, line)
    slots: Any = arguments.get("pool_slots")
    if line >= (2, 10) and "pool_slots" in arguments:
        check_slots_order(slots)
    if isinstance(slots, (int, float)) and slots < 1 and line >= (2, 10):
        message = f"pool slots for {arguments.get('task_id')} cannot be less than 1 (pool_slots)"
        raise Raised("ValueError", message, "bad-value", "pool_slots")
    if "retries" in arguments:
        check_retries(arguments["retries"], line)
    for name in ("retry_delay", "max_retry_delay"):
        if name in arguments:
            check_duration(arguments[name], name)
    for name in ("params", "default_args"):
        if name in arguments:
            check_mapping(arguments[name], name)
    if "resources" in arguments and (is_decorated or line < (3, 0)):
        check_resources(arguments["resources"], line)
    if line < (3, 0) and "task_concurrency" in arguments:
        raise Raised(
            "TypeError", "unexpected argument: task_concurrency", "unknown-argument", "task_concurrency"
        )
    if line < (3, 0) and arguments.get("sla") not in (None, UNKNOWN):
        task_id = arguments.get("task_id")
        message = f"SLAs are unsupported with mapped tasks. Please set `sla=None` for task '{task_id}'."
        raise Raised("AirflowException", message, "bad-value", "sla")


def check_mapped_place(group: GroupValue | None) -> None:
    """Raises for a task that is mapped within a mapped task group."""
    while group is not None:
        if group.is_mapped:
            message = "operator expansion in an expanded task group is not yet supported"
            raise Raised("NotImplementedError", message, "bad-value", "expand")
        group = group.parent


def check_mapped_arguments(
    kwargs: Mapping[str, Any], given: Mapping[str, Any], airflow: str, operator: str
) -> None:
    """Raises what ``SomeOperator.partial(...).expand(...)`` raises for what is mapped.

    Args:
        kwargs: arguments of ``expand``.
        given: arguments of ``partial``.
        airflow: the line.
        operator: name of the class.
    """
    for name, value in kwargs.items():
        check_mappable(name, value, f"{operator}.expand()", quoted=False)
    taken = _SET_SINCE_3 if line_of(airflow) >= (3, 0) else _SET_BEFORE_3
    for name in kwargs:
        if name in given or name in taken or name == "task_id":
            message = f"unmappable or already specified argument: {name}"
            raise Raised("TypeError", message, "argument-twice", name)
    check_output_keys(kwargs.values())


def check_always(arguments: Mapping[str, Any], values: Iterable[Any], method: str, airflow: str) -> None:
    """Raises for a ``@task`` with trigger rule ``always`` that is mapped over outputs: since 2.10."""
    rule = arguments.get("trigger_rule")
    if rule != "always" or line_of(airflow) < (2, 10):
        return
    if any(isinstance(value, XComArgValue) for value in values):
        message = (
            f"Task-generated mapping within a task using '{method}' is not allowed "
            "with trigger rule 'always'."
        )
        raise Raised("ValueError", message, "bad-value", "trigger_rule")


def check_call_of_task(factory: TaskFactory, path: str) -> None:
    """Raises for a call of a ``@task`` function that was given arguments of its function before."""
    for name in ("op_args", "op_kwargs", factory.given_twice):
        if name in factory.arguments or (name == "op_kwargs" and factory.op_kwargs):
            message = f"{path or 'operator'}() got multiple values for keyword argument '{name}'"
            raise Raised("TypeError", message, "argument-twice", name)


def check_mappable(name: str, value: Any, method: str, *, quoted: bool = True) -> None:
    """Raises for a value that nothing can be mapped over: neither sequence, mapping nor output."""
    kind = _unmappable(value)
    if kind:
        message = f"{method} got an unexpected type {kind!r} for keyword argument "
        raise Raised("ValueError", message + (repr(name) if quoted else name), "bad-value", name)


def _unmappable(value: Any) -> str:
    """Returns the name of the value's type where it certainly cannot be mapped over, else an empty text."""
    if is_concrete(value):
        return "" if isinstance(value, bytes) else type(value).__name__
    if isinstance(value, ListValue):
        return value.kind if value.kind in _ITERATORS or value.kind.endswith("iterator") else ""
    if isinstance(value, TaskValue):
        return "MappedOperator" if value.is_mapped else value.operator
    if isinstance(value, Instance):
        return value.cls.name if value.plain is None and has_plain_bases(value.cls) else ""
    return _UNMAPPABLE.get(type(value), "")


def check_output_keys(values: Iterable[Any]) -> None:
    """Raises for an output with a key of its own anywhere in what is mapped."""
    pending = list(values)
    n_seen = 0
    while pending and n_seen < MAX_NESTED:
        item = pending.pop()
        kind = type(item)
        n_seen += 1
        if kind in SCALARS:
            continue
        if kind is XComArgValue:
            if isinstance(item.key, str) and item.key != "return_value":
                names = ", ".join(f"<Task({task.operator}): {task.task_id}>" for task in item.tasks)
                message = f"cannot map over XCom with custom key {item.key!r} from {names}"
                raise Raised("ValueError", message, "bad-value", item.key)
        elif kind is DictValue:
            pending.extend(list(item.values())[:MAX_NESTED])
        elif kind in (ListValue, SetValue, tuple):
            pending.extend(list(item)[:MAX_NESTED])


def check_combined(name: str, value: XComArgValue, args: list[Any], line: tuple[int, int]) -> None:
    """Raises what ``output.map(f)``, ``output.zip(...)`` and ``output.concat(...)`` raise."""
    if name == "concat" and line < (2, 10):
        message = "'PlainXComArg' object has no attribute 'concat'"
        raise Raised("AttributeError", message, "unknown-attribute", "concat")
    if name == "map" and len(args) != 1:
        problem = "missing 1 required positional argument: 'f'"
        if args:
            problem = f"takes 2 positional arguments but {len(args) + 1} were given"
        raise Raised("TypeError", f"PlainXComArg.map() {problem}", "missing-argument", "f")
    if isinstance(value.key, str) and value.key != "return_value":
        done = "concatenate" if name == "concat" else "map against"
        raise Raised("ValueError", f"cannot {done} non-return XCom", "bad-value", value.key)
    if name == "map" and isinstance(args[0], TaskFactory):
        message = "map() argument must be a plain function, not a @task operator"
        raise Raised("ValueError", message, "wrong-type", "map")


def combined_key(value: XComArgValue, args: list[Any]) -> Any:
    """Returns the key that refuses to be mapped over: one of an output among the arguments."""
    keys = [item.key for item in args if isinstance(item, XComArgValue)]
    return next((key for key in keys if key != "return_value"), value.key)


def check_expanded_kwargs(args: list[Any], *, takes_keys: bool = False) -> None:
    """Raises what ``expand_kwargs(value)`` raises for anything but an output or a list of dicts.

    Args:
        args: those of the call.
        takes_keys: whether an output may have a key of its own.
    """
    if not args:
        message = "expand_kwargs() missing 1 required positional argument: 'kwargs'"
        raise Raised("TypeError", message, "missing-argument", "kwargs")
    value = args[0]
    if isinstance(value, ListValue) and _unmappable(value):
        message = f"expected XComArg or list[dict], not {value.kind}"
        raise Raised("TypeError", message, "wrong-type", value.kind)
    if isinstance(value, (ListValue, tuple)):
        for item in value:
            kind = python_type(item)
            if kind is not None and not isinstance(item, (XComArgValue, DictValue)):
                raise _refusal(value)
    elif python_type(value) is not None:
        raise _refusal(value)
    if not takes_keys:
        check_output_keys(args[:1])


def _refusal(value: Any) -> Raised:
    kind = python_type(value)
    name = "object" if kind is None else kind.__name__
    return Raised("TypeError", f"expected XComArg or list[dict], not {name}", "wrong-type", name)

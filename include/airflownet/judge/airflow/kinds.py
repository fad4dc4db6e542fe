"""What Airflow's objects do where Python's types have slots: each kind of value with all that it does."""

# ruff: noqa: ARG001 - slots of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

from airflownet.judge.airflow import assets, attributes, contexts, dags, groups, names, taskflow
from airflownet.judge.airflow.assignment import set_of_dag, set_of_group, set_of_output, set_of_task
from airflownet.judge.airflow.calls import call_api
from airflownet.judge.airflow.comparisons import asset_operation, check_order, same_output
from airflownet.judge.airflow.configuration import CONFIGURATION, configuration_attribute
from airflownet.judge.airflow.enum_texts import ENUM_TEXTS
from airflownet.judge.airflow.objects import (
    AssetDecoratorValue,
    DagDecoratorValue,
    DagFactory,
    DagValue,
    GroupDecoratorValue,
    GroupFactory,
    GroupValue,
    LabelValue,
    MappedArgumentValue,
    PartialOperator,
    SetupTeardownScope,
    TaskDecoratorValue,
    TaskFactory,
    TaskValue,
    XComArgValue,
    copied_task,
)
from airflownet.judge.airflow.operator_classes import instantiate_operator, method_of_base, partial_of_class
from airflownet.judge.airflow.operators import is_operator
from airflownet.judge.airflow.params_dict import PARAM_PATHS, param_attribute
from airflownet.judge.airflow.relations import RELATABLE, relate
from airflownet.judge.airflow.roles import role_of
from airflownet.judge.airflow.world import state_of, world_of
from airflownet.judge.catalogue import ClassInfo
from airflownet.judge.interpreter import kinds
from airflownet.judge.interpreter.attributes import derivable_attribute
from airflownet.judge.interpreter.classes.derived import make_derived
from airflownet.judge.interpreter.classes.lookup import mro
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, ApiValue, ClassValue, FunctionValue, MethodValue

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_CLASS_NAMES: Final[dict[type, str]] = {DagValue: "DAG", GroupValue: "TaskGroup", XComArgValue: "XComArg"}


def _make_dag(
    interpreter: Interpreter,
    cls: ClassValue,
    base: ApiValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> Any:
    dag = DagValue(UNKNOWN, {}, interpreter.line_here())
    return make_derived(interpreter, cls, base, dag, args, kwargs, is_open=is_open)


def _make_group(
    interpreter: Interpreter,
    cls: ClassValue,
    base: ApiValue,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> Any:
    group = GroupValue(UNKNOWN, None, None, {})
    return make_derived(interpreter, cls, base, group, args, kwargs, is_open=is_open)


def _construct(interpreter: Interpreter, base: ApiValue) -> kinds.Construct | None:
    """How a class of the file is called that derives from an operator, from ``DAG`` or ``TaskGroup``."""
    if is_operator(interpreter, base):
        return instantiate_operator
    role = role_of(world_of(interpreter).canonical(base))
    return _make_dag if role == "DAG" else _make_group if role == "TaskGroup" else None


def _fill_dag(
    interpreter: Interpreter,
    dag: DagValue,
    base: Any,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> None:
    dags.build_dag(interpreter, base, args, kwargs, is_open=is_open, dag=dag)


def _fill_group(
    interpreter: Interpreter,
    group: GroupValue,
    base: Any,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    is_open: bool,
) -> None:
    world_of(interpreter).check_call(base, args, kwargs, is_open=is_open)
    groups.make_group(interpreter, groups.named_arguments(args, kwargs), group)


def _is_of_api(value: Any, name: str) -> bool | None:
    own = _CLASS_NAMES[type(value)]
    if name.endswith(("Operator", "Sensor")):
        return False
    return True if name == own else False if name in (*_CLASS_NAMES.values(), "BaseOperator") else None


def _task_is_of_api(value: TaskValue, name: str) -> bool | None:
    if name == "BaseOperator" or name in _CLASS_NAMES.values():
        return name == "BaseOperator"
    parts = mro(value.definition) if isinstance(value.definition, ClassValue) else (value.definition,)
    known = [getattr(part, "definition", part) for part in parts if not isinstance(part, ClassValue)]
    if value.is_mapped or not any(isinstance(part, ClassInfo) for part in known):
        return None
    if any(isinstance(part, ClassInfo) and part.unknown_bases for part in known):
        return None
    names = {path.rpartition(".")[2] for part in known if isinstance(part, ClassInfo) for path in part.mro}
    return name in names


def _output_item(interpreter: Interpreter, value: XComArgValue, index: Any) -> XComArgValue:
    if type(index) in (int, float, bool, slice, type(None), bytes, tuple):
        message = f"XComArg only supports str lookup, received {type(index).__name__}"
        raise Raised("ValueError", message, "bad-value", "XComArg")
    return XComArgValue(value.tasks, index, value.odd_part)


def _refuse_output(message: str, subject: str = "PlainXComArg") -> Any:
    def refuse(*_: Any) -> NoReturn:
        raise Raised("TypeError", message, "wrong-type", subject)

    return refuse


def _items_of_group(interpreter: Interpreter, group: GroupValue) -> tuple[list[Any], bool]:
    return list(group.all_tasks()), True


def _items_of_scope(interpreter: Interpreter, scope: SetupTeardownScope) -> tuple[list[Any], bool]:
    return list(scope.tasks), True


def _patchable(attribute: kinds.Attribute) -> kinds.Attribute:
    """Attributes of objects whose class the file may have given more of: ``BashOperator.shout = ...``."""

    def found(interpreter: Interpreter, value: Any, name: str) -> Any:
        patched = state_of(interpreter).patched
        if name not in patched:
            return attribute(interpreter, value, name)
        item = patched[name]
        return MethodValue(item, value) if isinstance(item, FunctionValue) else UNKNOWN

    return found


def _member(interpreter: Interpreter, value: ApiValue, name: str) -> Any:
    """``BashOperator.shout`` is what the file set, where it set it."""
    patched = state_of(interpreter).patched
    if name not in patched:
        return names.member(interpreter, value, name)
    return patched.get(f"{value.path}.{name}", UNKNOWN)


def _patch(interpreter: Interpreter, value: ApiValue, name: str, item: Any) -> None:
    patched = state_of(interpreter).patched
    patched[name] = item if name not in patched else UNKNOWN
    patched[f"{value.path}.{name}"] = UNKNOWN if interpreter.maybe_depth else item


def _kind(kind: type, name: Any = None, *traits: set[type], **slots: Any) -> None:
    """Enters a kind of value: its name in Python, what it refuses and is, and what it does."""
    if name is not None:
        kinds.TYPE_NAME[kind] = name
    for trait in traits:
        trait.add(kind)
    for slot, function in slots.items():
        getattr(kinds, slot)[kind] = function


_kind(
    TaskValue,
    lambda task: task.operator.removeprefix("@"),
    kinds.NOT_CALLABLE,
    kinds.NOT_SUBSCRIPTED,
    kinds.NOT_ITERATED,
    kinds.NO_OPERATORS,
    kinds.NO_SIGN,
    kinds.NO_INDEX,
    kinds.NO_LENGTH,
    kinds.ONE_OBJECT,
    kinds.BARE,
    kinds.HOST_OBJECT,
    kinds.PREFERRED,
    kinds.SETTABLE,
    ATTRIBUTE=_patchable(attributes.task_attribute),
    SET_ATTRIBUTE=set_of_task,
    OWN_CLASS=lambda task: task.definition,
    BASE_METHOD=method_of_base,
    ORDER_OF=check_order,
    ENTER=contexts.enter_task,
    EXIT=contexts.exit_task,
    IS_OF_API=_task_is_of_api,
)
_kind(
    XComArgValue,
    "PlainXComArg",
    kinds.NOT_CALLABLE,
    kinds.NO_OPERATORS,
    kinds.NO_SIGN,
    kinds.NO_INDEX,
    kinds.NO_LENGTH,
    kinds.NO_MAPPING,
    kinds.NEVER_A_KEY,
    kinds.NOT_HASHABLE,
    kinds.NOT_FORMATTED,
    kinds.BARE,
    kinds.HOST_OBJECT,
    kinds.PREFERRED,
    ATTRIBUTE=attributes.output_attribute,
    SET_ATTRIBUTE=set_of_output,
    ITEM=_output_item,
    SET_ITEM=_refuse_output("'PlainXComArg' object does not support item assignment"),
    DELETE_ITEM=_refuse_output("'PlainXComArg' object does not support item deletion"),
    ITEMS=_refuse_output("'XComArg' object is not iterable", "XComArg"),
    CONTAINS=_refuse_output("argument of type 'PlainXComArg' is not iterable", ""),
    EQUAL=same_output,
    ORDER_OF=check_order,
    ENTER=contexts.enter_output,
    EXIT=contexts.exit_task,
    IS_OF_API=_is_of_api,
)
_kind(
    MappedArgumentValue,
    "MappedArgument",
    kinds.NOT_SUBSCRIPTED,
    kinds.NO_OPERATORS,
    kinds.NO_MAPPING,
    kinds.BARE,
    ITEMS=_refuse_output("'MappedArgument' object is not iterable", "MappedArgument"),
    ORDER_OF=check_order,
)
_kind(
    DagValue,
    "DAG",
    kinds.DERIVABLE,
    kinds.NO_LENGTH,
    kinds.NOT_CALLABLE,
    kinds.NOT_SUBSCRIPTED,
    kinds.NO_OPERATORS,
    kinds.NO_SIGN,
    kinds.ONE_OBJECT,
    kinds.BARE,
    kinds.HOST_OBJECT,
    kinds.PREFERRED,
    ATTRIBUTE=_patchable(derivable_attribute),
    BASE_ATTRIBUTE=attributes.dag_attribute,
    SET_ATTRIBUTE=set_of_dag,
    INITIALISE=_fill_dag,
    ITEM=attributes.node_of_dag,
    ITEMS=attributes.items_of_dag,
    CONTAINS=attributes.is_in_dag,
    ENTER=contexts.enter_dag,
    EXIT=contexts.exit_dag,
    IS_OF_API=_is_of_api,
)
_kind(
    GroupValue,
    "TaskGroup",
    kinds.DERIVABLE,
    kinds.NO_LENGTH,
    kinds.NOT_CALLABLE,
    kinds.NOT_SUBSCRIPTED,
    kinds.NO_OPERATORS,
    kinds.NO_SIGN,
    kinds.ONE_OBJECT,
    kinds.HOST_OBJECT,
    kinds.PREFERRED,
    ATTRIBUTE=_patchable(derivable_attribute),
    BASE_ATTRIBUTE=attributes.group_attribute,
    SET_ATTRIBUTE=set_of_group,
    INITIALISE=_fill_group,
    ITEM=attributes.child_of_group,
    ITEMS=_items_of_group,
    ORDER_OF=check_order,
    ENTER=contexts.enter_group,
    EXIT=contexts.exit_group,
    IS_OF_API=_is_of_api,
)
_kind(
    TaskFactory,
    "_TaskDecorator",
    kinds.CALLABLE,
    kinds.NO_LENGTH,
    kinds.NOT_SUBSCRIPTED,
    kinds.NO_OPERATORS,
    kinds.ONE_OBJECT,
    kinds.BARE,
    kinds.DEFINITIONS,
    ATTRIBUTE=attributes.factory_attribute,
    CALL=taskflow.call_task,
    ORDER_OF=check_order,
)
_kind(
    GroupFactory,
    "_TaskGroupFactory",
    kinds.CALLABLE,
    kinds.NO_OPERATORS,
    kinds.ONE_OBJECT,
    ATTRIBUTE=attributes.group_factory_attribute,
    CALL=groups.call_group,
)
_kind(
    DagFactory,
    "function",
    kinds.CALLABLE,
    kinds.NO_OPERATORS,
    kinds.ONE_OBJECT,
    kinds.PLAIN_FUNCTIONS,
    CALL=dags.call_dag,
)
_kind(
    PartialOperator,
    "OperatorPartial",
    kinds.NOT_CALLABLE,
    kinds.ONE_OBJECT,
    ATTRIBUTE=attributes.partial_attribute,
)
_kind(LabelValue, "EdgeModifier", ATTRIBUTE=attributes.label_attribute)
_kind(SetupTeardownScope, None, ATTRIBUTE=attributes.scope_attribute, ITEMS=_items_of_scope)
_kind(
    TaskDecoratorValue,
    None,
    ATTRIBUTE=attributes.decorator_attribute,
    CALL=taskflow.decorate_task,
)
_kind(AssetDecoratorValue, None, CALL=assets.decorate_asset)
_kind(DagDecoratorValue, None, CALL=dags.decorate_dag)
_kind(GroupDecoratorValue, None, CALL=groups.decorate_group)
_kind(
    ApiValue,
    None,
    ATTRIBUTE=_member,
    SET_ATTRIBUTE=_patch,
    CLASS_ATTRIBUTE=partial_of_class,
    CALL=call_api,
    CONSTRUCT=_construct,
)
kinds.SHIFT.update(dict.fromkeys(RELATABLE, relate))
kinds.BINARY[ApiInstance] = asset_operation
kinds.COPY[TaskValue] = copied_task
kinds.PATH_ATTRIBUTE[CONFIGURATION] = configuration_attribute
kinds.PATH_ATTRIBUTE.update(dict.fromkeys(PARAM_PATHS, param_attribute))
kinds.MEMBER_TEXTS.update(ENUM_TEXTS)

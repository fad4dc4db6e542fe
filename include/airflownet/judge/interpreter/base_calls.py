"""``SomeBase.__init__(self, ...)``: a base's own ``__init__`` called by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflownet.judge.airflow.objects import TaskValue
from airflownet.judge.interpreter.derived import class_of, initialise
from airflownet.judge.interpreter.values import ApiValue, NativeMethod

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


def explicit_init(base: ApiValue) -> NativeMethod:
    """Returns ``Base.__init__`` of a class of Airflow; its first argument is the instance."""

    def call(
        interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any], *, is_open: bool = False
    ) -> None:
        from airflownet.judge.airflow.operator_classes import initialise_base

        receiver = args[0] if args else None
        if class_of(receiver) is not None:
            initialise(interpreter, receiver, base, args[1:], kwargs, is_open=is_open)
        elif isinstance(receiver, TaskValue):
            initialise_base(interpreter, receiver, receiver.definition, args[1:], kwargs, is_open=is_open)

    return NativeMethod("__init__", call, takes_open=True)

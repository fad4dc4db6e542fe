"""What is wrong with the arguments of a call, as Python or Airflow would say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflownet.judge.catalogue import NOT_LITERAL, ClassInfo, Problem, Signature
from airflownet.judge.catalogue.signature import ArgumentProblem
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.values import is_concrete


def check_signature(
    signature: Signature, name: str, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> None:
    """Raises what Python raises for arguments that do not fit the signature."""
    problems = signature.problems(len(args), kwargs, more_positional=is_open, more_keywords=is_open)
    if not problems:
        return
    first = problems[0]
    if first.problem is Problem.UNKNOWN_KEYWORD:
        raise Raised(
            "TypeError",
            f"{name}() got an unexpected keyword argument '{first.name}'",
            "unknown-argument",
            first.name,
        )
    if first.problem is Problem.MISSING:
        missing = [p.name for p in problems if p.problem is Problem.MISSING]
        listed = " and ".join(f"'{item}'" for item in missing)
        plural = "s" if len(missing) > 1 else ""
        raise Raised(
            "TypeError",
            f"{name}() missing {len(missing)} required positional argument{plural}: {listed}",
            "missing-argument",
            missing[0],
        )
    if first.problem is Problem.GIVEN_TWICE:
        raise Raised(
            "TypeError",
            f"{name}() got multiple values for argument '{first.name}'",
            "argument-twice",
            first.name,
        )
    raise Raised(
        "TypeError",
        _too_many(signature, name, len(args)),
        "too-many-arguments",
        first.name,
    )


def _too_many(signature: Signature, name: str, n_given: int) -> str:
    """Python's words; a method's ``self`` counts on both sides."""
    receiver = 1 if name.endswith(".__init__") else 0
    n_taken = sum(not parameter.keyword_only for parameter in signature) + receiver
    plural = "s" if n_taken != 1 else ""
    return f"{name}() takes {n_taken} positional argument{plural} but {n_given + receiver} were given"


def raise_operator_problem(
    definition: ClassInfo, problems: Sequence[ArgumentProblem], task_id: Any, *, is_3: bool
) -> None:
    """Raises what an operator raises for the problems of its arguments: missing ones come first."""
    exception = "TypeError" if is_3 else "AirflowException"
    missing = sorted(p.name for p in problems if p.problem is Problem.MISSING)
    if missing:
        quoted = ", ".join(repr(name) for name in missing)
        plural = "s" if len(missing) > 1 else ""
        message = f"missing keyword argument{plural} {quoted} for {definition.name}"
        raise Raised(exception, message, "missing-argument", missing[0])
    unknown = [p.name for p in problems if p.problem is Problem.UNKNOWN_KEYWORD]
    if unknown:
        shown = ", ".join(f"'{name}'" for name in unknown)
        raise Raised(
            exception,
            f"Invalid arguments were passed to {definition.name} (task_id: {task_id}). "
            f"Invalid arguments were: **kwargs: {shown}",
            "unknown-argument",
            unknown[0],
        )
    twice = problems[0].name
    if twice not in ("default_args", "dag", "task_group"):
        message = f"{definition.name} got multiple values for keyword argument '{twice}'"
        raise Raised("TypeError", message, "argument-twice", twice)


def refuse_abstract(definition: ClassInfo) -> None:
    """Raises what Python raises for a call of a class that leaves abstract methods open."""
    if definition.abstract_methods and not definition.unknown_bases:
        listed = ", ".join(sorted(definition.abstract_methods))
        plural = "s" if len(definition.abstract_methods) > 1 else ""
        message = f"Can't instantiate abstract class {definition.name} with abstract method{plural} {listed}"
        raise Raised("TypeError", message, "wrong-type", definition.name)


def check_partial_names(
    definition: ClassInfo, kwargs: Mapping[str, Any], method: str, name: str = ""
) -> None:
    """Raises what ``partial`` or ``expand`` raises for names that no ``__init__`` of the class has."""
    known = {"default_args", "dag", "task_group", "params"}  # what an ``__init__`` pops is not among them
    for signature in definition.own_init.values():
        known.update(signature.names)
        if not signature.is_known:
            return
    unknown = [given for given in kwargs if given not in known]
    if not unknown:
        return
    listed = f"an unexpected keyword argument {unknown[0]!r}"
    if len(unknown) > 1:
        listed = "unexpected keyword arguments " + ", ".join(map(repr, unknown))
    message = f"{name or definition.name}.{method}() got {listed}"
    raise Raised("TypeError", message, "unknown-argument", unknown[0])


def check_enum(definition: ClassInfo, value: Any) -> None:
    """Raises what ``SomeEnum(value)`` raises for a value that no member has."""
    members = [member.value for member in definition.enum_members.values()]
    if is_concrete(value) and NOT_LITERAL not in members and value not in members and members:
        raise Raised("ValueError", f"{value!r} is not a valid {definition.name}", "bad-value", str(value))

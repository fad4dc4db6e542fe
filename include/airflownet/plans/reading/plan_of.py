"""``plan_of(source)``: the plan of a DAG file, from what the judge's loader sees of it.

Nothing is run. What a plan cannot say is left out and told as a loss, with a reason to be counted; a plan
without losses is complete: rendered again it has the file's graph and arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from airflownet.judge.airflow.context_keys import context_keys
from airflownet.judge.loader import DagModel, LoadedFile, TaskModel, Unknown, load_source
from airflownet.plans.catalogue_names import CatalogueNames, names_of
from airflownet.plans.model import DagPlan, Plan, PlanError, TaskPlan, Value, inputs_of, references
from airflownet.plans.reading.argument_values import plan_value
from airflownet.plans.reading.function_body import FileScope, Function, body_of
from airflownet.plans.reading.groups import in_running_order, with_groups

AS_DECORATOR: Final = {
    "PythonOperator": "@task",
    "BranchPythonOperator": "@task.branch",
    "ShortCircuitOperator": "@task.short_circuit",
    "PythonVirtualenvOperator": "@task.virtualenv",
    "BranchPythonVirtualenvOperator": "@task.branch_virtualenv",
    "ExternalPythonOperator": "@task.external_python",
    "BranchExternalPythonOperator": "@task.branch_external_python",
    "PythonSensor": "@task.sensor",
}
OF_THE_CALL: Final = ("python_callable", "op_kwargs", "op_args", "provide_context")
LOSSES_OF_TASKS: Final = frozenset(
    {
        "argument-with-a-reserved-name",
        "class-of-the-file",
        "class-outside-airflow",
        "dag-id-not-known",
        "decorator-not-known",
        "function-not-in-the-file",
        "function-with-args",
        "graph-not-certain",
        "id-without-its-group",
        "mapped-in-another-way",
        "mapped-value-not-known",
        "task-id-not-known",
    }
)
"""Reasons for which a task, and not only an argument or a body, is missing from a plan."""
_MAX_CODE_CHARS: Final = 2_000


@dataclass(frozen=True, slots=True)
class PlanOf:
    """What was read."""

    plan: Plan | None
    """None when nothing of the file can be said."""
    losses: tuple[str, ...]
    """Reasons, one for each thing that is left out; empty for a complete plan."""

    @property
    def is_complete(self) -> bool:
        """True when the plan says all of the file's graph and arguments."""
        return self.plan is not None and not self.losses


def plan_of(
    source: str | LoadedFile, airflow: str = "3.3", *, max_code_chars: int = _MAX_CODE_CHARS
) -> PlanOf:
    """Returns the plan of a file, and what it leaves out. Never raises for any text.

    Args:
        source: the file's text, or what the loader made of it.
        airflow: line to read it for.
        max_code_chars: longer function bodies are left out.

    Raises:
        InputError: there is no catalogue for the line.
    """
    loaded = load_source(source, airflow) if isinstance(source, str) else source
    names = names_of(loaded.airflow or airflow)
    if loaded.failures or loaded.tree is None:
        return PlanOf(None, ("does-not-load",))
    if not loaded.dags:
        return PlanOf(None, ("no-dag",))
    reader = _Reader(names, FileScope(loaded.tree), max_code_chars)
    dags = [reader.dag(dag) for dag in loaded.dags]
    whole = [dag for dag in dags if dag is not None]
    return PlanOf(Plan(tuple(whole)) if whole else None, tuple(reader.losses))


class _Reader:
    def __init__(self, names: CatalogueNames, scope: FileScope, max_code_chars: int) -> None:
        self._names, self._scope, self._max_code_chars = names, scope, max_code_chars
        self.losses: list[str] = []

    def dag(self, dag: DagModel) -> DagPlan | None:
        if isinstance(dag.dag_id, Unknown):
            self.losses.append("dag-id-not-known")
            return None
        if not dag.is_complete:
            self.losses.append("graph-not-certain")
        arguments = dict(dag.arguments)
        if "schedule_interval" in arguments:
            arguments.setdefault("schedule", arguments["schedule_interval"])
            del arguments["schedule_interval"]
        if "timetable" in arguments:
            arguments.setdefault("schedule", arguments["timetable"])
            del arguments["timetable"]
        arguments.pop("default_view", None)
        said = self._values(arguments)
        defaults = dag.arguments.get("default_args")
        tasks: dict[str, TaskPlan] = {}
        for model in dag.tasks:
            task = self._task(model, defaults if isinstance(defaults, Mapping) else {})
            if task is not None and task.task_id not in tasks:
                tasks[task.task_id] = task
        ups: dict[str, list[str]] = {}
        for up, down in dag.edges:
            if up in tasks:
                ups.setdefault(down, []).append(up)
        done = []
        for task in in_running_order([self._without_lost(task, tasks) for task in tasks.values()], ups):
            inputs = inputs_of(task)
            if any(name not in ups.get(task.task_id, []) for name in inputs):
                self.losses.append("output-without-an-edge")
            after = tuple(up for up in ups.get(task.task_id, []) if up not in inputs)
            done.append(replace(task, after=after))
        return DagPlan(dag.dag_id, said, with_groups(tuple(done)))

    def _without_lost(self, task: TaskPlan, known: Collection[str]) -> TaskPlan:
        """Returns the task without what takes the output of a task that the plan does not have."""

        def kept(values: Mapping[str, Value]) -> dict[str, Value]:
            found = {n: v for n, v in values.items() if all(ref.task_id in known for ref in references(v))}
            self.losses.extend(["output-of-unknown-task"] * (len(values) - len(found)))
            return found

        return replace(task, arguments=kept(task.arguments), call=kept(task.call), mapped=kept(task.mapped))

    def _values(self, arguments: Mapping[str, object]) -> dict[str, Value]:
        said: dict[str, Value] = {}
        for name in arguments:
            try:
                said[name] = plan_value(arguments[name], self._names, name)
            except PlanError as error:
                self.losses.append(error.reason)
        return said

    def _task(self, model: TaskModel, defaults: Mapping[str, object]) -> TaskPlan | None:
        if isinstance(model.task_id, Unknown):
            self.losses.append("task-id-not-known")
            return None
        if "*" in model.mapped:
            self.losses.append("mapped-in-another-way")
            return None
        if model.task_id.rpartition(".")[0] != model.group:
            self.losses.append("id-without-its-group")
            return None
        arguments = {name: model.arguments[name] for name in model.arguments}
        arguments = {n: v for n, v in arguments.items() if not (n in defaults and defaults[n] == v)}
        try:
            if model.operator.startswith("@") or model.operator in AS_DECORATOR:
                return self._decorated(model, arguments)
            return self._operator(model, arguments)
        except PlanError as error:
            self.losses.append(error.reason)
            return None

    def _operator(self, model: TaskModel, arguments: dict[str, object]) -> TaskPlan:
        if not model.module:
            raise PlanError("class-of-the-file")
        path = f"{model.module}.{model.operator}"
        short = self._names.short(path)
        operator = short if self._names.operator_place(short) is not None else path
        if self._names.operator_place(operator) is None:
            raise PlanError("class-outside-airflow")
        said = self._values(arguments)
        if "map" in said or "after" in said or "role" in said:
            raise PlanError("argument-with-a-reserved-name")
        mapped = {name: said.pop(name) for name in model.mapped if name in said}
        if len(mapped) < len(model.mapped):
            raise PlanError("mapped-value-not-known")
        return TaskPlan(str(model.task_id), operator, said, mapped=mapped, role=model.role)

    def _decorated(self, model: TaskModel, arguments: dict[str, object]) -> TaskPlan:
        operator = AS_DECORATOR.get(model.operator, model.operator)
        if not self._names.decorator(operator):
            raise PlanError("decorator-not-known")
        function = model.function
        if function is None:
            raise PlanError("function-not-in-the-file")
        given: dict[str, Any] = dict(model.call)
        if model.operator in AS_DECORATOR:
            if model.mapped:
                raise PlanError("mapped-in-another-way")
            words = arguments.get("op_kwargs") or {}
            places = arguments.get("op_args") or []
            if not isinstance(words, Mapping) or not isinstance(places, (list, tuple)):
                raise PlanError("argument-not-known")
            parameters = [p.arg for p in (*function.args.posonlyargs, *function.args.args)]
            if len(places) > len(parameters):
                raise PlanError("function-with-args")
            given = {**dict(zip(parameters, places, strict=False)), **words}
        arguments = {name: value for name, value in arguments.items() if name not in OF_THE_CALL}
        if any(name.startswith("*") for name in given):
            raise PlanError("function-with-args")
        given = {**given, **self._defaults(model, given)}
        call = {name: plan_value(value, self._names) for name, value in given.items()}
        mapped = {name: call.pop(name) for name in model.mapped}
        code = self._code(function, given)
        role = "" if operator in ("@setup", "@teardown") else model.role
        if {"call", "code", "map", "after", "role"} & arguments.keys():
            raise PlanError("argument-with-a-reserved-name")
        arguments.pop("task_id", None)
        return TaskPlan(str(model.task_id), operator, self._values(arguments), (), call, mapped, code, role)

    def _code(self, function: Function, given: Mapping[str, object]) -> str:
        """Returns the body; without one that a plan can say, the task stays and its body is empty."""
        try:
            code = body_of(function, given, self._scope, self._names.line)
            if len(code) > self._max_code_chars:
                raise PlanError("function-too-long")
        except PlanError as error:
            self.losses.append(error.reason)
            return ""
        return code

    def _defaults(self, model: TaskModel, given: Mapping[str, object]) -> dict[str, object]:
        """Returns the defaults of parameters that the call leaves out and Airflow does not fill."""
        keys = context_keys(self._names.line)
        return {
            name: model.defaults[name] for name in model.defaults if name not in given and name not in keys
        }

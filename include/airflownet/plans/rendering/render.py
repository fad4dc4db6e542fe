"""``render(plan, airflow="3.3")``: the file a plan stands for, written for one Airflow line.

TaskFlow functions first, then each DAG as ``with DAG(...)``: tasks in their groups, then their order.
Imports are those of the line's catalogue. What a plan says is data: every text is written as a literal, every
expression is checked, nothing is run.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from airflownet.plans.catalogue_names import CatalogueNames, names_of
from airflownet.plans.model import DagPlan, Plan, PlanError, Reference, TaskPlan, Value, inputs_of
from airflownet.plans.rendering.constants import Constants
from airflownet.plans.rendering.functions import body_lines, signature
from airflownet.plans.rendering.imports import Imports, identifier
from airflownet.plans.rendering.layout import WIDTH, call_items, call_text, flat, laid_out
from airflownet.plans.rendering.order import Group, arrows, as_tree
from airflownet.plans.rendering.values import ValueWriter

_STEP = 4
_LINE = 88
"""Longer calls get a line for each argument."""
_AIRFLOW_2 = {"DAG": "airflow.models.dag", "task": "airflow.decorators", "setup": "airflow.decorators",
              "teardown": "airflow.decorators", "TaskGroup": "airflow.utils.task_group"}  # fmt: skip


def render(plan: Plan, airflow: str = "3.3") -> str:
    """Returns the Python file of a plan, deterministic.

    Args:
        plan: as read from a file, or from a model and put right by ``reconcile``.
        airflow: line (``3.3``) or version to write for.

    Raises:
        PlanError: the plan names an operator, decorator or expression that the line does not have, or a body
            is no Python.
        InputError: there is no catalogue for the line.
    """
    return _File(names_of(airflow)).text(plan)


class _File:
    def __init__(self, names: CatalogueNames) -> None:
        self._names = names
        self._imports = Imports()
        self._bound: set[str] = set()
        self._functions: list[str] = []
        self._constants = Constants()

    def text(self, plan: Plan) -> str:
        if not plan.dags:
            raise PlanError("no-dag")
        shared = (self._names, self._imports, self._constants, self._functions, self._bound)
        dags = [_Dag(*shared, dag).text() for dag in plan.dags]
        gap = "\n\n\n" if self._functions else "\n\n"
        constants = self._constants.text()
        head = f"{self._imports.text()}\n\n{constants}" if constants else self._imports.text()
        parts = [head, *self._functions]
        return gap.join([*parts, "\n\n".join(dags)]) + "\n"


class _Dag:
    def __init__(
        self,
        names: CatalogueNames,
        imports: Imports,
        constants: Constants,
        functions: list[str],
        bound: set[str],
        dag: DagPlan,
    ) -> None:
        self._names, self._imports, self._functions, self._bound = names, imports, functions, bound
        self._plan = dag
        self._tasks = {task.task_id: task for task in dag.tasks}
        if len(self._tasks) < len(dag.tasks):
            raise PlanError("repeated-task-id")
        self._values = ValueWriter(names, imports, constants, self._output)
        self._variables: dict[str, str] = {}
        self._after = {task.task_id: self._known(task) for task in dag.tasks}
        ordered = {*self._after} - {task_id for task_id, ups in self._after.items() if not ups}
        ordered |= {up for ups in self._after.values() for up in ups}
        ordered |= {up for task in dag.tasks for up in inputs_of(task)}
        self._named = ordered
        """Ids of tasks and groups that need a variable."""

    def _known(self, task: TaskPlan) -> list[str]:
        groups: set[str] = set()
        for other in self._plan.tasks:
            parts = other.task_id.split(".")
            groups |= {".".join(parts[:n]) for n in range(1, len(parts))}
        unknown = [up for up in task.after if up not in self._tasks and up not in groups]
        if unknown:
            raise PlanError("after-unknown-task", unknown[0][:80])
        return list(task.after)

    def text(self) -> str:
        words = [ast.keyword("dag_id", ast.Constant(self._plan.dag_id))]
        words += self._words(self._plan.arguments)
        lines = self._group(as_tree(self._plan.tasks), _STEP)
        order = [self._statement(statement) for statement in arrows(self._after)]
        if order:
            lines += ["", *order]
        name = self._airflow("DAG")
        call = ast.Call(ast.Name(name, ast.Load()), [], words)
        head = flat(call)
        if len(head) + len("with :") > _LINE or "\n" in laid_out(call, 0, 5):
            head = call_text(name, call_items(call, _STEP), 0)
        return f"with {head}:\n" + "\n".join(lines or ["    pass"])

    def _airflow(self, name: str) -> str:
        return self._imports.add("airflow.sdk" if self._names.is_airflow_3 else _AIRFLOW_2[name], name)

    def _group(self, group: Group, indent: int) -> list[str]:
        lines: list[str] = []
        for child in group.children:
            if isinstance(child, Group):
                own = child.group_id.rpartition(".")[2]
                bound = f" as {self._variable(child.group_id, own)}" if child.group_id in self._named else ""
                call = f"{self._airflow('TaskGroup')}(group_id={flat(ast.Constant(own))})"
                text = "\n".join([f"{' ' * indent}with {call}{bound}:", *self._group(child, indent + _STEP)])
            else:
                text = self._task(child, indent)
            if lines and ("\n" in lines[-1] or isinstance(child, Group)):
                lines.append("")
            lines.append(text)
        return lines

    def _variable(self, full_id: str, own: str) -> str:
        if full_id not in self._variables:
            name = identifier(own, "task")
            is_taken = name in self._bound or name in self._imports.taken
            self._variables[full_id] = self._free(identifier(full_id, "task") if is_taken else name)
        return self._variables[full_id]

    def _free(self, name: str) -> str:
        known, number = name, 2
        while known in self._bound or known in self._imports.taken or known in _KEPT:
            known = f"{name}_{number}"
            number += 1
        self._bound.add(known)
        return known

    def _task(self, task: TaskPlan, indent: int) -> str:
        start = " " * indent
        function = self._function(task) if task.is_decorated else ""
        if task.task_id in self._named:
            start += f"{self._variable(task.task_id, self._result_name(task))} = "
        if task.is_decorated:
            made = self._call(function, task.call, task.mapped, start)
        else:
            place = self._names.operator_place(task.operator)
            if place is None:
                raise PlanError("unknown-operator", task.operator[:80])
            given = {"task_id": task.own_id, **task.arguments}
            made = self._call(self._imports.add(*place), given, task.mapped, start)
        return f"{start}{made}.as_{task.role}()" if task.role else f"{start}{made}"

    @staticmethod
    def _result_name(task: TaskPlan) -> str:
        return f"{task.own_id}_task" if task.is_decorated else task.own_id

    def _call(self, name: str, given: Mapping[str, Value], mapped: Mapping[str, Value], start: str) -> str:
        if not mapped:
            return self._made(name, given, start)
        partial = self._made(f"{name}.partial", given, start) if given else name
        return self._made(f"{partial}.expand", mapped, start)

    def _words(self, given: Mapping[str, Value]) -> list[ast.keyword]:
        for name in given:
            if not name.isidentifier():
                raise PlanError("argument-no-name", name[:80])
        return [ast.keyword(name, self._values.node(value, name)) for name, value in given.items()]

    def _made(self, name: str, given: Mapping[str, Value], start: str) -> str:
        words = self._words(given)
        call = ast.Call(ast.Name("f", ast.Load()), [], words)
        one_line = f"{name}{flat(call)[1:]}"
        is_short = len(start) + len(one_line.rpartition("\n")[2]) <= _LINE
        indent = len(start) - len(start.lstrip())
        if is_short and "\n" not in laid_out(call, indent, len(start) + len(name)):
            return one_line
        return call_text(name, call_items(call, indent + _STEP), indent)

    def _function(self, task: TaskPlan) -> str:
        if not self._names.decorator(task.operator):
            raise PlanError("unknown-operator", task.operator[:80])
        name = self._free(identifier(task.own_id, "task"))
        words = self._words(task.arguments)
        if name != task.own_id:
            words.insert(0, ast.keyword("task_id", ast.Constant(task.own_id)))
        root, _, rest = task.operator.removeprefix("@").partition(".")
        decorator = self._airflow(root) + (f".{rest}" if rest else "")
        if words:
            call = ast.Call(ast.Name(decorator, ast.Load()), [], words)
            decorator = laid_out(call, 0, 1)
        parameters = signature(task, self._names.line)
        for parameter in parameters:
            if not parameter.removesuffix("=None").lstrip("*").isidentifier():
                raise PlanError("argument-no-name", parameter[:80])
        self._functions.append(
            f"@{decorator}\ndef {name}({', '.join(parameters)}):\n{body_lines(task.code, _STEP)}"
        )
        return name

    def _output(self, ref: Reference) -> ast.expr:
        task = self._tasks.get(ref.task_id)
        if task is None:
            raise PlanError("output-of-unknown-task", ref.task_id[:80])
        node: ast.expr = ast.Name(self._variable(task.task_id, self._result_name(task)), ast.Load())
        if not task.is_decorated:
            node = ast.Attribute(node, "output", ast.Load())
        return ast.Subscript(node, ast.Constant(ref.key), ast.Load()) if ref.key else node

    def _statement(self, statement: list[list[str]]) -> str:
        parts = []
        for ids in statement:
            names = [self._variables[one] for one in ids]
            parts.append(names[0] if len(names) == 1 else f"[{', '.join(names)}]")
        line = "    " + " >> ".join(parts)
        if len(line) <= WIDTH:
            return line
        inner = "\n        >> ".join(parts)
        return f"    (\n        {inner}\n    )"


_KEPT = frozenset({"dag", "task", "float", "int", "str", "bool", "list", "dict", "tuple", "set", "bytes"})

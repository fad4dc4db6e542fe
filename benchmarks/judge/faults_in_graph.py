"""Faults in which DAGs and tasks a file builds and how they depend on each other, planted one at a time."""

from __future__ import annotations

import ast

from planted_sites import (
    Sites,
    builds_assets,
    called,
    inserted_after_imports,
    is_dag_decorator,
    literal_task_id,
    replaced,
)

_OTHER_DAG = """
from airflow.providers.standard.operators.empty import EmptyOperator as OtherOperator
from airflow.sdk import DAG as OtherDag

with OtherDag("another_dag", schedule=None):
    task_of_another_dag = OtherOperator(task_id="task_of_another_dag")
{task} >> task_of_another_dag
"""


def duplicate_task_id(sites: Sites) -> str | None:
    """Two tasks of one block have the same task_id."""
    for body, call, _ in sites.operator_calls:
        for other_body, other, _ in sites.operator_calls:
            first, second = literal_task_id(call), literal_task_id(other)
            if other_body is body and other is not call and first is not None and second is not None:
                return replaced(sites.code, second, repr(first.value))
    return None


def cycle(sites: Sites) -> str | None:
    """Two tasks depend on each other."""
    for body, _, one in sites.operator_calls:
        for other_body, _, two in sites.operator_calls:
            if other_body is body and one and two and one != two:
                return _at_end_of(sites, body, f"{one} >> {two} >> {one}")
    return None


def long_cycle(sites: Sites) -> str | None:
    """Three tasks follow each other in a circle, by ``chain``."""
    for body, _, _ in sites.operator_calls:
        names = list(dict.fromkeys(name for other, _, name in sites.operator_calls if other is body and name))
        if len(names) >= 3:
            tasks = ", ".join([*names[:3], names[0]])
            changed = Sites.of(_at_end_of(sites, body, f"chain_of_faults({tasks})"))
            return inserted_after_imports(changed, "from airflow.sdk import chain as chain_of_faults")
    return None


def text_as_task(sites: Sites) -> str | None:
    """A task is followed by a task_id instead of a task."""
    for body, _, variable in sites.operator_calls:
        if variable:
            return _at_end_of(sites, body, f'{variable} >> "the_next_task"')
    return None


def mixed_dags(sites: Sites) -> str | None:
    """A dependency joins the tasks of two DAGs."""
    in_functions = {
        id(node) for f in ast.walk(sites.tree) if isinstance(f, ast.FunctionDef) for node in ast.walk(f)
    }
    for _, call, variable in sites.operator_calls:
        if variable and id(call) not in in_functions:
            return sites.code + "\n" + _OTHER_DAG.format(task=variable)
    return None


def dag_never_called(sites: Sites) -> str | None:
    """The one ``@dag`` function of the file is not called."""
    functions = [
        node.name
        for node in sites.tree.body
        if isinstance(node, ast.FunctionDef) and any(map(is_dag_decorator, node.decorator_list))
    ]
    if len(functions) != 1 or len(sites.dag_calls) != 1 or builds_assets(sites):
        return None
    for node in sites.tree.body:
        if isinstance(node, ast.Expr | ast.Assign) and isinstance(node.value, ast.Call):
            unused = isinstance(node, ast.Expr) or node is sites.tree.body[-1]
            if called(node.value) == functions[0] and unused:
                return replaced(sites.code, node, "pass")
    return None


def no_dag(sites: Sites) -> str | None:
    """The file ends before it builds its DAG."""
    if builds_assets(sites):
        return None
    for node in sites.tree.body:
        calls = [c for c in ast.walk(node) if isinstance(c, ast.Call) and called(c) in ("DAG", "dag")]
        if calls:
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            return "".join(sites.code.splitlines(keepends=True)[: first - 1]) or None
    return None


def _at_end_of(sites: Sites, body: list[ast.stmt], text: str) -> str:
    """Returns the code with a line put at the end of a block, before its ``return``."""
    last = body[-1]
    lines = sites.code.splitlines(keepends=True)
    at = last.lineno - 1 if isinstance(last, ast.Return) else int(last.end_lineno or 0)
    line = " " * last.col_offset + text + "\n"
    return "".join([*lines[:at], "" if lines[at - 1].endswith("\n") else "\n", line, *lines[at:]])

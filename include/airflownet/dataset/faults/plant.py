"""One fault of each kind, planted into the text of a DAG file that loads.

A planter gets the file's sites and returns the text with exactly one fault, or None where the file offers
no place for it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from airflownet.dataset.faults.sites import (
    Sites,
    builds_assets,
    called,
    inserted_at_end,
    is_dag_decorator,
    keyword,
    literal_task_id,
    offset,
    replaced,
    with_argument,
)

_OTHER_DAG = """
from airflow.providers.standard.operators.empty import EmptyOperator as OtherOperator
from airflow.sdk import DAG as OtherDag

with OtherDag("another_dag", schedule=None):
    task_of_another_dag = OtherOperator(task_id="task_of_another_dag")
{task} >> task_of_another_dag
"""


def syntax(sites: Sites) -> str | None:
    """An operator's or DAG's parenthesis is not closed."""
    calls = [call for _, call, _ in sites.operator_calls] + sites.dag_calls
    if not calls:
        return None
    end = offset(sites.code, int(calls[0].end_lineno or 0), int(calls[0].end_col_offset or 0))
    return sites.code[: end - 1] + sites.code[end:]


def unknown_module(sites: Sites) -> str | None:
    """An import names a module of Airflow that does not exist."""
    for node in sites.imports:
        text = ast.get_source_segment(sites.code, node) or ""
        module = str(node.module)
        return replaced(sites.code, node, text.replace(module, f"{module}_of_old", 1))
    return None


def unknown_name(sites: Sites) -> str | None:
    """An import names a class or function that its module does not have."""
    for node in sites.imports:
        alias = node.names[-1]
        if alias.name != "*":
            wanted = f"{alias.name}OfOld as {alias.asname or alias.name}"
            return replaced(sites.code, alias, wanted)
    return None


def unknown_argument(sites: Sites) -> str | None:
    """An operator gets an argument it does not take."""
    for _, call, _ in sites.operator_calls:
        return with_argument(sites.code, call, "argument_of_old=1")
    return None


def missing_argument(sites: Sites) -> str | None:
    """A required argument is left out."""
    for name in ("bash_command", "python_callable", "task_id"):
        for _, call, _ in sites.operator_calls:
            found = keyword(call, name)
            if found is not None:
                start = offset(sites.code, found.lineno, found.col_offset)
                end = offset(sites.code, int(found.end_lineno or 0), int(found.end_col_offset or 0))
                rest = sites.code[end:].lstrip()
                return sites.code[:start] + rest.removeprefix(",")
    return None


def undefined_name(sites: Sites) -> str | None:
    """An argument is a name that nothing defines."""
    for _, call, _ in sites.operator_calls:
        return replaced(sites.code, call.keywords[-1].value, "name_of_nothing")
    return None


def bad_task_id(sites: Sites) -> str | None:
    """A task_id has characters that are not allowed."""
    for _, call, _ in sites.operator_calls:
        node = literal_task_id(call)
        if node is not None:
            return replaced(sites.code, node, '"no spaces, please!"')
    return None


def bad_cron(sites: Sites) -> str | None:
    """A schedule is no cron expression."""
    for call in sites.dag_calls:
        found = keyword(call, "schedule")
        if found is not None:
            return replaced(sites.code, found.value, '"61 25 * * *"')
        return with_argument(sites.code, call, 'schedule="61 25 * * *"')
    return None


def bad_trigger_rule(sites: Sites) -> str | None:
    """A trigger rule is none that Airflow has."""
    for _, call, _ in sites.operator_calls:
        if keyword(call, "trigger_rule") is None:
            return with_argument(sites.code, call, 'trigger_rule="all_fine"')
    return None


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
                return inserted_at_end(sites, body, f"{one} >> {two} >> {one}")
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


FAULTS: dict[str, tuple[Callable[[Sites], str | None], str]] = {
    "syntax": (syntax, "AFN001"),
    "unknown module": (unknown_module, "AFN101"),
    "unknown name": (unknown_name, "AFN102"),
    "unknown argument": (unknown_argument, "AFN202"),
    "missing argument": (missing_argument, "AFN203"),
    "undefined name": (undefined_name, "AFN201"),
    "bad task id": (bad_task_id, "AFN303"),
    "bad cron": (bad_cron, "AFN501"),
    "bad trigger rule": (bad_trigger_rule, "AFN207"),
    "duplicate task id": (duplicate_task_id, "AFN302"),
    "cycle": (cycle, "AFN401"),
    "mixed DAGs": (mixed_dags, "AFN402"),
    "@dag never called": (dag_never_called, "AFN301"),
    "no DAG": (no_dag, "AFN301"),
}
"""Kind -> how it is planted, and the rule that should find it."""

"""Faults in a file's text, imports, names and arguments, planted one at a time."""

from __future__ import annotations

import ast

from planted_sites import Sites, inserted_after_imports, keyword, offset, replaced, with_argument


def syntax(sites: Sites) -> str | None:
    """An operator's or DAG's parenthesis is not closed."""
    calls = [call for _, call, _ in sites.operator_calls] + sites.dag_calls
    if not calls:
        return None
    end = offset(sites.code, int(calls[0].end_lineno or 0), int(calls[0].end_col_offset or 0))
    return sites.code[: end - 1] + sites.code[end:]


def indentation(sites: Sites) -> str | None:
    """A line of a block is indented too far."""
    for body in sites.bodies[1:]:
        lines = sites.code.splitlines(keepends=True)
        at = body[-1].lineno - 1
        if len(body) > 1 and lines[at].strip() and not lines[at].lstrip().startswith(("@", '"', "'", ")")):
            return "".join([*lines[:at], "   " + lines[at], *lines[at + 1 :]])
    return None


def unknown_module(sites: Sites) -> str | None:
    """An import names a module of Airflow that does not exist."""
    for node in sites.imports:
        text = ast.get_source_segment(sites.code, node) or ""
        module = str(node.module)
        return replaced(sites.code, node, text.replace(module, f"{module}_of_old", 1))
    return None


def unknown_provider(sites: Sites) -> str | None:
    """An import names a provider that nobody ever wrote."""
    text = "from airflow.providers.nimbus.operators.nimbus import NimbusOperator"
    return inserted_after_imports(sites, text)


def unknown_name(sites: Sites) -> str | None:
    """An import names a class or function that its module does not have."""
    for node in sites.imports:
        alias = node.names[-1]
        if alias.name != "*":
            return replaced(sites.code, alias, f"{alias.name}OfOld as {alias.asname or alias.name}")
    return None


def unknown_standard_name(sites: Sites) -> str | None:
    """An import names something that a module of the standard library does not have."""
    return inserted_after_imports(sites, "from datetime import timedeltas")


def relative_import(sites: Sites) -> str | None:
    """A file of the DAGs folder imports as if it were in a package."""
    return inserted_after_imports(sites, "from .settings import SETTINGS")


def unknown_argument(sites: Sites) -> str | None:
    """An operator gets an argument it does not take."""
    for _, call, _ in sites.operator_calls:
        return with_argument(sites.code, call, "argument_of_old=1")
    return None


def unknown_dag_argument(sites: Sites) -> str | None:
    """A DAG gets an argument that no DAG takes."""
    for call in sites.dag_calls:
        return with_argument(sites.code, call, "retries_of_all=1")
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


def positional_argument(sites: Sites) -> str | None:
    """An operator gets an argument by place, which Airflow does not allow."""
    for _, call, _ in sites.operator_calls:
        if not call.args and call.keywords[0].arg is not None:
            return with_argument(sites.code, call, '"by_place"')
    return None


def undefined_name(sites: Sites) -> str | None:
    """An argument is a name that nothing defines."""
    for _, call, _ in sites.operator_calls:
        return replaced(sites.code, call.keywords[-1].value, "name_of_nothing")
    return None


def unknown_attribute(sites: Sites) -> str | None:
    """A task is asked for something it does not have."""
    for body, call, variable in sites.operator_calls:
        if variable:
            statement = next(s for s in body if getattr(s, "value", None) is call)
            end = offset(sites.code, int(statement.end_lineno or 0), int(statement.end_col_offset or 0))
            indent = " " * statement.col_offset
            return f"{sites.code[:end]}\n{indent}{variable}.set_after_all()\n{sites.code[end:]}"
    return None

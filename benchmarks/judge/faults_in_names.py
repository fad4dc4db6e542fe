"""Faults in a file's text, imports, names and arguments, planted one at a time."""

from __future__ import annotations

from airflownet.dataset.faults.sites import Sites, inserted_after_imports, offset, with_argument


def indentation(sites: Sites) -> str | None:
    """A line of a block is indented too far."""
    for body in sites.bodies[1:]:
        lines = sites.code.splitlines(keepends=True)
        at = body[-1].lineno - 1
        if len(body) > 1 and lines[at].strip() and not lines[at].lstrip().startswith(("@", '"', "'", ")")):
            return "".join([*lines[:at], "   " + lines[at], *lines[at + 1 :]])
    return None


def unknown_provider(sites: Sites) -> str | None:
    """An import names a provider that nobody ever wrote."""
    text = "from airflow.providers.nimbus.operators.nimbus import NimbusOperator"
    return inserted_after_imports(sites, text)


def unknown_standard_name(sites: Sites) -> str | None:
    """An import names something that a module of the standard library does not have."""
    return inserted_after_imports(sites, "from datetime import timedeltas")


def relative_import(sites: Sites) -> str | None:
    """A file of the DAGs folder imports as if it were in a package."""
    return inserted_after_imports(sites, "from .settings import SETTINGS")


def unknown_dag_argument(sites: Sites) -> str | None:
    """A DAG gets an argument that no DAG takes."""
    for call in sites.dag_calls:
        return with_argument(sites.code, call, "retries_of_all=1")
    return None


def positional_argument(sites: Sites) -> str | None:
    """An operator gets an argument by place, which Airflow does not allow."""
    for _, call, _ in sites.operator_calls:
        if not call.args and call.keywords[0].arg is not None:
            return with_argument(sites.code, call, '"by_place"')
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

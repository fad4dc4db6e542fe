"""An import that works on this Airflow line, and that Airflow wants replaced."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from airflownet.judge.loader.loaded_file import LoadedFile
from airflownet.judge.rules.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation


@rule(
    "AFN601",
    "deprecated-import",
    Severity.DEPRECATED,
    "An imported name is deprecated on this Airflow line",
    RuleDoc(
        what="The import works, and this Airflow line says that the name has moved or will go.",
        why="The next Airflow line may not have it.",
        bad="""
from airflow.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("daily"):
    BashOperator(task_id="hello", bash_command="echo hello")
""",
        good="""
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("daily"):
    BashOperator(task_id="hello", bash_command="echo hello")
""",
    ),
)
def deprecated_import(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
    """Yields one violation for each deprecated name that is imported."""
    if file.tree is None or context.catalogue is None or "airflow" not in file.code:
        return
    for node in file.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and context.catalogue.covers(node.module):
            yield from _deprecated(node, context)


def _deprecated(node: ast.ImportFrom, context: JudgeContext) -> Iterator[Violation]:
    for alias in node.names:
        if alias.name == "*":
            continue
        found = context.catalogue.resolve(node.module, alias.name)
        if found and found.deprecated is not None:
            instead = found.deprecated.replacement
            if instead == f"{node.module}.{alias.name}":
                continue
            message = f"{node.module}.{alias.name} is deprecated"
            yield deprecated_import.violation(
                message + (f": use {instead}" if instead else ""), node.lineno, node.col_offset + 1
            )

"""Recognises files that exist to test Airflow itself: no user's DAG remains once the test is taken out.

They run OpenLineage's test operator on the events of other DAGs, or clean up resources of the test project.
"""

from __future__ import annotations

import ast

from airflownet.mining.codemods.codemod import TESTS_AIRFLOW_ITSELF, GiveUpError
from airflownet.mining.codemods.harness_names import RESOURCE_CLEANUP

_MODULES = ("system.openlineage", "tests.system.openlineage", "providers.tests.system.openlineage")


def refuse_tests_of_airflow(text: str) -> str:
    """Returns the text as it is.

    Raises:
        GiveUpError: the file is a test of Airflow.
    """
    if "system.openlineage" not in text and RESOURCE_CLEANUP not in text:
        return text
    for node in ast.walk(ast.parse(text)):
        modules: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            modules = [node.module or ""]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        for module in modules:
            if module.split(".")[0] == RESOURCE_CLEANUP or f"{module}.".startswith(
                tuple(f"{name}." for name in _MODULES)
            ):
                raise GiveUpError(TESTS_AIRFLOW_ITSELF)
    return text

"""What a file uses: operators, provider packages, and parts of Airflow. Read from its syntax, never run."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass

from airflownet.dataset.operators import operators_of
from airflownet.judge.code_labels import labels_of
from airflownet.judge.loader import load_source

_TWO_PART_PROVIDERS = frozenset({"apache", "atlassian", "cncf", "common", "dbt", "ibm", "microsoft"})
_NO_FEATURES = ("hallucinated-", "test-harness", "package-not-in-catalogue")


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """The facts of one file; each tuple sorted, without repeats."""

    operators: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


def code_facts(code_and_line: tuple[str, str]) -> CodeFacts:
    """Returns the facts of (code, Airflow line); empty ones for text that is not Python."""
    code, airflow = code_and_line
    labels = labels_of(load_source(code, airflow))
    features = tuple(label for label in labels if not label.startswith(_NO_FEATURES))
    return CodeFacts(operators_of(code), providers_of(code), features)


def providers_of(code: str) -> tuple[str, ...]:
    """Returns the providers a file imports from, without ``airflow.providers.``, sorted; () if unparsable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    found = (_provider(module.split(".")) for module in modules)
    return tuple(sorted({name for name in found if name}))


def _provider(parts: list[str]) -> str:
    if parts[:2] != ["airflow", "providers"] or len(parts) < 3:
        return ""
    if parts[2] in _TWO_PART_PROVIDERS:
        return ".".join(parts[2:4]) if len(parts) > 3 else ""
    return parts[2]

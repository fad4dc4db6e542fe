"""Checks what a codemod made: it parses, every name it uses is bound, and no harness is left in it."""

from __future__ import annotations

import ast
import builtins
import symtable
import warnings

from airflownet.mining.codemods.codemod import HARNESS_NOT_REMOVABLE, GiveUpError
from airflownet.mining.codemods.harness_names import LEFT_OVER, mentions_harness
from airflownet.mining.dag_detection import builds_a_dag

_BUILTINS = {*dir(builtins), "__file__", "__name__", "__doc__", "__builtins__", "__spec__", "__path__"}


def require_sound(text: str, before: str) -> str:
    """Returns the text as it is.

    Raises:
        GiveUpError: it does not parse, builds no DAG, refers to the harness, or uses a name that ``before``
            bound and it does not.
    """
    if text == before and not mentions_harness(text):
        return text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text)
            unbound = unbound_names(text) - unbound_names(before)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise GiveUpError(HARNESS_NOT_REMOVABLE) from error
    if unbound:
        raise GiveUpError(HARNESS_NOT_REMOVABLE, f"no longer bound: {', '.join(sorted(unbound))}")
    left = LEFT_OVER.search(text)
    if left or mentions_harness(text):
        raise GiveUpError(HARNESS_NOT_REMOVABLE, f"left: {left[0] if left else 'harness import'}")
    if not builds_a_dag(tree):
        raise GiveUpError(HARNESS_NOT_REMOVABLE, "no DAG remains")
    return text


def unbound_names(text: str) -> set[str]:
    """Returns the names that some scope reads as global, and neither the module nor Python binds.

    Raises:
        SyntaxError, ValueError: the text is not Python.
    """
    module = symtable.symtable(text, "<dag>", "exec")
    if any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in ast.walk(ast.parse(text))):
        return set()
    bound = {
        s.get_name() for s in module.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()
    }
    read: set[str] = set()
    tables = [module]
    while tables:
        table = tables.pop()
        tables.extend(table.get_children())
        for symbol in table.get_symbols():
            name = symbol.get_name()
            if symbol.is_declared_global() and symbol.is_assigned():
                bound.add(name)
            if symbol.is_referenced() and (table is module or symbol.is_global()):
                read.add(name)
    return read - bound - _BUILTINS

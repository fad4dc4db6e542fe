"""Which operators a file uses: classes it imports from airflow and calls, and TaskFlow decorators."""

from __future__ import annotations

import ast
import warnings

_ENDINGS = ("Operator", "Sensor", "SensorAsync")


def operators_of(code: str) -> tuple[str, ...]:
    """Returns class names and decorators (``@task.branch``), sorted, without repeats; () if unparsable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    modules: dict[str, str] = {}
    names: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "airflow":
            for alias in node.names:
                names[alias.asname or alias.name] = (str(node.module), alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname and alias.name.split(".")[0] == "airflow":
                    modules[alias.asname] = alias.name
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found.update(_operator(node.func, names, modules))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for decorator in node.decorator_list:
                found.update(_decorator(decorator, names))
    return tuple(sorted(found))


def _operator(
    function: ast.expr, names: dict[str, tuple[str, str]], modules: dict[str, str]
) -> tuple[str, ...]:
    if isinstance(function, ast.Attribute):
        if function.attr in ("partial", "expand", "expand_kwargs"):
            inner = function.value
            return _operator(inner.func if isinstance(inner, ast.Call) else inner, names, modules)
        if isinstance(function.value, ast.Name):
            local = function.value.id
            module = modules.get(local) or ".".join(names.get(local, ("", "")))
            return _named(module, function.attr)
        return ()
    return _named(*names[function.id]) if isinstance(function, ast.Name) and function.id in names else ()


def _named(module: str, name: str) -> tuple[str, ...]:
    return (name,) if module.startswith("airflow") and name.endswith(_ENDINGS) else ()


def _decorator(node: ast.expr, names: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    node = node.func if isinstance(node, ast.Call) else node
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name) and names.get(node.id, ("", ""))[1] in ("task", "setup", "teardown"):
        return ("@" + ".".join([names[node.id][1], *parts]),)
    return ()

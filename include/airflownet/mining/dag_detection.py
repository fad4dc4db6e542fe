"""Does a file build a DAG? Answered on the syntax tree, with import aliases resolved.

A DAG file imports airflow and calls a class ``DAG`` of it (also as ``with DAG(...)``), or uses its
decorator ``dag``. Followed are import aliases, names assigned from them, subclasses of ``DAG`` and
``functools.partial`` of it. Text in strings and comments does not count; nor does a file whose DAGs a factory
of another module of the project makes: only where the project is at hand can that be told.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections import defaultdict

SYNTAX_ERROR = "syntax-error"
NOT_A_DAG_FILE = "not-a-dag-file"
MAY_USE_A_FACTORY = "may-use-a-factory"


def why_not_a_dag_file(text: str, *, with_factories: bool = False) -> str | None:
    """Returns None for a DAG file, else ``syntax-error``, ``not-a-dag-file`` or ``may-use-a-factory``.

    Args:
        text: the file.
        with_factories: tell apart what calls another module that may build DAGs: the project decides.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return SYNTAX_ERROR
    if builds_a_dag(tree):
        return None
    return MAY_USE_A_FACTORY if with_factories and calls_another_module(tree) else NOT_A_DAG_FILE


def calls_another_module(tree: ast.Module) -> bool:
    """Tells whether the module's own statements call what neither Python nor Airflow itself brings.

    So does ``dag = make_daily("sales")`` with ``from common.factory import make_daily``, and ``@daily_dag``
    above a function; what functions and classes of the file call does not count.
    """
    names: set[str] = set()
    called: set[str] = set()
    pending: list[ast.AST] = list(tree.body)
    for node in pending:  # grows while it is walked
        if isinstance(node, ast.ImportFrom) and (node.level or _is_foreign(node.module or "")):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            foreign = (alias for alias in node.names if _is_foreign(alias.name))
            names.update(alias.asname or alias.name.partition(".")[0] for alias in foreign)
        elif isinstance(node, ast.Call):
            called.add(_first_name(node.func))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            called.update(_first_name(decorator) for decorator in node.decorator_list)
        elif not isinstance(node, ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))
    return bool(called) if "*" in names else not names.isdisjoint(called)


def _is_foreign(module: str) -> bool:
    return module.partition(".")[0] not in sys.stdlib_module_names and not _in_airflow(module)


def _first_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def builds_a_dag(tree: ast.Module) -> bool:
    """Tells whether a module calls airflow's ``DAG`` or uses its ``@dag``."""
    return _builds_plainly(tree) or _builds_anywhere(list(ast.walk(tree)))


def _builds_plainly(tree: ast.Module) -> bool:
    """Tells it of the module's own statements, which is enough for most DAG files; False says nothing.

    What is found here is found in the whole tree too: more imports give a name more meanings and take none
    away, but for names of star imports, which are left to the whole tree.
    """
    nodes: list[ast.AST] = []
    for statement in tree.body:
        nodes.append(statement)
        if isinstance(statement, ast.With):
            nodes += [item.context_expr for item in statement.items]
        elif isinstance(statement, ast.Assign | ast.Expr):
            nodes.append(statement.value)
    names = _imported_names(nodes)
    return "*" not in names and _builds(nodes, names)


def _builds_anywhere(nodes: list[ast.AST]) -> bool:
    names = _imported_names(nodes)
    if names:
        _add_renamed(nodes, names)
    return bool(names) and _builds(nodes, names)


def _builds(nodes: list[ast.AST], names: dict[str, set[str]]) -> bool:
    for node in nodes:
        if isinstance(node, ast.Call) and _is_airflow(node.func, names, ("DAG", "dag")):
            return True
        if isinstance(node, ast.FunctionDef) and any(
            _is_airflow(decorator, names, ("dag",)) for decorator in node.decorator_list
        ):
            return True
    return False


def _imported_names(nodes: list[ast.AST]) -> dict[str, set[str]]:
    """Returns local name -> dotted airflow paths it may stand for; ``*`` holds star imports."""
    names: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if _in_airflow(alias.name):
                    local = alias.asname or "airflow"
                    names[local].add(alias.name if alias.asname else "airflow")
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and _in_airflow(node.module or ""):
            for alias in node.names:
                local = alias.asname or alias.name
                names[local].add(f"{node.module}.{alias.name}" if alias.name != "*" else str(node.module))
    return names


def _add_renamed(nodes: list[ast.AST], names: dict[str, set[str]]) -> None:
    """Adds what stands for ``DAG`` or ``dag`` by assignment, subclass or partial, in order of the code."""
    for node in nodes:
        if isinstance(node, ast.Assign) and _stands_for(node.value, names):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    names[target.id].add(_stands_for(node.value, names))
        elif isinstance(node, ast.ClassDef) and any(
            _is_airflow(base, names, ("DAG",)) for base in node.bases
        ):
            names[node.name].add("airflow.DAG")


def _stands_for(value: ast.expr, names: dict[str, set[str]]) -> str:
    """Returns the path of the object that an expression is another name for, empty when it is none."""
    if isinstance(value, ast.Call) and value.args and _last_name(value.func) == "partial":
        value = value.args[0]
    return next((f"airflow.{name}" for name in ("DAG", "dag") if _is_airflow(value, names, (name,))), "")


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _in_airflow(module: str) -> bool:
    return module == "airflow" or module.startswith("airflow.")


def _is_airflow(node: ast.expr, names: dict[str, set[str]], wanted: tuple[str, ...]) -> bool:
    """Tells whether an expression is the dotted name of one of the wanted objects of airflow."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return False
    if node.id not in names:
        return "*" in names and not attributes and node.id in wanted
    return any(".".join([path, *attributes]).rpartition(".")[2] in wanted for path in names[node.id])

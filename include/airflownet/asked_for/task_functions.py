"""What the Python function of a task really does, read from its syntax tree; it is never run.

A function is hollow when it only prints, logs, sleeps, passes or returns something fixed: then its name and
its messages are promises, not work.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from airflownet.asked_for.terms import Terms, terms_of
from airflownet.judge.loader.loaded_file import Symbol, TaskModel

_TALKS: Final = frozenset({"print", "log", "logger", "logging", "pprint", "warnings"})
_DOES_NOTHING: Final = frozenset(
    {
        "print",
        "pprint",
        "len",
        "str",
        "repr",
        "format",
        "join",
        "sleep",
        "now",
        "utcnow",
        "today",
        "getLogger",
    }
    | {"info", "debug", "warning", "error", "strftime", "isoformat", "dict", "list", "range", "enumerate"}
    | {"xcom_pull", "xcom_push", "get_current_context", "get", "keys", "values", "items"}
)
_COMPUTES: Final = (ast.BinOp, ast.AugAssign, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp)
_LEFT_OUT_OF_PATHS: Final = frozenset(
    {"airflow", "providers", "hooks", "operators", "sensors", "sdk", "models"}
)
_DEEPEST: Final = 3
_MOST_CHARS: Final = 400

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class FunctionWork:
    """What one function does."""

    terms: Terms
    is_hollow: bool
    told: Terms = field(default_factory=Terms)
    """What its messages are made of, without their wording: ``print(params)`` tells the params."""
    literals: frozenset[str] = frozenset()
    """Its strings, in lower case; without docstrings and messages."""


@dataclass
class FunctionsOfFile:
    """The functions of one file by name, and where its imported names come from."""

    by_name: dict[str, FunctionNode] = field(default_factory=dict)
    lambdas: dict[int, ast.Lambda] = field(default_factory=dict)
    """The line of the call that a lambda is an argument of -> the lambda."""
    origins: dict[str, str] = field(default_factory=dict)
    """Imported name -> its dotted path."""

    @classmethod
    def of(cls, tree: ast.Module) -> FunctionsOfFile:
        """Returns those of a tree."""
        found = cls()
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.by_name.setdefault(_task_id(node) or node.name, node)
                found.by_name.setdefault(node.name, node)
            elif isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if isinstance(keyword.value, ast.Lambda):
                        found.lambdas[node.lineno] = keyword.value
            elif isinstance(node, ast.Import):
                found.origins |= {
                    alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names
                }
            elif isinstance(node, ast.ImportFrom):
                found.origins |= {
                    alias.asname or alias.name: f"{node.module or ''}.{alias.name}" for alias in node.names
                }
        return found

    def of_task(self, task: TaskModel) -> FunctionNode | None:
        """Returns the function a task runs, None when the file does not hold it."""
        callable_ = task.arguments.get("python_callable")
        if isinstance(callable_, Symbol):
            if callable_.path == "<lambda>":
                return self.lambdas.get(task.line)
            return self.by_name.get(callable_.path.rsplit(".", 1)[-1])
        if task.operator.startswith("@") and isinstance(task.task_id, str):
            name = task.task_id.rsplit(".", 1)[-1]
            return self.by_name.get(name) or self.by_name.get(name.partition("__")[0])
        return None

    def work_of(self, node: FunctionNode) -> FunctionWork:
        """Returns what a function does, with the functions of the file it calls."""
        seen: set[str] = set()
        terms, literals, is_hollow = Terms(), set[str](), True
        waiting: list[tuple[FunctionNode, int]] = [(node, 0)]
        while waiting:
            current, depth = waiting.pop()
            for part in _working_parts(current):
                terms |= self._terms(part)
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    literals.add(part.value[:_MOST_CHARS].lower())
                if isinstance(part, _COMPUTES):
                    is_hollow = False
                if isinstance(part, ast.Call):
                    name = _called(part)
                    local = self.by_name.get(name) if isinstance(part.func, ast.Name) else None
                    if local is not None:
                        if name not in seen and depth < _DEEPEST:
                            seen.add(name)
                            waiting.append((local, depth + 1))
                    elif name not in _DOES_NOTHING:
                        is_hollow = False
        return FunctionWork(terms, is_hollow, self._told(node), frozenset(literals))

    def _told(self, node: FunctionNode) -> Terms:
        """Returns the terms of the names that a function prints or logs; none when it tells nothing."""
        told, is_told = Terms(), False
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and (_called(part) in ("print", "pprint") or _is_log(part)):
                is_told = True
                for inner in ast.walk(part):
                    if isinstance(inner, (ast.Name, ast.Attribute)):
                        told |= self._terms(inner)
        return Terms(told.products, frozenset({"print"}), told.things) if is_told else Terms()

    def _terms(self, part: ast.AST) -> Terms:
        if isinstance(part, ast.Name):
            path = self.origins.get(part.id)
            return _of_path(path) if path else terms_of(part.id)
        if isinstance(part, ast.Attribute):
            return terms_of(part.attr)
        if isinstance(part, ast.keyword) and part.arg:
            return terms_of(part.arg)
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            return terms_of(part.value[:_MOST_CHARS])
        if isinstance(part, (ast.Import, ast.ImportFrom)):
            module = getattr(part, "module", "") or ""
            found = Terms()
            for alias in part.names:
                found |= _of_path(f"{module}.{alias.name}")
            return found
        return Terms()


def _of_path(path: str) -> Terms:
    return terms_of(" ".join(part for part in path.split(".") if part not in _LEFT_OUT_OF_PATHS))


def _task_id(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Returns the id a decorator gives a task: ``@task(task_id="x")``."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "task_id" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
    return ""


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _talks(node: ast.stmt) -> bool:
    """True for a statement that only tells: a message, a docstring."""
    if not isinstance(node, ast.Expr):
        return False
    value = node.value
    if isinstance(value, ast.Constant):
        return True
    if not isinstance(value, ast.Call):
        return False
    root: ast.expr = value.func
    while isinstance(root, (ast.Attribute, ast.Call)):
        root = root.value if isinstance(root, ast.Attribute) else root.func
    owner = root.id if isinstance(root, ast.Name) else ""
    return owner in _TALKS or _is_log(value)


def _is_log(call: ast.Call) -> bool:
    return _called(call) in ("info", "debug", "warning", "error", "log") and "log" in ast.dump(call.func)


def _working_parts(node: FunctionNode) -> Iterator[ast.AST]:
    """Yields every node of the body that is no message, docstring or annotation."""
    body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    waiting = list(reversed(body))
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.stmt) and _talks(part):
            continue
        if isinstance(part, ast.Call) and _called(part) in ("print", "pprint"):
            continue
        yield part
        skipped = {
            id(one) for one in (getattr(part, "annotation", None), getattr(part, "returns", None)) if one
        }
        waiting += [child for child in ast.iter_child_nodes(part) if id(child) not in skipped]


def literal_texts(arguments: Mapping[str, object]) -> Iterator[str]:
    """Yields the literal strings and numbers in a task's arguments, at any depth, in lower case."""
    waiting: list[object] = list(arguments.values())
    n_left = 2000
    while waiting and n_left:
        n_left -= 1
        value = waiting.pop()
        if isinstance(value, str):
            yield value[:_MOST_CHARS].lower()
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield f"{value}"
        elif isinstance(value, Mapping):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, (list, tuple, set, frozenset)):
            waiting += list(value)
        elif isinstance(value, Symbol):
            waiting += [*value.args, *(one for _, one in value.kwargs)]

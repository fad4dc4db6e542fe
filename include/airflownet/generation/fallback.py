"""Which grammar a refused statement is drawn with, from the catalogue and the file as it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from airflownet.generation import grammar
from airflownet.generation.cards import Cards, schedule_argument, sdk_module
from airflownet.generation.grammar import Argument, CallShape
from airflownet.generation.request_words import often_given
from airflownet.generation.unfinished import made_whole
from airflownet.generation.wanted import Wanted
from airflownet.judge.catalogue import Catalogue, ClassInfo

_FROM: Final = re.compile(r"^\s*from\s+(airflow[\w.]*)")
_CALLED: Final = re.compile(r"\b([A-Za-z_][\w.]*)\s*\(")
_WITH_OPERATORS: Final = ("operators", "sensors", "transfers")
_MOST_MODULES: Final = 40
_MOST_NAMES: Final = 400
_MOST_OPTIONAL: Final = 10
_OF_ALL_OPERATORS: Final = ("retries", "trigger_rule")
_SCHEDULES: Final = ("None", '"@daily"', '"@hourly"', '"@weekly"', '"@once"')
_TASKFLOW: Final = ("dag", "task", "task_group", "chain", "cross_downstream", "Param", "TriggerRule", "Asset")


@dataclass(frozen=True)
class Surroundings:
    """What the file has at the place of a statement."""

    operators: Mapping[str, ClassInfo]
    """Name in the file -> operator class that it is."""
    tasks: tuple[str, ...]
    """Variables that hold tasks."""
    functions: tuple[str, ...]
    names: tuple[str, ...]
    """Other variables of the module."""
    has_dag: bool
    """True inside or behind ``with DAG(...)``."""
    imported: frozenset[str]
    indent: str
    """Of the block that is open at the end."""


def surroundings(code: str, catalogue: Catalogue) -> Surroundings:
    """Returns what the accepted part of a file offers to its next statement."""
    try:
        tree = ast.parse(made_whole(code))
    except (SyntaxError, ValueError, RecursionError):
        tree = ast.Module([], [])
    operators: dict[str, ClassInfo] = {}
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                imported.add(alias.asname or alias.name)
                found = catalogue.class_(f"{node.module}.{alias.name}")
                if found is not None and found.is_operator:
                    operators[alias.asname or alias.name] = found
        elif isinstance(node, ast.Import):
            imported.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    block = next((n for n in reversed(tree.body) if isinstance(n, ast.With) and _is_dag(n)), None)
    assigned = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)]
    tasks = [
        n.targets[0].id
        for n in assigned
        if isinstance(n.targets[0], ast.Name)
        and isinstance(n.value, ast.Call)
        and _name(n.value.func) in operators
    ]
    module_names = [
        n.targets[0].id for n in tree.body if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)
    ]
    return Surroundings(
        operators,
        tuple(dict.fromkeys(tasks)),
        tuple(n.name for n in tree.body if isinstance(n, ast.FunctionDef) and not n.decorator_list),
        tuple(name for name in module_names if name.isupper()),
        block is not None,
        frozenset(imported),
        "    " if block is not None and tree.body and tree.body[-1] is block else "",
    )


def fallback_grammar(code: str, refused: str, catalogue: Catalogue, wanted: Wanted, cards: Cards) -> str:
    """Returns the grammar for drawing a refused statement again; empty where none fits it.

    Args:
        code: the accepted part of the file.
        refused: the statement that was refused.
        catalogue: of the requested line.
        wanted: what the request states.
        cards: what the prompt told.
    """
    here = surroundings(code, catalogue)
    lead = _lead(code, here.indent)
    text = refused.strip()
    if (match := _FROM.match(text)) is not None:
        return grammar.import_grammar(importable(catalogue, match[1], here, cards), _lead(code, ""))
    called = [name.rpartition(".")[2] for name in _CALLED.findall(text)]
    if "DAG" in called and "DAG" in here.imported and not here.has_dag:
        return grammar.header_grammar(dag_shape(catalogue, wanted, here), _lead(code, ""))
    if not here.has_dag:
        return ""
    callees = [name for name in called if name in here.operators] or list(here.operators)
    if callees and called:
        return call_of(callees, here, wanted, code)
    if ">>" in text and len(here.tasks) > 1:
        return grammar.relation_grammar(here.tasks, lead)
    return ""


def call_of(callees: Sequence[str], here: Surroundings, wanted: Wanted, code: str) -> str:
    """Returns the grammar of a call of one of the operators that the file has imported."""
    left = tuple(f'"{task}"' for task in wanted.task_ids if f'"{task}"' not in code)
    shapes = [operator_shape(name, here.operators[name], here, left) for name in callees[:6]]
    return grammar.call_grammar(shapes, here.names, _lead(code, here.indent), here.indent)


def operator_shape(name: str, found: ClassInfo, here: Surroundings, ids_left: tuple[str, ...]) -> CallShape:
    """Returns what a call of an operator takes: required arguments, then its own that are often given."""
    signature = found.init
    arguments = [Argument("task_id", True, ids_left, "id")]
    own = [p for p in signature if not p.owner.endswith((".BaseOperator", ".BaseSensorOperator"))]
    own.sort(key=lambda p: (not p.required, p.name not in often_given()))
    optional = 0
    for parameter in own:
        if parameter.name == "task_id" or parameter.name not in signature.by_keyword:
            continue
        if not parameter.required:
            optional += 1
            if optional > _MOST_OPTIONAL:
                break
        values: tuple[str, ...] = ()
        if parameter.name == "python_callable":
            values = here.functions or ("lambda: None",)
        elif "Callable" in parameter.annotation or "timedelta" in parameter.annotation:
            if not parameter.required:
                continue
            values = here.functions or ("lambda: None",)
        arguments.append(Argument(parameter.name, parameter.required, values, parameter.annotation))
    arguments += [
        Argument("retries", False, (), "int")
        if n == "retries"
        else Argument(n, False, ('"all_done"', '"one_failed"'))
        for n in _OF_ALL_OPERATORS
    ]
    return CallShape(name, tuple(arguments))


def dag_shape(catalogue: Catalogue, wanted: Wanted, here: Surroundings) -> CallShape:
    """Returns the header that a DAG may have: the stated id and schedule where they are stated."""
    schedules = (wanted.schedule,) if wanted.schedule else _SCHEDULES
    arguments = [
        Argument("dag_id", True, (f'"{wanted.dag_id}"',) if wanted.dag_id else (), "id"),
        Argument(schedule_argument(catalogue), True, schedules),
    ]
    if "datetime" in here.imported:
        starts = ("datetime(2024, 1, 1)", "datetime(2025, 1, 1)", "datetime(2021, 1, 1)")
        arguments.append(Argument("start_date", True, starts))
    arguments.append(Argument("catchup", True, ("False",)))
    return CallShape("DAG", tuple(arguments))


def import_of_cards(cards: Cards, code: str) -> str:
    """Returns the grammar of an import of one of the operators that the cards tell of; empty without any."""
    names: dict[str, tuple[str, ...]] = {}
    for card in cards.cards:
        if card.name.endswith(("Operator", "Sensor", "GenericTransfer")):
            names[card.module] = (*names.get(card.module, ()), card.name)
    return grammar.import_grammar(names, _lead(code, "")) if names else ""


def importable(
    catalogue: Catalogue, wanted: str, here: Surroundings, cards: Cards
) -> dict[str, tuple[str, ...]]:
    """Returns what a refused import may become: names of the cards, of a DAG's head, near what was meant."""
    found: dict[str, list[str]] = {}
    for card in cards.cards:
        found.setdefault(card.module, []).append(card.name.partition(".")[0])
    sdk = sdk_module(catalogue)
    core = "airflow.sdk" if sdk == "airflow.sdk" else "airflow.decorators"
    found.setdefault(sdk, []).append("DAG")
    found.setdefault(core, []).extend(name for name in _TASKFLOW if catalogue.resolve(core, name))
    prefix = wanted
    while prefix.count(".") > 1 and not catalogue.has_module(prefix):
        prefix = prefix.rpartition(".")[0]
    near = [m for m in catalogue.modules if m == prefix or m.startswith(prefix + ".")]
    near = [m for m in near if "._" not in m and any(f".{part}" in m for part in _WITH_OPERATORS)]
    n_names = 0
    for module_path in near[:_MOST_MODULES]:
        module = catalogue.module(module_path)
        if module is None or module.import_error:
            continue
        names = [n for n in module.exports if n.endswith(("Operator", "Sensor"))]
        n_names += len(names)
        if n_names > _MOST_NAMES:
            break
        found.setdefault(module_path, []).extend(names)
    left = {m: tuple(dict.fromkeys(n for n in names if n not in here.imported)) for m, names in found.items()}
    return {module_path: names for module_path, names in left.items() if names}


def _lead(code: str, indent: str) -> str:
    """Returns the expression of line ends and indent before the statement."""
    shown = grammar.quoted(indent) if indent else '""'
    if not code or code.endswith("\n"):
        return f'("\\n")? {shown}'
    return f'"\\n" ("\\n")? {shown}'


def _is_dag(node: ast.With) -> bool:
    return any(
        isinstance(i.context_expr, ast.Call) and _name(i.context_expr.func) == "DAG" for i in node.items
    )


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""

"""Writes the table of operator arguments that ``__init__`` turns into a member of an enumeration.

usage: enum_arguments.py --python PATH [--python PATH ...]

Each interpreter holds an Airflow with its providers (``make oracle``); their sources are read, not imported.
An argument counts where ``__init__`` of a class calls ``SomeEnum(argument)`` and ``SomeEnum`` is an
enumeration of text defined in those sources. The values are those of all interpreters together.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

DATA = Path(__file__).parents[2] / "include/airflownet/judge/catalogue/data/enum_arguments.json"


def enumerations(trees: list[ast.Module]) -> dict[str, set[str]]:
    """Returns name of the class -> values, for enumerations whose members are all text."""
    found: dict[str, set[str]] = defaultdict(set)
    for tree in trees:
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef) or not any("Enum" in ast.unparse(b) for b in node.bases):
                continue
            if any(isinstance(item, ast.FunctionDef) and item.name == "_missing_" for item in node.body):
                continue
            values = [i.value for i in node.body if isinstance(i, ast.Assign)]
            texts = [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]
            if texts and len(texts) == len(values):
                found[node.name].update(texts)
    return found


def arguments(tree: ast.Module, known: dict[str, set[str]]) -> list[tuple[str, str, str]]:
    """Returns (class, argument, enumeration) of each ``SomeEnum(argument)`` in an ``__init__``."""
    found = []
    for cls in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for init in (n for n in cls.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"):
            names = {parameter.arg for parameter in (*init.args.args, *init.args.kwonlyargs)} - {"self"}
            for call in (node for node in ast.walk(init) if isinstance(node, ast.Call)):
                match call:
                    case ast.Call(ast.Name(enumeration), [ast.Name(name)]) if enumeration in known:
                        if name in names:
                            found.append((cls.name, name, enumeration))
    return found


def main(
    python: Annotated[list[Path], typer.Option(help="Interpreter with Airflow and its providers.")],
) -> None:
    """Reads the sources of every interpreter and writes the table."""
    trees = []
    for interpreter in python:
        for root in interpreter.parents[1].glob("lib/python*/site-packages/airflow"):
            for path in sorted([*root.glob("providers/**/*.py"), *root.glob("sensors/**/*.py")]):
                trees.append(ast.parse(path.read_text(encoding="utf-8")))
    known = enumerations(trees)
    table: dict[str, dict[str, list[str]]] = {}
    for tree in trees:
        for cls, argument, enumeration in arguments(tree, known):
            table.setdefault(cls, {})[argument] = [enumeration, *sorted(known[enumeration])]
    rows = [f" {json.dumps(cls)}: {json.dumps(table[cls])}" for cls in sorted(table)]
    DATA.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    typer.echo(f"{sum(map(len, table.values()))} arguments of {len(table)} classes")


if __name__ == "__main__":
    typer.run(main)

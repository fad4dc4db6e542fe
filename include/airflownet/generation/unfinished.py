"""Judges a DAG file that is still being written, up to its last complete line.

An open block and a file without a DAG are no faults yet; a module, name or argument that the Airflow line
does not have, an undefined name, a refused value, a task id used twice or a cycle are. The file is made whole
in the shortest way (``pass`` in an open block, ``except`` for an open ``try``, a call of a ``@dag`` function
that nothing calls yet, so that its body is walked) and the judge's loader walks it; nothing is run.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Final

from airflownet.generation.place import NOWHERE, Place
from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.loader import Failure, LoadedFile, load_source

_INDENT: Final = "    "
_HARMLESS: Final = frozenset({"raises"})
"""Possible failures that leave the verdict alone, as in ``judge.verdict``."""
_HEADER: Final = re.compile(r"^([ \t]*)(?:async\s+)?(try|except|finally|else|elif)\b")
_FUNCTION: Final = re.compile(r"^(?:async\s+)?def\s+(\w+)\s*\(\s*\)")
_MODULE_NAMES: Final = frozenset({*dir(builtins), "__file__", "__name__", "__doc__"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why the file as it stands cannot become one that loads."""

    kind: str
    """As the loader names it (``unknown-module``, ``unknown-argument``, ``cycle`` ...), or ``unknown``."""
    message: str
    subject: str = ""
    line: int = 0


def faults_so_far(code: str, airflow: str = "3.3", *, packages: Set[str] = frozenset()) -> tuple[Fault, ...]:
    """Returns what is wrong with an unfinished file; empty when it may still become one that loads.

    Never raises for any text. About 1 ms for a short file.

    Args:
        code: the file up to the end of a logical line.
        airflow: line or version.
        packages: top-level modules beyond Airflow's that may be imported: what the request names.

    Raises:
        InputError: there is no catalogue for that line.
    """
    whole = made_whole(code)
    loaded = load_source(whole, airflow)
    if calls := _calls_of_uncalled(loaded, whole):
        loaded = load_source(whole + calls, airflow)
    return tuple(_faults(loaded, airflow, packages))


def faults_of_finished(
    code: str, airflow: str = "3.3", *, packages: Set[str] = frozenset(), place: Place = NOWHERE
) -> tuple[Fault, ...]:
    """Returns what is wrong with a whole file, names in functions that nothing defines included."""
    loaded = load_source(code, airflow, path=place.path, project=place.project)
    faults = list(_faults(loaded, airflow, packages, place))
    if loaded.tree is not None:
        faults += _undefined_in_functions(code)
    if not faults and not loaded.dags:
        uncalled = ", ".join(name for name, _ in loaded.uncalled_dags)
        hint = f": nothing calls {uncalled}()" if uncalled else ""
        faults.append(Fault("no-dag", f"the file builds no DAG{hint}"))
    return tuple(faults)


def made_whole(code: str) -> str:
    """Returns the text with what its open blocks lack, so that Python's parser takes it."""
    lines = code.rstrip().split("\n")
    text = "\n".join(lines) + "\n"
    last = _last_logical_line(lines)
    indent = last[: len(last) - len(last.lstrip())]
    if last.lstrip().startswith("@"):
        text += f"{indent}def _unfinished(): pass\n"
    elif _opens_block(lines):
        text += f"{indent}{_INDENT}pass\n"
    for indent in _open_tries(lines):
        text += f"{indent}except Exception:\n{indent}{_INDENT}pass\n"
    return text


def _last_logical_line(lines: list[str]) -> str:
    """Returns the first physical line of the last logical one."""
    try:
        tokens = list(_logical_starts("\n".join(lines) + "\n"))
    except (SyntaxError, ValueError):
        return lines[-1] if lines else ""
    return lines[tokens[-1] - 1] if tokens else ""


def _logical_starts(text: str) -> Iterator[int]:
    from airflownet.generation.logical_lines import LogicalLines

    scan, number, start = LogicalLines(), 1, 0
    for char in text:
        had_code = scan.has_code
        ended = scan.feed(char)
        if scan.has_code and not had_code:
            start = number
        if ended:
            yield start
        if char == "\n":
            number += 1


def _opens_block(lines: list[str]) -> bool:
    for line in reversed(lines):
        bare = line.split("#")[0].rstrip() if '"' not in line and "'" not in line else line.rstrip()
        if bare.strip() and not bare.lstrip().startswith("#"):
            return bare.endswith(":")
    return False


def _open_tries(lines: list[str]) -> list[str]:
    """Returns the indents of ``try`` blocks that no ``except`` or ``finally`` has closed, innermost first."""
    open_: list[str] = []
    for line in lines:
        match = _HEADER.match(line)
        if match is None:
            continue
        indent, word = match.groups()
        if word == "try":
            open_.append(indent)
        elif word in ("except", "finally") and indent in open_:
            del open_[open_.index(indent) :]
    return open_[::-1]


def _calls_of_uncalled(loaded: LoadedFile, code: str) -> str:
    """Returns calls of the ``@dag`` functions that nothing calls yet; those that need arguments are left."""
    if not loaded.uncalled_dags:
        return ""
    lines = code.split("\n")
    calls = ""
    for name, line in loaded.uncalled_dags:
        near = lines[max(0, line - 1) : line + 12]
        if any(_FUNCTION.match(text) and f"def {name}" in text for text in near):
            calls += f"{name}()\n"
    return calls


def _faults(loaded: LoadedFile, airflow: str, packages: Set[str], place: Place = NOWHERE) -> Iterator[Fault]:
    for failure in loaded.failures:
        yield _fault(failure)
    allowed = False
    for failure in loaded.uncertain:
        if failure.kind == "third-party-module" and _may_import(failure.subject, airflow, packages):
            allowed = True
            continue
        yield _fault(failure)
    for failure in loaded.possible_failures:
        if failure.kind not in _HARMLESS:
            yield _fault(failure)
    told = {f"{f.exception}: {f.message} (line {f.line})" for f in loaded.uncertain}
    if not allowed:
        for reason in loaded.unknowns:
            if reason not in told:
                yield Fault("unknown", reason)
    if loaded.tree is not None:
        yield from _imports_in_functions(loaded.tree, airflow, packages, place)


def _fault(failure: Failure) -> Fault:
    return Fault(failure.kind, f"{failure.exception}: {failure.message}", failure.subject, failure.line)


def _may_import(subject: str, airflow: str, packages: Set[str]) -> bool:
    """True for a package that the request names, or that an official provider of the line installs."""
    top = subject.partition(".")[0]
    if top in packages:
        return True
    return any(package.installed for package in load_catalogue(airflow).packages_of(subject))


def _imports_in_functions(
    tree: ast.Module, airflow: str, packages: Set[str], place: Place
) -> Iterator[Fault]:
    """Imports in function bodies run later; what they name must exist all the same."""
    functions = (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    imports = {n for f in functions for n in ast.walk(f) if isinstance(n, (ast.Import, ast.ImportFrom))}
    for node in sorted(imports, key=lambda one: one.lineno):
        source = ast.unparse(node) + "\n"
        for failure in _import_failures(source, airflow, place):
            if failure.kind == "third-party-module" and _may_import(failure.subject, airflow, packages):
                continue
            yield Fault(failure.kind, f"{failure.exception}: {failure.message}", failure.subject, node.lineno)


def _import_failures(source: str, airflow: str, place: Place) -> Iterable[Failure]:
    loaded = load_source(source, airflow, path=place.path, project=place.project)
    return (*loaded.failures, *loaded.uncertain)


def _undefined_in_functions(code: str) -> Iterator[Fault]:
    """Names that a function reads and nothing in the file defines; Airflow meets them when the task runs."""
    try:
        top = symtable.symtable(code, "dag_file.py", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return
    if "import *" in code:
        return
    defined = {
        symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()
    }
    defined |= {symbol.get_name() for symbol in top.get_symbols() if symbol.is_namespace()} | _MODULE_NAMES
    tables = list(top.get_children())
    while tables:
        table = tables.pop()
        defined |= {s.get_name() for s in table.get_symbols() if s.is_declared_global() and s.is_assigned()}
        tables += table.get_children()
    tables, seen = list(top.get_children()), set[str]()
    while tables:
        table = tables.pop(0)
        for symbol in table.get_symbols():
            name = symbol.get_name()
            if symbol.is_global() and symbol.is_referenced() and name not in defined and name not in seen:
                seen.add(name)
                where = f"{table.get_name()}() at line {table.get_lineno()}"
                yield Fault("undefined-name", f"NameError: name '{name}' is not defined in {where}", name)
        tables += table.get_children()

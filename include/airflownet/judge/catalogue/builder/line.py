"""Builds one line: wheels in, module records out."""

from __future__ import annotations

import ast
import contextlib
import gc
from collections.abc import Iterator
from typing import Any

from airflownet.judge.catalogue.builder.lines_file import Line
from airflownet.judge.catalogue.builder.module_scope import ModuleScope
from airflownet.judge.catalogue.builder.packages import packages_record
from airflownet.judge.catalogue.builder.program import Program
from airflownet.judge.catalogue.builder.signatures import Record
from airflownet.judge.catalogue.builder.wheels import WheelText, fetch_wheels, read_wheel
from airflownet.progress import progress

SKIPPED = ("airflow.migrations.versions.",)
CORE_FIRST = ("apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk")


def build_line(line: Line) -> tuple[Record, dict[str, Record]]:
    """Returns the facts of the line's index and the record of every module.

    Raises:
        NetworkError, IntegrityError, DiskSpaceError: the wheels cannot be had.
    """
    fetch_wheels(list(line.wheels))
    texts = [read_wheel(wheel) for wheel in line.wheels]
    texts.sort(key=lambda text: (text.wheel.distribution not in CORE_FIRST, text.wheel.distribution))
    sources, owners, namespaces = sources_of(texts)
    versions = {wheel.distribution: wheel.version for wheel in line.wheels} | dict(line.third_party)
    program = Program(line.version, versions, line.python, sources, namespaces)
    records = read_records(program, f"Reading Airflow {line.line}")
    facts: Record = {
        "line": line.line,
        "version": line.version,
        "python": list(line.python),
        "packages": packages_record(line, texts),
        **facts_of(texts, owners, records),
    }
    return facts, records


def read_records(program: Program, about: str) -> dict[str, Record]:
    """Returns the record of every module of a program.

    Args:
        program: the sources, none of them read yet.
        about: what the bar says.
    """
    with (
        without_garbage_collection(),
        progress(about, total=len(program.sources), unit="modules") as bar,
    ):
        for path in program.sources:
            program.scope(path)
            bar.advance()
    records = {path: module_record(scope) for path, scope in program.scopes.items()}
    for path, record in program.virtual.items():
        # A module planted in sys.modules by its package wins over a file of the same name.
        records[path] = {**record, "virtual": 1}
    for path in program.namespaces - records.keys():
        records[path] = {"k": 1, "n": {}}
    return records


def facts_of(texts: list[WheelText], owners: dict[str, str], records: dict[str, Record]) -> Record:
    """Returns what an index says of its modules: whose they are, task decorators, public names."""
    return {
        "owners": _owners(owners, [text.wheel.distribution for text in texts]),
        "task_decorators": _task_decorators(texts),
        "names": _names(records),
    }


@contextlib.contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Syntax trees are many small objects without cycles: collecting them takes longer than making them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def sources_of(
    texts: list[WheelText],
) -> tuple[dict[str, tuple[bytes, bool]], dict[str, str], set[str]]:
    """Returns module -> (source, is it a package), module -> distribution, and the namespace packages."""
    sources: dict[str, tuple[bytes, bool]] = {}
    owners: dict[str, str] = {}
    folders: set[str] = set()
    for text in texts:
        folders |= {folder.replace("/", ".") for folder in text.folders}
        for name, source in text.sources.items():
            path = name.removesuffix(".py").replace("/", ".")
            is_package = path.endswith(".__init__")
            path = path.removesuffix(".__init__")
            if all(part.isidentifier() for part in path.split(".")) and not path.startswith(SKIPPED):
                sources.setdefault(path, (source, is_package))
                owners.setdefault(path, text.wheel.distribution)
    importable = {folder for folder in folders if all(part.isidentifier() for part in folder.split("."))}
    return sources, owners, importable - sources.keys()


def module_record(scope: ModuleScope) -> Record:
    """Returns the record of a module that was read."""
    entries = {name: _trim(entry) for name, entry in sorted(scope.entries.items())}
    record: Record = {"n": entries}
    if scope.is_package:
        record["k"] = 1
    if scope.is_dynamic:
        record["dyn"] = 1
    if scope.wildcard:
        record["w"] = scope.wildcard
    if scope.import_error:
        record["err"] = scope.import_error
    exported = scope.values.get("__all__")
    if isinstance(exported, list | tuple | set):
        record["all"] = sorted(str(name) for name in exported)
    if isinstance(note := scope.values.get("__deprecated__"), str):
        record["x"] = note[:300]
    return record


def _trim(entry: list[Any]) -> list[Any]:
    trimmed = list(entry)
    while len(trimmed) > 1 and trimmed[-1] in (None, ""):
        trimmed.pop()
    return trimmed


def _owners(owners: dict[str, str], order: list[str]) -> dict[str, list[str]]:
    """Distribution -> shortest module prefixes it owns."""
    found: dict[str, list[str]] = {}
    for path in sorted(owners):
        parent = path.rpartition(".")[0]
        if owners.get(parent) != owners[path]:
            found.setdefault(owners[path], []).append(path)
    return {name: found[name] for name in order if name in found}


def _task_decorators(texts: list[WheelText]) -> list[list[str]]:
    """Rows (name, path of the decorator, distribution) from every ``get_provider_info.py``."""
    rows: list[list[str]] = []
    for text in texts:
        for name, source in text.sources.items():
            if name.endswith("/get_provider_info.py"):
                for item in _provider_info(source).get("task-decorators", []):
                    rows.append([item["name"], item["class-name"], text.wheel.distribution])
    return sorted(rows)


def _provider_info(source: bytes) -> dict[str, Any]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Return) and node.value is not None:
            try:
                info = ast.literal_eval(node.value)
            except ValueError:
                continue
            if isinstance(info, dict):
                return info
    return {}


def _names(records: dict[str, Record]) -> dict[str, list[str]]:
    """Name of a public class or function -> modules that define it."""
    found: dict[str, list[str]] = {}
    for path, record in sorted(records.items()):
        for name, entry in record["n"].items():
            if entry[0] in "cf" and not name.startswith("_"):
                found.setdefault(name, []).append(path)
    return dict(sorted(found.items()))

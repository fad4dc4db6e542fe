"""``load_source``: one file, walked without running it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from airflownet.judge.airflow import kinds as airflow_kinds
from airflownet.judge.airflow.objects import AirflowState
from airflownet.judge.airflow.serialization import unserializable
from airflownet.judge.airflow.world import state_of
from airflownet.judge.interpreter import expressions, standard_objects, statements
from airflownet.judge.interpreter.classes import instantiation
from airflownet.judge.interpreter.containers import methods as container_methods
from airflownet.judge.interpreter.interpreter import Interpreter
from airflownet.judge.interpreter.raised import Failure
from airflownet.judge.interpreter.source.compile_check import check_compiles
from airflownet.judge.interpreter.source.newer_syntax import newer_syntax
from airflownet.judge.interpreter.source.parsing import (
    Unparsable,
    check_cookie,
    compile_tree,
    decode,
    parse_only,
)
from airflownet.judge.libraries.registry import import_models
from airflownet.judge.loader.catalogue_world import CatalogueWorld
from airflownet.judge.loader.export import export_dags, found_dags
from airflownet.judge.loader.garbage import collector_paused
from airflownet.judge.loader.loaded_file import LoadedFile
from airflownet.judge.loader.worlds import world_for
from airflownet.judge.project.project import Project, project_of_roots

_REGISTERED = (
    expressions,
    statements,
    instantiation,
    container_methods,
    standard_objects,
    airflow_kinds,
)
"""Importing them fills the interpreter's tables."""
import_models()

NEWEST = "3.3"
NOT_FOLLOWED = "the walk ended early"
"""Why an outcome is unknown where the judge itself fails; tests take it for a failure."""


def load_source(
    code: str | bytes,
    airflow: str = NEWEST,
    *,
    path: str = "",
    roots: Sequence[str | Path] = (),
    project: Project | None = None,
) -> LoadedFile:
    """Returns what Airflow would hold after importing the file, as far as the text tells.

    Never raises for any text, never runs it, and is bounded in steps. Deterministic.

    Args:
        code: the file's text, or its bytes as they are on disk.
        airflow: line (``3.3``) or version (``3.3.1``) to load it for.
        path: what ``__file__`` is; empty when not known.
        roots: folders of the project from which local imports are resolved (read, never run).
        project: what the file lies in; without it the roots are all that is known.

    Raises:
        InputError: there is no catalogue for that Airflow line.
    """
    world = world_for(airflow, project.catalogue_file if project is not None else "")
    if project is None and roots:
        project = project_of_roots([str(root) for root in roots])
    with collector_paused():
        return _load(code, world, path, project)


def new_walk(
    world: CatalogueWorld, tree: ast.Module, path: str = "", project: Project | None = None
) -> Interpreter:
    """Returns the walk of one file before its first step."""
    return Interpreter(world, AirflowState(world), tree, path, project)


def _load(code: str | bytes, world: CatalogueWorld, path: str, project: Project | None) -> LoadedFile:
    text = code if isinstance(code, str) else ""
    try:
        text = code if isinstance(code, str) else decode(code)
        if isinstance(code, str):
            check_cookie(code)
        tree = parse_only(text)
        interpreter = new_walk(world, tree, path, project)
        _run(interpreter)
        check_compiles(text, tree, interpreter.seen)
    except SyntaxError as error:
        if reason := newer_syntax(error, text, project.python_numbers if project is not None else ()):
            return LoadedFile(text, None, (), (), None, (reason,), airflow=world.line)
        return _refused(text, error, world.line)
    except Unparsable as reason:
        shown = text if isinstance(code, str) or text else code.decode("latin-1")
        return LoadedFile(shown, None, (), (), None, (str(reason),), airflow=world.line)
    try:
        dags = export_dags(interpreter)
        not_stored = tuple(
            failure for dag in found_dags(interpreter) for failure in unserializable(dag, tree)
        )
    except RecursionError:
        interpreter.unknown("the graph is too deep to follow")
        dags, not_stored = (), ()
    interpreter.release()
    _excuse_unset(interpreter)
    return LoadedFile(
        text,
        tree,
        dags,
        tuple(sorted(interpreter.imports)),
        None,
        tuple(interpreter.unknowns),
        tuple(interpreter.failures),
        tuple(interpreter.possible_failures),
        tuple(interpreter.uncertain),
        world.line,
        tuple(
            (str(factory.function.name), getattr(factory.node, "lineno", 0))
            for factory in state_of(interpreter).dag_factories
            if not factory.n_calls
        ),
        not_stored,
        tuple((*key, *why) for key, why in interpreter.assumptions.items()),
        tuple(sorted(interpreter.uses)),
        tuple(interpreter.opaque_dags),
        project.catalogue_file if project is not None else "",
    )


def _excuse_unset(interpreter: Interpreter) -> None:
    """A failure on None, where the project was read and does not say that a variable is not set, is none."""
    if not interpreter.unset:
        return
    excused = [failure for failure in interpreter.failures if "None" in failure.message]
    if excused:
        names = ", ".join(sorted(interpreter.unset))
        interpreter.failures = [failure for failure in interpreter.failures if failure not in excused]
        first = excused[0]
        interpreter.unknown(f"{first.exception}: {first.message} (line {first.line}), unless {names} is set")
        interpreter.uncertain += [
            Failure(kind, "KeyError", f"{name!r} is not set", name, first.line)
            for name, kind in sorted(interpreter.unset.items())
        ]


def _run(interpreter: Interpreter) -> None:
    """Walks the file; a walk that fails on what the compiler refuses is told by the compiler.

    A failure of the walk itself is a fault of ours, which leaves the outcome unknown.
    """
    try:
        interpreter.run()
    except Exception as error:
        compile_tree(interpreter.tree)
        line = getattr(interpreter.node, "lineno", 0)
        interpreter.unknown(f"{NOT_FOLLOWED} at line {line} ({type(error).__name__})")


def _refused(text: str, error: SyntaxError, line: str) -> LoadedFile:
    message = error.msg or "invalid syntax"
    failure = Failure(
        "syntax-error", type(error).__name__, message, message, error.lineno or 0, error.offset or 0
    )
    return LoadedFile(text, None, (), (), error, (), (failure,), airflow=line)

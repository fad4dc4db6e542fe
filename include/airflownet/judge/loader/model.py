"""What the loader knows of one file after walking it, without running it.

``LoadedFile`` is what rules look at and what the describer reads. A value the loader cannot know is
``UNKNOWN``; an argument that was not given is absent from the mapping.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, final


@final
class Unknown:
    """The type of ``UNKNOWN``: a value that only running the file would tell."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class ShownByKind:
    """An object of the walk is shown by its kind alone: it may hold all the others."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A value known by its import path alone, for example ``datetime.timedelta`` with its arguments."""

    path: str
    """Dotted path after resolving import aliases, for example ``airflow.sdk.Asset``."""
    args: tuple[object, ...] = ()
    kwargs: tuple[tuple[str, object], ...] = ()
    called: bool = False


class TaskModel(NamedTuple):
    """One task as the file builds it."""

    task_id: str | Unknown
    """With the prefixes of its task groups."""
    operator: str
    """Class name (``BashOperator``), or the decorator as written for TaskFlow (``@task.branch``)."""
    module: str
    """Module the operator or decorator comes from; empty when unknown."""
    arguments: Mapping[str, object]
    """Keyword arguments: literals, ``Symbol`` or ``UNKNOWN``."""
    line: int
    group: str = ""
    """Id of the innermost task group with its prefixes, empty outside groups."""
    docstring: str = ""
    """Docstring of a TaskFlow function, or ``doc_md`` when it is a literal."""
    is_mapped: bool = False
    """True for ``.expand``."""


@dataclass(frozen=True, slots=True)
class DagModel:
    """One DAG as the file builds it."""

    dag_id: str | Unknown
    arguments: Mapping[str, object]
    """Keyword arguments of ``DAG(...)`` or ``@dag(...)``: ``schedule``, ``params``, ``default_args`` ..."""
    tasks: tuple[TaskModel, ...]
    """In the order in which the file builds them; repeats kept."""
    edges: tuple[tuple[str, str], ...]
    """(upstream, downstream) task ids, in order of appearance, without repeats."""
    line: int
    docstring: str = ""
    is_complete: bool = True
    """False when tasks or edges may be missing because the loader had to guess."""


class ModulePlace(NamedTuple):
    """A place in a module of the project that the file imports."""

    path: str
    shown: str
    """The path below its root, for example ``common/helpers.py``."""
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that ends the import of the file, or of one DAG in it."""

    kind: str
    """What rules look for: ``unknown-module``, ``undefined-name``, ``cycle`` ..."""
    exception: str
    """Exception class Airflow would show, for example ``ModuleNotFoundError``."""
    message: str
    subject: str = ""
    """The module, name, argument, task id ... it is about."""
    line: int = 0
    column: int = 0
    module: ModulePlace | None = None
    """Where it is, when not in the file itself: ``line`` is then the one of the file that leads there."""


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file after the loader has walked it."""

    code: str
    tree: ast.Module | None
    """None when the file does not parse."""
    dags: tuple[DagModel, ...]
    imports: tuple[str, ...]
    """Every imported dotted path at any level, aliases resolved, sorted."""
    syntax_error: SyntaxError | None = None
    unknowns: tuple[str, ...] = field(default=())
    """Why parts of the file could not be followed, one reason each."""
    failures: tuple[Failure, ...] = ()
    """What makes Airflow refuse the file, in order; the first one is what Airflow reports."""
    possible_failures: tuple[Failure, ...] = ()
    """What may fail, in code that the loader does not know to run."""
    uncertain: tuple[Failure, ...] = ()
    """What fails unless something outside the file is there: a package, a variable, a connection."""
    airflow: str = ""
    """The Airflow line it was loaded for."""
    uncalled_dags: tuple[tuple[str, int], ...] = ()
    """(name, line) of ``@dag`` functions that nothing calls."""

    @property
    def docstring(self) -> str:
        """The module's, cleaned; empty when there is none."""
        return "" if self.tree is None else ast.get_docstring(self.tree) or ""

"""What the loader knows of one file after walking it, without running it.

``LoadedFile`` is what rules look at and what the describer reads. A value the loader cannot know is
``UNKNOWN``; an argument that was not given is absent from the mapping.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from airflownet.judge.interpreter.raised import Failure
from airflownet.judge.interpreter.unknown import Unknown


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
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None = None
    """The function of a TaskFlow task, or the file's own one given as ``python_callable``."""
    call: Mapping[str, object] = {}
    """What the call of a TaskFlow function passes, by parameter."""
    mapped: tuple[str, ...] = ()
    """Arguments, or parameters of a TaskFlow function, that ``.expand`` gives; ``*`` for ``expand_kwargs``
    and for a task of a mapped group."""
    role: str = ""
    """``setup`` or ``teardown``, empty for others."""
    defaults: Mapping[str, object] = {}
    """Defaults of the function's parameters, by name."""


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
    unserializable: tuple[Failure, ...] = ()
    """What loads and keeps Airflow from storing the DAG."""
    assumptions: tuple[tuple[str, str, str, int], ...] = ()
    """(kind, subject, why, line) of what is taken to be there: a declared package, a Variable ..."""
    uses: tuple[str, ...] = ()
    """Modules, files and folders of the project that were read, sorted."""
    opaque_dags: tuple[str, ...] = ()
    """Paths of calls into packages of unknown content that by their name build DAGs, ``cosmos.DbtDag``."""
    catalogue_file: str = ""
    """Catalogue of the environment it was loaded for; empty for a line."""

    @property
    def docstring(self) -> str:
        """The module's, cleaned; empty when there is none."""
        return "" if self.tree is None else ast.get_docstring(self.tree) or ""

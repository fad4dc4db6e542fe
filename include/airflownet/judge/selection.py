"""What a command line asks to be judged: files by name, folders that are searched, standard input.

A folder is searched as Airflow searches it: what ``.airflowignore`` leaves out is not looked at, and a file
that does not hold both words "dag" and "airflow" is passed over (Airflow's safe mode). A file that is named
is judged in any case. Where ``.airflowignore`` leaves it out it is a module that DAG files import, so that
building no DAG is no fault of it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from airflownet.errors import InputError
from airflownet.judge.batch import Source, find_files, read_file
from airflownet.judge.ignored_files import IgnoredFiles, ignore_syntax
from airflownet.judge.project.project import Project
from airflownet.judge.verdict import NO_DAG
from airflownet.records import Outcome, Verdict

STANDARD_INPUT = Path("-")
STANDARD_INPUT_ID = "<stdin>"
_WORDS = (b"dag", b"airflow")


@dataclass(frozen=True, slots=True)
class Selection:
    """The sources to judge, in order."""

    sources: tuple[Source, ...]
    passed_over: tuple[str, ...] = ()
    """Files found in folders that Airflow would not import."""
    modules: frozenset[str] = field(default_factory=frozenset)
    """Ids of the files named that ``.airflowignore`` leaves out."""

    def without_dag(self, verdicts: Sequence[Verdict]) -> list[str]:
        """Returns the ids of modules of which there is nothing to say but that they build no DAG."""
        return [v.id for v in verdicts if v.id in self.modules and is_only_without_dag(v)]


def is_only_without_dag(verdict: Verdict) -> bool:
    """Whether a file imports without error and merely builds no DAG."""
    return verdict.outcome is Outcome.FAILS and verdict.reason == NO_DAG


def select(
    paths: Sequence[Path], airflow: str, roots: Sequence[Path] = (), project: Project | None = None
) -> Selection:
    """Reads what the paths name.

    Args:
        paths: files, folders, or ``-`` for standard input.
        airflow: line or version to judge for.
        roots: further folders from which local imports are resolved.
        project: what the files lie in; a file below a folder that leads out of it is not read.

    Raises:
        InputError: a path or root does not exist, or there is no Python file below the folders.
    """
    check_roots(roots)
    on_disk = [path for path in paths if path != STANDARD_INPUT]
    folders = [path if path.is_dir() else path.parent for path in on_disk]
    all_roots = tuple(dict.fromkeys(str(path.resolve()) for path in (*folders, *roots)))
    named = {path for path in on_disk if not path.is_dir()}
    syntax = ignore_syntax(airflow, project.ignore_syntax if project is not None else "")
    ignored = IgnoredFiles(syntax, Path(project.folder.root) if project is not None else None)
    sources: list[Source] = []
    passed_over: list[str] = []
    for path in dict.fromkeys(paths):
        if path == STANDARD_INPUT:
            code = sys.stdin.buffer.read()
            sources.append(Source(STANDARD_INPUT_ID, code, airflow, roots=all_roots))
            continue
        for file in find_files([path], ignored):
            if project is not None and file not in named and not _is_inside(project, file):
                sources.append(Source(str(file), b"", airflow, "a link that leads out of the project"))
                continue
            source = read_file(file, airflow, all_roots)
            if file in named or source.problem or _may_hold_dag(source.code):
                sources.append(source)
            else:
                passed_over.append(str(file))
    if not sources and not passed_over:
        raise InputError(
            f"no *.py file below {', '.join(map(str, paths))}", "give a folder that holds DAG files"
        )
    unique = {str(source.id): source for source in sources}
    modules = frozenset(str(path) for path in named if ignored.leaves_out(path.resolve()))
    return Selection(tuple(unique.values()), tuple(dict.fromkeys(passed_over)), modules)


def imported_modules(verdicts: Sequence[Verdict], project: Project) -> frozenset[str]:
    """Returns the ids of files that build no DAG and that others of the run import: they are modules."""
    used = {path for verdict in verdicts for path in verdict.uses}
    return frozenset(
        verdict.id
        for verdict in verdicts
        if is_only_without_dag(verdict) and project.shown(str(Path(verdict.id).resolve())) in used
    )


def check_roots(roots: Sequence[Path]) -> None:
    """Refuses a root that is no folder.

    Raises:
        InputError: one is not.
    """
    for root in roots:
        if not root.is_dir():
            raise InputError(f"--root {root} is not a folder", "give a folder of your project")


def _is_inside(project: Project, file: Path) -> bool:
    return project.folder.kind(str(file.absolute())) == "file"


def _may_hold_dag(code: str | bytes) -> bool:
    data = code.encode("utf-8", "surrogatepass") if isinstance(code, str) else code
    lowered = data.lower()
    return all(word in lowered for word in _WORDS)

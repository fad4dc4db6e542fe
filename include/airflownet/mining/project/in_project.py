"""Judges cleaned DAG files in their project at their ref, and says what each of them needs of it.

Files are taken in lots: what a lot asks for is fetched together, and the lot is judged again with it, until
nothing is missing, so that a source that has to ask a server needs few requests.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from airflownet.errors import InputError
from airflownet.judge.project.airflow_line import line_of_project
from airflownet.judge.project.dags_folder import dags_folder
from airflownet.judge.project.project import Project
from airflownet.judge.project.reading import project_of
from airflownet.mining.cleaning import Cleaned
from airflownet.mining.dag_detection import NOT_A_DAG_FILE
from airflownet.mining.project.needs import imported_modules, may_need_project, provider_of
from airflownet.mining.project.recorded_folder import RecordedFolder, Redactor, inside
from airflownet.mining.project.texts import MOST_PATHS, ProjectTexts
from airflownet.mining.source import DroppedRun
from airflownet.records import Condition, DagFile, DroppedFile, Outcome, ProjectUse, Verdict

if TYPE_CHECKING:
    from airflownet.judge.ignored_files import TimeLeft
    from airflownet.mining.project.left_out import LeftOut

LEFT_OUT: Final = "left-out-by-airflowignore"
BUILDS_NO_DAG: Final = "builds-no-dag"
"""It imports without error and its DAGs stand in functions that nothing in it calls: a module."""
DAGS_OF_A_PACKAGE: Final = "dags-of-a-package"
"""Its DAGs are made by a package that the judge does not look into, as cosmos or dag-factory."""
DAGS_NOT_SEEN: Final = "dags-not-seen"
"""It calls another module that may build DAGs, and what that does cannot be known."""
LOT: Final = 128
"""Files that are judged together, and held until then."""
_MOST_HELD: Final = 2_000
_MOST_ROUNDS: Final = 12
"""Of fetching what the round before asked for: as deep as imports are followed."""
_OFFICIAL: Final = "an official provider, which no file declares"


@dataclass(slots=True)
class _Walked:
    """One file, judged for the project's line and for the newest."""

    own: Verdict
    others: tuple[Verdict, ...]
    line_from: str
    read: frozenset[str]
    named: frozenset[str]
    is_as_alone: bool
    """Whether it loads, fails and builds what it does without a project too."""

    @property
    def builds_no_dag(self) -> bool:
        from airflownet.judge.verdict import NO_DAG

        return self.own.outcome is Outcome.FAILS and self.own.reason == NO_DAG

    @property
    def uses(self) -> tuple[str, ...]:
        return tuple(sorted({path for verdict in (self.own, *self.others) for path in verdict.uses}))


@dataclass(slots=True)
class LookedAt:
    """What the kept files of a ref had the judge look at, by path in the project."""

    read: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    """Modules and files that DAG files need; the rest are manifests, and what was looked for."""


class ProjectJudge:
    """The project of one source at one ref, opened when the first file needs it.

    Args:
        open_texts: gives the source's files; None where a source has none.
        redactor: what is done to each text before anything sees it.
        runs_there: whether the project's Variables and environment are those its files run with.
        has_ignore_lists: tells whether there is an ``.airflowignore`` anywhere.
    """

    def __init__(
        self,
        open_texts: Callable[[], ProjectTexts | None],
        redactor: Redactor | None,
        *,
        runs_there: bool,
        has_ignore_lists: Callable[[], bool] = lambda: False,
    ) -> None:
        self._open = open_texts
        self._redactor = redactor
        self._runs_there = runs_there
        self._has_ignore_lists = has_ignore_lists
        self._texts: ProjectTexts | None = None
        self._folder: RecordedFolder | None = None
        self._is_opened = False
        self._time_left: TimeLeft | None = None
        self._projects: dict[str, tuple[Project, frozenset[str], frozenset[str]]] = {}
        self._left_out: dict[str, LeftOut] = {}
        self.looked_at = LookedAt()

    @property
    def folder(self) -> RecordedFolder | None:
        """The project's files, None where none were needed or the source has none."""
        return self._folder

    @property
    def texts(self) -> ProjectTexts | None:
        """The source's files, None where none were needed or the source has none."""
        return self._texts

    def judged(
        self, results: Iterable[Cleaned | DroppedFile | DroppedRun]
    ) -> Iterator[Cleaned | DroppedFile | DroppedRun]:
        """Yields each result in its place: a kept file with what it needs of its project, or dropped there.

        At most ``LOT`` files, and what stands between them, are held.

        Raises:
            SourceError: what the project holds cannot be fetched.
        """
        lot: list[Cleaned | DroppedFile | DroppedRun] = []
        n_files = 0
        for result in results:
            lot.append(result)
            n_files += isinstance(result, Cleaned) and result.kept is not None
            if n_files >= LOT or len(lot) >= _MOST_HELD:
                yield from self._judged(lot)
                lot, n_files = [], 0
        yield from self._judged(lot)

    def _judged(
        self, lot: Sequence[Cleaned | DroppedFile | DroppedRun]
    ) -> Iterator[Cleaned | DroppedFile | DroppedRun]:
        out = {id(r) for r in lot if isinstance(r, Cleaned) and r.kept and self._leaves_out(r.kept.path)}
        asked = [r for r in lot if isinstance(r, Cleaned) and r.kept and id(r) not in out]
        needing = [r.kept for r in asked if r.kept and (r.may_use_a_factory or self._may_need(r.kept))]
        found = self._walk_all(needing) if needing and self._opened() else {}
        for result in lot:
            if not isinstance(result, Cleaned) or result.kept is None:
                yield result
                continue
            file = result.kept
            walked = found.get(file.id)
            reason = LEFT_OUT if id(result) in out else ""
            if not reason and result.may_use_a_factory:
                reason = _why_no_dag(walked)
            if not reason and self._runs_there and walked is not None and walked.builds_no_dag:
                reason = BUILDS_NO_DAG
            if reason:
                yield Cleaned(dropped=DroppedFile(file.repo, file.ref, file.path, reason))
            else:
                yield Cleaned(kept=self._noted(file, walked) if walked is not None else _by_itself(file))

    def _leaves_out(self, path: str) -> bool:
        """Tells whether an ``.airflowignore`` of the project leaves a file of the source out."""
        if not self._has_ignore_lists() or not self._opened():
            return False
        from airflownet.judge.ignored_files import TimeLeft, ignore_syntax  # takes the judge along
        from airflownet.mining.project.left_out import LeftOut

        self._time_left = self._time_left or TimeLeft()
        for _ in range(_MOST_ROUNDS):
            folder = self._folder
            assert folder is not None
            here = inside(path)
            top = dags_folder(folder, here)
            if top not in self._left_out:
                try:
                    project = self._project(folder, top)[0]
                    syntax = ignore_syntax(line_of_project(project, _lines())[0], project.ignore_syntax)
                except InputError:  # the project's settings are unusable, which is told of the file itself
                    syntax = ignore_syntax(_lines()[-1])
                self._left_out[top] = LeftOut(folder, top, syntax, self._time_left)
            found = self._left_out[top].has(here)
            if not folder.missing:
                return found
            self._bring(folder)
        return False

    def _may_need(self, file: DagFile) -> bool:
        return may_need_project(file.content, runs_there=self._runs_there)

    def _opened(self) -> bool:
        if not self._is_opened:
            self._is_opened = True
            self._texts = self._open()
            if self._texts is not None:
                folder = RecordedFolder(self._texts, self._redactor)
                self._folder = folder if folder.n_files <= MOST_PATHS else None
        return self._folder is not None

    def _walk_all(self, files: Sequence[DagFile]) -> dict[str, _Walked]:
        found: dict[str, _Walked] = {}
        for _ in range(_MOST_ROUNDS):
            assert self._folder is not None
            found = {file.id: self._walk(file, self._folder) for file in files}
            if not self._folder.missing:
                break
            self._bring(self._folder)  # and all again: what one file asked for, others may have taken as told
        return found

    def _bring(self, folder: RecordedFolder) -> None:
        """Fetches what is missing, and forgets what was concluded without it."""
        assert self._texts is not None
        self._texts.fetch(sorted(folder.missing))
        self._folder = folder.again()
        self._projects.clear()
        self._left_out.clear()

    def _walk(self, file: DagFile, folder: RecordedFolder) -> _Walked:
        assert self._texts is not None
        path = inside(file.path)
        try:
            project, read, named = self._project(folder, dags_folder(folder, path))
        except InputError as error:
            unusable = Verdict(file.id, _lines()[-1], Outcome.UNKNOWN, error.message, (), ())
            unusable = replace(unusable, causes=(Condition("file", "[tool.airflownet]", error.message),))
            return _Walked(unusable, (), "", frozenset(), frozenset(), is_as_alone=False)
        from airflownet.judge.verdict import judge_code

        line, said = line_of_project(project, _lines())
        if line not in _lines():  # [tool.airflownet] may name a version, and what there is no catalogue for
            line = next((one for one in _lines() if line.startswith(f"{one}.")), _lines()[-1])
        folder.start_record()
        folder.lists_names = True
        own, *others = (
            judge_code(file.content, airflow=one, id=file.id, path=path, project=project)
            for one in dict.fromkeys((line, _lines()[-1]))
        )
        folder.lists_names = False
        is_as_alone = all(_is_as_alone(verdict, file.content) for verdict in (own, *others))
        return _Walked(
            own, tuple(others), said, read | folder.read_paths, named | folder.named_paths, is_as_alone
        )

    def _project(self, folder: RecordedFolder, place: str) -> tuple[Project, frozenset[str], frozenset[str]]:
        """Returns the project around a folder of DAGs, and what was read of it to know it."""
        if place not in self._projects:
            folder.start_record()
            project = project_of(folder, [place])
            self._projects[place] = (
                project,
                frozenset(folder.read_paths),
                frozenset(folder.named_paths),
            )
        return self._projects[place]

    def _noted(self, file: DagFile, walked: _Walked) -> DagFile:
        own, uses = walked.own, walked.uses
        if not self._runs_there and _alone(file.content, _lines()[-1]).outcome is not Outcome.UNKNOWN:
            # A release is not where its examples run: all that counts is whether they lean on a file of it.
            # A module in a folder that nobody declares is none of its own: ``yandex`` is a package.
            is_guessed = any(condition.kind == "path" for condition in own.assumptions)
            leans = any(not is_guessed or not path.endswith(".py") for path in uses)
            return replace(_by_itself(file), self_contained=not leans)
        if not uses and not own.assumptions and walked.is_as_alone:
            return _by_itself(file)
        self.looked_at.read |= walked.read
        self.looked_at.named |= walked.named
        self.looked_at.used |= set(uses)
        use = ProjectUse(
            own.airflow, walked.line_from, own.outcome, own.reason, own.assumptions, own.causes, uses
        )
        return replace(file, self_contained=not uses, packages=_packages(file, own), project=use)


def _why_no_dag(walked: _Walked | None) -> str:
    """Returns why a file that calls other modules is no DAG file there, empty for one that is."""
    verdicts = (walked.own, *walked.others) if walked is not None else ()
    if any(verdict.dags for verdict in verdicts):
        return ""
    if any(condition.kind == "dag" for verdict in verdicts for condition in verdict.assumptions):
        return DAGS_OF_A_PACKAGE
    return DAGS_NOT_SEEN if any(v.outcome is Outcome.UNKNOWN for v in verdicts) else NOT_A_DAG_FILE


def _alone(content: str, line: str) -> Verdict:
    from airflownet.judge.verdict import judge_code

    return judge_code(content, airflow=line)


def _is_as_alone(verdict: Verdict, content: str) -> bool:
    if verdict.uses or verdict.assumptions or verdict.outcome is Outcome.UNKNOWN:
        return False
    alone = _alone(content, verdict.airflow)
    return (alone.outcome, alone.dags) == (verdict.outcome, verdict.dags)


def _by_itself(file: DagFile) -> DagFile:
    return replace(file, packages=_packages(file, None))


def _packages(file: DagFile, verdict: Verdict | None) -> tuple[str, ...]:
    """Returns what a file needs installed: official providers, declared distributions, else modules."""
    found: set[str] = set()
    told: dict[str, str] = {}
    for condition in verdict.assumptions if verdict else ():
        if condition.kind == "package" and condition.reason != _OFFICIAL:
            told[condition.subject] = condition.reason.partition(",")[0]
    for module in imported_modules(file.content):
        top = module.partition(".")[0]
        if top == "airflow":
            found.add(provider_of(module))
        elif top and top not in sys.stdlib_module_names and not _is_local(top, verdict):
            found.add(told.get(top, top))
    found.update(told.values())
    return tuple(sorted(found - {""}))


def _is_local(top: str, verdict: Verdict | None) -> bool:
    """Tells whether a module is one of the project's, by the paths that the file uses."""
    return verdict is not None and any(
        f"/{top}/" in f"/{path}" or f"/{path}".endswith(f"/{top}.py") for path in verdict.uses
    )


@cache
def _lines() -> tuple[str, ...]:
    from airflownet.judge.catalogue.store import known_lines

    return tuple(known_lines())

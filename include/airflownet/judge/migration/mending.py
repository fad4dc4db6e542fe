"""What rules make of the files that break: ruff's fixes first, AirflowNet's codemods on top, each judged."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from airflownet.judge.batch import Source, judge_sources
from airflownet.judge.migration.mended_folder import MendedFolder
from airflownet.judge.project.project import Project
from airflownet.records import Verdict


@dataclass(frozen=True, slots=True)
class Menders:
    """The two that mend; texts in, texts out, in their order. Nothing is run, no model is asked."""

    by_ruff: Callable[[Sequence[str]], Sequence[str]]
    by_codemods: Callable[[Sequence[str]], Sequence[str]]
    """Is given what ruff left."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A file after mending, as the new line sees it."""

    by_ruff: Verdict
    by_both: Verdict
    changed_modules: tuple[str, ...]
    """Modules of the project that were mended with it, by path in it."""


def mended_verdicts(
    sources: Sequence[Source], verdicts: Sequence[Verdict], menders: Menders, project: Project | None
) -> list[Mended]:
    """Mends copies of the files, and of the project's modules that they use, and judges them again.

    Args:
        sources: files to mend, for the new line; bytes that are not UTF-8 stay as they are.
        verdicts: of the new line or the old, whichever followed more modules; ``uses`` is read.
        menders: what mends.
        project: what the files lie in.
    """
    modules = _modules(verdicts, project)
    texts = [_text(source.code) for source in sources]
    originals = [*texts, *modules.values()]
    by_ruff = list(menders.by_ruff(originals))
    by_both = list(menders.by_codemods(by_ruff))
    first = _judged(sources, texts, by_ruff, modules, project)
    second = _judged(sources, texts, by_both, modules, project)
    changed = {
        path
        for path, before, after in zip(modules, modules.values(), by_both[len(texts) :], strict=True)
        if before != after
    }
    return [
        Mended(one, two, tuple(path for path in verdict.uses if path in changed))
        for one, two, verdict in zip(first, second, verdicts, strict=True)
    ]


def _modules(verdicts: Sequence[Verdict], project: Project | None) -> dict[str, str]:
    """Returns path in the project -> text, of the modules the files use, sorted."""
    found: dict[str, str] = {}
    if project is None:
        return found
    for path in sorted({path for verdict in verdicts for path in verdict.uses if path.endswith(".py")}):
        data = project.folder.read(posixpath.join(project.folder.root, path))
        text = _text(data) if data is not None else ""
        if text:
            found[path] = text
    return found


def _judged(
    sources: Sequence[Source],
    before: Sequence[str],
    after: Sequence[str],
    modules: dict[str, str],
    project: Project | None,
) -> list[Verdict]:
    changed = [
        replace(source, code=new) if new != old else source
        for source, old, new in zip(sources, before, after, strict=False)
    ]
    if project is not None:
        texts = {
            posixpath.join(project.folder.root, path): text.encode("utf-8", "surrogatepass")
            for path, text in zip(modules, after[len(before) :], strict=True)
        }
        project = replace(project, folder=MendedFolder(project.folder, texts))
    return list(judge_sources(changed, project=project))


def _text(code: str | bytes) -> str:
    """Returns the text; empty, which no mender changes, where it is not UTF-8."""
    if isinstance(code, str):
        return code
    try:
        return code.decode("utf-8")
    except UnicodeDecodeError:
        return ""

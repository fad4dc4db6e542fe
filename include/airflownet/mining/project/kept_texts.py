"""What of a project is written beside the DAG files that need it: ``project_files.parquet``.

Modules and files that DAG files use come first, then what declares something, small ones first; beyond the
bounds a path is known to be there and no more. With these rows alone the judge sees what it saw in the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from airflownet.judge.project.mined import PROJECT_FILES
from airflownet.mining.licence import NOASSERTION
from airflownet.mining.project.in_project import ProjectJudge
from airflownet.records import Licence, ProjectFile

__all__ = ["PROJECT_FILES", "project_files"]
_MOST_KEPT: Final = 4_000
_MOST_KEPT_BYTES: Final = 20_000_000
_MOST_NAMED: Final = 20_000


def project_files(
    judge: ProjectJudge, repo: str, ref: str, allowed_licences: Collection[str]
) -> Iterator[ProjectFile]:
    """Yields the rows of one ref, sorted by path; none where no file needed its project."""
    folder, texts, seen = judge.folder, judge.texts, judge.looked_at
    if folder is None or texts is None:
        return
    contents = {path: folder.content(path) or b"" for path in seen.read}
    used = {path for path in seen.used if not path.endswith("/")}
    n_bytes = 0
    kept: set[str] = set()
    for path in sorted(contents, key=lambda path: (path not in used, len(contents[path]), path)):
        fits = len(kept) < _MOST_KEPT and n_bytes + len(contents[path]) <= _MOST_KEPT_BYTES
        if fits and folder.content(path) is not None:
            n_bytes += len(contents[path])
            kept.add(path)
    named = sorted((seen.named | seen.read) - kept)[:_MOST_NAMED]
    nothing = Licence(NOASSERTION, ())
    for path in sorted({*kept, *named}):
        text = _text(contents[path]) if path in kept else None
        if text is None:
            yield ProjectFile(repo, ref, path, False, False, nothing, "")
            continue
        licence = texts.licence(path, text) if path in used else nothing
        may_be_quoted = path in used and licence.spdx in allowed_licences
        yield ProjectFile(repo, ref, path, True, may_be_quoted, licence, text)


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None  # a table of texts cannot hold it

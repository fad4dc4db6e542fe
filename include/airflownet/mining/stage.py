"""The mining stage: sources in, cleaned DAG files out, every listed file accounted for.

Output: ``dag_files.parquet`` (DagFile), ``dropped.parquet`` (DroppedFile), ``sources.json`` and
``NOTICE.md``. Same settings, same archives: same bytes.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from functools import partial
from typing import Any

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.hashing import sha256_text
from airflownet.mining.archive_cache import cached_archive
from airflownet.mining.codemods import CodemodName, apply_codemods
from airflownet.mining.codemods.codemod import GiveUpError
from airflownet.mining.dag_detection import why_not_a_dag_file
from airflownet.mining.licence_comment import strip_licence_comment
from airflownet.mining.notice import notice
from airflownet.mining.pin import pin
from airflownet.mining.settings import LocalSource, MiningSettings, PypiSource
from airflownet.mining.source import Limits, MiningSource
from airflownet.mining.sources import open_sources
from airflownet.mining.sources.local import LocalFolder
from airflownet.parallel import in_parallel
from airflownet.progress import progress
from airflownet.records import DagFile, DroppedFile, SourceFile, stable_id
from airflownet.tables import write_table


def run(settings: MiningSettings, output: str, *, fresh: bool = False) -> StageResult:
    """Mines the sources into ``output`` (path or URL of a folder).

    A source whose version is ``newest`` or whose hash is not given is pinned first, by asking the index;
    so a new release makes the stage run again, and no release leaves it alone.

    Raises:
        SourceError: a source cannot be read (NetworkError, IntegrityError among them).
        ArtifactError, DiskSpaceError, FunnelGapError: see ``artifacts.run_stage``.
    """
    pinned = pin(tuple(s for s in settings.sources if isinstance(s, PypiSource)))
    sources = dict.fromkeys(pinned[s] if isinstance(s, PypiSource) else s for s in settings.sources)
    resolved = settings.model_copy(update={"sources": tuple(sources)})
    folders = {
        f"source {i}": str(LocalFolder(s).root) for i, s in enumerate(sources) if isinstance(s, LocalSource)
    }
    return run_stage(
        "mining",
        resolved,
        folders,
        output,
        lambda work: _mine(work, resolved, trusted={p.project for s, p in pinned.items() if s != p}),
        code=("mining",),
        fresh=fresh,
    )


def _mine(work: StageWork, settings: MiningSettings, trusted: set[str]) -> None:
    sources = open_sources(settings.sources)
    limits = Limits(settings.folders, settings.max_file_bytes)
    kept: list[DagFile] = []
    dropped: list[DroppedFile] = []
    listed: Counter[MiningSource] = Counter()
    files: list[SourceFile | DroppedFile] = []
    with progress("Reading sources", len(sources), "sources") as bar:
        for source in sources:
            before = len(files)
            files.extend(source.iter_files(limits))
            listed[source] = len(files) - before
            bar.advance(note=source.origin.repo)
    clean = partial(dag_file, allowed_licences=settings.allowed_licences, codemods=settings.codemods)
    with progress("Cleaning files", len(files), "files") as bar:
        for result in in_parallel(clean, files):
            (kept if isinstance(result, DagFile) else dropped).append(result)  # type: ignore[arg-type]
            bar.advance()
    kept.sort(key=lambda file: (file.repo, file.ref, file.path))
    dropped.sort(key=lambda file: (file.repo, file.ref, file.path, file.reason))

    work.funnel.listed = sum(listed.values())
    work.funnel.keep(write_table(work.directory / "dag_files.parquet", DagFile, kept))
    write_table(work.directory / "dropped.parquet", DroppedFile, dropped)
    for file in dropped:
        work.funnel.drop(file.reason)
    rows = [_source_row(source, listed[source], kept) for source in sources]
    text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    (work.directory / "sources.json").write_text(text, encoding="utf-8")
    (work.directory / "NOTICE.md").write_text(notice(rows, kept), encoding="utf-8")
    work.counts["sources"] = len(sources)
    work.counts["distinct_contents"] = len({file.content_sha256 for file in kept})
    work.facts["retrieved_at"] = {
        row["archive"]: _retrieved_at(row["sha256"]) for row in rows if row["archive"]
    }
    work.facts["hash_trusted_from_index"] = sorted(trusted)


def _source_row(source: MiningSource, listed: int, kept: list[DagFile]) -> dict[str, Any]:
    origin = source.origin
    return {
        "kind": origin.source,
        "project": origin.repo,
        "version": origin.ref,
        "archive": origin.archive,
        "sha256": origin.archive_sha256,
        "size_bytes": origin.size_bytes,
        "files_listed": listed,
        "files_kept": sum((file.repo, file.ref) == (origin.repo, origin.ref) for file in kept),
    }


def _retrieved_at(sha256: str) -> str:
    """When the cached archive was written: its download."""
    archive = cached_archive(sha256)
    if archive is None:
        return ""
    written = datetime.datetime.fromtimestamp(archive.path.stat().st_mtime, datetime.UTC)
    return written.isoformat(timespec="seconds")


def dag_file(
    file: SourceFile | DroppedFile,
    allowed_licences: tuple[str, ...],
    codemods: tuple[CodemodName, ...] = (),
) -> DagFile | DroppedFile:
    """Returns the cleaned DAG file, or the same file dropped with the reason."""
    if isinstance(file, DroppedFile):
        return file
    reason: str | None
    if file.path.rpartition("/")[2] == "__init__.py":
        reason = "package-file"
    else:
        reason = why_not_a_dag_file(file.content)
    if reason is None and file.licence.spdx not in allowed_licences:
        reason = f"licence:{file.licence.spdx}"
    if reason is not None:
        return DroppedFile(file.repo, file.ref, file.path, reason)
    content, transform = strip_licence_comment(file.content)
    try:
        content, rewritings = apply_codemods(content, codemods)
    except GiveUpError as error:
        return DroppedFile(file.repo, file.ref, file.path, error.reason)
    source_sha256 = sha256_text(file.content)
    return DagFile(
        id=stable_id(file.repo, file.path, file.ref, source_sha256),
        source=file.source,
        repo=file.repo,
        ref=file.ref,
        commit=file.commit,
        archive=file.archive,
        archive_sha256=file.archive_sha256,
        path=file.path,
        blob_sha1=file.blob_sha1,
        licence=file.licence,
        source_sha256=source_sha256,
        content_sha256=sha256_text(content),
        transforms=rewritings if transform is None else (transform, *rewritings),
        content=content,
    )

"""One source of a mining run, read and cleaned into a folder of its own.

The folder appears whole or not at all, so a killed run reads no finished source again. The funnel is checked
for each source by itself: ``listed = kept + dropped``.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from airflownet.funnel import Funnel
from airflownet.hashing import sha256_text
from airflownet.mining.cleaning import Cleaned, Cleaner
from airflownet.mining.dropped_table import write_dropped
from airflownet.mining.opt_out import OPTED_OUT
from airflownet.mining.project.in_project import ProjectJudge
from airflownet.mining.project.kept_texts import PROJECT_FILES, project_files
from airflownet.mining.redaction.project_texts import redact_project_text
from airflownet.mining.source import DroppedRun, Limits, MiningSource
from airflownet.parallel import Workers
from airflownet.records import DagFile, DroppedFile, ProjectFile, SourceFile, stable_id
from airflownet.tables import write_table

KEPT, DROPPED, RESTRICTED = "dag_files.parquet", "dropped.parquet", "restricted.parquet"
ROW, LICENCES = "row.json", "licences"


class ShardWriter:
    """Reads sources into shards, all with the same settings and worker processes."""

    def __init__(self, folder: Path, limits: Limits, cleaner: Cleaner, workers: Workers) -> None:
        self._folder = folder
        self._limits = limits
        self._cleaner = cleaner
        self._workers = workers

    def shard(self, number: int, source: MiningSource, on_file: Callable[[], None]) -> Path:
        """Returns the folder of a source's shard, read now unless an interrupted run has finished it.

        Raises:
            SourceError: the source cannot be read.
            FunnelGapError: a listed file is neither kept nor dropped.
        """
        origin = source.origin
        key = stable_id(str(number), origin.source, origin.repo, origin.ref, origin.commit, origin.archive)
        folder = self._folder / f"{number:06}-{key}"
        if (folder / ROW).exists():
            return folder
        partial = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        row = self._write(partial, source, on_file)
        getattr(source, "forget", lambda: None)()
        (partial / ROW).write_text(json.dumps(row, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        partial.rename(folder)
        return folder

    def _write(self, folder: Path, source: MiningSource, on_file: Callable[[], None]) -> dict[str, Any]:
        funnel = Funnel()
        licences: Counter[str] = Counter()
        restricted: list[DagFile] = []
        contexts: Counter[str] = Counter()
        judge = self._project_judge(source)

        def kept() -> Iterator[DagFile]:
            with write_dropped(folder / DROPPED) as table:
                for result in judge.judged(self._cleaned(source)):
                    on_file()
                    if isinstance(result, DroppedRun):
                        funnel.listed += len(result.paths)
                        funnel.dropped.update(result.reasons)
                        table.add(result)
                        continue
                    funnel.listed += 1
                    if isinstance(result, Cleaned) and result.kept is not None:
                        funnel.keep()
                        licences[result.kept.licence.spdx] += 1
                        contexts.update(_context(result.kept))
                        yield result.kept
                        continue
                    dropped = result.dropped if isinstance(result, Cleaned) else result
                    if isinstance(result, Cleaned) and result.restricted is not None:
                        restricted.append(result.restricted)
                    if dropped is not None:
                        funnel.drop(dropped.reason)
                        table.add(dropped)

        write_table(folder / KEPT, DagFile, kept())
        if self._cleaner.keeps_restricted:
            write_table(folder / RESTRICTED, DagFile, restricted)
        origin = source.origin
        allowed = self._cleaner.allowed_licences
        n_texts = write_table(
            folder / PROJECT_FILES, ProjectFile, project_files(judge, origin.repo, origin.ref, allowed)
        )
        funnel.check(f"mining {origin.repo} {origin.ref}".rstrip())
        texts = self._licence_texts(folder, source) if funnel.kept or restricted else {}
        return {
            "kind": origin.source,
            "project": origin.repo,
            "version": origin.ref,
            "commit": origin.commit,
            **({"repository_id": origin.repository_id} if origin.repository_id else {}),
            **({"url": origin.url} if origin.url else {}),
            "archive": origin.archive,
            "sha256": origin.archive_sha256,
            "size_bytes": origin.size_bytes,
            "files_listed": funnel.listed,
            "files_kept": funnel.kept,
            "dropped": dict(sorted(funnel.dropped.items())),
            "licences": dict(sorted(licences.items())),
            "in_project": {**dict(sorted(contexts.items())), "project_files": n_texts},
            "licence_texts": texts,
        }

    def _cleaned(self, source: MiningSource) -> Iterator[Cleaned | DroppedFile | DroppedRun]:
        origin = source.origin
        if self._limits.opt_out.has_repository(origin.repo):
            # Nothing of it is read, so that it counts as one row without a path.
            yield DroppedFile(origin.repo, origin.ref, "", OPTED_OUT)
            return
        n_feeding = getattr(source, "n_processes", 0)
        files = map(self._unless_opted_out, source.iter_files(self._limits))
        yield from self._workers.map(self._cleaner, files, _is_dropped, n_feeding)  # type: ignore[arg-type]

    def _project_judge(self, source: MiningSource) -> ProjectJudge:
        """Returns what judges the source's files in their project; where it must not, it opens nothing."""
        kind = source.origin.source
        opening = getattr(source, "project_texts", None)
        if opening is None or kind not in self._cleaner.judged_sources:
            return ProjectJudge(lambda: None, None, runs_there=False)
        redacts = kind in self._cleaner.redacted_sources
        return ProjectJudge(
            lambda: opening(self._limits),
            redact_project_text if redacts else None,
            runs_there=kind != "pypi",
            has_ignore_lists=getattr(source, "has_ignore_lists", lambda: False),
        )

    def _unless_opted_out(
        self, file: SourceFile | DroppedFile | DroppedRun
    ) -> SourceFile | DroppedFile | DroppedRun:
        if isinstance(file, SourceFile) and self._limits.opt_out.has_file(
            file.repo, file.path, file.blob_sha1
        ):
            return DroppedFile(file.repo, file.ref, file.path, OPTED_OUT)
        return file

    def _licence_texts(self, folder: Path, source: MiningSource) -> dict[str, str]:
        """Writes each distinct licence and notice text; returns path in the source -> name of the copy."""
        texts: dict[str, str] = getattr(source, "licence_texts", dict)()
        names = {}
        for path, text in sorted(texts.items()):
            name = f"{sha256_text(text)[:16]}.txt"
            (folder / LICENCES).mkdir(exist_ok=True)
            (folder / LICENCES / name).write_text(text, encoding="utf-8", newline="")
            names[path] = name
        return names


def _context(file: DagFile) -> list[str]:
    """Returns under which names a kept file is counted in ``sources.json`` and the manifest."""
    kind = "self_contained" if file.self_contained else "with_project_files"
    return [kind] if file.project is None else [kind, f"{kind}:{file.project.outcome}"]


def _is_dropped(file: SourceFile | DroppedFile | DroppedRun) -> bool:
    return not isinstance(file, SourceFile)

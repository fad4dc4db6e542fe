"""The mining stage: sources in, cleaned DAG files out, every listed file accounted for.

Output: ``dag_files.parquet`` (DagFile), ``dropped.parquet`` (DroppedFile), ``project_files.parquet``
(ProjectFile), ``sources.json``, ``NOTICE.md``,
``licences/``, ``tombstones.parquet`` (Tombstone) and, when asked for, ``restricted.parquet`` (DagFile). Same
settings, same sources: same bytes. Each source is read and cleaned by itself, in a stream; a killed run reads
no finished source again.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.mining.archive_cache import cached_archive
from airflownet.mining.cleaning import Cleaner
from airflownet.mining.distinct_names import with_distinct_names
from airflownet.mining.git.settings import GitSource
from airflownet.mining.github.settings import GithubSource
from airflownet.mining.merging import merge_tables
from airflownet.mining.moves import add_to_sources
from airflownet.mining.notice import notice
from airflownet.mining.opt_out import NOBODY, OptOut, read_opt_out
from airflownet.mining.pin import pin, pin_git, pin_github
from airflownet.mining.project.kept_texts import PROJECT_FILES
from airflownet.mining.settings import LocalSource, MiningSettings, PypiSource, Source
from airflownet.mining.shards import DROPPED, KEPT, LICENCES, RESTRICTED, ROW, ShardWriter
from airflownet.mining.source import Limits
from airflownet.mining.sources import open_sources
from airflownet.mining.sources.local import LocalFolder
from airflownet.mining.tombstones import TOMBSTONES, aftermath
from airflownet.parallel import Workers
from airflownet.progress import progress
from airflownet.records import DagFile, DroppedFile, ProjectFile, Tombstone
from airflownet.tables import write_table

SOURCES = "sources.json"
Shard = tuple[tuple[str, str], Path]
"""((repository, ref), folder)."""


def run(
    settings: MiningSettings, output: str, *, previous: str | None = None, fresh: bool = False
) -> StageResult:
    """Mines the sources into ``output`` (path or URL of a folder).

    What is not pinned is looked up first: the newest version and its hash at the index, the commits of
    repositories. So a new release or commit makes the stage run again, and none leaves it alone.

    Args:
        settings: the ``mining:`` block of a recipe.
        output: path or URL of the folder to write.
        previous: an earlier mining output; what it has and this run has not becomes a tombstone.
        fresh: run even when a finished, equal output is there.

    Raises:
        SourceError: a source cannot be read (NetworkError, IntegrityError among them).
        InputError: the opt-out list cannot be read.
        ArtifactError, DiskSpaceError, FunnelGapError: see ``artifacts.run_stage``.
    """
    sources, trusted = pinned_sources(settings.sources, listed_opt_out(settings))
    resolved = settings.model_copy(update={"sources": sources})
    inputs = inputs_of(resolved)
    if previous is not None:
        inputs["previous"] = previous
    return run_stage(
        "mining",
        resolved,
        inputs,
        output,
        lambda work: _mine(work, resolved, trusted),
        code=code_of(resolved),
        libraries=("libcst", "pyarrow", "pyaskalono"),
        fresh=fresh,
    )


def inputs_of(settings: MiningSettings) -> dict[str, str]:
    """Returns the folders and files that the settings name, as the manifest names them.

    Raises:
        InputError: the opt-out list cannot be read.
    """
    inputs = {
        f"source {i}": str(LocalFolder(source).root)
        for i, source in enumerate(settings.sources)
        if isinstance(source, LocalSource)
    }
    if settings.opt_out:
        inputs["opt_out"] = settings.opt_out
    return inputs


def code_of(settings: MiningSettings) -> tuple[str, ...]:
    """Returns the folders of the library whose change makes the output stale."""
    judging = {*settings.redact, *settings.in_project}
    return ("mining", "judge") if any(s.kind in judging for s in settings.sources) else ("mining",)


def listed_opt_out(settings: MiningSettings) -> OptOut:
    """Returns the opt-out list that the settings name, an empty one without.

    Raises:
        InputError: it cannot be read.
    """
    return read_opt_out(Path(settings.opt_out).expanduser() if settings.opt_out else None)


def pinned_sources(
    sources: Sequence[Source], opt_out: OptOut = NOBODY
) -> tuple[tuple[Source, ...], list[str]]:
    """Returns the sources with everything fixed, each once, and the projects whose hash the index told.

    Repositories of the opt-out list are not asked for anything.
    """
    releases = pin(tuple(source for source in sources if isinstance(source, PypiSource)))
    snapshots = [pin_github(s, opt_out) if isinstance(s, GithubSource) else s for s in sources]
    pinned: dict[Source, None] = {}
    for source in with_distinct_names(snapshots, opt_out):
        if isinstance(source, PypiSource):
            pinned.update(dict.fromkeys(releases[source]))
        elif isinstance(source, GitSource):
            pinned[pin_git(source, opt_out)] = None
        else:
            pinned[source] = None
    return tuple(pinned), sorted({source.project for source in releases if not source.is_pinned})


def _mine(work: StageWork, settings: MiningSettings, trusted: list[str]) -> None:
    shards = _write_shards(work, settings)
    rows = [json.loads((folder / ROW).read_text(encoding="utf-8")) for _, folder in shards]
    merge_tables(shards, KEPT, DagFile, work.directory / KEPT)
    merge_tables(shards, DROPPED, DroppedFile, work.directory / DROPPED)
    merge_tables(shards, PROJECT_FILES, ProjectFile, work.directory / PROJECT_FILES)
    if settings.keep_restricted:
        merge_tables(shards, RESTRICTED, DagFile, work.directory / RESTRICTED)
    _count(work, rows)
    _write_tombstones(work, settings, rows)
    _write_attribution(work.directory, rows, shards)
    archives = {row["archive"]: row["sha256"] for row in rows if row["archive"]}
    work.facts["retrieved_at"] = {name: _retrieved_at(sha256) for name, sha256 in archives.items()}
    work.facts["hash_trusted_from_index"] = trusted


def _write_shards(work: StageWork, settings: MiningSettings) -> list[Shard]:
    cleaner = Cleaner(
        frozenset(settings.allowed_licences),
        settings.codemods,
        frozenset(settings.redact),
        settings.keep_restricted,
        frozenset(settings.in_project),
    )
    opt_out = read_opt_out(work.inputs.get("opt_out"))
    limits = Limits(settings.folders, settings.max_file_bytes, opt_out)
    sources = open_sources(settings.sources, opt_out)
    shards: list[Shard] = []
    with Workers() as workers, progress("Mining", len(sources), "sources") as bar:
        writer = ShardWriter(work.scratch / "shards", limits, cleaner, workers)
        for number, source in enumerate(sources):
            origin = source.origin
            folder = writer.shard(number, source, lambda: bar.advance(0))
            shards.append(((origin.repo, origin.ref), folder))
            bar.advance(note=f"{origin.repo} {origin.ref}".rstrip())
    return shards


def _count(work: StageWork, rows: list[dict[str, Any]]) -> None:
    contexts: Counter[str] = Counter()
    for row in rows:
        work.funnel.listed += row["files_listed"]
        work.funnel.keep(row["files_kept"])
        for reason, count in row["dropped"].items():
            work.funnel.drop(reason, count)
        contexts.update(row["in_project"])
    work.counts["sources"] = len(rows)
    work.counts["self_contained"] = contexts["self_contained"]
    work.counts["with_project_files"] = contexts["with_project_files"]
    work.facts["in_project"] = dict(sorted(contexts.items()))
    work.counts["distinct_contents"] = _n_distinct(work.directory / KEPT, "content_sha256")


def _n_distinct(path: Path, column: str) -> int:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        return int(pc.count_distinct(file.read(columns=[column])[column]).as_py())


def _write_attribution(directory: Path, rows: list[dict[str, Any]], shards: list[Shard]) -> None:
    text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    (directory / SOURCES).write_text(text, encoding="utf-8")
    (directory / "NOTICE.md").write_text(notice(rows), encoding="utf-8")
    for _, folder in shards:
        for copy in sorted((folder / LICENCES).glob("*.txt")):
            (directory / LICENCES).mkdir(exist_ok=True)
            shutil.copyfile(copy, directory / LICENCES / copy.name)


def _write_tombstones(work: StageWork, settings: MiningSettings, rows: list[dict[str, Any]]) -> None:
    """Writes what is gone, and adds what has moved to the rows of ``sources.json``."""
    previous = work.inputs.get("previous")
    stones: list[Tombstone] = []
    if previous is not None:
        date = settings.date or datetime.datetime.now(datetime.UTC).date().isoformat()
        rows_before = json.loads((previous / SOURCES).read_text(encoding="utf-8"))
        found = aftermath(previous, work.directory, rows, rows_before, date)
        stones = found.stones
        add_to_sources(rows, found.moves)
        new = [stone for stone in stones if stone.date == date]
        work.counts["tombstones"] = len(stones)
        work.counts["moved"] = len(found.moves)
        if new and not settings.date:
            work.facts["not_reproducible_because"] = f"{len(new)} tombstones bear today's date, {date}"
    write_table(work.directory / TOMBSTONES, Tombstone, stones)


def _retrieved_at(sha256: str) -> str:
    """When the cached archive was written: its download."""
    archive = cached_archive(sha256)
    if archive is None:
        return ""
    written = datetime.datetime.fromtimestamp(archive.path.stat().st_mtime, datetime.UTC)
    return written.isoformat(timespec="seconds")

"""Judging in shards, for many workers: each judges a range of the files, the stage puts them together.

A shard is work done in advance. The stage takes the rows of those that are finished and fit, and judges the
rest itself, so its output does not depend on how many there are, on their size, or on one that was lost.
"""

from __future__ import annotations

import itertools
import logging
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from airflownet import object_store
from airflownet.artifacts import StageResult, StageWork, is_current, run_stage
from airflownet.errors import ArtifactError
from airflownet.judge.line_labels import judged_on_lines
from airflownet.judge.project.mined import PROJECT_FILES, mined_file
from airflownet.judge.settings import JudgeSettings
from airflownet.locations import is_local, join, local_copy, local_path, read_manifest
from airflownet.parallel import in_parallel
from airflownet.progress import progress
from airflownet.records import DagFile, LabelRow, Verdict
from airflownet.tables import read_table, write_table

log = logging.getLogger(__name__)

VERDICTS = "verdicts.parquet"
LABELS = "labels.parquet"
DAG_FILES = "dag_files.parquet"
CODE = ("judge",)
Judged = tuple[Verdict, LabelRow | None]


@dataclass(frozen=True, slots=True)
class Shard:
    """A range of the rows of ``dag_files.parquet``."""

    start: int
    stop: int
    """The first row after it."""

    @property
    def name(self) -> str:
        """Name of its folder."""
        return f"{self.start:09}-{self.stop:09}"


class ShardSettings(JudgeSettings):
    """What determines a shard's rows."""

    start: int
    stop: int


def plan_shards(settings: JudgeSettings, dag_files: str) -> list[dict[str, int]]:
    """Returns the shards as plain JSON; none when one task can do the work (``judging.shard_size``)."""
    n_rows = _n_rows(table_of(local_copy(dag_files)))
    if n_rows <= settings.shard_size:
        return []
    starts = range(0, n_rows, settings.shard_size)
    return [asdict(Shard(start, min(start + settings.shard_size, n_rows))) for start in starts]


def run_shard(settings: JudgeSettings, dag_files: str, output: str, shard: Shard) -> StageResult:
    """Judges one shard and leaves its rows beside the stage's output.

    Args:
        settings: of the stage.
        dag_files: folder or URL of the mining output.
        output: folder or URL of the stage.
        shard: which rows.
    """

    def body(work: StageWork) -> None:
        labels: list[LabelRow] = []

        def verdicts() -> Iterator[Verdict]:
            for verdict, row in judged(settings, table_of(work.inputs["dag_files"]), shard):
                work.funnel.listed += 1
                work.funnel.keep()
                if row is not None:
                    labels.append(row)
                yield verdict

        write_table(work.directory / VERDICTS, Verdict, verdicts())
        write_table(work.directory / LABELS, LabelRow, labels)

    place = join(_folder(output), shard.name)
    own = _shard_settings(settings, shard)
    return run_stage("judging shard", own, {"dag_files": dag_files}, place, body, code=CODE)


def rows(settings: JudgeSettings, dag_files: str, output: str, table: Path) -> Iterator[Judged]:
    """Yields a verdict and a row of the label matrix for each file, in order: from shards, else judged now.

    Args:
        settings: of the stage.
        dag_files: folder or URL of the mining output.
        output: folder or URL of the stage.
        table: ``dag_files.parquet`` on this machine.
    """
    n_rows = _n_rows(table)
    for planned in plan_shards(settings, dag_files) or [asdict(Shard(0, n_rows))]:
        shard = Shard(**planned)
        folder = _finished(settings, dag_files, join(_folder(output), shard.name), shard)
        if folder is None:
            yield from judged(settings, table, shard)
            continue
        labels = read_table(folder / LABELS, LabelRow) if settings.lines else itertools.repeat(None)
        yield from zip(read_table(folder / VERDICTS, Verdict), labels, strict=False)


def judged(settings: JudgeSettings, table: Path, shard: Shard) -> Iterator[Judged]:
    """Yields what the judge says of a range of the files, in order, on all cores of this machine."""
    n_lines = len(set(settings.lines) | {settings.airflow})
    about = f"Judging for Airflow {settings.airflow}" + (f" and {n_lines - 1} lines" if n_lines > 1 else "")
    judge = partial(judged_on_lines, airflow=settings.airflow, lines=settings.lines)
    wanted = itertools.islice(read_table(table, DagFile), shard.start, shard.stop)
    with progress(about, shard.stop - shard.start, "files") as bar:
        texts = table.with_name(PROJECT_FILES)
        for result in in_parallel(judge, (mined_file(file, texts) for file in wanted)):
            bar.advance()
            yield result


def remove_shards(output: str) -> None:
    """Removes what shards left beside a finished stage; nothing happens where there are none."""
    place = _folder(output)
    if is_local(place):
        shutil.rmtree(local_path(place), ignore_errors=True)
    else:
        object_store.remove(place, object_store.names_below(place))


def table_of(place: Path) -> Path:
    """Returns ``dag_files.parquet`` of a mining output, or the file itself."""
    return place if place.is_file() else place / DAG_FILES


def _finished(settings: JudgeSettings, dag_files: str, place: str, shard: Shard) -> Path | None:
    try:
        manifest = read_manifest(place)
        wanted: Any = _shard_settings(settings, shard).model_dump(mode="json")
        if manifest["settings"] == wanted and is_current(manifest, {"dag_files": dag_files}, CODE):
            return local_copy(place)
    except ArtifactError:
        pass
    return None


def _shard_settings(settings: JudgeSettings, shard: Shard) -> ShardSettings:
    return ShardSettings(airflow=settings.airflow, lines=settings.lines, start=shard.start, stop=shard.stop)


def _folder(output: str) -> str:
    return f"{output.rstrip('/')}_shards"


def _n_rows(table: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(table).num_rows)

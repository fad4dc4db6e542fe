"""A mining output of synthetic DAG files, as large as one likes, for measurements of what comes after it."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from airflownet.artifacts import StageSettings, StageWork, run_stage
from airflownet.hashing import sha256_text
from airflownet.records import DagFile, Licence, stable_id
from airflownet.tables import write_table

sys.path.insert(0, str(Path(__file__).parents[1] / "dataset"))


class Settings(StageSettings):
    """What determines the files."""

    n_files: int
    seed: int = 3407


def write_mining(n_files: int, output: str) -> None:
    """Writes ``dag_files.parquet`` with so many files to a folder or URL; nothing where it is already."""
    run_stage("mining", Settings(n_files=n_files), {}, output, lambda work: _write(work, n_files), code=())


def _write(work: StageWork, n_files: int) -> None:
    work.funnel.listed = n_files
    work.funnel.keep(n_files)
    write_table(work.directory / "dag_files.parquet", DagFile, _files(n_files))


def _files(n_files: int) -> Iterator[DagFile]:
    from synthetic_corpus import original

    dice = random.Random(3407)
    for number in range(n_files):
        text = original(number, dice)
        sha256 = sha256_text(text)
        yield DagFile(
            id=stable_id("synthetic", str(number)),
            source="local",
            repo="synthetic",
            ref="1",
            commit="",
            archive="",
            archive_sha256="",
            path=f"dags/{number}.py",
            blob_sha1="",
            licence=Licence("Apache-2.0", ("header",)),
            source_sha256=sha256,
            content_sha256=sha256,
            transforms=(),
            content=text,
        )

"""The judging stage: a verdict and a row of the label matrix for every mined DAG file.

Output: ``verdicts.parquet`` (Verdict, for the one Airflow line the run is about) and ``labels.parquet``
(LabelRow, for every line of the settings), both in the order of ``dag_files.parquet``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.judge.line_labels import judged_on_lines
from airflownet.judge.settings import JudgeSettings
from airflownet.parallel import in_parallel
from airflownet.progress import progress
from airflownet.records import DagFile, LabelRow, Verdict
from airflownet.tables import read_table, write_table

VERDICTS = "verdicts.parquet"
LABELS = "labels.parquet"


def run(settings: JudgeSettings, dag_files: str, output: str, *, fresh: bool = False) -> StageResult:
    """Judges ``<dag_files>/dag_files.parquet`` and writes ``verdicts.parquet`` and ``labels.parquet``.

    Args:
        settings: the Airflow line, and the lines of the label matrix.
        dag_files: folder or URL of the mining output.
        output: folder or URL to write.
        fresh: run even when a finished, equal output is there.

    Returns:
        The stage's counts: ``loads``, ``fails``, ``unknown`` for the Airflow line of the settings.
    """

    def body(work: StageWork) -> None:
        table = work.inputs["dag_files"]
        path = table if table.is_file() else table / "dag_files.parquet"
        outcomes: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        loads_on: Counter[str] = Counter()

        def verdicts(labels: list[LabelRow]) -> Iterator[Verdict]:
            for verdict, row in _judged(settings, path):
                work.funnel.listed += 1
                work.funnel.keep()
                outcomes[verdict.outcome.value] += 1
                codes.update({violation.code for violation in verdict.violations})
                if row is not None:
                    loads_on.update(row.loads_on)
                    labels.append(row)
                yield verdict

        # A row of the matrix is a few hundred bytes: 100,000 of them fit in memory, their files would not.
        labels: list[LabelRow] = []
        write_table(work.directory / VERDICTS, Verdict, verdicts(labels))
        if settings.lines:
            write_table(work.directory / LABELS, LabelRow, labels)
        work.counts.update({name: outcomes[name] for name in ("loads", "fails", "unknown")})
        work.facts["violations"] = dict(sorted(codes.items()))
        work.facts["loads_on"] = {line: loads_on[line] for line in settings.lines}

    return run_stage(
        "judging",
        settings,
        {"dag_files": dag_files},
        output,
        body,
        code=("judge",),
        libraries=("pyarrow",),
        fresh=fresh,
    )


def _judged(settings: JudgeSettings, path: Path) -> Iterator[tuple[Verdict, LabelRow | None]]:
    n_lines = len(set(settings.lines) | {settings.airflow})
    about = f"Judging for Airflow {settings.airflow}" + (f" and {n_lines - 1} lines" if n_lines > 1 else "")
    judged = partial(judged_on_lines, airflow=settings.airflow, lines=settings.lines)
    files = ((file.id, file.content) for file in read_table(path, DagFile))
    with progress(about, _n_rows(path), "files") as bar:
        for result in in_parallel(judged, files):
            bar.advance()
            yield result


def _n_rows(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)

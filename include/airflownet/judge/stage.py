"""The judging stage: a verdict and a row of the label matrix for every mined DAG file.

Output: ``verdicts.parquet`` (Verdict, for the one Airflow line the run is about) and ``labels.parquet``
(LabelRow, for every line of the settings), both in the order of ``dag_files.parquet``. Where ``shards`` did
part of the work in advance, their rows are taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.judge.settings import JudgeSettings
from airflownet.judge.shards import CODE, LABELS, VERDICTS, remove_shards, rows, table_of
from airflownet.records import LabelRow, Verdict
from airflownet.tables import write_table


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
        table = table_of(work.inputs["dag_files"])
        outcomes: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        loads_on: Counter[str] = Counter()

        def verdicts(labels: list[LabelRow]) -> Iterator[Verdict]:
            for verdict, row in rows(settings, dag_files, output, table):
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

    result = run_stage(
        "judging",
        settings.whatever_the_shards(),
        {"dag_files": dag_files},
        output,
        body,
        code=CODE,
        libraries=("pyarrow",),
        fresh=fresh,
    )
    if not result.skipped:
        remove_shards(output)
    return result

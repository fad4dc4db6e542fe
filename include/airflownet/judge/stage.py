"""The judging stage: a verdict for every mined DAG file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.judge.settings import JudgeSettings
from airflownet.judge.verdict import judge_code
from airflownet.progress import progress
from airflownet.records import DagFile, Verdict
from airflownet.tables import read_table, write_table

VERDICTS = "verdicts.parquet"


def run(settings: JudgeSettings, dag_files: str, output: str, *, fresh: bool = False) -> StageResult:
    """Judges ``<dag_files>/dag_files.parquet`` and writes ``<output>/verdicts.parquet``.

    Args:
        settings: the Airflow line.
        dag_files: folder or URL of the mining output.
        output: folder or URL to write.
        fresh: run even when a finished, equal output is there.

    Returns:
        The stage's counts: ``loads``, ``fails``, ``unknown``.
    """

    def body(work: StageWork) -> None:
        table = work.inputs["dag_files"]
        path = table if table.is_file() else table / "dag_files.parquet"
        outcomes: Counter[str] = Counter()
        codes: Counter[str] = Counter()

        def verdicts() -> Iterator[Verdict]:
            total = _n_rows(str(path))
            with progress(f"Judging for Airflow {settings.airflow}", total, "files") as bar:
                for file in read_table(path, DagFile):
                    verdict = judge_code(file.content, airflow=settings.airflow, id=file.id)
                    work.funnel.listed += 1
                    work.funnel.keep()
                    outcomes[verdict.outcome.value] += 1
                    codes.update({violation.code for violation in verdict.violations})
                    bar.advance()
                    yield verdict

        write_table(work.directory / VERDICTS, Verdict, verdicts())
        work.counts.update({name: outcomes[name] for name in ("loads", "fails", "unknown")})
        work.facts["violations"] = dict(sorted(codes.items()))

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


def _n_rows(path: str) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)

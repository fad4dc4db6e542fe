"""The instructions stage: mined DAG files to ``instructions.parquet``, one row per file and view.

Code is only read through ``judge.loader``, never run.
"""

from __future__ import annotations

from collections import Counter

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.instructions.describer import WRITER, Description, describe
from airflownet.instructions.settings import InstructionSettings
from airflownet.judge.loader import load_source
from airflownet.progress import progress
from airflownet.records import DagFile, Instruction, stable_id
from airflownet.tables import read_table, write_table

DAG_FILES = "dag_files.parquet"
INSTRUCTIONS = "instructions.parquet"


def run(settings: InstructionSettings, dag_files: str, output: str, *, fresh: bool = False) -> StageResult:
    """Writes what a user would have asked for to get each DAG file, in every chosen view.

    Args:
        settings: views, their bounds and the writer.
        dag_files: path or URL of the mining output, the folder with ``dag_files.parquet``.
        output: path or URL of the folder to write; gets ``instructions.parquet``, rows ``Instruction``
            sorted by (dag_file_id, view).
        fresh: run even when an equal output is there.

    Returns:
        Counts in DAG files (``listed``, ``kept``), and ``instructions``, ``instructions_<view>``,
        ``duplicate_texts`` (rows whose text another row has too) and ``neutralised_phrases``.

    Raises:
        ArtifactError: the mining output is missing, or another run writes this output.
        DiskSpaceError: less free disk than needed.
    """

    def body(work: StageWork) -> None:
        _write(work, settings)

    return run_stage(
        "instructions",
        settings,
        {"dag_files": dag_files},
        output,
        body,
        code=["instructions", "judge/loader", "judge/catalogue"],
        libraries=["pyarrow", "cron-descriptor", "croniter"],
        fresh=fresh,
    )


def _write(work: StageWork, settings: InstructionSettings) -> None:
    folder = work.inputs["dag_files"]
    files = sorted(read_table(folder / DAG_FILES, DagFile), key=lambda file: file.id)
    work.funnel.listed = len(files)
    rows: list[Instruction] = []
    neutralised = 0
    with progress("Writing instructions", total=len(files), unit="files") as bar:
        for file in files:
            description = describe(load_source(file.content), file.id, settings.bounds())
            neutralised += description.neutralised
            if description.dropped:
                work.funnel.drop(description.dropped)
            else:
                work.funnel.keep()
                rows += _instructions(file.id, description)
            bar.advance()
    rows.sort(key=lambda row: (row.dag_file_id, row.view))
    write_table(work.directory / INSTRUCTIONS, Instruction, rows)
    _count(work, rows, neutralised)


def _instructions(dag_file_id: str, description: Description) -> list[Instruction]:
    return [
        Instruction(stable_id(dag_file_id, WRITER, view, text), dag_file_id, WRITER, view, text)
        for view, text in description.texts.items()
    ]


def _count(work: StageWork, rows: list[Instruction], neutralised: int) -> None:
    per_view = Counter(row.view for row in rows)
    texts = Counter(row.text for row in rows)
    work.counts["instructions"] = len(rows)
    work.counts |= {f"instructions_{view}": count for view, count in sorted(per_view.items())}
    work.counts["duplicate_texts"] = sum(count - 1 for count in texts.values())
    work.counts["neutralised_phrases"] = neutralised
    work.facts["mean_chars"] = {
        view: round(sum(len(row.text) for row in rows if row.view == view) / count, 1)
        for view, count in sorted(per_view.items())
    }

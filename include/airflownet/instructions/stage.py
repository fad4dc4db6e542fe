"""The instructions stage: mined DAG files to ``instructions.parquet``, one row per file, writer and view.

Also ``round_trip.parquet`` (``RoundTrip``: how far each instruction determines its DAG), ``dropped.parquet``
(what was written and not kept, with the reason) and ``summary.json`` for the report. Code is only read
through ``judge.loader``, never run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.asked_for.parts import NOT_THERE
from airflownet.instructions.describer import WRITER, Description, describe
from airflownet.instructions.facts import FileFacts
from airflownet.instructions.loaded_in_project import loaded_in_project
from airflownet.instructions.model_writing import ModelWriting
from airflownet.instructions.settings import InstructionSettings
from airflownet.instructions.summary import summary
from airflownet.judge.code_folders import LOADING
from airflownet.llama.serving import ServerLike
from airflownet.progress import progress
from airflownet.records import DagFile, DroppedInstruction, Instruction, RoundTrip, stable_id
from airflownet.tables import read_table, write_table

DAG_FILES = "dag_files.parquet"
INSTRUCTIONS = "instructions.parquet"
ROUND_TRIP = "round_trip.parquet"
DROPPED = "dropped.parquet"
SUMMARY = "summary.json"


def run(
    settings: InstructionSettings,
    dag_files: str,
    output: str,
    *,
    server: ServerLike = None,
    api_key: str = "",
    claude_api_key: str = "",
    fresh: bool = False,
) -> StageResult:
    """Writes what a user would have asked for to get each DAG file, in every chosen view.

    Args:
        settings: views, their bounds, the writers and the round-trip check.
        dag_files: path or URL of the mining output, the folder with ``dag_files.parquet``.
        output: path or URL of the folder to write; gets ``instructions.parquet``, rows ``Instruction``
            sorted by (dag_file_id, writer, view).
        server: a llama-server that runs already; else one is started where the settings need one.
        api_key: of that server.
        claude_api_key: empty takes ANTHROPIC_API_KEY; needed only where Claude must be asked.
        fresh: run even when an equal output is there; replies that were paid for are used again.

    Returns:
        Counts in DAG files (``listed``, ``kept``), and ``instructions``, ``instructions_<view>``,
        ``duplicate_texts`` (rows whose text another row has too), ``neutralised_phrases`` and, with a model
        writer, ``model_instructions`` and ``model_dropped``.

    Raises:
        ArtifactError: the mining output is missing, or another run writes this output.
        DiskSpaceError: less free disk than needed.
        BudgetError: Claude's replies could cost more than the recipe allows.
        ServerError: the served model failed for good.
    """

    def body(work: StageWork) -> None:
        _write(work, settings, ModelWriting(settings, output, server, api_key, claude_api_key))

    return run_stage(
        "instructions",
        settings,
        {"dag_files": dag_files},
        output,
        body,
        code=["instructions", "asked_for", "wording", *LOADING, "llama", "message_batches"],
        libraries=["pyarrow", "cron-descriptor", "croniter"],
        fresh=fresh,
    )


def _write(work: StageWork, settings: InstructionSettings, model: ModelWriting) -> None:
    folder = work.inputs["dag_files"]
    files = sorted(read_table(folder / DAG_FILES, DagFile), key=lambda file: file.id)
    work.funnel.listed = len(files)
    rows: list[Instruction] = []
    facts: dict[str, FileFacts] = {}
    neutralised = 0
    with progress("Writing instructions", total=len(files), unit="files") as bar:
        for file in sorted(files, key=lambda file: (file.repo, file.ref, file.id)):  # a project is read once
            loaded = loaded_in_project(file, folder, settings.airflow)
            description = describe(
                loaded,
                file.id,
                settings.bounds(),
                airflow=settings.airflow,
                airflow_share=settings.airflow_share,
            )
            neutralised += description.neutralised
            if description.dropped:
                work.funnel.drop(description.dropped)
            else:
                work.funnel.keep()
                rows += _instructions(file.id, description)
                facts[file.id] = description.facts
            bar.advance()
    described = {row.dag_file_id for row in rows}
    usable = [file for file in files if file.id in described]
    written, dropped = model.write(usable, work)
    rows = sorted([*rows, *written], key=lambda row: (row.dag_file_id, row.writer, row.view))
    scores = model.round_trip(rows, {file.id: file for file in usable}, facts, work)
    rows, below = _good_enough(rows, scores, settings.min_round_trip)
    dropped = sorted([*dropped, *below], key=lambda row: (row.dag_file_id, row.writer, row.view))
    write_table(work.directory / INSTRUCTIONS, Instruction, rows)
    write_table(work.directory / ROUND_TRIP, RoundTrip, [scores[key] for key in sorted(scores)])
    write_table(work.directory / DROPPED, DroppedInstruction, dropped)
    told = summary(rows, dropped, list(scores.values()), model.cost)
    (work.directory / SUMMARY).write_text(json.dumps(told, indent=1))
    _count(work, rows, neutralised)
    if "usd" in model.cost:
        work.facts["paid_usd"] = model.cost["usd"]
    if settings.model_writer != "none":
        work.counts["model_instructions"] = len(written)
        work.counts["model_dropped"] = len(dropped) - len(below)
    if below:
        work.counts["below_round_trip"] = len(below)


def _instructions(dag_file_id: str, description: Description) -> list[Instruction]:
    return [
        Instruction(stable_id(dag_file_id, WRITER, view, text), dag_file_id, WRITER, view, text)
        for view, text in description.texts.items()
    ]


def _good_enough(
    rows: Sequence[Instruction], scores: dict[str, RoundTrip], least: float
) -> tuple[list[Instruction], list[DroppedInstruction]]:
    """An instruction without a score is kept: nothing is known against it."""
    kept, below = [], []
    for row in rows:
        score = scores[row.id].score if row.id in scores else NOT_THERE
        if score == NOT_THERE or score >= least:
            kept.append(row)
        else:
            below.append(
                DroppedInstruction(row.dag_file_id, row.writer, row.view, row.text, "below-round-trip")
            )
    return kept, below


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

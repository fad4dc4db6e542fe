"""Second stage of a round: the drawn answers become the dataset of the round, each with its end told.

``run(settings, dataset, [drawn, ...], output)`` leaves ``samples.parquet`` (every row of the dataset, then
the new ones), ``fates.parquet`` (``Fate``, one row per answer), ``held_out_prompts.jsonl`` for the comparison
of the validation split, and the funnel in the manifest. Draws of earlier rounds count too: what an earlier
model found and the present one does not is not lost.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.improvement.asked_rows import IN_WORDS, request_of
from airflownet.improvement.chosen_draws import Choice, Chooser
from airflownet.improvement.drawn_answer import DRAWN, FATES, KEPT, DrawnAnswer, Fate
from airflownet.improvement.judged_draw import JudgedDraw, judged_draw
from airflownet.improvement.settings import SelectionSettings
from airflownet.parallel import in_parallel
from airflownet.plans.sample_code import code_of
from airflownet.progress import progress
from airflownet.records import Message, Sample, stable_id
from airflownet.tables import read_table, write_table

CODE: Final = ("improvement", "generation", "judge", "plans", "asked_for", "wording", "families")
PROMPTS: Final = "held_out_prompts.jsonl"
ORIGIN: Final = "generated/improve"
"""``Sample.repo`` of rows that a round made."""


def run(
    settings: SelectionSettings, dataset: str, drawn: Sequence[str], output: str, *, fresh: bool = False
) -> StageResult:
    """Judges every drawn answer and writes the dataset of the round.

    Args:
        settings: what is kept.
        dataset: location of the dataset stage's output.
        drawn: outputs of the drawing stage, one per round, the first round first.
        output: location of the folder to write; the training stage takes it as its dataset.
        fresh: select again.

    Returns:
        Location and counts; equal inputs give equal bytes.

    Raises:
        ArtifactError: an input is missing.
    """

    def body(work: StageWork) -> None:
        samples = list(read_table(work.inputs["dataset"] / "samples.parquet", Sample))
        rows = {sample.id: sample for sample in samples}
        tasks = [
            (answer, rows[answer.sample_id], number, settings)
            for number in range(1, len(drawn) + 1)
            for answer in read_table(work.inputs[f"drawn_{number}"] / DRAWN, DrawnAnswer)
        ]
        judged: list[JudgedDraw] = []
        with progress("Judging drawn answers", total=len(tasks), unit="answers") as bar:
            for one in in_parallel(judged_draw, tasks):
                judged.append(one)
                bar.advance()
        choices = Chooser(settings, samples).choose(judged)
        made = [new_row(choice.draw) for choice in choices if not choice.reason]
        write_table(work.directory / "samples.parquet", Sample, [*samples, *made])
        write_table(work.directory / FATES, Fate, [_fate(choice) for choice in choices])
        write_prompts(work.directory / PROMPTS, samples, "validation")
        for choice in choices:
            work.funnel.listed += 1
            if choice.reason:
                work.funnel.drop(choice.reason)
            else:
                work.funnel.keep()
        work.counts.update(
            originals=sum(sample.split == "train" for sample in samples),
            new_rows=len(made),
            trivial=sum(draw.is_trivial for draw in judged),
        )

    inputs = {"dataset": dataset} | {f"drawn_{n}": place for n, place in enumerate(drawn, start=1)}
    return run_stage("selecting", settings, inputs, output, body, code=CODE, fresh=fresh)


def new_row(draw: JudgedDraw) -> Sample:
    """Returns the training row of a kept answer: the original's request, the model's answer."""
    row = draw.row
    own = stable_id("improve", row.id, draw.answer)
    return replace(
        row,
        id=own,
        messages=(*row.messages[:-1], Message("assistant", draw.answer)),
        dag_file_id=own,
        repo=ORIGIN,
        ref=f"round-{draw.round}",
        path=f"{draw.drawn.way}/{own}.py",
        licence_evidence=(*row.licence_evidence, f"generated-for:{row.id}"),
        outcome=draw.outcome,
        valid_on=(row.airflow,),
        commit="",
        blob_sha1="",
        source_id=row.id,
        n_tokens=0,
    )


def write_prompts(path: Path, samples: Sequence[Sample], split: str) -> int:
    """Writes the requests in words of a split as the comparison reads them; returns how many."""
    rows = [sample for sample in samples if sample.split == split and sample.kind in IN_WORDS]
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            told = {
                "id": row.id,
                "prompt": request_of(row),
                "family_id": row.family_id,
                "airflow": row.airflow,
                "code": code_of(row),
            }
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    return len(rows)


def _fate(choice: Choice) -> Fate:
    draw = choice.draw
    return Fate(
        key=draw.drawn.key,
        sample_id=draw.row.id,
        family_id=draw.row.family_id,
        round=draw.round,
        way=draw.drawn.way,
        index=draw.drawn.index,
        reason=choice.reason or KEPT,
        outcome=draw.outcome,
        asked_for=draw.asked_for,
        is_trivial=draw.is_trivial,
        n_lines=draw.n_lines,
        n_lines_original=draw.n_lines_original,
        likeness=choice.likeness,
    )

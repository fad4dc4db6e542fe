"""First stage of a round: the tuned model answers training prompts, several times and in several ways.

``run(settings, dataset, base_model, training, output)`` leaves ``drawn.parquet`` (``DrawnAnswer``, in the
order of rows, ways and indices) and the log of the server. Each answer is in the ledger once it is there; a
killed stage goes on where it was, a server that dies is started again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.code_extraction import extract_code
from airflownet.errors import ArtifactError, ServerError
from airflownet.generation.compose import Composer
from airflownet.generation.model_source import Drawing, LlamaModel
from airflownet.generation.settings import GenerationSettings
from airflownet.generation.wanted import Wanted
from airflownet.hashing import canonical_json, sha256_text
from airflownet.improvement.asked_rows import asked_rows, question, request_of
from airflownet.improvement.draw_ledger import DrawLedger, open_draw_ledger
from airflownet.improvement.drawn_answer import DRAWN, DrawnAnswer
from airflownet.improvement.settings import DrawingSettings
from airflownet.llama.errors import RequestRejectedError
from airflownet.llama.serving import Models, open_endpoints, serving
from airflownet.plans.reconciling.reconcile import reconcile
from airflownet.progress import Bar, progress
from airflownet.records import Sample
from airflownet.tables import read_table, write_table

log = logging.getLogger("airflownet.stage")

CODE: Final = ("improvement", "generation", "judge", "llama", "plans", "asked_for", "wording")
_KEY_FORMAT: Final = 1
_CAPACITY: Final = frozenset(
    {
        "server",
        "n_slots",
        "threads",
        "n_gpu_layers",
        "port",
        "start_timeout_s",
        "request_timeout_s",
        "max_prompts",
        "ways",
        "answers_per_prompt",
        "max_seconds",
        "context_tokens_per_slot",
        "flash_attention",
    }
)
"""Settings that change how fast or how much is drawn, and no answer."""
_NOT_REPRODUCIBLE: Final = "rows carry measured times, and a sampled token may tip with what shares the batch"


@dataclass(frozen=True, slots=True)
class Draw:
    """One answer that is wanted."""

    row: Sample
    way: str
    index: int
    key: str


def run(
    settings: DrawingSettings,
    dataset: str,
    base_model: str,
    training: str,
    output: str,
    *,
    fresh: bool = False,
) -> StageResult:
    """Draws every answer that the ledger does not hold and writes the table.

    Args:
        settings: ways, numbers, samplers, capacity.
        dataset: location of the dataset stage's output; rows of its training split are asked.
        base_model: folder with ``base.gguf``.
        training: folder with ``adapter.gguf``.
        output: location of the folder to write; the ledger lies two folders up.
        fresh: draw again, also what the ledger holds.

    Raises:
        InputError: the training split has no request in words.
        ArtifactError: a model's file is missing.
        ServerError: the server failed for good; what was drawn is kept.
    """

    def body(work: StageWork) -> None:
        models = Models.of(
            _file(work.inputs["base_model"], "base.gguf"), _file(work.inputs["training"], "adapter.gguf")
        )
        rows = asked_rows(
            read_table(work.inputs["dataset"] / "samples.parquet", Sample),
            settings.max_prompts,
            settings.seed,
        )
        draws = list(draws_of(rows, settings, models))
        with open_draw_ledger(output) as ledger:
            if fresh:
                ledger.forget(draw.key for draw in draws)
            n_before = sum(ledger.get(draw.key) is not None for draw in draws)
            if n_before:
                log.info("%d of %d answers were drawn before", n_before, len(draws))
            if n_before < len(draws):
                asyncio.run(_draw_missing(settings, models, draws, ledger, work.directory / "server"))
            answers = [_answer_of(draw, ledger) for draw in draws]
        _count(work, answers)
        work.counts.update(prompts=len(rows), drawn_now=len(draws) - n_before, drawn_before=n_before)
        work.facts["not_reproducible_because"] = _NOT_REPRODUCIBLE
        write_table(work.directory / DRAWN, DrawnAnswer, answers)

    inputs = {"dataset": dataset, "base_model": base_model, "training": training}
    return run_stage("drawing", settings, inputs, output, body, code=CODE, fresh=fresh)


def draws_of(rows: Sequence[Sample], settings: DrawingSettings, models: Models) -> Iterator[Draw]:
    """Yields every answer that is wanted, with its key."""
    chosen = {k: v for k, v in settings.model_dump(mode="json").items() if k not in _CAPACITY}
    for row in rows:
        for way in settings.ways:
            for index in range(settings.answers_per_prompt):
                identity: dict[str, Any] = {
                    "format": _KEY_FORMAT,
                    "base": models.base_sha256,
                    "adapter": models.adapter_sha256,
                    "kind": row.kind,
                    "airflow": row.airflow,
                    "messages": question(row),
                    "way": way,
                    "index": index,
                    "settings": chosen,
                }
                yield Draw(row, way, index, sha256_text(canonical_json(identity)))


def _count(work: StageWork, answers: Sequence[DrawnAnswer]) -> None:
    for answer in answers:
        work.funnel.listed += 1
        if answer.error:
            work.funnel.drop(answer.error.partition(":")[0])
        else:
            work.funnel.keep()
    work.counts["tokens_drawn"] = sum(answer.n_tokens_drawn for answer in answers)
    if answers and all(answer.error for answer in answers):
        raise ServerError(
            f"the server refused all {len(answers)} prompts; the first time: {answers[0].error}",
            "raise improve.drawing.context_tokens_per_slot if prompts are too long; or see the server's log",
        )


def _answer_of(draw: Draw, ledger: DrawLedger) -> DrawnAnswer:
    found = ledger.get(draw.key)
    if found is None:
        raise ServerError(
            f"no answer for row {draw.row.id}", "run the same command again: it goes on where it stopped"
        )
    # Two rows may ask the same; the answer, drawn once, is each one's.
    return replace(found, sample_id=draw.row.id)


async def _draw_missing(
    settings: DrawingSettings, models: Models, draws: Sequence[Draw], ledger: DrawLedger, folder: Path
) -> None:
    wanted = {draw.key: draw for draw in draws}
    missing = [draw for draw in wanted.values() if ledger.get(draw.key) is None]
    writing = _writing(settings, "create")
    with (
        serving(settings, models, [], folder) as servers,
        progress("Drawing answers", total=len(wanted), unit="answers") as bar,
    ):
        bar.advance(len(wanted) - len(missing))
        async with open_endpoints(servers, settings, models) as endpoints:
            model = LlamaModel(endpoints, writing, [{"id": 0.0, "scale": 1.0}], "tuned")
            queue = iter(missing)
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(min(2 * model.n_slots, len(missing))):  # one waits while one is written
                        group.create_task(_work_off(queue, model, settings, ledger, bar))
            except BaseExceptionGroup as failures:
                first: BaseException = failures
                while isinstance(first, BaseExceptionGroup):
                    first = first.exceptions[0]
                raise first from None


async def _work_off(
    queue: Iterator[Draw], model: LlamaModel, settings: DrawingSettings, ledger: DrawLedger, bar: Bar
) -> None:
    for draw in queue:
        ledger.record(await _drawn(draw, model, settings))
        bar.advance(note=draw.way)


async def _drawn(draw: Draw, model: LlamaModel, settings: DrawingSettings) -> DrawnAnswer:
    began = time.monotonic()
    try:
        text, code, n_tokens, n_drawn = await _written(draw, model, settings)
        error = ""
    except RequestRejectedError as refusal:
        if refusal.status not in (400, 413, 422):
            raise
        text, code, n_tokens, n_drawn, error = "", "", 0, 0, f"{refusal.kind or 'refused'}: {refusal.detail}"
    return DrawnAnswer(
        draw.key,
        draw.row.id,
        draw.way,
        draw.index,
        text,
        code,
        n_tokens,
        n_drawn,
        round(time.monotonic() - began, 3),
        error,
    )


async def _written(draw: Draw, model: LlamaModel, settings: DrawingSettings) -> tuple[str, str, int, int]:
    """Returns (text, file, tokens of it, tokens drawn)."""
    row, is_plan, is_verified = draw.row, draw.row.kind == "plan", draw.way == "verified"
    wanted = Wanted(request_of(row), row.airflow)
    if is_verified:
        composer = Composer(model, _writing(settings, row.kind), row.airflow)
        # Of a plan the first is written along the request's outline, the others freely; an odd draft would
        # be told the form of plans, which a model that is trained on them knows.
        written = await composer.draft(wanted, 2 * draw.index)
        return written.code, written.code, written.n_tokens, written.n_tokens_drawn
    drawing = Drawing(
        temperature=settings.temperature,
        seed=(settings.seed + draw.index) % 2**31,
        most_tokens=settings.max_plan_tokens if is_plan else settings.max_answer_tokens,
        most_seconds=settings.max_seconds,
    )
    said = await model.say(question(row), drawing)
    if not is_plan:
        code = extract_code(said.text).code
    else:
        code = (await asyncio.to_thread(reconcile, said.text, row.airflow)).code
    return said.text, code, said.n_tokens, said.n_tokens


def _writing(settings: DrawingSettings, kind: str) -> GenerationSettings:
    shared = {name: getattr(settings, name) for name in GenerationSettings.model_fields.keys() & _SHARED}
    return GenerationSettings(
        mode="plan" if kind == "plan" else "code",
        draft_temperature=settings.temperature,
        n_drafts=1,
        n_repairs=0,
        **shared,
    )


_SHARED: Final = frozenset(DrawingSettings.model_fields) - {"temperature"}


def _file(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise ArtifactError(f"{path} does not exist", "run the stage that exports it as GGUF first")
    return path

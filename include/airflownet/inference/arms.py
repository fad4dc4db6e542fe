"""The test prompts answered in further ways (``generation.arms``): by an outline, best of n, verified code.

Each way is what ``airflownet generate`` does with these settings, for base and tuned alike, on the servers of
the stage. Finished answers are kept line by line in the stage's working folder, so that a run that was killed
goes on.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from airflownet.generation.arms import ARMS, ArmName
from airflownet.generation.compose import Composer
from airflownet.generation.model_source import LlamaModel
from airflownet.generation.settings import GenerationSettings
from airflownet.inference.settings import InferenceSettings
from airflownet.llama.endpoint import Endpoint
from airflownet.llama.errors import RequestRejectedError
from airflownet.progress import progress
from airflownet.records import ArmAnswer, Sample

log = logging.getLogger(__name__)

ARMS_TABLE = "arms.parquet"
_SO_FAR = "arms.jsonl"


async def arm_answers(
    endpoints: Sequence[Endpoint],
    samples: Sequence[Sample],
    settings: InferenceSettings,
    scales: dict[str, float],
    airflow: str,
    folder: Path,
) -> list[ArmAnswer]:
    """Returns the answers by arm, model and sample; what the folder holds from an earlier try is taken.

    Args:
        endpoints: servers with base and adapter.
        samples: of the test split.
        settings: name the arms, their bounds, the slots.
        scales: model -> scale of the adapter.
        airflow: line to write for.
        folder: working folder of the stage.

    Raises:
        ServerError: a server stays away.
    """
    bounds = GenerationSettings(
        n_slots=settings.n_slots,
        max_plan_tokens=settings.max_completion_tokens,
        max_answer_tokens=settings.max_completion_tokens,
        max_drawn_tokens=3 * settings.max_completion_tokens,
        max_seconds=settings.arm_seconds,
        plan_card_tokens=settings.card_tokens,
        seed=settings.seed,
    )
    kept = folder / _SO_FAR
    done = {(one.arm, one.model, one.sample_id): one for one in _read(kept)}
    _end_line(kept)
    todo = [
        (arm, model, sample)
        for arm in settings.arms
        for model in (scales if ARMS[arm].needs_model else [""])
        for sample in samples
        if (arm, model, sample.id) not in done
    ]
    writers = {
        model: LlamaModel(endpoints, bounds, [{"id": 0.0, "scale": scale}] if scale else [])
        for model, scale in scales.items()
    }
    writers[""] = next(iter(writers.values()))
    free = asyncio.Semaphore(sum(endpoint.n_slots for endpoint in endpoints))

    async def one(arm: ArmName, model: str, sample: Sample) -> None:
        async with free:
            answer = await _answer(writers[model], arm, model, sample, bounds, airflow)
        done[arm, model, sample.id] = answer
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(answer)) + "\n")
        bar.advance(note=arm)

    with progress("Ways of writing", len(todo), "answers") as bar:
        # One way after the other, so that the seconds of each are its own.
        for arm in settings.arms:
            await asyncio.gather(*(one(a, model, sample) for a, model, sample in todo if a == arm))
    kept.unlink(missing_ok=True)
    return [done[key] for key in sorted(done)]


async def _answer(
    writer: LlamaModel, arm: ArmName, model: str, sample: Sample, bounds: GenerationSettings, airflow: str
) -> ArmAnswer:
    way = ARMS[arm]
    request = next(message.content for message in sample.messages if message.role == "user")
    began = time.monotonic()
    try:
        written = await Composer(writer, way.of(bounds), airflow, verified=way.verified).write(request)
    except RequestRejectedError as error:  # a prompt too long for a slot: this answer is lost, not the stage
        log.warning("%s, %s: %s", arm, sample.id, error.message)
        return ArmAnswer(sample.id, model, arm, "", 0, 0, round(time.monotonic() - began, 3))
    return ArmAnswer(
        sample_id=sample.id,
        model=model,
        arm=arm,
        code=written.code,
        n_tokens_drawn=written.n_tokens_drawn,
        n_drafts=written.n_drafts,
        seconds=round(time.monotonic() - began, 3),
    )


def _end_line(path: Path) -> None:
    """Ends the line that a killed run left half written, so that the next answer has its own."""
    if path.is_file() and not path.read_bytes().endswith(b"\n"):
        with path.open("ab") as file:
            file.write(b"\n")


def _read(path: Path) -> Iterator[ArmAnswer]:
    """Yields the answers of a killed run; a line that was left half written is left out."""
    for line in path.read_text("utf-8", errors="replace").split("\n") if path.is_file() else ():
        try:
            found: dict[str, Any] = json.loads(line)
            yield ArmAnswer(**found)
        except (ValueError, TypeError):
            continue

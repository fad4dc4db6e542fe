"""Measures tokens per second over the number of slots, and says how many slots suit model and machine.

More slots decode more answers per pass over the weights, until arithmetic or memory is the limit; each
slot also costs context memory. Recommended is the smallest number that comes within 5 % of the best.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import platform
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from airflownet.llama.batch import generate
from airflownet.llama.ledger import open_ledger
from airflownet.llama.sampling import Sampling
from airflownet.llama.server import managed_server
from airflownet.llama.server_spec import ServerHandle
from airflownet.llama.serving import Models, open_endpoints, server_spec
from airflownet.llama.settings import ServerSettings
from airflownet.llama.work import work_item

GOOD_ENOUGH = 0.95
_ROUNDS_PER_SLOT = 3
_SEED = 3407


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement."""

    n_slots: int
    tokens_per_s: float
    """Prompt and generated tokens per second of wall-clock time, of all slots together."""
    n_busy_slots: float
    """Average number of slots in one decode call."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The curve and what follows from it."""

    points: tuple[Point, ...]
    recommended_n_slots: int
    model: str = ""
    """Name of the model's file, or its ``hf:`` name."""
    machine: str = ""
    """Build of llama.cpp, processor, threads, GPU layers asked for."""

    def table(self) -> str:
        """Returns the curve as text, one line per point."""
        first = self.points[0]
        lines = ["slots  tokens/s  speed-up  busy slots"]
        for point in self.points:
            mark = "  <- recommended" if point.n_slots == self.recommended_n_slots else ""
            speed_up = point.tokens_per_s / first.tokens_per_s
            lines.append(
                f"{point.n_slots:5}  {point.tokens_per_s:8,.1f}  {speed_up:7.2f}x  "
                f"{point.n_busy_slots:10.2f}{mark}"
            )
        return "\n".join(lines)


def recommend(points: Sequence[Point]) -> int:
    """Returns the smallest number of slots within 5 % of the fastest."""
    best = max(point.tokens_per_s for point in points)
    return min(point.n_slots for point in points if point.tokens_per_s >= GOOD_ENOUGH * best)


def calibrate(
    settings: ServerSettings,
    model: str,
    *,
    slots: Sequence[int] = (1, 2, 4, 8),
    n_prompt_tokens: int = 256,
    n_reply_tokens: int = 64,
) -> Calibration:
    """Runs the engine with each number of slots on a server of its own.

    Args:
        settings: threads, GPU layers and time-outs; its slots and context are replaced.
        model: GGUF path or ``hf:OWNER/REPO[:QUANT]``.
        slots: numbers to try.
        n_prompt_tokens: random ids per prompt, none shared.
        n_reply_tokens: generated per prompt, whatever the model would say.

    Raises:
        ServerError: a server did not start, for example for lack of memory.
    """
    context = -(-(n_prompt_tokens + n_reply_tokens + 8) // 256) * 256
    points = []
    for n_slots in sorted(set(slots)):
        changed = settings.model_copy(update={"n_slots": n_slots, "context_tokens_per_slot": context})
        spec = server_spec(changed, model)
        with (
            tempfile.TemporaryDirectory(prefix="airflownet-calibrate-") as folder,
            managed_server(spec, Path(folder)) as handle,
        ):
            points.append(asyncio.run(_measure(changed, handle, n_prompt_tokens, n_reply_tokens)))
            machine = (
                f"llama.cpp {handle.build}, {_processor()}, {spec.threads} threads, "
                f"{spec.n_gpu_layers} GPU layers asked for"
            )
    name = model if model.startswith("hf:") else Path(model).name
    return Calibration(tuple(points), recommend(points), name, machine)


def _processor() -> str:
    """Returns the processor's name as the operating system tells it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


async def _measure(
    settings: ServerSettings, handle: ServerHandle, n_prompt_tokens: int, n_reply_tokens: int
) -> Point:
    sampling = Sampling(max_completion_tokens=n_reply_tokens, ignore_eos=True, reuse_prefix=False)
    random_ids = random.Random(_SEED)  # noqa: S311
    items = [
        work_item(
            [random_ids.randrange(256) for _ in range(n_prompt_tokens)],
            sampling,
            model_sha256=handle.model_sha256,
        )
        for _ in range(settings.n_slots * _ROUNDS_PER_SLOT)
    ]
    files = Models.of_server(handle)
    with tempfile.TemporaryDirectory() as folder, open_ledger(Path(folder) / "ledger.sqlite") as ledger:
        async with open_endpoints([handle], settings, files) as endpoints:
            description = f"Measuring {settings.n_slots} slots"
            (facts,) = await generate(endpoints, items, sampling, ledger, description=description)
    busy = next(iter(facts.n_busy_slots_per_decode.values()), 0.0)
    return Point(settings.n_slots, round(facts.tokens_per_s, 1), busy)


def as_json(calibration: Calibration) -> dict[str, object]:
    """Returns the calibration as plain JSON, for ``calibration.json`` and the report's scaling plot."""
    return dataclasses.asdict(calibration)

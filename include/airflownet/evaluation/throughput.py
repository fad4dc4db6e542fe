"""How fast single answers were generated, from the server's own timings of each request."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from airflownet.evaluation.provenance import read_json
from airflownet.evaluation.summary import ServerSpeed, Throughput
from airflownet.locations import MANIFEST
from airflownet.records import Generation


def request_speeds(generations: Iterable[Generation], model: str) -> list[float]:
    """Returns tokens/s of each finished request of a model, sorted; single tokens and errors are left out."""
    return sorted(
        1000 * generation.completion_tokens / generation.completion_ms
        for generation in generations
        if generation.model == model
        and not generation.error
        and generation.completion_tokens > 1
        and generation.completion_ms > 0
    )


def throughput(generations: Iterable[Generation], model: str) -> Throughput | None:
    """Returns the spread of the request speeds of a model; None without a timed request."""
    speeds = request_speeds(generations, model)
    if not speeds:
        return None

    def quantile(share: float) -> float:
        return speeds[min(len(speeds) - 1, int(share * len(speeds)))]

    return Throughput(model, len(speeds), quantile(0.1), quantile(0.5), quantile(0.9))


def read_server_speed(inference: Path) -> tuple[ServerSpeed, ...]:
    """Returns the ``speed`` facts of the inference manifest, base first; empty where nothing was timed."""
    speed = (read_json(inference / MANIFEST) or {}).get("facts", {}).get("speed", {})
    found = []
    for model in ("base", "tuned"):
        facts = speed.get(model, {})
        if facts.get("n_generated"):
            busy = facts.get("n_busy_slots_per_decode") or []
            found.append(
                ServerSpeed(
                    model=model,
                    n_generated=int(facts["n_generated"]),
                    tokens_per_s=float(facts["tokens_per_s"]),
                    seconds=float(facts["seconds"]),
                    busy_slots=sum(busy) / len(busy) if busy else None,
                )
            )
    return tuple(found)

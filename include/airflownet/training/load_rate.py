"""Which checkpoint writes the most DAGs that load: asked of the validation split, never of the test split.

The validation loss says how well a real answer is guessed token by token; one wrong bracket costs it little
and the DAG everything. So each candidate is served, answers the same prompts greedily, and is judged.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from airflownet.code_extraction import extract_code
from airflownet.judge.batch import Source, judge_sources
from airflownet.llama.client import LlamaClient
from airflownet.llama.sampling import Sampling
from airflownet.llama.server import managed_server
from airflownet.llama.serving import server_spec
from airflownet.llama.settings import ServerSettings
from airflownet.plans.sample_code import rendered
from airflownet.progress import progress
from airflownet.records import Outcome

# Lines of this logger reach the terminal of `make demo` and the task's log.
log = logging.getLogger("airflownet.stage")

CONTEXT_STEP = 256
N_SLOTS = 4


@dataclass(frozen=True, slots=True)
class ValidationPrompt:
    """One request of the validation split."""

    ids: tuple[int, ...]
    """Tokens up to where the assistant begins."""
    kind: str
    """Of the sample; the answer to a ``plan`` is rendered before it is judged."""
    airflow: str


def load_rates(
    candidates: Mapping[int, Path],
    base_gguf: Path,
    prompts: Sequence[ValidationPrompt],
    n_tokens: int,
    scratch: Path,
) -> dict[int, float]:
    """Returns the share of answers that load, by step of the checkpoint.

    Args:
        candidates: step -> adapter as GGUF.
        base_gguf: the model they belong to.
        prompts: what each is asked.
        n_tokens: of an answer, at most; what is cut does not load.
        scratch: receives the servers' logs.

    Raises:
        ServerError: llama-server cannot load a candidate.
    """
    longest = max(len(prompt.ids) for prompt in prompts) + n_tokens + 1
    context = -(-longest // CONTEXT_STEP) * CONTEXT_STEP
    settings = ServerSettings(n_slots=N_SLOTS, context_tokens_per_slot=context, flash_attention="off")
    rates = {}
    with progress("Loading rate of the checkpoints", total=len(candidates), unit="checkpoints") as bar:
        for step, adapter in sorted(candidates.items()):
            folder = scratch / f"load_rate-{step}"
            folder.mkdir(exist_ok=True)
            with managed_server(server_spec(settings, str(base_gguf), str(adapter)), folder) as server:
                answers = asyncio.run(_answers(server.base_url, prompts, n_tokens))
            rates[step] = _share_that_loads(prompts, answers)
            bar.advance(note=f"step {step}: {rates[step]:.0%}")
    log.info(
        "answers that load, of %d to the validation split: %s",
        len(prompts),
        ", ".join(f"step {step} {rate:.0%}" for step, rate in rates.items()),
    )
    return rates


def best_step(rates: Mapping[int, float], losses: Mapping[int, float]) -> int:
    """Returns the step with the highest rate; of several, the one with the lowest loss, else the last."""
    return min(rates, key=lambda step: (-rates[step], losses.get(step, math.inf), -step))


async def _answers(base_url: str, prompts: Sequence[ValidationPrompt], n_tokens: int) -> list[str]:
    sampling = Sampling(max_completion_tokens=n_tokens)
    async with LlamaClient(base_url) as client:
        answers = await asyncio.gather(
            *(client.completion(p.ids, sampling, lora=[{"id": 0, "scale": 1.0}]) for p in prompts)
        )
    return [str(answer["content"]) for answer in answers]


def _share_that_loads(prompts: Sequence[ValidationPrompt], answers: Sequence[str]) -> float:
    sources = [
        Source(
            str(number),
            rendered(answer, prompt.airflow) if prompt.kind == "plan" else extract_code(answer).code,
            prompt.airflow,
        )
        for number, (prompt, answer) in enumerate(zip(prompts, answers, strict=True))
    ]
    verdicts = list(judge_sources(sources))
    return sum(verdict.outcome is Outcome.LOADS for verdict in verdicts) / len(verdicts)

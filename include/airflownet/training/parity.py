"""Whether the exported model answers as the trained one does: compared on a few prompts, not assumed.

A llama-server loads what was exported and answers the prompts that the worker answered, greedily. Told are
how many tokens agree before the first difference, and how far the log-probabilities of those are apart. The
chat template must be the same to the byte: what is asked otherwise than in training is answered otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflownet.errors import TrainingError
from airflownet.llama.client import LlamaClient
from airflownet.llama.sampling import Sampling
from airflownet.llama.server import managed_server
from airflownet.llama.serving import server_spec
from airflownet.llama.settings import ServerSettings

CONTEXT_STEP = 256


def check_parity(
    sample: Mapping[str, Any], base_gguf: Path, adapter_gguf: Path | None, scratch: Path
) -> dict[str, Any]:
    """Returns the comparison of one exported model with the trained one.

    Args:
        sample: what ``parity_sample`` returned.
        base_gguf: the model to serve.
        adapter_gguf: its adapter; None for a merged model.
        scratch: receives the server's log and record.

    Returns:
        ``prompts``, ``tokens``, ``token_agreement`` (share of the trained model's tokens before the first
        difference), ``mean_logprob_distance`` and ``max_logprob_distance`` (nats, over the agreeing tokens).

    Raises:
        TrainingError: the server renders the chat template otherwise.
        ServerError: llama-server cannot load what was exported.
    """
    longest = max(len(answer["prompt"]) + len(answer["tokens"]) for answer in sample["answers"])
    context = -(-(longest + 1) // CONTEXT_STEP) * CONTEXT_STEP
    settings = ServerSettings(n_slots=1, context_tokens_per_slot=context, flash_attention="off")
    spec = server_spec(settings, str(base_gguf), str(adapter_gguf) if adapter_gguf else "")
    folder = scratch / "parity"
    folder.mkdir(exist_ok=True)
    with managed_server(spec, folder) as server:
        return asyncio.run(_compare(sample, server.base_url, has_adapter=adapter_gguf is not None))


async def _compare(sample: Mapping[str, Any], base_url: str, *, has_adapter: bool) -> dict[str, Any]:
    lora = [{"id": 0, "scale": 1.0}] if has_adapter else []
    n_agreeing, distances = 0, []
    async with LlamaClient(base_url) as client:
        for case in sample["templates"]:
            served = await client.apply_template(case["messages"])
            if served != case["text"]:
                raise TrainingError(
                    f"llama-server writes the chat template as {served!r}, transformers as {case['text']!r}",
                    "the served model would be asked otherwise than it was trained: choose another base",
                )
        for answer in sample["answers"]:
            sampling = Sampling(max_completion_tokens=len(answer["tokens"]))
            extra = {"n_probs": 1, "return_tokens": True}
            found = await client.completion(answer["prompt"], sampling, lora=lora, extra=extra)
            for theirs, token, logprob in zip(
                found["completion_probabilities"], answer["tokens"], answer["logprobs"], strict=False
            ):
                if theirs["id"] != token:
                    break
                n_agreeing += 1
                distances.append(abs(theirs["logprob"] - logprob))
    n_tokens = sum(len(answer["tokens"]) for answer in sample["answers"])
    return {
        "prompts": len(sample["answers"]),
        "tokens": n_tokens,
        "token_agreement": round(n_agreeing / n_tokens, 4),
        "mean_logprob_distance": round(sum(distances) / len(distances), 5) if distances else None,
        "max_logprob_distance": round(max(distances), 5) if distances else None,
    }

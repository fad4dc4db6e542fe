"""Proves, before the batch, that base and adapter do not leak into each other on this server.

A request without ``lora`` does not clear its slot's cache, ``--lora-init-without-apply`` applies the
adapter all the same, and the server's cache of prompts in main memory (``--cache-ram``) ignores adapters
(tools/server, build 11434). Any of these lets base answers be made with the adapter's state. The check
asks for the next token's probabilities on slot 0, with one prompt, as base, as adapter, as base again,
and as base after another prompt: the three base answers must be the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from airflownet.llama.client import LlamaClient
from airflownet.llama.errors import ServerAnswerError
from airflownet.llama.sampling import Sampling

_SAMPLING = Sampling(max_completion_tokens=1)
_N_PROBS = 10
# Log probabilities; a server's own noise (which prompts share a batch, GPU kernels) is below a hundredth.
_NOISE = 0.02
_NO_CHANGE = 1e-3
_REMEDY = "start llama-server with --lora-scaled ADAPTER:0 --cache-ram 0 (a managed server is)"

Probabilities = dict[int, float]


async def check_adapter(client: LlamaClient, prompt_ids: Sequence[int]) -> bool:
    """Returns whether the adapter changes the answer to the prompt at all.

    Args:
        client: a server with exactly one adapter.
        prompt_ids: a real prompt of the batch, so that the test meets the real prefix.

    Raises:
        ServerAnswerError: no or several adapters, or a base answer changed.
    """
    adapters = await client.lora_adapters()
    if len(adapters) != 1:
        raise ServerAnswerError(
            f"{client.base_url} has {len(adapters)} adapters loaded, exactly one is needed", _REMEDY
        )
    if float(adapters[0].get("scale", 1.0)) != 0.0:
        raise ServerAnswerError(
            f"{client.base_url} applies the adapter by default (scale {adapters[0].get('scale')})", _REMEDY
        )
    other = list(reversed(prompt_ids))
    # The adapter goes first each time, so that every answer is computed from an emptied slot.
    tuned = await _probabilities(client, prompt_ids, 1.0)
    base = await _probabilities(client, prompt_ids, 0.0)
    await _probabilities(client, prompt_ids, 1.0)
    after_adapter = await _probabilities(client, prompt_ids, 0.0)
    await _probabilities(client, prompt_ids, 1.0)
    await _probabilities(client, other, 0.0)
    after_other = await _probabilities(client, prompt_ids, 0.0)
    for name, again in (("an adapter request", after_adapter), ("another prompt", after_other)):
        if (difference := _difference(base, again)) > _NOISE:
            raise ServerAnswerError(
                f"{client.base_url} answers the base model differently after {name}: "
                f"log probabilities differ by {difference:.3f}",
                _REMEDY,
            )
    return _difference(base, tuned) > _NO_CHANGE


async def _probabilities(client: LlamaClient, prompt_ids: Sequence[int], scale: float) -> Probabilities:
    """Returns the log probabilities of the likeliest next tokens."""
    answer = await client.completion(
        prompt_ids, _SAMPLING, lora=[{"id": 0, "scale": scale}], extra={"n_probs": _N_PROBS, "id_slot": 0}
    )
    steps: list[dict[str, Any]] = answer.get("completion_probabilities") or [{}]
    return {int(token["id"]): float(token["logprob"]) for token in steps[0].get("top_logprobs", [])}


def _difference(first: Probabilities, second: Probabilities) -> float:
    """Returns the largest difference among the tokens both name; infinite when they hardly agree."""
    shared = first.keys() & second.keys()
    if 2 * len(shared) <= len(first):
        return math.inf
    return max(abs(first[token] - second[token]) for token in shared)

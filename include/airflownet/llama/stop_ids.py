"""Ends an answer at a token id that llama-server does not stop at by itself.

The server has no field for stop ids, and a control token is empty text in its answer, so that a stop text
never matches it (llama.cpp issues 6770 and 6772). With ``return_tokens`` the ids come too: cut there.
"""

from __future__ import annotations

from typing import Any

from airflownet.llama.client import LlamaClient
from airflownet.llama.sampling import Sampling

STOP_TYPE = "stop_id"


async def cut_at_stop_id(client: LlamaClient, response: dict[str, Any], sampling: Sampling) -> dict[str, Any]:
    """Returns the answer up to the first stop id; ``stop_type`` is ``stop_id`` when there was one."""
    stops = frozenset(sampling.stop_ids)
    tokens = response.get("tokens") or []
    place = next((index for index, token in enumerate(tokens) if token in stops), None)
    if place is None:
        return response
    content = await client.detokenize(tokens[:place]) if place else ""
    return {**response, "content": content, "stop_type": STOP_TYPE, "truncated": False}

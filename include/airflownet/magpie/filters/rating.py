"""Quality and difficulty of requests, rated by the served model under a JSON schema.

A rating that cannot be read is ``unrated``: counted, and never a reason to drop.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Final

from airflownet.llama.sampling import Sampling
from airflownet.magpie import prompt_files
from airflownet.magpie.candidate import Candidate, Drop
from airflownet.magpie.settings import DIFFICULTIES, QUALITIES

SCHEMA: Final = json.dumps(
    {
        "type": "object",
        "properties": {
            "quality": {"type": "string", "enum": list(QUALITIES)},
            "difficulty": {"type": "string", "enum": list(DIFFICULTIES)},
        },
        "required": ["quality", "difficulty"],
        "additionalProperties": False,
    }
)
_MOST_TOKENS: Final = 64


def rating_sampling(seed: int) -> Sampling:
    """Returns greedy samplers under the schema."""
    return Sampling(_MOST_TOKENS, json_schema=SCHEMA, seed=seed)


def rating_messages(text: str) -> list[dict[str, str]]:
    """Returns the chat messages that ask for one rating; the request cannot close its own quotation."""
    safe = "\n".join("> " + line for line in text.splitlines())
    return [{"role": "user", "content": prompt_files.filled(prompt_files.RATE, request=safe)}]


def rated(candidate: Candidate, completion: str) -> Candidate:
    """Returns the candidate with the rating in a completion, unchanged when there is none."""
    try:
        found = json.loads(completion)
        quality, difficulty = found["quality"], found["difficulty"]
    except (ValueError, KeyError, TypeError):
        return candidate
    if quality not in QUALITIES or difficulty not in DIFFICULTIES:
        return candidate
    return dataclasses.replace(candidate, quality=quality, difficulty=difficulty)


def quality(candidates: Sequence[Candidate], least: str) -> list[Drop | None]:
    """Returns ``Drop("quality:poor")`` for requests rated below the least quality."""
    bound = QUALITIES.index(least)
    return [
        Drop(f"quality:{one.quality}")
        if one.quality in QUALITIES and QUALITIES.index(one.quality) < bound
        else None
        for one in candidates
    ]

"""The samplers of a request: all of them, always.

Source of names and meanings: llama.cpp ``tools/server/README.md``, POST /completion.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sampling:
    """Parameters that, with model and prompt, determine an answer. Defaults are greedy and neutral."""

    max_completion_tokens: int
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    typical_p: float = 1.0
    repeat_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int = 0
    reuse_prefix: bool = True
    stop: tuple[str, ...] = ()
    """Texts that end the answer; the end-of-turn token ends it anyway."""
    ignore_eos: bool = False
    """Go on to the limit; for measurements that need answers of equal length."""
    json_schema: str = ""
    """JSON text of a schema the answer must obey."""
    grammar: str = ""
    """GBNF grammar the answer must obey; not together with ``json_schema``."""
    stop_ids: tuple[int, ...] = ()
    """Token ids at which the answer is cut, beside the model's own end-of-generation ids."""

    def seed_of(self, sample_index: int) -> int:
        """Returns the seed of one of several answers to a prompt."""
        return (self.seed + sample_index) % 2**31

    def identity(self) -> dict[str, Any]:
        """Returns what determines the answer; the cache is left out, it must not change it."""
        fields = dataclasses.asdict(self)
        del fields["reuse_prefix"]
        if not self.stop_ids:
            del fields["stop_ids"]
        return fields

    def request(self, sample_index: int = 0) -> dict[str, Any]:
        """Returns the fields of a POST /completion body.

        At temperature 0 ``top_k`` is sent as 1: the same token, but llama-server then does not compute
        probabilities over the whole vocabulary: 1 to 2 ms a token saved for the 151,936 of Qwen2.5.
        """
        body: dict[str, Any] = {
            "n_predict": self.max_completion_tokens,
            "temperature": self.temperature,
            "top_k": self.top_k if self.temperature else 1,
            "top_p": self.top_p,
            "min_p": self.min_p,
            "typical_p": self.typical_p,
            "repeat_penalty": self.repeat_penalty,
            "presence_penalty": self.presence_penalty,
            "frequency_penalty": self.frequency_penalty,
            "top_n_sigma": -1.0,
            "xtc_probability": 0.0,
            "dry_multiplier": 0.0,
            "dynatemp_range": 0.0,
            "mirostat": 0,
            "seed": self.seed_of(sample_index),
            "cache_prompt": self.reuse_prefix,
            "stop": list(self.stop),
            "ignore_eos": self.ignore_eos,
            "stream": False,
        }
        if self.stop_ids:
            body["return_tokens"] = True
        if self.json_schema:
            body["json_schema"] = json.loads(self.json_schema)
        elif self.grammar:
            body["grammar"] = self.grammar
        return body

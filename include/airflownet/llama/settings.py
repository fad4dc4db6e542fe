"""What a recipe may say about a llama-server and about sampling; a stage's settings inherit both.

``class InferenceSettings(ServerSettings, SamplingSettings)``. Every sampler is explicit, because
llama-server's own defaults (temperature 0.8, top_k 40, top_p 0.95, min_p 0.05) would silently shape the
answers.
"""

from __future__ import annotations

from typing import Literal

import psutil
from pydantic import Field

from airflownet.artifacts import StageSettings
from airflownet.llama.sampling import Sampling


class ServerSettings(StageSettings):
    """Capacity of a llama-server, and how long to wait for it."""

    server: Literal["managed", "url"] = Field(
        default="managed",
        description="managed: llama-server is started and stopped for the stage; "
        "url: one that already runs is used (connection or --server)",
    )
    n_slots: int = Field(
        default=4, ge=1, le=256, description="Requests decoded together (llama-server --parallel)"
    )
    context_tokens_per_slot: int = Field(
        default=4096,
        ge=256,
        le=131072,
        multiple_of=256,
        description="Context of each slot in tokens, prompt and answer together; llama.cpp rounds to 256",
    )
    threads: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        description="Threads of a managed server; empty: physical cores, 1 for tiny models",
    )
    n_gpu_layers: int = Field(
        default=999,
        ge=0,
        le=999,
        description="Layers put on the GPU, if the build has one; 0 keeps all on the CPU",
    )
    flash_attention: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="off: on the CPU greedy answers do not depend on what came from the cache; "
        "auto: as llama.cpp thinks best, which on a GPU saves memory and time",
    )
    port: int | None = Field(
        default=None, ge=1, le=65535, description="Port of a managed server; empty: any free one"
    )
    start_timeout_s: float = Field(
        default=600.0, gt=0, le=7200, description="How long loading the model may take, in seconds"
    )
    request_timeout_s: float = Field(
        default=3600.0, gt=0, le=86400, description="How long one answer may take, in seconds"
    )


class SamplingSettings(StageSettings):
    """All samplers of a request; the defaults are greedy and neutral."""

    max_completion_tokens: int = Field(
        default=2048, ge=1, le=131072, description="An answer is cut after this many tokens"
    )
    temperature: float = Field(
        default=0.0, ge=0.0, le=5.0, description="0 takes the likeliest token (greedy)"
    )
    top_k: int = Field(default=0, ge=0, le=1_000_000, description="Keep the k likeliest tokens; 0 keeps all")
    top_p: float = Field(default=1.0, gt=0.0, le=1.0, description="Nucleus probability; 1 keeps all")
    min_p: float = Field(
        default=0.0, ge=0.0, lt=1.0, description="Share of the best probability; 0 keeps all"
    )
    repeat_penalty: float = Field(default=1.0, ge=0.0, le=10.0, description="1 leaves repetition alone")
    seed: int = Field(default=3407, ge=0, le=2**31 - 1, description="Seed of the sampler, if temperature > 0")
    reuse_prefix: bool = Field(
        default=True, description="Take the shared beginning of prompts from the server's cache"
    )

    def sampling(self) -> Sampling:
        """Returns the samplers that every request carries."""
        return Sampling(
            max_completion_tokens=self.max_completion_tokens,
            temperature=self.temperature,
            top_k=self.top_k,
            top_p=self.top_p,
            min_p=self.min_p,
            repeat_penalty=self.repeat_penalty,
            seed=self.seed,
            reuse_prefix=self.reuse_prefix,
        )


def physical_cores() -> int:
    """Returns the number of physical cores this process may use; at least 1."""
    allowed = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else 0
    cores = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    return max(1, min(cores, allowed) if allowed else cores)

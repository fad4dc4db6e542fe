"""What a recipe says about inference: ``InferenceSettings(n_slots=4, temperature=0.0)``."""

from __future__ import annotations

from pydantic import Field

from airflownet.llama.settings import SamplingSettings, ServerSettings


class InferenceSettings(ServerSettings, SamplingSettings):
    """Settings of the inference stage."""

    n_samples: int = Field(default=1, ge=1, le=100, description="Answers per prompt and model")

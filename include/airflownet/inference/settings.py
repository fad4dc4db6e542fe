"""What a recipe says about inference: ``InferenceSettings(n_slots=4, temperature=0.0)``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from airflownet.generation.arms import ArmName
from airflownet.llama.quantised import GgufType
from airflownet.llama.settings import SamplingSettings, ServerSettings


class InferenceSettings(ServerSettings, SamplingSettings):
    """Settings of the inference stage."""

    gguf_type: GgufType = Field(
        default="as_exported",
        description="Number format of the base that answers: Q8_0 and Q4_K_M take half and a third of F16's "
        "memory; as_exported: base.gguf as it is",
    )
    form: Literal["code", "plan"] = Field(
        default="code",
        description="What models are asked for: the file, or its plan, which is rendered (docs/plans.md)",
    )
    grammar: bool = Field(
        default=True,
        description="With plans: answers obey the grammar of the line's catalogue, so that operators exist "
        "and arguments come once; for base and tuned alike",
    )
    card_tokens: int = Field(
        default=0,
        ge=0,
        le=8192,
        description="With plans: most tokens of the API cards behind the system message, for base and tuned "
        "alike; as many as the training rows had (dataset.card_tokens)",
    )
    arms: tuple[ArmName, ...] = Field(
        default=(),
        description="Further ways of writing that answer every prompt, for base and tuned, after the answers "
        "themselves; the report sets what they reach against what they cost",
    )
    arm_seconds: float = Field(
        default=120.0, gt=0, le=3600, description="Time for one draft of such a way, in seconds"
    )
    split: Literal["test", "validation"] = Field(
        default="test", description="Split of the dataset whose prompts are answered"
    )
    models: tuple[Literal["base", "tuned"], ...] = Field(
        default=("base", "tuned"), min_length=1, description="Who answers; the comparison needs both"
    )
    shipped: bool = Field(
        default=False,
        description="The adapter that comes with the clone (models/) answers too, as a third model; "
        "needs its base, a managed server, and memory for a second one beside it",
    )
    n_samples: int = Field(default=1, ge=1, le=100, description="Answers per prompt and model")

"""Settings of the Magpie stage: the ``magpie:`` block of a recipe."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from airflownet.llama.sampling import Sampling
from airflownet.llama.settings import ServerSettings

QUALITIES = ("very poor", "poor", "average", "good", "excellent")
DIFFICULTIES = ("very easy", "easy", "medium", "hard", "very hard")
Quality = Literal["very poor", "poor", "average", "good", "excellent"]


class MagpieSettings(ServerSettings):
    """What the Magpie stage draws, how it filters, and how it answers."""

    model: Literal["base", "tuned"] = Field(
        default="base", description="Which of the run's models writes: the base, or the fine-tuned one"
    )
    n_requests: int = Field(default=200, ge=0, le=1_000_000, description="Requests for DAGs to draw")
    n_replay: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="Requests for general Python to draw, so that a tuned model does not forget Python",
    )
    control_share: float = Field(
        default=0.1, ge=0.0, le=1.0, description="Share of the DAG requests drawn without a steer, to compare"
    )
    round_size: int = Field(
        default=100,
        ge=1,
        le=100_000,
        description="Requests per round; between rounds the cells with too few accepted ones are preferred",
    )
    airflow_lines: tuple[str, ...] = Field(
        default=("3.3",), min_length=1, description="Airflow lines of the coverage grid"
    )
    temperature: float = Field(
        default=1.0, gt=0.0, le=2.0, description="Of the requests (Qwen2.5 3B to 14B: 0.7)"
    )
    max_request_tokens: int = Field(
        default=384, ge=16, le=4096, description="A request that needs more is dropped as unfinished"
    )
    min_request_tokens: int = Field(default=8, ge=1, le=1000, description="Shorter ones are dropped")
    languages: tuple[str, ...] = Field(
        default=("ENGLISH",), min_length=1, description="Languages kept, as lingua names them"
    )
    rating: Literal["none", "server"] = Field(
        default="none",
        description="Who rates quality and difficulty: nobody (unrated), or the served model itself",
    )
    min_quality: Quality = Field(
        default="average", description="Rated requests below are dropped; unrated ones are kept and counted"
    )
    near_duplicate_jaccard: float = Field(
        default=0.7, gt=0.0, le=1.0, description="Word-triple Jaccard from which a request repeats another"
    )
    semantic_cosine: float = Field(
        default=0.9, gt=0.0, le=1.0, description="Cosine similarity from which a request repeats another"
    )
    embedding_url: str = Field(
        default="",
        description="Address of a llama-server started with --embedding; empty: latent semantic analysis, "
        "which is computed here",
    )
    answers_per_request: int = Field(default=4, ge=1, le=64, description="Answers; the best judged is taken")
    answer_temperature: float = Field(
        default=0.6, ge=0.0, le=2.0, description="Of the answers; 0 only makes sense with one answer"
    )
    max_answer_tokens: int = Field(default=2048, ge=64, le=32_768, description="Longer answers are dropped")
    seed: int = Field(default=3407, ge=0, le=2**31 - 1, description="Of cells and samplers")

    def request_sampling(self) -> Sampling:
        """Returns neutral samplers for requests: the model's own distribution at one temperature."""
        return Sampling(self.max_request_tokens, temperature=self.temperature, seed=self.seed)

    def answer_sampling(self) -> Sampling:
        """Returns the samplers of answers."""
        return Sampling(self.max_answer_tokens, temperature=self.answer_temperature, seed=self.seed)

"""How a DAG is written: budgets, how often a statement is drawn again, how many drafts and repairs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from airflownet.llama.settings import ServerSettings

Mode = Literal["code", "plan"]
PlanHelp = Literal["outline", "outline-only", "grammar", "none"]


class GenerationSettings(ServerSettings):
    """Settings of `airflownet generate`, of the proxy and of the DAG."""

    n_slots: int = Field(
        default=4, ge=1, le=256, description="Answers grown together (llama-server --parallel)"
    )
    mode: Mode = Field(
        default="plan",
        description="plan: the model writes a plan, from which the file is rendered; "
        "code: it writes the file itself, statement by statement",
    )
    plan_help: PlanHelp = Field(
        default="outline",
        description="What a plan is held to. outline: the steps, order and values that the request states; "
        "the model chooses among operators and writes functions. grammar: the catalogue alone, as where a "
        "request states no steps. none: nothing. outline-only: the outline without any model, to compare",
    )
    max_plan_tokens: int = Field(
        default=700, ge=16, le=32768, description="A plan is cut after this many tokens"
    )
    card_tokens: int = Field(
        default=400,
        ge=0,
        le=8192,
        description="Most tokens of the API cards in the prompt; 0 leaves them out",
    )
    plan_card_tokens: int = Field(
        default=0,
        ge=0,
        le=8192,
        description="Most tokens of the cards in the prompt for a plan: as the rows had that the model was "
        "trained on (dataset.card_tokens)",
    )
    max_answer_tokens: int = Field(
        default=1200, ge=16, le=32768, description="A file is no longer than this many tokens"
    )
    max_drawn_tokens: int = Field(
        default=4800,
        ge=16,
        le=262144,
        description="All tokens drawn for one draft, those taken back included",
    )
    max_seconds: float = Field(default=600.0, gt=0, le=86400, description="Time for one draft, in seconds")
    max_steps_back: int = Field(default=12, ge=0, le=1000, description="Steps back over accepted statements")
    max_statement_tokens: int = Field(
        default=320, ge=8, le=8192, description="A statement that has not ended by then is refused"
    )
    temperatures: tuple[float, ...] = Field(
        default=(0.0, 0.7), min_length=1, description="Of the first, second ... try at a statement"
    )
    grammar_temperatures: tuple[float, ...] = Field(
        default=(0.2, 0.8), description="Of the tries with a grammar from the catalogue; empty: none"
    )
    min_p: float = Field(
        default=0.05, ge=0.0, lt=1.0, description="Share of the best probability, where drawn"
    )
    n_drafts: int = Field(default=4, ge=1, le=64, description="Drafts of which the best is taken")
    draft_temperature: float = Field(
        default=0.7, ge=0.0, le=5.0, description="Of the drafts after the first, which is greedy"
    )
    n_repairs: int = Field(
        default=0, ge=0, le=8, description="Rounds in which the model is told what is wrong"
    )
    seed: int = Field(default=3407, ge=0, le=2**31 - 1, description="Of all draws")

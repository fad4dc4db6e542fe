"""What requests will cost at most, and what replies did cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from airflownet.errors import GateNotMet, RecipeError
from airflownet.message_batches.models import undated
from airflownet.message_batches.request import BatchRequest
from airflownet.message_batches.settings import ClaudeSettings

# Python code had 3 to 4 bytes a token until Claude 4; since Claude 5 the same text is about 30% more tokens.
_BYTES_PER_TOKEN = 2.0
_TOKENS_AROUND = 400  # of the schema and the roles


@dataclass(frozen=True, slots=True)
class Estimate:
    """Upper bounds for requests that have no reply yet."""

    n_requests: int
    prompt_tokens: int
    completion_tokens: int
    usd: float


class BudgetError(GateNotMet):
    """The requests could cost more than the recipe allows."""


@cache
def _table() -> dict[str, dict[str, float]]:
    import yaml

    table: dict[str, dict[str, float]] = yaml.safe_load(
        resources.files(__package__).joinpath("prices.yaml").read_text("utf-8")
    )
    return table


def prices(settings: ClaudeSettings) -> tuple[float, float]:
    """Returns the batch price of a million prompt tokens and of a million reply tokens, in USD.

    Raises:
        RecipeError: neither recipe nor table names them.
    """
    row = _table().get(undated(settings.model), {})
    if settings.max_prompt_tokens > row.get("most_prompt_tokens", settings.max_prompt_tokens):
        row = {}  # the table's price holds for shorter prompts only
    found = (
        row.get("input") if settings.input_usd_per_mtok is None else settings.input_usd_per_mtok,
        row.get("output") if settings.output_usd_per_mtok is None else settings.output_usd_per_mtok,
    )
    if found[0] is None or found[1] is None:
        raise RecipeError(
            f"no price is known for prompts of {settings.max_prompt_tokens:,} tokens to the model "
            f"{settings.model!r}",
            "set claude.input_usd_per_mtok and claude.output_usd_per_mtok (batch prices) in the recipe",
        )
    return found[0], found[1]


def prompt_tokens(request: BatchRequest) -> int:
    """Returns an upper bound of a request's prompt, in tokens, without asking anybody."""
    return int(len(request.prompt_text().encode()) / _BYTES_PER_TOKEN) + _TOKENS_AROUND


def usd(settings: ClaudeSettings, prompt: int, completion: int) -> float:
    """Returns the price of so many tokens."""
    per_prompt, per_completion = prices(settings)
    return (prompt * per_prompt + completion * per_completion) / 1e6


def estimate(settings: ClaudeSettings, requests: Iterable[BatchRequest]) -> Estimate:
    """Returns the most the requests can cost."""
    rows = list(requests)
    prompt = sum(prompt_tokens(request) for request in rows)
    completion = sum(request.max_completion_tokens for request in rows)
    return Estimate(len(rows), prompt, completion, usd(settings, prompt, completion))


def require_budget(settings: ClaudeSettings, new: Estimate, committed_usd: float) -> None:
    """Raises BudgetError when paid and open requests plus the new ones could exceed the budget."""
    if new.n_requests and committed_usd + new.usd > settings.budget_usd:
        raise BudgetError(
            f"{new.n_requests:,} requests to {settings.model} may cost {new.usd:.2f} USD; with "
            f"{committed_usd:.2f} USD already paid or open that exceeds the budget of "
            f"{settings.budget_usd:.2f} USD; nothing was submitted",
            "raise claude.budget_usd in the recipe, or ask for less",
        )

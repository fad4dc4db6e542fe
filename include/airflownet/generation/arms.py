"""Ways of writing, set side by side: one answer or the best of several, in code or by a plan, checked how.

Each is a few settings of ``GenerationSettings``; who compares them gives all the same bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from airflownet.generation.settings import GenerationSettings

ArmName = Literal[
    "plan-bare", "plan-free", "outline", "plan", "plan4",
    "greedy", "best4", "repair", "verified", "verified-cards", "verified-repair",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of writing."""

    told: str
    """What it is, for a report."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    verified: bool = True
    needs_model: bool = True
    """False where nothing is drawn, so that every model's result is the same."""

    def of(self, settings: GenerationSettings) -> GenerationSettings:
        """Returns the settings with this way of writing."""
        return settings.model_copy(update=dict(self.settings))


def _plan(told: str, n: int = 1, help_: str = "outline", *, needs_model: bool = True) -> Arm:
    return Arm(told, {"mode": "plan", "n_drafts": n, "plan_help": help_}, needs_model=needs_model)


def _code(told: str, n: int = 1, cards: int = 0, repairs: int = 0, *, verified: bool = False) -> Arm:
    settings = {"mode": "code", "n_drafts": n, "card_tokens": cards, "n_repairs": repairs}
    return Arm(told, settings, verified=verified)


ARMS: Final[Mapping[ArmName, Arm]] = {
    "outline": _plan("what the request states, by rules alone", help_="outline-only", needs_model=False),
    "plan": _plan("one plan along what the request states"),
    "plan4": _plan("best of four plans", n=4),
    "plan-free": _plan("one plan under the grammar of the catalogue", help_="grammar"),
    "plan-bare": _plan("one plan, with no grammar", help_="none"),
    "greedy": _code("one answer in code"),
    "best4": _code("best of four in code, judged", n=4),
    "repair": _code("one answer in code and one repair round", repairs=1),
    "verified": _code("code, each statement judged", verified=True),
    "verified-cards": _code("code, each statement judged, with API cards", cards=400, verified=True),
    "verified-repair": _code(
        "code, each statement judged, with API cards, and one repair round",
        cards=400,
        repairs=1,
        verified=True,
    ),
}

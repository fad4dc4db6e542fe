"""The conversation that a model is asked with: as the dataset's rows have it, with the cards behind."""

from __future__ import annotations

from typing import Final

from airflownet.generation.cards import Cards
from airflownet.generation.plan_cards import with_cards

SYSTEM: Final = (
    "You are an expert in Apache Airflow. Answer with one complete Python file that defines the DAG the user "
    "asks for. Answer with code only."
)
"""The default of the dataset's ``system_prompt``: a tuned model has seen no other."""


def messages_for(request: str, cards: Cards, *, system: str = SYSTEM) -> list[dict[str, str]]:
    """Returns the messages of a request: the request, its line, and what the line offers for it."""
    line = f"Target: Apache Airflow {cards.airflow}."
    asked = request.strip() if line in request else f"{request.strip()}\n\n{line}"
    told = with_cards(system, cards.text)
    return [{"role": "system", "content": told}, {"role": "user", "content": asked}]


def repair_message(faults: list[str]) -> str:
    """Returns the user's turn that asks for a corrected file."""
    listed = "\n".join(f"- {fault}" for fault in faults[:8])
    return f"This file is not right yet:\n{listed}\nAnswer with the whole corrected file."

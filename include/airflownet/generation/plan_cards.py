"""Cards for plans: the operators that a request names or implies, with what they must and often are given.

Much shorter than the cards for code: a plan has no imports. The same function writes them into training rows,
into the prompts of the inference stage, and into those of ``airflownet generate``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from airflownet.generation.card_index import card_index
from airflownet.generation.cards import HEADING, estimated_tokens
from airflownet.generation.outline.outline_of import outline_of
from airflownet.generation.request_words import often_given
from airflownet.generation.wanted import Wanted
from airflownet.plans.argument_order import operator_class, usable
from airflownet.plans.catalogue_names import names_of

_MOST: Final = 12
_MOST_ARGUMENTS: Final = 5


@lru_cache(maxsize=4096)
def plan_cards(request: str, airflow: str, budget_tokens: int) -> str:
    """Returns the cards of a request, one a line below a heading; empty where none fits. Deterministic.

    Args:
        request: what the user wrote.
        airflow: line or version.
        budget_tokens: most tokens of all cards together; 0 gives none.

    Raises:
        InputError: there is no catalogue for that line.
    """
    if not budget_tokens:
        return ""
    wanted, names = Wanted(request, airflow), names_of(airflow)
    outline = outline_of(wanted)
    chosen = [name for step in (outline.steps if outline is not None else ()) for name in step.operators]
    if outline is None:
        index = card_index(airflow)
        chosen = [one.name for one in (*index.named(request), *index.implied(request, _MOST))]
    lines = [HEADING.format(line=names.line)]
    left = budget_tokens - estimated_tokens(lines[0])
    for name in list(dict.fromkeys(chosen))[:_MOST]:
        found = operator_class(name, names)
        if found is None or name.endswith("Notifier"):
            continue
        parameters = usable(found.init)
        must = [p.name for p in parameters if p.required]
        often = [p.name for p in parameters if not p.required and p.name in often_given()]
        line = f"{name}({', '.join([*must, *often][:_MOST_ARGUMENTS])})"
        left -= estimated_tokens(line + "\n")
        if left < 0:
            break
        lines.append(line)
    return "\n".join(lines) if len(lines) > 1 else ""


def with_cards(system: str, cards: str) -> str:
    """Returns a system message with cards behind it; a request keeps its own words."""
    return f"{system}\n\n{cards}" if cards else system


def without_cards(system: str) -> str:
    """Returns a system message without the cards behind it."""
    return system.partition("\n\n" + HEADING.partition("{")[0])[0]

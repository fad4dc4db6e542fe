"""API cards: what the catalogue of an Airflow line knows of what a request names or implies.

A card is what a person would look up before writing: the import and the call with its required and its
common arguments. Everything comes from the catalogue, nothing from memory; a class that the line does not
have has no card, and a name in the request that the line does not have is told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from airflownet.generation.card_index import Named, card_index
from airflownet.generation.request_words import often_given
from airflownet.judge.catalogue import NOT_LITERAL, Catalogue, ClassInfo, Parameter, Signature, load_catalogue

HEADING: Final = "What Airflow {line} offers for it:"
_MOST_OPTIONAL: Final = 5
_MOST_CARDS: Final = 16
_CHARS_PER_TOKEN: Final = 3.0
"""Of import paths and signatures with a tokeniser for text; a careful guess where none is at hand."""
_SHARED_OWNERS: Final = ("BaseOperator", "BaseSensorOperator", "AbstractOperator", "DAGNode", "Base")
_CLASS_NAME: Final = re.compile(r"\b[A-Z][A-Za-z0-9]+(?:Operator|Sensor|Notifier|Hook)\b")


@dataclass(frozen=True, slots=True)
class Card:
    """What is told of one name."""

    name: str
    """``BashOperator``, or ``task.branch``."""
    module: str
    """From where it is imported."""
    text: str
    """The import and the call, two lines."""


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards of one request."""

    airflow: str
    cards: tuple[Card, ...]
    absent: tuple[str, ...] = field(default=())
    """Operators that the request names and the line does not have, each with what it has instead."""
    n_left_out: int = 0
    """Cards for which the budget was too small."""

    @property
    def text(self) -> str:
        """What stands in the prompt; empty without cards."""
        if not self.cards:
            return ""
        return "\n".join([HEADING.format(line=self.airflow), *(card.text for card in self.cards)])


def estimated_tokens(text: str) -> int:
    """Returns about how many tokens a text of code takes; for budgets where no tokeniser is at hand."""
    return math.ceil(len(text) / _CHARS_PER_TOKEN)


def cards_for(
    request: str,
    airflow: str = "3.3",
    *,
    budget_tokens: int = 400,
    count_tokens: Callable[[str], int] = estimated_tokens,
) -> Cards:
    """Returns the cards of what a request names or implies: first how a DAG begins, then names, then guesses.

    Deterministic, about 10 ms. The same function writes the cards of training rows and of prompts.

    Args:
        request: what the user wrote.
        airflow: line or version.
        budget_tokens: most tokens of all cards together; 0 gives none.
        count_tokens: of the model, where it is at hand.

    Raises:
        InputError: there is no catalogue for that line.
    """
    catalogue, index = load_catalogue(airflow), card_index(airflow)
    left = budget_tokens - count_tokens(HEADING.format(line=catalogue.line))
    absent = _absent(catalogue, request)
    chosen: list[Card] = []
    wanted: list[Card | None] = [_base_card(catalogue)]
    wanted += [_decorator_card(catalogue, name) for name in index.decorators(request)]
    named = index.named(request)
    implied = [one for one in index.implied(request) if one.name not in {n.name for n in named}]
    wanted += [class_card(catalogue, one) for one in (*named, *implied)][:_MOST_CARDS]
    cards = [card for card in wanted if card is not None]
    for card in cards:
        tokens = count_tokens(card.text + "\n")
        if tokens > left:
            break
        left -= tokens
        chosen.append(card)
    return Cards(catalogue.line, tuple(chosen), absent, len(cards) - len(chosen))


def class_card(catalogue: Catalogue, one: Named) -> Card | None:
    """Returns the card of a class; None when it cannot be used: abstract, deprecated, not importable."""
    found = catalogue.class_(f"{one.module}.{one.name}")
    if found is None or found.abstract_methods or found.deprecated is not None:
        return None
    module = catalogue.module(one.module)
    if module is None or module.import_error:
        return None
    call = f"{one.name}({', '.join(_arguments(found))})"
    return Card(one.name, one.module, f"from {one.module} import {one.name}\n  {call}")


def _arguments(found: ClassInfo) -> list[str]:
    """Returns the required arguments, then some of the class's own that are often given."""
    signature = found.init
    required = [name for name in signature.required if name in signature.by_keyword]
    if found.is_operator and "task_id" in required:
        required.remove("task_id")
        required.insert(0, "task_id")
    own = [parameter for parameter in signature if not _is_shared(parameter) and not parameter.required]
    own.sort(key=lambda parameter: parameter.name not in often_given())  # stable: the order of the signature
    optional = [f"{p.name}={p.default_text}" for p in own if not _is_long(p)][:_MOST_OPTIONAL]
    return [f"{name}=..." for name in required] + optional


def _is_shared(parameter: Parameter) -> bool:
    """True for what every operator takes, and for connections, whose defaults serve."""
    owner = parameter.owner.rpartition(".")[2]
    return owner in _SHARED_OWNERS or parameter.name in ("deferrable", "impersonation_chain", "poll_interval")


def _is_long(parameter: Parameter) -> bool:
    is_named = parameter.default is NOT_LITERAL  # a constant of the module, which the reader cannot see
    return is_named or len(parameter.default_text or "") > 20 or parameter.name.startswith("_")


def sdk_module(catalogue: Catalogue) -> str:
    """Returns from where ``DAG`` is imported: ``airflow.sdk`` where the line has it, else ``airflow``."""
    return "airflow.sdk" if catalogue.resolve("airflow.sdk", "DAG") else "airflow"


def schedule_argument(catalogue: Catalogue) -> str:
    """Returns ``schedule``, or ``schedule_interval`` where the line knows only that."""
    dag = catalogue.class_(f"{sdk_module(catalogue)}.DAG")
    signature = Signature() if dag is None else dag.init
    return "schedule" if dag is None or "schedule" in signature else "schedule_interval"


def _base_card(catalogue: Catalogue) -> Card:
    module, schedule = sdk_module(catalogue), schedule_argument(catalogue)
    return Card(
        "DAG",
        module,
        f'from {module} import DAG\n  with DAG(dag_id=..., {schedule}="@daily", start_date=datetime(...), '
        "catchup=False):",
    )


def _decorator_card(catalogue: Catalogue, name: str) -> Card | None:
    module = "airflow.sdk" if catalogue.resolve("airflow.sdk", "task") else "airflow.decorators"
    top, _, kind = name.partition(".")
    if not catalogue.resolve(module, top) or (kind and kind not in catalogue.task_decorators):
        return None
    arguments = ""
    if kind:
        operator = catalogue.class_(catalogue.task_decorators[kind].operator)
        required = (
            [] if operator is None else [n for n in operator.init.required if n in operator.init.by_keyword]
        )
        wanted = [n for n in required if n not in ("task_id", "python_callable", "op_args", "op_kwargs")]
        arguments = f"({', '.join(f'{n}=...' for n in wanted)})" if wanted else ""
    return Card(name, module, f"from {module} import {top}\n  @{name}{arguments}")


def _absent(catalogue: Catalogue, request: str) -> tuple[str, ...]:
    found = []
    for name in dict.fromkeys(_CLASS_NAME.findall(request)):
        if catalogue.places_of(name):
            continue
        near = [path.rpartition(".")[2] for path in catalogue.suggestions(f"airflow.operators.{name}")]
        hint = f"; the nearest it has: {', '.join(dict.fromkeys(near))}" if near else ""
        found.append(f"{name} is not in Airflow {catalogue.line} or its official providers{hint}")
    return tuple(found)

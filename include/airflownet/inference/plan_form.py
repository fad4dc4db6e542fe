"""Answers in plans: what each model is told about them, the grammar they obey, and the code they stand for.

A model that was trained on plans gets the system message of its rows. One that was not, the base, gets the
whole form described, with an example: it could not know it. All else is the same for both: requests, grammar,
samplers, and what ``plans.reconcile`` makes of the answers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from airflownet.generation.plan_cards import plan_cards, with_cards, without_cards
from airflownet.inference.settings import InferenceSettings
from airflownet.llama.sampling import Sampling
from airflownet.plans.prompt import DESCRIPTION
from airflownet.plans.reconciling.reconcile import reconcile
from airflownet.records import Sample

UNREADABLE = "no plan could be read"


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """What an answer stands for."""

    form: str
    code: str = ""
    """The rendered file of a plan; empty for an answer in code, which is judged as it is."""
    unreadable: str = ""
    assumptions: tuple[str, ...] = ()


def system_messages(samples: Iterable[Sample]) -> dict[str, str]:
    """Returns the system message by model, ``base`` and ``tuned``, from the rows that were trained on."""
    rows = (sample for sample in samples if sample.kind == "plan" and sample.split == "train")
    first = next(rows, None)
    trained = next((m.content for m in first.messages if m.role == "system"), "") if first else ""
    return {"base": DESCRIPTION, "tuned": without_cards(trained) or DESCRIPTION}


def question(sample: Sample, system: str, card_tokens: int = 0) -> list[dict[str, str]]:
    """Returns the sample's messages without the answer; with another system message where one is given.

    Args:
        sample: of the test split.
        system: message in place of its own; empty keeps that, with the cards that its row has.
        card_tokens: of the cards for a plan behind the other message.
    """
    messages = [{"role": m.role, "content": m.content} for m in sample.messages]
    while messages and messages[-1]["role"] == "assistant":
        messages.pop()
    if system:
        request = next((m["content"] for m in messages if m["role"] == "user"), "")
        told = with_cards(system, plan_cards(request, sample.airflow or "3.3", card_tokens))
        messages = [{"role": "system", "content": told}, *(m for m in messages if m["role"] != "system")]
    return messages


def line_of(samples: Sequence[Sample]) -> str:
    """Returns the Airflow line that the samples ask for; the newest catalogue's where they name none."""
    return next((sample.airflow for sample in samples if sample.airflow), "3.3")


def sampling_for(settings: InferenceSettings, samples: Sequence[Sample]) -> Sampling:
    """Returns the samplers, with the grammar of the samples' line where the settings ask for it."""
    sampling = settings.sampling()
    if settings.form == "code" or not settings.grammar:
        return sampling
    from airflownet.plans.grammar import plan_grammar

    return dataclasses.replace(sampling, grammar=plan_grammar(line_of(samples)))


def written(settings: InferenceSettings, completion: str, airflow: str) -> WrittenAnswer:
    """Returns what an answer stands for; one whose plan cannot be read has a reason and no code."""
    if settings.form == "code":
        return WrittenAnswer("code")
    found = reconcile(completion, airflow)
    unreadable = f"{UNREADABLE}: {found.reason}" if found.plan is None else ""
    return WrittenAnswer("plan", found.code, unreadable, found.assumptions)

"""The spoken view: how people ask who have never read a specification, in one breath and without names."""

from __future__ import annotations

from typing import Final

from airflownet.instructions.facts import DagFacts, FileFacts
from airflownet.instructions.fit import fit
from airflownet.instructions.steps import is_placeholder, main_clauses
from airflownet.instructions.variation import Variation
from airflownet.wording.clause import Clause
from airflownet.wording.english import count_of

_MOST_CLAUSES: Final = 6
_OPENINGS: Final = ("", "", "can you ", "please ", "we need to ", "i want to ", "help me ", "i have to ")
_JOINS: Final = (", then ", " and then ", " and ", ", after that ")
_NIGHTLY: Final = ("every night", "each night", "nightly", "once a day", "every day")
_BY_HAND: Final = ("", "", " whenever i start it", " when i ask for it", ", no schedule")
_ONCE: Final = ("", "", " just once", ", one time only")


def write_spoken(facts: FileFacts, variation: Variation, max_chars: int) -> str:
    """Returns one sentence in small letters; several DAGs are told one after the other."""

    def render(n_clauses: int) -> str:
        parts = [_dag(dag, variation, max(1, n_clauses // len(facts.dags))) for dag in facts.dags]
        opening = variation.choose("opening", _OPENINGS)
        return opening + "; also ".join(parts) + ("?" if opening.startswith("can") else "")

    return fit(render, _MOST_CLAUSES, max_chars)


def _dag(dag: DagFacts, variation: Variation, n_clauses: int) -> str:
    slot = f"of {dag.dag_id}"
    when = _when(dag, variation)
    told = [] if all(is_placeholder(task) for task in dag.tasks) else main_clauses(dag, n_clauses)
    if not told:
        deeds = f"have {count_of(len(dag.tasks), 'placeholder task')} in a dag"
    else:
        phrases = [clause.phrase(Clause.imperative, with_names=False) for clause in told]
        deeds = variation.choose(f"join {slot}", _JOINS).join(phrases)
    is_first = when.startswith(" every") and variation.choose(f"first {slot}", ("yes", "no")) == "yes"
    return f"{when.strip()} {deeds}" if is_first else f"{deeds}{when}"


def _when(dag: DagFacts, variation: Variation) -> str:
    text, slot = dag.schedule.text, f"when {dag.dag_id}"
    if text == "every day at midnight":
        return f" {variation.choose(slot, _NIGHTLY)}"
    if dag.schedule.short == "@once":
        return variation.choose(slot, _ONCE)
    if text.startswith("only when"):
        return variation.choose(slot, _BY_HAND)
    return f" {text}" if text else ""

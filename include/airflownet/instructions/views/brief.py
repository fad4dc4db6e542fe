"""The brief view: one sentence about what the DAG is for."""

from __future__ import annotations

from typing import Final

from airflownet.instructions.facts import DagFacts, FileFacts
from airflownet.instructions.fit import fit
from airflownet.instructions.steps import is_placeholder, main_clauses
from airflownet.instructions.variation import Variation
from airflownet.wording.clause import Clause
from airflownet.wording.english import article, count_of, join_words, number, sentence

_MOST_CLAUSES: Final = 3
_OPENINGS: Final = (
    "Write {a} {dag}",
    "I need {a} {dag}",
    "Create {a} {dag}",
    "Please build {a} {dag}",
    "Can you write {a} {dag}",
    "Give me {a} {dag}",
    "Build {a} {dag}",
)


def write_brief(facts: FileFacts, variation: Variation, max_chars: int) -> str:
    """Returns one sentence; of several DAGs each gets a part of it."""
    opening = variation.choose("opening", _OPENINGS)
    end = "?" if opening.startswith("Can") else "."

    def render(n_clauses: int) -> str:
        if len(facts.dags) == 1:
            return sentence(_one(facts.dags[0], opening, variation, n_clauses) + end)
        head = opening.format(a=f"one file with {number(len(facts.dags))}", dag="Airflow DAGs")
        if n_clauses == 0:
            return sentence(head + end)
        shown = facts.dags[: max(n_clauses - 1, 1)]
        parts = [f"one {_relative(dag, min(n_clauses, 2))}{_when(dag, variation)}" for dag in shown]
        left = len(facts.dags) - len(shown)
        return sentence(f"{head}: {join_words([*parts, *([f'{number(left)} more'] if left else [])])}{end}")

    return fit(render, _MOST_CLAUSES + 1, max_chars)


def _one(dag: DagFacts, opening: str, variation: Variation, n_clauses: int) -> str:
    adjective = dag.schedule.adjective if variation.choose("adjective", ("yes", "no")) == "yes" else ""
    noun = variation.choose("noun", ("Airflow DAG", "Airflow DAG", "DAG", "Airflow pipeline"))
    noun = f"{adjective} {noun}".strip()
    head = opening.format(a=article(noun), dag=noun)
    if n_clauses == 0:
        return f"{head} with {count_of(len(dag.tasks), 'task')}"
    return f"{head} {_relative(dag, n_clauses)}{'' if adjective else _when(dag, variation)}"


def _relative(dag: DagFacts, n_clauses: int) -> str:
    if not dag.tasks or (dag.purpose and not dag.purpose.is_topic):
        return dag.purpose.relative if dag.purpose else ""
    if all(is_placeholder(task) for task in dag.tasks):
        made_of = f"with {count_of(len(dag.tasks), 'placeholder task')}"
        return f"{dag.purpose.relative}, {made_of}" if dag.purpose else made_of
    clauses = main_clauses(dag, min(n_clauses, _MOST_CLAUSES))
    if dag.purpose:
        deeds = join_words([clause.phrase(with_names=False) for clause in clauses])
        return f"{dag.purpose.relative}: it should {deeds}"
    return f"that {join_words([clause.phrase(Clause.told, with_names=False) for clause in clauses])}"


def _when(dag: DagFacts, variation: Variation) -> str:
    text, slot = dag.schedule.text, f"when {dag.dag_id}"
    if not text:
        return ""
    if dag.schedule.short == "@once":
        return variation.choose(slot, ("", "", ", running just once", ", scheduled @once"))
    if text.startswith("only when"):
        return variation.choose(slot, (", triggered by hand", ", with no schedule", ", started manually", ""))
    if text == "every day at midnight":
        text = variation.choose(f"{slot} daily", ("every day", "once a day", "daily", text))
    return variation.choose(slot, (f", running {text}", f", scheduled to run {text}", f", to be run {text}"))

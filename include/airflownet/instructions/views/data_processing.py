"""The data-processing view: which data comes from where, what is done with it, and where it goes."""

from __future__ import annotations

from typing import Final

from airflownet.instructions.facts import DagFacts, FileFacts, TaskFact
from airflownet.instructions.fit import fit
from airflownet.instructions.steps import CLEANING, counted
from airflownet.instructions.variation import Variation
from airflownet.wording.clause import Clause
from airflownet.wording.english import count_of, join_words, sentence

_OPENINGS: Final = (
    "We have data to move and process with Airflow",
    "I need our data processed by an Airflow DAG",
    "Please automate this data processing as an Airflow DAG",
    "This data processing should become an Airflow DAG",
)
_READING: Final = frozenset(
    {
        "wait for",
        "list",
        "get",
        "fetch",
        "read",
        "download",
        "extract",
        "query",
        "check",
        "poll",
        "select",
        "sense",
    }
)
_WRITING: Final = frozenset(
    {
        "load",
        "write",
        "upload",
        "insert",
        "copy",
        "transfer",
        "move",
        "export",
        "publish",
        "send",
        "store",
        "save",
    }
)
_MOST_DETAILS: Final = 2
_LEADS: Final = ("First", "Then", "At the end", "Afterwards")


def write_data_processing(facts: FileFacts, variation: Variation, max_chars: int) -> str:
    """Returns three kinds of sentences: what is read, what is done with it, what is written."""
    opening = variation.choose("opening", _OPENINGS)
    n_tasks = sum(len(dag.tasks) for dag in facts.dags)

    def render(n_clauses: int) -> str:
        if n_clauses == 0:
            return f"{opening}: {count_of(n_tasks, 'step')}."
        left, paragraphs = n_clauses, []
        for dag in facts.dags:
            shown = [task for layer in dag.layers for task in layer][: max(left, 0)]
            left -= len(shown)
            paragraphs.append(" ".join(_sentences(dag, shown)))
        return f"{opening}.\n" + "\n".join(text for text in paragraphs if text)

    return fit(render, n_tasks or 1, max_chars)


def _sentences(dag: DagFacts, shown: list[TaskFact]) -> list[str]:
    told = [sentence(f"It is a DAG {dag.purpose.relative}")] if dag.purpose else []
    parts = [(lead, [task for task in shown if _part(task) == lead]) for lead in _LEADS]
    parts = [(lead, tasks) for lead, tasks in parts if tasks]
    for index, (part, tasks) in enumerate(parts):
        deeds = join_words(_deeds(tasks))
        lead = "First" if index == 0 else part
        told.append(sentence(f"It should {deeds}" if len(parts) == 1 else f"{lead}, {deeds}"))
    if left := len(dag.tasks) - len(shown):
        told.append(f"There are {count_of(left, 'further step')}.")
    if dag.schedule.text:
        told.append(sentence(f"This is to run {dag.schedule.text}"))
    return told


def _part(task: TaskFact) -> str:
    verb = task.clause.verb
    if verb in CLEANING or task.rule.startswith("even"):
        return "Afterwards"
    if verb in _READING:
        return "First"
    return "At the end" if verb in _WRITING else "Then"


def _deeds(tasks: list[TaskFact]) -> list[str]:
    deeds = []
    for group in counted(tasks):
        details = dict.fromkeys(detail for task in group.tasks for detail in task.details)
        text = group.phrase(Clause.imperative)
        if details and len(details) <= _MOST_DETAILS:
            text += f" ({', '.join(details)})"
        deeds.append(text)
    return deeds

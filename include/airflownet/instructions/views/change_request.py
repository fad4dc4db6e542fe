"""The change-request view: a ticket with background, what is wanted, and acceptance criteria."""

from __future__ import annotations

from typing import Final

from airflownet.instructions.facts import DagFacts, FileFacts
from airflownet.instructions.fit import fit
from airflownet.instructions.steps import steps_of
from airflownet.instructions.variation import Variation
from airflownet.wording.english import count_of, sentence

_TITLES: Final = (
    "Change request: a new DAG for our Airflow repository",
    "Ticket: move this job into Airflow",
    "Change request: replace the manual run by an Airflow DAG",
    "Ticket: add a DAG",
)
_BACKGROUND: Final = (
    "Background: today somebody runs these steps by hand.",
    "Background: a script on a server does this now, and nobody sees when it fails.",
    "Background: this is not automated yet.",
)


def write_change_request(facts: FileFacts, variation: Variation, max_chars: int) -> str:
    """Returns a ticket; later steps are only counted when it is long."""
    title = variation.choose("title", _TITLES)
    background = variation.choose("background", _BACKGROUND)
    steps = [steps_of(dag) for dag in facts.dags]

    def render(n_clauses: int) -> str:
        if n_clauses == 0:
            n_tasks = sum(len(dag.tasks) for dag in facts.dags)
            return f"{title} ({count_of(len(facts.dags), 'DAG')}, {count_of(n_tasks, 'task')})."
        lines = [title, background, "Acceptance criteria:"]
        left = n_clauses
        for dag, own in zip(facts.dags, steps, strict=True):
            shown = own[: max(left, 0)]
            left -= len(shown)
            lines += _criteria(dag, several=len(facts.dags) > 1)
            lines += [f"- it must {step.text}" + (f", {step.rule}" if step.rule else "") for step in shown]
            n_left = sum(step.n_tasks for step in own[len(shown) :])
            lines += [f"- and {count_of(n_left, 'more task')} after that"] if n_left else []
        return "\n".join(lines)

    return fit(render, sum(len(own) for own in steps) or 1, max_chars)


def _criteria(dag: DagFacts, *, several: bool) -> list[str]:
    lines = [f"DAG `{dag.dag_id}`:"] if several and dag.dag_id else []
    if dag.purpose:
        lines.append(f"- the file defines a DAG {dag.purpose.relative}")
    elif dag.dag_id and not several:
        lines.append(f"- the file defines the DAG `{dag.dag_id}`")
    if dag.schedule.text:
        lines.append(f"- it runs {dag.schedule.text}")
    lines += [f"- {sentence(text).rstrip('.')}" for text in dag.settings if not text.startswith("owner")]
    if dag.params:
        lines.append(f"- whoever triggers it can set {', '.join(dag.params)}")
    return lines

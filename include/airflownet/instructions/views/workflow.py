"""The workflow view: prose that tells the tasks in the order in which they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from airflownet.instructions.facts import DagFacts, FileFacts
from airflownet.instructions.fit import fit
from airflownet.instructions.steps import Step, steps_of
from airflownet.instructions.variation import Variation
from airflownet.wording.english import count_of, join_words, number, sentence

_OPENINGS: Final = (
    "I want an Airflow DAG",
    "We need an Airflow DAG",
    "Set up an Airflow DAG",
    "I'd like a DAG",
)
_NO_CATCHUP: Final = (
    "no catchup",
    "don't catch up on missed runs",
    "catchup should be off",
    "leave catchup off",
)
_FIRST: Final = ("First", "To begin,", "It should first", "Start with this:")
_NEXT: Final = ("Then", "After that,", "Next,", "Once that is done,")
_LAST: Final = ("Finally,", "At the end,", "Lastly,", "Finally")


def write_workflow(facts: FileFacts, variation: Variation, max_chars: int) -> str:
    """Returns prose, one paragraph per DAG; later steps are only counted when it is long."""
    steps = [steps_of(dag) for dag in facts.dags]
    several = len(facts.dags) > 1

    def render(n_clauses: int) -> str:
        if n_clauses == 0:
            return sentence(f"I need a file with {_counts(facts)}")
        paragraphs = [f"I need {number(len(facts.dags))} DAGs in one file."] if several else []
        left = n_clauses
        for index, (dag, own) in enumerate(zip(facts.dags, steps, strict=True)):
            shown = own[: max(left, 0)]
            left -= len(shown)
            paragraphs.append(
                _paragraph(dag, shown, own[len(shown) :], variation, index if several else None)
            )
        return "\n\n".join(paragraphs)

    return fit(render, sum(len(own) for own in steps) or 1, max_chars)


def _counts(facts: FileFacts) -> str:
    n_tasks = sum(len(dag.tasks) for dag in facts.dags)
    return f"{count_of(len(facts.dags), 'Airflow DAG')} and {count_of(n_tasks, 'task')}"


def _paragraph(
    dag: DagFacts, shown: Sequence[Step], hidden: Sequence[Step], variation: Variation, index: int | None
) -> str:
    opening = variation.choose("opening", _OPENINGS)
    if dag.dag_id and "example" not in dag.dag_id and variation.choose("named", ("yes", "no")) == "yes":
        opening += f" called `{dag.dag_id}`"
    if index is not None:
        opening = (
            ("The first one is a DAG", "The second one is a DAG")[index] if index < 2 else "Another is a DAG"
        )
    when = dag.schedule.text
    if dag.purpose:
        head = f"{opening} {dag.purpose.relative}" + (f". It runs {when}" if when else "")
    else:
        head = f"{opening} that runs {when}" if when else f"{opening} that does this" if shown else opening
    sentences = [sentence(head), *_told(shown, bool(hidden), variation)]
    if hidden:
        n_left = sum(step.n_tasks for step in hidden)
        sentences.append(f"After that come {count_of(n_left, 'more task')}.")
    return " ".join([*sentences, *_closing(dag, variation)])


def _told(steps: Sequence[Step], has_more: bool, variation: Variation) -> list[str]:
    """One sentence for one or two steps, opened by a word for their place in the order."""
    if len(steps) == 1 and not has_more:
        return [sentence(f"It should {_under(steps[0].rule, steps[0].text)}")]
    sentences: list[str] = []
    index = 0
    while index < len(steps):
        rule, end = steps[index].rule, index + 1
        while rule and end < len(steps) and steps[end].rule == rule:
            end += 1
        paired = not rule and end + 1 < len(steps) and not steps[end].rule
        if paired and variation.choose(f"pair{index}", ("yes", "no")) == "yes":
            end += 1
        is_last = end == len(steps) and not has_more and index > 0
        slot, words = ("last", _LAST) if is_last else (f"next{index}", _NEXT) if index else ("first", _FIRST)
        opening = variation.choose(slot, words)
        body = _under(rule, ", then ".join(step.text for step in steps[index:end]))
        sentences.append(sentence(f"{opening} {body}"))
        index = end
    return sentences


def _under(rule: str, text: str) -> str:
    """Adds the condition of a step where it reads well."""
    if not rule:
        return text
    return f"{text}, {rule}" if ", then " not in text else f"{text}, all of this {rule}"


def _closing(dag: DagFacts, variation: Variation) -> list[str]:
    sentences = []
    if dag.params:
        sentences.append(
            f"Users can set {join_words([param.split(' (')[0] for param in dag.params])} when triggering it."
        )
    plain = [text for text in dag.settings if not text.startswith(("start date", "owner"))]
    if plain:
        catchup = variation.choose("catchup", _NO_CATCHUP)
        sentences.append(sentence(", ".join(catchup if text == "no catchup" else text for text in plain)))
    return sentences

"""Which prompts the report shows side by side: by a stated rule, not by taste.

Prompts fall into categories by what base and tuned made of them. The examples go round the categories,
those that tell the models apart first; within a category the order is that of a hash of the sample id,
so no one picks the pretty ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from airflownet.evaluation.judged_answers import JudgedAnswer
from airflownet.evaluation.summary import MODELS, Example, ExampleAnswer
from airflownet.records import Sample, stable_id

CATEGORIES = (
    "only the fine-tuned model's answer loads",
    "only the base model's answer loads",
    "both answers load",
    "neither answer loads",
)
SELECTION_RULE = (
    "Examples go round the categories that occur, in this order: "
    + "; ".join(CATEGORIES)
    + ". Within a category they are drawn by a hash of the sample id."
)


def _category(answers: dict[str, JudgedAnswer]) -> str:
    base, tuned = (answers[model].row.outcome == "loads" for model in ("base", "tuned"))
    if base != tuned:
        return CATEGORIES[0] if tuned else CATEGORIES[1]
    return CATEGORIES[2] if base else CATEGORIES[3]


def source_lines(code: str) -> list[str]:
    """Returns the lines as Python counts them; a form feed or U+2028 does not end a line."""
    lines = re.split("\r\n|\r|\n", code)
    return lines[:-1] if lines[-1] == "" else lines


def _shown(answer: JudgedAnswer, max_lines: int) -> ExampleAnswer:
    lines = source_lines(answer.row.code)
    return ExampleAnswer(
        model=answer.row.model,
        outcome=answer.row.outcome,
        reason=answer.row.reason,
        code="\n".join(lines[:max_lines]),
        n_hidden_lines=max(0, len(lines) - max_lines),
        violations=answer.verdict.violations if answer.verdict else (),
    )


def choose_examples(
    samples: Sequence[Sample], answers: Sequence[JudgedAnswer], *, n_examples: int, max_lines: int
) -> tuple[Example, ...]:
    """Returns up to ``n_examples`` prompts with their first answers, chosen by ``SELECTION_RULE``."""
    by_sample: dict[str, dict[str, JudgedAnswer]] = {}
    for answer in answers:
        if answer.row.sample_index == 0:
            by_sample.setdefault(answer.row.sample_id, {})[answer.row.model] = answer
    queues: dict[str, list[Sample]] = {name: [] for name in CATEGORIES}
    for sample in sorted(samples, key=lambda sample: stable_id("example", sample.id)):
        queues[_category(by_sample[sample.id])].append(sample)
    sizes = {name: len(queue) for name, queue in queues.items()}
    chosen: list[tuple[str, Sample]] = []
    while len(chosen) < n_examples and any(queues.values()):
        for name in CATEGORIES:
            if queues[name] and len(chosen) < n_examples:
                chosen.append((name, queues[name].pop(0)))
    chosen.sort(key=lambda pair: CATEGORIES.index(pair[0]))
    examples = []
    for name, sample in chosen:
        shown = by_sample[sample.id]
        row = shown["ground_truth"].row
        examples.append(
            Example(
                sample_id=sample.id,
                category=name,
                n_in_category=sizes[name],
                airflow=row.airflow,
                source=f"{sample.repo} {sample.ref}, {sample.path} ({sample.licence})",
                instruction=row.instruction,
                answers=tuple(_shown(shown[model], max_lines) for model in MODELS),
            )
        )
    return tuple(examples)

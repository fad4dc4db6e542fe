"""What a measure says of the answers to each prompt: what two models are paired by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from airflownet.evaluation.answer_facts import AnswerFacts

Rows = Sequence[AnswerFacts]


def by_prompt(
    rows: Rows, holds: Callable[[AnswerFacts], float | None]
) -> tuple[dict[tuple[str, str], list[float]], set[tuple[str, str]]]:
    """Returns (prompt, line) -> the values of its answers in the order of samples, and what is unscored."""
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    unscored = set()
    for f in rows:
        value = holds(f)
        if value is None:
            unscored.add((f.prompt_id, f.airflow))
        else:
            values[f.prompt_id, f.airflow].append(float(value))
    return values, unscored

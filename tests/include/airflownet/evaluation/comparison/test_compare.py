"""What the headline of a comparison says, and what it may not say."""

from __future__ import annotations

import pytest

from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.comparison.compare import compare
from airflownet.evaluation.statistics.proportion import IntervalSettings


def answers(model: str, good: dict[int, int], bad: dict[int, int]) -> list[AnswerFacts]:
    """``good`` and ``bad``: number of a prompt -> how many such answers."""
    return [
        AnswerFacts(
            f"p{prompt}", f"p{prompt}", model, sample, "3.3", "loads" if is_good else "fails",
            has_code=True, parses=True, imports=True, asked_for=1.0,
        )
        for is_good, counts in ((True, good), (False, bad))
        for prompt, n in counts.items()
        for sample in range(n)
    ]  # fmt: skip


FEW, MANY = range(5), range(5, 30)


@pytest.mark.parametrize(
    ("first", "told"),
    [
        pytest.param(
            answers("a", dict.fromkeys(FEW, 1), dict.fromkeys(MANY, 1)), "b is ahead of all", id="less"
        ),
        pytest.param(
            answers("a", dict.fromkeys(FEW, 100), dict.fromkeys(MANY, 1)),
            "Prompt by prompt b did better than a",
            id="more-answers-to-few-prompts",
        ),
        pytest.param(
            answers("a", dict.fromkeys(MANY, 1), dict.fromkeys(FEW, 1)), "No difference", id="equal"
        ),
    ],
)
def test_who_is_ahead_is_told_by_prompts(first: list[AnswerFacts], told: str) -> None:
    second = answers("b", dict.fromkeys(MANY, 1), dict.fromkeys(FEW, 1))
    found = compare([*first, *second], settings=IntervalSettings(0.95, 500, 1), threshold=0.5, title="")
    assert told in found.headline

"""What the sample browser shows of a comparison: every answer but the control arm's, on one Airflow line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from airflownet.evaluation.comparison.judging import Judged
from airflownet.evaluation.comparison.prompts import Prompt
from airflownet.evaluation.gates import last_gate
from airflownet.evaluation.judged_answers import GROUND_TRUTH
from airflownet.evaluation.sample_browser.browser_data import AnswerShown, PromptShown, browser_data
from airflownet.evaluation.trivial_answers import MODEL as TRIVIAL


def comparison_samples(
    prompts: Sequence[Prompt], judged: Iterable[Judged], threshold: float
) -> dict[str, Any]:
    """Returns the browser's data; of an answer that was judged for several lines, the first one.

    Args:
        prompts: what was asked, in the order of the page.
        judged: every answer; the models stand in their order, the real files last.
        threshold: asked-for score from which an answer counts as what was asked.
    """
    seen: set[tuple[str, str, int]] = set()
    answers: list[AnswerShown] = []
    rules: dict[str, str] = {}
    lines: dict[str, str] = {}
    for one in judged:
        key = (one.row.sample_id, one.row.model, one.row.sample_index)
        if one.row.model == TRIVIAL or key in seen:
            continue
        seen.add(key)
        lines.setdefault(one.row.sample_id, one.row.airflow)
        rules |= {v.code: v.rule for v in one.verdict.violations} if one.verdict else {}
        answers.append(_shown(one, threshold))
    answers.sort(key=lambda answer: answer.model == GROUND_TRUTH)
    asked = (
        PromptShown(
            id=prompt.id,
            text=prompt.text,
            airflow=lines.get(prompt.id, prompt.airflow),
            family=prompt.family_id,
            source="",
        )
        for prompt in prompts
    )
    return browser_data(asked, answers, rules)


def _shown(one: Judged, threshold: float) -> AnswerShown:
    row, facts = one.row, one.facts
    marks = {}
    if facts.is_scored:
        marks["asked for"] = f"{facts.asked_for:.2f}"
        if facts.not_delivered and row.outcome != "missing":
            marks["not delivered"] = "; ".join(facts.not_delivered)
    return AnswerShown(
        prompt_id=row.sample_id,
        model=row.model,
        sample_index=row.sample_index,
        code=row.code,
        outcome=row.outcome,
        reason=row.reason,
        gate=last_gate(facts, threshold),
        verdict=one.verdict,
        at_limit=row.truncated,
        completion_tokens=row.completion_tokens,
        marks=marks,
    )

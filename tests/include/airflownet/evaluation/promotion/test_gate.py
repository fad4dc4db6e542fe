from __future__ import annotations

from dataclasses import replace

import pytest

from airflownet.errors import InputError
from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.comparison.compare import compare
from airflownet.evaluation.comparison.records import Comparison
from airflownet.evaluation.promotion.gate import decide
from airflownet.evaluation.promotion.settings import PromotionSettings
from airflownet.evaluation.statistics.proportion import IntervalSettings


def compared(n: int, old: int, new: int, trivial: float = 0.0, n_families: int = 99) -> Comparison:
    """``n`` prompts of which the champion solves the first ``old``, the challenger the first ``new``."""
    rows = []
    for number in range(n):
        for model, solved in (("base", old), ("tuned", new), ("trivial", round(trivial * n))):
            is_good = number < solved
            rows.append(
                AnswerFacts(
                    prompt_id=f"p{number}",
                    family_id=f"f{number % n_families}",
                    model=model,
                    sample_index=0,
                    airflow="3.3",
                    outcome="loads" if is_good else "fails",
                    has_code=True,
                    parses=True,
                    imports=True,
                    asked_for=float(is_good),
                )
            )
    return compare(rows, settings=IntervalSettings(0.95, 300, 1), threshold=0.5, title="t")


BETTER = PromotionSettings()
NOT_WORSE = PromotionSettings(rule="not_worse", margin_points=10)


@pytest.mark.parametrize(
    ("found", "settings", "is_promoted", "is_regression"),
    [
        pytest.param(compared(60, 10, 40), BETTER, True, False, id="much-better"),
        pytest.param(compared(60, 20, 23), BETTER, False, False, id="better-but-it-may-be-chance"),
        pytest.param(compared(60, 40, 10), BETTER, False, True, id="worse"),
        pytest.param(compared(60, 30, 30), BETTER, False, False, id="equal"),
        pytest.param(compared(60, 30, 30), NOT_WORSE, True, False, id="equal-is-not-worse"),
        pytest.param(compared(60, 30, 20), NOT_WORSE, False, True, id="worse-than-the-margin"),
        pytest.param(compared(20, 2, 18), BETTER, False, False, id="too-few-prompts"),
        pytest.param(compared(60, 10, 40, n_families=1), BETTER, False, False, id="better-of-one-family"),
        pytest.param(compared(60, 40, 10, n_families=1), BETTER, False, False, id="worse-of-one-family"),
        pytest.param(compared(60, 30, 27), BETTER, False, False, id="a-little-worse-but-it-may-be-chance"),
        pytest.param(
            compared(60, 10, 40, trivial=0.3), BETTER, False, False, id="a-metric-that-pays-nothing-done"
        ),
    ],
)
def test_the_gate_reads_the_ends_of_intervals(
    found: Comparison, settings: PromotionSettings, is_promoted: bool, is_regression: bool
) -> None:
    decision = decide(found, "tuned", "base", settings)
    assert (decision.is_promoted, decision.is_regression) == (is_promoted, is_regression), decision.words()


def test_nobody_wins_against_answers_that_are_missing() -> None:
    found = compared(60, 10, 40)
    base, *others = found.models
    silent = replace(found, models=(replace(base, n_missing=3), *others))
    decision = decide(silent, "tuned", "base", BETTER)
    assert not decision.is_promoted
    assert "no   no answer of base is missing: 3" in decision.words()
    assert decide(silent, "base", "tuned", BETTER).is_regression, "its own silence counts as failure"


def test_the_order_in_which_models_were_compared_does_not_matter() -> None:
    decision = decide(compared(60, 40, 10), "base", "tuned", BETTER)
    assert decision.is_promoted
    assert "base may take the place of tuned." in decision.words()


@pytest.mark.parametrize("pair", [("tuned", "champion"), ("other", "base"), ("base", "base")])
def test_models_that_were_not_compared_are_an_error(pair: tuple[str, str]) -> None:
    with pytest.raises(InputError):
        decide(compared(40, 1, 2), *pair, BETTER)

"""The result in plain words, and never more than the numbers carry."""

from __future__ import annotations

from airflownet.evaluation.number_format import (
    ONE_FAMILY,
    confidence_level,
    count_of,
    p_value,
    points,
    points_interval,
)
from airflownet.evaluation.summary import ResultStatistics


def headline(statistics: ResultStatistics, n_new: int | None = None) -> str:
    """Returns the answer in one sentence: none loads, no difference, worse, better, better by reciting.

    ``n_new``: loading answers of the tuned model that are not recited; None when that was not measured.
    """
    base, tuned = statistics.model("base").rate("loads"), statistics.model("tuned").rate("loads")
    if base.count == tuned.count == 0:
        return "Not yet: neither the base model nor the fine-tuned one wrote a DAG that loads."
    if not statistics.comparison.is_distinguishable:
        return "Undecided: the difference between the two models is not distinguishable from zero."
    change = f"{count_of(tuned)} answers load, against {count_of(base)} before."
    if statistics.comparison.difference > 0 and n_new == 0:
        return f"Fine-tuning taught recitation: {change[:-1]}, and every one of them repeats a training file."
    if statistics.comparison.difference > 0:
        return f"Fine-tuning helped: {change}"
    return f"Fine-tuning made it worse: {change}"


def verdict_sentence(statistics: ResultStatistics, confidence: float) -> str:
    """Returns the counts, the difference with its interval, what may be concluded, and the ceiling."""
    base, tuned = statistics.model("base").rate("loads"), statistics.model("tuned").rate("loads")
    truth = statistics.model("ground_truth").rate("loads")
    comparison = statistics.comparison
    bounds = f"{confidence_level(confidence)} interval {points_interval(comparison)}"
    if not comparison.has_interval:
        bounds = f"all prompts are of {ONE_FAMILY}"
    if not comparison.is_distinguishable:
        conclusion = "This run does not show that fine-tuning helped or harmed."
    else:
        change = "better" if comparison.difference > 0 else "worse"
        conclusion = f"The fine-tuned model is {change}, and chance alone does not explain it."
    return (
        f"On Airflow {' and '.join(statistics.airflow)}, {count_of(tuned)} answers of the fine-tuned model "
        f"load and {count_of(base)} of the base model: a difference of {points(comparison.difference)} "
        f"percentage points ({bounds}; exact "
        f"McNemar {p_value(comparison.mcnemar_p)}). {conclusion} The real files behind the prompts, judged "
        f"the same way, load in {count_of(truth)} cases: that is the ceiling."
    )

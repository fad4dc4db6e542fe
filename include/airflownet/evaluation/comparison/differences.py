"""Two models on the prompts that both answered: difference, interval, tests, prompts needed."""

from __future__ import annotations

import statistics as plain_statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from airflownet.evaluation.comparison.measures import HEADLINE, Measure
from airflownet.evaluation.comparison.prompt_values import Rows, by_prompt
from airflownet.evaluation.comparison.records import Difference
from airflownet.evaluation.statistics.holm import holm_adjusted
from airflownet.evaluation.statistics.mcnemar import mcnemar_exact_p
from airflownet.evaluation.statistics.paired_difference import (
    equal_difference_interval,
    paired_difference_interval,
)
from airflownet.evaluation.statistics.proportion import IntervalSettings, family_interval
from airflownet.evaluation.statistics.sample_size import design_effect, prompts_needed
from airflownet.evaluation.statistics.sign_flip import sign_flip_p

_EQUAL: Final = 1e-9
SMALLEST_DIFFERENCE: Final = 0.05
"""The difference that the needed number of prompts is told for."""


def model_differences(
    every: Sequence[Measure],
    first: str,
    second: str,
    by_model: Mapping[str, Rows],
    settings: IntervalSettings,
) -> list[Difference]:
    """Returns one difference per compared measure.

    The headline is the question that was put in advance, so its p-value stands as it is; the others
    are looked at besides, and adjusted by Holm.
    """
    found = []
    families = {f.prompt_id: f.family_id for name in (first, second) for f in by_model[name]}
    for measure in every:
        if measure.is_compared and (one := _difference(measure, first, second, by_model, families, settings)):
            found.append(one)
    p_values = [max(one.mcnemar_p, one.family_p) for one in found]
    others = iter(
        holm_adjusted([p for one, p in zip(found, p_values, strict=True) if one.measure != HEADLINE])
    )
    adjusted = [
        p if one.measure == HEADLINE else next(others) for one, p in zip(found, p_values, strict=True)
    ]
    return [
        replace(
            one,
            p_holm=p,
            is_distinguishable=(one.low > 0 or one.high < 0) and p < 1 - settings.confidence,
        )
        for one, p in zip(found, adjusted, strict=True)
    ]


def _difference(
    measure: Measure,
    first: str,
    second: str,
    by_model: Mapping[str, Rows],
    families: Mapping[str, str],
    settings: IntervalSettings,
) -> Difference | None:
    mine, unscored = by_prompt(by_model[first], measure.holds)
    others, unscored_too = by_prompt(by_model[second], measure.holds)
    keys = sorted(mine.keys() & others.keys())
    if not keys:
        return None
    of = [families[prompt] for prompt, _ in keys]
    gaps = [plain_statistics.fmean(mine[key]) - plain_statistics.fmean(others[key]) for key in keys]
    pairs = Counter((bool(mine[key][0]), bool(others[key][0])) for key in keys)
    both, neither = pairs[True, True], pairs[False, False]
    first_only, second_only = pairs[True, False], pairs[False, True]
    low, high = family_interval(gaps, of, settings)
    if max(gaps) - min(gaps) < _EQUAL:
        rate, other_rate = (
            plain_statistics.fmean(plain_statistics.fmean(means[key]) for key in keys)
            for means in (mine, others)
        )
        score = equal_difference_interval(rate, other_rate, len(set(of)), settings.confidence)
        low, high = min(low, score[0]), max(high, score[1])
    elif all(len(mine[key]) == 1 == len(others[key]) for key in keys):
        score = paired_difference_interval(both, first_only, second_only, neither, settings.confidence)
        low, high = min(low, score[0]), max(high, score[1])
    disagreement = plain_statistics.fmean(abs(gap) for gap in gaps)
    return Difference(
        measure=measure.name,
        first=first,
        second=second,
        n_prompts=len(keys),
        n_families=len(set(of)),
        n_unpaired=len((mine.keys() | others.keys()) - set(keys)),
        n_unscored=len(unscored | unscored_too),
        difference=plain_statistics.fmean(gaps),
        low=low,
        high=high,
        first_only=first_only,
        second_only=second_only,
        both=both,
        neither=neither,
        mcnemar_p=mcnemar_exact_p(first_only, second_only),
        family_p=sign_flip_p(gaps, of, n_draws=settings.n_resamples, seed=settings.seed),
        p_holm=1.0,
        is_distinguishable=False,
        prompts_needed=prompts_needed(
            SMALLEST_DIFFERENCE,
            disagreement,
            alpha=1 - settings.confidence,
            design_effect=design_effect(gaps, of),
        ),
    )

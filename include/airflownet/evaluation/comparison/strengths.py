"""Who beats whom among three or more models, with the interval of the bootstrap by family."""

from __future__ import annotations

import statistics as plain_statistics
from collections.abc import Mapping, Sequence
from typing import Final

from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.comparison.prompt_values import Rows, by_prompt
from airflownet.evaluation.comparison.records import Strength
from airflownet.evaluation.statistics.bradley_terry import bradley_terry
from airflownet.evaluation.statistics.proportion import IntervalSettings

_RESAMPLES: Final = 500


def model_strengths(
    models: Sequence[str], by_model: Mapping[str, Rows], settings: IntervalSettings
) -> tuple[Strength, ...]:
    """Returns the strengths, the strongest first; empty when no answer could be scored.

    A prompt is won by the answer that loads and whose asked-for score is higher; equal ones are a tie.
    """
    import numpy as np

    def worth(facts: AnswerFacts) -> float | None:
        return (facts.asked_for if facts.outcome == "loads" else 0.0) if facts.is_scored else None

    values = {model: by_prompt(by_model[model], worth)[0] for model in models}
    families = {f.prompt_id: f.family_id for model in models for f in by_model[model]}
    keys = sorted(set.union(*(set(one) for one in values.values())))
    names = sorted({families[prompt] for prompt, _ in keys})
    if not keys:
        return ()
    place = {name: index for index, name in enumerate(names)}
    size = len(models)
    tables = np.zeros((len(names), size, size))
    for key in keys:
        for i in range(size):
            for j in range(i + 1, size):
                if key not in values[models[i]] or key not in values[models[j]]:
                    continue
                gap = plain_statistics.fmean(values[models[i]][key]) - plain_statistics.fmean(
                    values[models[j]][key]
                )
                won = 0.5 if abs(gap) < 1e-9 else float(gap > 0)
                tables[place[families[key[0]]], i, j] += won
                tables[place[families[key[0]]], j, i] += 1 - won
    total = tables.sum(axis=0)
    strengths = bradley_terry(total, prior=0.5)
    generator = np.random.Generator(np.random.PCG64(settings.seed))
    drawn = np.array(
        [
            bradley_terry(tables[generator.integers(0, len(names), len(names))].sum(axis=0), prior=0.5)
            for _ in range(min(settings.n_resamples, _RESAMPLES))
        ]
    )
    tail = (1 - settings.confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    games = total + total.T
    found = [
        Strength(
            model,
            strengths[index],
            float(low[index]),
            float(high[index]),
            float(total[index].sum()),
            round(float(games[index].sum())),
        )
        for index, model in enumerate(models)
    ]
    return tuple(sorted(found, key=lambda one: -one.strength))

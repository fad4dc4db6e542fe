"""Who beats whom among three or more models, with the interval of the bootstrap by family."""

from __future__ import annotations

import itertools
import statistics as plain_statistics
from collections.abc import Iterator, Mapping, Sequence

from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.comparison.prompt_values import Rows, by_prompt
from airflownet.evaluation.comparison.records import Strength
from airflownet.evaluation.statistics.family_strengths import Game, family_strengths
from airflownet.evaluation.statistics.proportion import IntervalSettings


def model_strengths(
    models: Sequence[str], by_model: Mapping[str, Rows], settings: IntervalSettings
) -> tuple[Strength, ...]:
    """Returns the strengths, the strongest first; empty when no answer could be scored.

    A prompt is won by the answer that loads and whose asked-for score is higher; equal ones are a tie.
    """
    return tuple(
        Strength(one.model, one.strength, one.low, one.high, one.wins, one.games)
        for one in family_strengths(models, _games(models, by_model), settings)
    )


def _games(models: Sequence[str], by_model: Mapping[str, Rows]) -> Iterator[Game]:
    values = {model: by_prompt(by_model[model], _worth)[0] for model in models}
    families = {f.prompt_id: f.family_id for model in models for f in by_model[model]}
    for first, second in itertools.combinations(models, 2):
        for key in sorted(values[first].keys() & values[second].keys()):
            gap = plain_statistics.fmean(values[first][key]) - plain_statistics.fmean(values[second][key])
            won = 0.5 if abs(gap) < 1e-9 else float(gap > 0)
            yield Game(families[key[0]], first, second, won)


def _worth(facts: AnswerFacts) -> float | None:
    return (facts.asked_for if facts.outcome == "loads" else 0.0) if facts.is_scored else None
